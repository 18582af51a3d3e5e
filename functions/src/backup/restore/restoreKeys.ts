/**
 * The database of keys, restored when it is lost: from its newest export, with the erasure ledger replayed on it.
 *
 * Guarantees: refused while there is a key in the database, because every key that was destroyed since the export would come
 * back; a key that is there is never overwritten; the keys of erased persons are taken out before anything is copied. What was
 * destroyed in the last days and is in no ledger (keys of uploads, extracts and closed accounts) comes back with the export:
 * what they opened is gone, and the runbook says what to do.
 */
import { FieldPath, type DocumentData, type Firestore } from 'firebase-admin/firestore';
import { randomBytes } from 'node:crypto';
import { keysBackupBucket } from '../../platform/config.ts';
import { createScratch, deleteScratch, listScratch, restoreScratchId, scratchMadeAt, scratchPrefixes } from '../../platform/databases.ts';
import { isAlreadyExists, keysFirestore, namedFirestore } from '../../platform/firestore.ts';
import { listObjects } from '../../platform/storage.ts';
import { AppError } from '../../shared/errors.ts';
import { ms, type Clock } from '../../shared/time.ts';
import type { KeysManifest } from '../exportManifest.ts';
import type { RestoreTools } from './prepare.ts';
import { wholeLedger } from './replayLedger.ts';
import { importExport } from './scratch.ts';
import { needsWholeExport, readKeysManifest } from './sources.ts';

const pageSize = 300;
/** Its id says that the keys are being restored, and since when: it is how an interrupted restore is known. */
export const keysScratchPrefix = `${scratchPrefixes.restore}keys-`;
/** For how long an interrupted restore may be gone on with: what was destroyed meanwhile, and is in no ledger, would come back. */
export const keysScratchLifetime = ms.day;
const collections = ['orgKeys', 'subjectKeys'] as const;

/**
 * Restores lost keys from a bucket, or says what would be done. Throws `backup/keys-present`, `backup/missing`, `backup/damaged`,
 * `backup/not-genuine`, and `backup/scratch-outdated` for one that was interrupted more than a day ago.
 */
export async function restoreKeys(isReal: boolean, { clock, sleep, say }: RestoreTools, bucket = keysBackupBucket()): Promise<void> {
  const unfinished = await unfinishedScratch(clock);
  if (unfinished === null) await needsNoKeys();
  const manifest = await newestExport(bucket);
  say(`the newest export of the keys is ${manifest.exportId}, which shows ${manifest.snapshotAt}`);
  if (!isReal) return say('nothing has been changed. Repeat the command with --do-it to restore the keys from it');
  const scratchId = unfinished ?? restoreScratchId('keys', clock(), randomBytes(4).toString('hex'));
  if (unfinished === null) await createScratch(scratchId, sleep);
  await importExport(scratchId, bucket, manifest, sleep);
  const scratch = namedFirestore(scratchId);
  const entries = await wholeLedger(scratch);
  for (const { orgId, dataSubjectId } of entries) {
    const key = scratch.doc(`subjectKeys/${dataSubjectId}`);
    if ((await key.get()).get('orgId') === orgId) await key.delete();
  }
  say(`the keys of ${entries.length} erased persons are taken out`);
  for (const name of collections) say(`${name}: ${await copyMissing(scratch, name)} keys`);
  await deleteScratch(scratchId, sleep);
  say('done');
}

async function unfinishedScratch(clock: Clock): Promise<string | null> {
  const scratchId = (await listScratch(scratchPrefixes.restore)).find((id) => id.startsWith(keysScratchPrefix));
  if (scratchId === undefined) return null;
  const madeAt = scratchMadeAt(scratchId);
  if (madeAt !== null && clock().getTime() - madeAt.getTime() < keysScratchLifetime) return scratchId;
  throw new AppError('backup/scratch-outdated', 'the interrupted restore of the keys is too old to go on', { scratchId });
}

async function needsNoKeys(): Promise<void> {
  for (const name of collections) {
    const some = await keysFirestore().collection(name).limit(1).get();
    if (!some.empty) throw new AppError('backup/keys-present', 'the database of keys is not lost');
  }
}

/** The newest export of the keys that a bucket has a manifest of. Throws `backup/missing`, `backup/damaged` unless it is whole. */
async function newestExport(bucket: string): Promise<KeysManifest> {
  const objects = await listObjects(bucket, 'keys/');
  const complete = objects.flatMap(({ path }) => /^keys\/([^/]+)\.manifest\.jws$/.exec(path)?.[1] ?? []);
  const newest = complete.toSorted().at(-1);
  if (newest === undefined) throw new AppError('backup/missing', 'there is no export of the keys');
  const manifest = await readKeysManifest(bucket, newest);
  await needsWholeExport(bucket, manifest);
  return manifest;
}

async function copyMissing(scratch: Firestore, name: (typeof collections)[number]): Promise<number> {
  const ordered = scratch.collection(name).orderBy(FieldPath.documentId()).limit(pageSize);
  let copied = 0;
  let page = await ordered.get();
  for (let last = page.docs.at(-1); last !== undefined; last = page.docs.at(-1)) {
    for (const key of page.docs) copied += (await createKey(`${name}/${key.id}`, key.data())) ? 1 : 0;
    page = await ordered.startAfter(last).get();
  }
  return copied;
}

async function createKey(path: string, data: DocumentData): Promise<boolean> {
  try {
    await keysFirestore().doc(path).create(data);
    return true;
  } catch (thrown) {
    if (isAlreadyExists(thrown)) return false;
    throw thrown;
  }
}
