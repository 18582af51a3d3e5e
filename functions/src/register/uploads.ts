/**
 * Files that wait to be imported: sealed in the bucket under a key of their own, with a document beside them.
 *
 * Guarantees: no byte of a file is stored unsealed; a file that was imported or has expired is unreadable, because its key
 * is destroyed first. Does not look into a file beyond its beginning.
 */
import { doc, getDoc, serverTimestamp, Timestamp, writeBatch } from 'firebase/firestore/lite';
import { addMemberEvent } from '../audit/event.ts';
import { openStream, sealStream } from '../crypto/stream.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { filesBucket } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { createSubjectKey, destroySubjectKey, subjectKey } from '../platform/keyring.ts';
import { logFailure } from '../platform/log.ts';
import { newId } from '../platform/random.ts';
import { deleteObject, listObjects, readObject, writeObject } from '../platform/storage.ts';
import { AppError, isAppError } from '../shared/errors.ts';
import type { UploadId } from '../shared/ids.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { importLimits } from './contract.ts';
import { detectFormat } from './csvFormat.ts';

/** The most files of one member that wait in one organisation; each may be 25 MiB. */
export const mostWaitingUploads = 20;

/** How long an upload waits to be imported. */
export const uploadLifetimeHours = 23;

/** Document path of an upload. */
export const uploadPath = (orgId: string, uploadId: string): string => `orgs/${orgId}/uploads/${uploadId}`;
const objectPath = (orgId: string, uploadId: string): string => `orgs/${orgId}/uploads/${uploadId}`;
const sealContext = (orgId: string, uploadId: string) =>
  ({ orgId, collection: 'uploads', docId: uploadId, sensitivityClass: 'identity' }) as const;

/**
 * Stores a file sealed, with its event. Throws `register/import-too-large`, `import-not-csv`, `import-wrong-encoding`, and
 * `identity/too-many-attempts` when too many files wait already.
 */
export async function storeUpload(actor: OrgActor, file: Uint8Array, clock: Clock): Promise<{ uploadId: UploadId; sizeBytes: number }> {
  const { maxBytes } = importLimits;
  if (file.length > maxBytes)
    throw new AppError('register/import-too-large', `the file has more than ${maxBytes} bytes`, { limit: 'maxBytes', max: maxBytes });
  await needsRoom(actor);
  await detectFormat(once(file), {}, maxBytes);
  const uploadId = newId<UploadId>();
  const dek = await createSubjectKey(actor.orgId, 'upload', uploadId);
  try {
    await writeObject(filesBucket(), objectPath(actor.orgId, uploadId), sealStream(dek, sealContext(actor.orgId, uploadId), once(file)));
    await recordUpload(actor, uploadId, file.length, clock);
  } catch (thrown) {
    // Nobody learns the id, so nobody can import it: it is destroyed now, or nothing would ever remove it.
    await destroyUpload(actor.orgId, uploadId).catch((failure: unknown) => logFailure('upload not removed', failure, { uploadId }));
    throw thrown;
  }
  return { uploadId, sizeBytes: file.length };
}

/** Counted by the Admin SDK: no rule shows a member a list of uploads. Files sent at the same moment may be some more. */
async function needsRoom(actor: OrgActor): Promise<void> {
  const mine = adminFirestore().collection(`orgs/${actor.orgId}/uploads`).where('createdBy', '==', actor.accountId);
  const waiting = (await mine.where('state', '==', 'stored').count().get()).data().count;
  if (waiting < mostWaitingUploads) return;
  const waitSeconds = (uploadLifetimeHours * ms.hour) / ms.second;
  throw new AppError('identity/too-many-attempts', 'too many files wait to be imported', { waitSeconds, max: mostWaitingUploads });
}

async function recordUpload(actor: OrgActor, uploadId: UploadId, sizeBytes: number, clock: Clock): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, {
    action: 'register.import.upload',
    targetKind: 'upload',
    targetIds: [uploadId],
  });
  const expiresAt = Timestamp.fromDate(after(clock(), uploadLifetimeHours * ms.hour));
  const upload = { v: 1, state: 'stored', sizeBytes, createdBy: actor.accountId, createdAt: serverTimestamp(), expiresAt, lastEventId };
  batch.set(doc(actor.db, uploadPath(actor.orgId, uploadId)), upload);
  await asCaller('orgs/not-allowed', () => batch.commit());
}

async function* once(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file;
}

/** Throws `register/upload-gone` unless the caller may read the upload and it still waits. */
export async function needsWaitingUpload(actor: OrgActor, uploadId: UploadId, clock: Clock): Promise<void> {
  const snapshot = await asCaller('register/upload-gone', () => getDoc(doc(actor.db, uploadPath(actor.orgId, uploadId))));
  const expiresAt: unknown = snapshot.get('expiresAt');
  const isWaiting = snapshot.get('state') === 'stored' && expiresAt instanceof Timestamp && expiresAt.toDate() > clock();
  if (!isWaiting) throw uploadGone();
}

/** Opens a stored file for reading, as often as `open` is called. Throws `register/upload-gone` when its key is destroyed. */
export async function uploadReader(orgId: string, uploadId: string): Promise<() => AsyncIterable<Uint8Array>> {
  const dek = await subjectKey(orgId, uploadId).catch((cause: unknown) => {
    // A key service that does not answer says nothing about the upload.
    throw isAppError(cause, 'shared/not-found') ? uploadGone(cause) : cause;
  });
  return () => openStream(dek, sealContext(orgId, uploadId), readObject(filesBucket(), objectPath(orgId, uploadId)));
}

/** Makes a file unreadable, then deletes it. Repeating it changes nothing. */
export async function destroyUpload(orgId: string, uploadId: string): Promise<void> {
  await destroySubjectKey(orgId, 'upload', uploadId);
  await deleteObject(filesBucket(), objectPath(orgId, uploadId));
}

function uploadGone(cause?: unknown): AppError {
  return new AppError('register/upload-gone', 'the uploaded file is gone, upload it again', {}, { cause });
}

/**
 * Destroys files that have no document a day after they were written: the call was killed between the two. Answers how many.
 * Looks at every object, of which there are few: none is meant to live for more than a day.
 */
export async function destroyOrphanUploads(clock: Clock): Promise<number> {
  const before = after(clock(), -ms.day);
  const old = (await listObjects(filesBucket(), 'orgs/')).filter(({ writtenAt }) => writtenAt < before);
  const places = old.flatMap(({ path }) => {
    const [, orgId, uploadId] = /^orgs\/([^/]+)\/uploads\/([^/]+)$/.exec(path) ?? [];
    return orgId === undefined || uploadId === undefined ? [] : [{ orgId, uploadId }];
  });
  let destroyed = 0;
  for (const { orgId, uploadId } of places) {
    if ((await adminFirestore().doc(uploadPath(orgId, uploadId)).get()).exists) continue;
    await destroyUpload(orgId, uploadId);
    destroyed += 1;
  }
  return destroyed;
}
