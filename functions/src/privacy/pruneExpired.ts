/**
 * Retention of Valv's own short-lived data: what signing in leaves behind, uploads, extracts, exports, read budgets, support grants.
 * Guarantees: an upload's key is destroyed before its file; what is not expired is not touched. Deletes at most a thousand
 * documents of a kind in one run, and of what signing in leaves as many as there are; the next run goes on.
 */
import { Timestamp, type Query, type QueryDocumentSnapshot, type QuerySnapshot } from 'firebase-admin/firestore';
import { pruneIdentity, type IdentityPruned } from '../identity/pruneIdentity.ts';
import { endSessionsOfDisabled } from '../identity/sessions/endDisabled.ts';
import { mailForgottenAlarms } from '../orgs/alarms/raiseAlarm.ts';
import { filesBucket } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import type { JobKind } from '../platform/jobContract.ts';
import { destroySubjectKey } from '../platform/keyring.ts';
import { logFailure } from '../platform/log.ts';
import { deleteObject } from '../platform/storage.ts';
import { destroyOrphanUploads, destroyUpload } from '../register/uploads.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { endOverdue, grantsOverdue } from './endGrants.ts';
import { exportPath } from './exports/exportPaths.ts';
import { extractPath } from './extractPaths.ts';

const mostInOneRun = 1000;

/** What is pruned, or done again because it was forgotten. */
type Pruned =
  | IdentityPruned
  | 'invitations'
  | 'uploads'
  | 'extracts'
  | 'registerExports'
  | 'readBudgets'
  | 'supportGrants'
  | 'sessionsOfDisabled'
  | 'orphanUploads'
  | 'alarmsMailedAgain';

/** Deletes what has expired; answers how much of each kind. */
export async function pruneExpired(clock: Clock): Promise<Readonly<Record<Pruned, number>>> {
  const now = Timestamp.fromDate(clock());
  const db = adminFirestore();
  const monthAgo = Timestamp.fromDate(after(clock(), -30 * ms.day));
  return {
    ...(await pruneIdentity(clock)),
    invitations: await deleteAll(endedInvitations(monthAgo)),
    uploads: await pruneUploads(now),
    extracts: await pruneExtracts(now),
    registerExports: await pruneRegisterExports(now),
    readBudgets: await deleteAll(db.collection('readBudgets').where('expiresAt', '<', now)),
    supportGrants: await pruneEach((await grantsOverdue(now).limit(mostInOneRun).get()).docs, (grant) => endOverdue(grant, now)),
    sessionsOfDisabled: await endSessionsOfDisabled(clock),
    orphanUploads: await destroyOrphanUploads(clock),
    alarmsMailedAgain: await mailForgottenAlarms(clock),
  };
}

/** Whatever became of them: their time ended so long ago. */
const endedInvitations = (before: Timestamp): Query =>
  adminFirestore().collectionGroup('invitations').where('state', 'in', ['open', 'accepted', 'withdrawn']).where('expiresAt', '<', before);

async function deleteAll(query: Query): Promise<number> {
  return deleteDocuments(await query.limit(mostInOneRun).select().get());
}

async function deleteDocuments(found: QuerySnapshot): Promise<number> {
  const batch = adminFirestore().batch();
  for (const snapshot of found.docs) batch.delete(snapshot.ref);
  await batch.commit();
  return found.size;
}

async function pruneUploads(now: Timestamp): Promise<number> {
  const expired = await adminFirestore()
    .collectionGroup('uploads')
    .where('state', '==', 'stored')
    .where('expiresAt', '<', now)
    .limit(mostInOneRun)
    .get();
  const busy = await uploadsBeingImported();
  return pruneEach(
    expired.docs.filter(({ id }) => !busy.has(id)),
    async (upload) => {
      await destroyUpload(upload.ref.parent.parent?.id ?? '', upload.id);
      await upload.ref.update({ state: 'gone' });
    },
  );
}

/** An import that has begun needs its file until it ends. */
async function uploadsBeingImported(): Promise<ReadonlySet<string>> {
  const imports = adminFirestore().collection('jobs').where('kind', '==', 'import').where('state', 'in', ['queued', 'running']);
  return new Set((await imports.select('input.uploadId').get()).docs.map((job) => String(job.get('input.uploadId'))));
}

/** Extracts whose hour is over, and what a job left that failed after it had written. */
function pruneExtracts(now: Timestamp): Promise<number> {
  return pruneFilesOf('extract', ['collecting', 'signing', 'finishing'], now, (job) =>
    deleteObject(filesBucket(), extractPath(String(job.get('orgId')), String(job.get('input.dataSubjectId')), job.id)),
  );
}

/** Exports of registers likewise; the key of each goes first. */
function pruneRegisterExports(now: Timestamp): Promise<number> {
  return pruneFilesOf('registerExport', ['writing', 'finishing'], now, async (job) => {
    const orgId = String(job.get('orgId'));
    await destroySubjectKey(orgId, 'export', job.id);
    await deleteObject(filesBucket(), exportPath(orgId, job.id));
  });
}

/** Removes the files of jobs of a kind that have expired, or that failed in a step after which there may be one. */
async function pruneFilesOf(
  kind: JobKind,
  steps: readonly string[],
  now: Timestamp,
  remove: (job: QueryDocumentSnapshot) => Promise<void>,
): Promise<number> {
  const jobs = adminFirestore().collection('jobs').where('kind', '==', kind);
  const expired = await jobs.where('result.expiresAt', '<', now).limit(mostInOneRun).get();
  const failed = await jobs.where('state', '==', 'failed').where('step', 'in', steps).limit(mostInOneRun).get();
  const removed = await pruneEach(expired.docs, async (job) => {
    await remove(job);
    await job.ref.update({ 'result.expiresAt': null, 'result.expiredAt': job.get('result.expiresAt') as Timestamp }); // matched by the query
  });
  return (
    removed +
    (await pruneEach(failed.docs, async (job) => {
      await remove(job);
      await job.ref.update({ step: 'pruned' });
    }))
  );
}

/** Prunes one after the other; what cannot be pruned is logged and left to the next run, and does not keep the others. */
async function pruneEach(
  snapshots: readonly QueryDocumentSnapshot[],
  prune: (snapshot: QueryDocumentSnapshot) => Promise<void>,
): Promise<number> {
  let pruned = 0;
  for (const snapshot of snapshots) {
    try {
      await prune(snapshot);
      pruned += 1;
    } catch (thrown) {
      logFailure('not pruned', thrown, { path: snapshot.ref.path });
    }
  }
  return pruned;
}
