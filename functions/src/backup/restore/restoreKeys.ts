/**
 * The database of keys, restored when it is lost: from its newest export or another, with the erasure ledger replayed on it.
 *
 * Guarantees: refused while there is a key in the database, because every key that was destroyed since the export would come
 * back, unless the operator says that some are lost; a key that is there is never overwritten, and nothing is copied
 * where an organisation's key was made anew since or is made meanwhile, below which nothing of before opens; the keys of erased persons are
 * taken out first, and those of whom is erased meanwhile are destroyed behind the copy, however it ends. Killed, it has to be repeated: until
 * then such a key may be there. What was destroyed in the last days and is in no ledger (keys of uploads, extracts and closed accounts) comes back with the export:
 * what they opened is gone, and the runbook says what to do.
 */
import { FieldPath, type DocumentReference, type Firestore, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { keysBackupBucket } from '../../platform/config.ts';
import { createScratch, deleteScratch, listScratch, restoreScratchId, scratchMadeAt, scratchPrefixes } from '../../platform/databases.ts';
import { adminFirestore, isAlreadyExists, keysFirestore, namedFirestore } from '../../platform/firestore.ts';
import { pagesOf } from '../../platform/queryPages.ts';
import { listObjects } from '../../platform/storage.ts';
import { AppError } from '../../shared/errors.ts';
import { ms, type Clock } from '../../shared/time.ts';
import type { KeysManifest } from '../exportManifest.ts';
import { isFall } from '../exportPlan.ts';
import { readUsable, type LeftOut } from '../unusable.ts';
import { nothing, takeDocument, type Commit } from './commit.ts';
import { leavingOut, type RestoreTools } from './prepare.ts';
import { destroyKeysAgain, wholeLedger } from './replayLedger.ts';
import { discardScratches, importExport } from './scratch.ts';
import { needsWholeExport, readKeysManifest } from './sources.ts';

const pageSize = 300;
/** Whether a scratch database is one of a restore of the keys. Its id says so, and since when: it is how an interrupted one is known. */
export const isKeysScratch = (scratchId: string): boolean => scratchId.startsWith(`${scratchPrefixes.restore}keys-`);
/** For how long an interrupted restore may be gone on with: what was destroyed meanwhile, and is in no ledger, would come back. */
export const keysScratchLifetime = ms.day;
const collections = ['orgKeys', 'subjectKeys'] as const;

/**
 * Where lost keys come from: without an export, the newest of the bucket; without a bucket, the first one. `isAdding`: some keys are
 * lost and others are there, which stay as they are.
 */
export type KeysSource = { readonly bucket?: string; readonly exportId?: string | null; readonly isAdding?: boolean };

/**
 * Restores lost keys from a bucket, or says what would be done. Throws `backup/keys-present`, `backup/missing`, `backup/damaged`,
 * `backup/not-genuine`, `backup/keys-remade`, `backup/restore-unfinished` when one from another export was interrupted, and `backup/scratch-outdated` for
 * one that was interrupted more than a day ago.
 */
export async function restoreKeys(isReal: boolean, tools: RestoreTools, from: KeysSource = {}): Promise<void> {
  const { clock, sleep, say } = tools;
  const { bucket = keysBackupBucket(), exportId = null, isAdding = false } = from;
  const unfinished = await unfinishedScratch(clock);
  const { exportId: begun, isImported } = await begunWith(unfinished);
  if (!isImported && !isAdding) await needsNoKeys(); // none of its own is there yet
  if (begun !== null && exportId !== null && exportId !== begun)
    throw new AppError('backup/restore-unfinished', 'a restore of the keys from another export was interrupted', { exportId: begun });
  const manifest = await chosenExport(bucket, begun ?? exportId, say);
  if (!isReal) return say('nothing has been changed. Repeat the command with --do-it to restore the keys from it');
  const { id, scratch, commit } = await filledScratch(unfinished, bucket, manifest, tools);
  await needsNoneRemade(scratch);
  const entries = await ledger();
  for (const { orgId, dataSubjectId } of entries) {
    const key = scratch.doc(`subjectKeys/${dataSubjectId}`);
    if ((await key.get()).get('orgId') === orgId) await commit((batch) => batch.delete(key));
  }
  say(`the keys of ${entries.length} erased persons are taken out`);
  try {
    await copyAll(scratch, commit, say);
  } finally {
    // An entry precedes the end of its key: whoever is not in the ledger yet has the key destroyed by the erasure itself.
    await destroyKeysAgain(await ledger());
  }
  await deleteScratch(id, sleep);
  say('done');
}

/** Removes scratch databases of interrupted restores of the keys, and before them the keys that they may have brought back of whom was erased meanwhile. */
export async function discardKeysScratches(scratchIds: readonly string[], sleep: RestoreTools['sleep']): Promise<void> {
  if (scratchIds.length === 0) return;
  await destroyKeysAgain(await ledger());
  await discardScratches(scratchIds, sleep);
}

/** The present one and its copies: none is among the keys. */
const ledger = () => wholeLedger(adminFirestore());

async function unfinishedScratch(clock: Clock): Promise<string | null> {
  const scratchId = (await listScratch(scratchPrefixes.restore)).find(isKeysScratch);
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

/**
 * The export that an interrupted restore began with, and must go on with: of two exports together no night ever was; and whether all of it
 * is known to have been imported.
 */
async function begunWith(scratchId: string | null): Promise<{ readonly exportId: string | null; readonly isImported: boolean }> {
  if (scratchId === null) return { exportId: null, isImported: false };
  const stored = await stateOf(scratchId).get();
  const exportId: unknown = stored.get('exportId');
  return { exportId: typeof exportId === 'string' ? exportId : null, isImported: stored.get('isImported') === true };
}

/**
 * A scratch database with the export, taken up by this run alone (commit.ts). That of an interrupted restore is used only if its import is known to have
 * ended: Google may go on with it, and bring back what is taken out.
 */
async function filledScratch(
  unfinished: string | null,
  bucket: string,
  manifest: KeysManifest,
  { clock, sleep }: Pick<RestoreTools, 'clock' | 'sleep'>,
): Promise<{ id: string; scratch: Firestore; commit: Commit }> {
  if (unfinished !== null) {
    const { before, commit } = await takeDocument(stateOf(unfinished), () => ({ exportId: manifest.exportId }));
    if (before.get('isImported') === true) return { id: unfinished, scratch: namedFirestore(unfinished), commit };
    await deleteScratch(unfinished, sleep);
  }
  const id = restoreScratchId('keys', clock(), randomBytes(4).toString('hex'));
  await createScratch(id, sleep);
  const { commit } = await takeDocument(stateOf(id), () => ({ exportId: manifest.exportId, isImported: false }));
  await importExport(id, bucket, manifest, sleep);
  await commit(nothing, { isImported: true });
  return { id, scratch: namedFirestore(id), commit };
}

const stateOf = (scratchId: string): DocumentReference => namedFirestore(scratchId).doc('keysRestore/current');

/** Names every export of the keys with its counts, and answers the wanted or the newest one, if it is whole. */
async function chosenExport(bucket: string, exportId: string | null, say: RestoreTools['say']): Promise<KeysManifest> {
  const all = await exportsOfKeys(bucket, leavingOut(say));
  for (const one of all) say(`${one.exportId}  shows ${one.snapshotAt}: ${countsOf(one)}`);
  const chosen = exportId === null ? all.at(-1) : await readKeysManifest(bucket, exportId);
  if (chosen === undefined) throw new AppError('backup/missing', 'there is no export of the keys');
  await needsWholeExport(bucket, chosen);
  const what = exportId === null ? 'the newest export of the keys' : 'the wanted export of the keys';
  say(`${what} is ${chosen.exportId}, which shows ${chosen.snapshotAt}`);
  const fuller = all.findLast((one) => hasFallen(one, chosen));
  if (fuller !== undefined)
    say(`it has fewer keys of organisations, or far fewer others, than ${fuller.exportId}: find out why, or choose that with --export`);
  return chosen;
}

/** Exports of the keys in a bucket, oldest first; what is not genuine, or called otherwise, is left out. */
async function exportsOfKeys(bucket: string, leftOut: LeftOut): Promise<readonly KeysManifest[]> {
  const objects = await listObjects(bucket, 'keys/');
  const ids = objects.flatMap(({ path }) => /^keys\/(keys-\d{4}-\d\d-\d\d)\.manifest\.jws$/.exec(path)?.[1] ?? []);
  const manifests = await readUsable(ids, (id) => readKeysManifest(bucket, id), leftOut);
  return manifests.toSorted((a, b) => a.snapshotAt.localeCompare(b.snapshotAt));
}

const countsOf = ({ counts }: KeysManifest): string => collections.map((name) => `${counts[name] ?? 0} ${name}`).join(', ');
const hasFallen = ({ counts: before }: KeysManifest, { counts: now }: KeysManifest): boolean =>
  (now['orgKeys'] ?? 0) < (before['orgKeys'] ?? 0) || isFall(before['subjectKeys'] ?? 0, now['subjectKeys'] ?? 0);

const keysIn = (scratch: Firestore, name: (typeof collections)[number]) =>
  pagesOf(scratch.collection(name).orderBy(FieldPath.documentId()), pageSize);

/** An organisation's key is made once and never written again: another one below the same id was made after the first was lost. */
async function needsNoneRemade(scratch: Firestore): Promise<void> {
  const remade: string[] = [];
  for await (const page of keysIn(scratch, 'orgKeys')) {
    const present = await keysFirestore().getAll(...page.map(({ id }) => keysFirestore().doc(`orgKeys/${id}`)));
    for (const [index, key] of present.entries())
      if (key.exists && !isDeepStrictEqual(key.get('wrapped'), page[index]?.get('wrapped'))) remade.push(key.id);
  }
  if (remade.length === 0) return;
  const details = { orgIds: remade.slice(0, 20), count: remade.length };
  throw new AppError('backup/keys-remade', 'keys of organisations were made anew since they were lost', details);
}

async function copyAll(scratch: Firestore, commit: Commit, say: RestoreTools['say']): Promise<void> {
  say(`orgKeys: ${await copyMissing(scratch, 'orgKeys', commit)} keys`);
  await needsNoneRemade(scratch); // one that was made since the first look was not overwritten
  say(`subjectKeys: ${await copyMissing(scratch, 'subjectKeys', commit)} keys`);
}

async function copyMissing(scratch: Firestore, name: (typeof collections)[number], commit: Commit): Promise<number> {
  let copied = 0;
  for await (const page of keysIn(scratch, name)) {
    await commit(nothing); // unless another run has taken the scratch database up, or ended
    copied += await createMissing(page);
  }
  return copied;
}

/** In one commit; answers how many were missing. */
async function createMissing(page: readonly QueryDocumentSnapshot[]): Promise<number> {
  const present = await keysFirestore().getAll(...page.map(({ ref }) => keysFirestore().doc(ref.path)));
  const missing = page.filter((_, index) => present[index]?.exists !== true);
  if (missing.length === 0) return 0;
  const batch = keysFirestore().batch();
  for (const key of missing) batch.create(keysFirestore().doc(key.ref.path), key.data());
  try {
    await batch.commit();
    return missing.length;
  } catch (thrown) {
    if (isAlreadyExists(thrown)) return createMissing(page); // one was made meanwhile
    throw thrown;
  }
}
