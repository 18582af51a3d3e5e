/**
 * Retention of Valv's own short-lived data: attempts, sessions, rate limits, uploads, extracts.
 * Guarantees: an upload's key is destroyed before its file; what is not expired is not touched. Deletes at most a thousand
 * documents of a kind in one run; the next run goes on.
 */
import { Timestamp, type Query, type QuerySnapshot } from 'firebase-admin/firestore';
import { filesBucket } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { destroySubjectKey } from '../platform/keyring.ts';
import { deleteObject } from '../platform/storage.ts';
import { destroyUpload } from '../register/uploads.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { extractPath } from './extractPaths.ts';

const mostInOneRun = 1000;

/** Deletes what has expired; answers how much of each kind. */
export async function pruneExpired(
  clock: Clock,
): Promise<{ attempts: number; sessions: number; rateLimits: number; uploads: number; extracts: number }> {
  const now = Timestamp.fromDate(clock());
  const db = adminFirestore();
  const monthAgo = Timestamp.fromDate(after(clock(), -30 * ms.day));
  return {
    attempts: await pruneAttempts(Timestamp.fromDate(after(clock(), -ms.day))),
    sessions: await deleteAll(db.collection('sessions').where('absoluteExpiresAt', '<', monthAgo)),
    rateLimits: await deleteAll(db.collection('rateLimits').where('expiresAt', '<', now)),
    uploads: await pruneUploads(now),
    extracts: await pruneExtracts(now),
  };
}

async function deleteAll(query: Query): Promise<number> {
  return deleteDocuments(await query.limit(mostInOneRun).select().get());
}

async function deleteDocuments(found: QuerySnapshot): Promise<number> {
  const batch = adminFirestore().batch();
  for (const snapshot of found.docs) batch.delete(snapshot.ref);
  await batch.commit();
  return found.size;
}

/** A sign-up that nobody finished leaves a key behind; it goes with the attempt. */
async function pruneAttempts(before: Timestamp): Promise<number> {
  const old = adminFirestore().collection('attempts').where('expiresAt', '<', before);
  const unfinished = await old.where('kind', '==', 'signUp').where('state', '==', 'open').limit(mostInOneRun).select('accountId').get();
  for (const attempt of unfinished.docs) await destroySubjectKey(String(attempt.get('accountId')));
  return (
    (await deleteDocuments(unfinished)) +
    (await deleteAll(old.where('state', '==', 'used'))) +
    (await deleteAll(old.where('kind', '==', 'signIn')))
  );
}

async function pruneUploads(now: Timestamp): Promise<number> {
  const expired = await adminFirestore()
    .collectionGroup('uploads')
    .where('state', '==', 'stored')
    .where('expiresAt', '<', now)
    .limit(mostInOneRun)
    .get();
  for (const upload of expired.docs) {
    const orgId = upload.ref.parent.parent?.id;
    if (orgId === undefined) continue;
    await destroyUpload(orgId, upload.id);
    await upload.ref.update({ state: 'gone' });
  }
  return expired.size;
}

async function pruneExtracts(now: Timestamp): Promise<number> {
  const expired = await adminFirestore()
    .collection('jobs')
    .where('kind', '==', 'extract')
    .where('result.expiresAt', '<', now)
    .limit(mostInOneRun)
    .get();
  for (const job of expired.docs) {
    await deleteObject(filesBucket(), extractPath(String(job.get('orgId')), String(job.get('input.dataSubjectId')), job.id));
    await job.ref.update({ 'result.expiresAt': null, 'result.expiredAt': job.get('result.expiresAt') as Timestamp }); // matched by the query
  }
  return expired.size;
}
