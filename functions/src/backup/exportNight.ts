/**
 * The nightly export of a database: of all tenant data, and, to a bucket of its own, of the wrapped keys.
 *
 * Guarantees: one export a night, repeated if it failed; it counts as complete only when Google says so, its files are in the
 * bucket and what they must hold is written down; nothing outside the EU is written to; keys and data never go to one place.
 * A kill at any point is made good by the next run: the intention is noted first, and an operation that was started without being
 * noted is found again. Fails when fewer keys are left than erasures since a night before explain, with the export made. Does not copy to a second region, and does not prove that it can be restored: other schedules do.
 */
import type { DocumentSnapshot } from 'firebase-admin/firestore';
import { exportsBucket, keysBackupBucket, needsEuLocation } from '../platform/config.ts';
import { pauseAfter, type Sleep } from '../platform/databases.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { databaseLocation, exportProgress, findExport, startExport, type ExportedDatabase } from '../platform/firestoreAdmin.ts';
import { logFailure } from '../platform/log.ts';
import { bucketLocation, deleteObjects, hashObject, listObjects, writeObject, type StoredObject } from '../platform/storage.ts';
import { AppError } from '../shared/errors.ts';
import { ms, type Clock } from '../shared/time.ts';
import { plantCanary } from './canary.ts';
import { contentsAt, countsAt, keyCountsAt, manifestBytes } from './exportContents.ts';
import { exportManifestPath, exportPrefix, type KeysManifest } from './exportManifest.ts';
import { exportIdOf, snapshotOf, type ExportKind } from './exportPlan.ts';
import { exportDoc, needsNoFall, noteBeginning, noteComplete, noteExportFailed, noteOperation } from './exportRecords.ts';
import { removeExpired } from './pruneExports.ts';

/** Less than the function's own limit; an export that takes longer gets its outcome recorded by the next run. */
const patience = 25 * ms.minute;
const longestWrite = ms.minute;

const databases = { daily: '(default)', keys: 'keys' } as const satisfies Record<ExportKind, ExportedDatabase>;
const bucketOf = (kind: ExportKind): string => (kind === 'daily' ? exportsBucket() : keysBackupBucket());
/** Without a slash at the end, as Firestore wants it. */
const uriOf = (kind: ExportKind, exportId: string): string => `gs://${bucketOf(kind)}/${exportPrefix(exportId).slice(0, -1)}`;

/**
 * Exports tonight's state and removes the export that it replaces; answers what is worth a line in the log. Throws
 * `backup/export-incomplete`, `backup/location-outside-eu`, and at the end `backup/keys-fell`.
 */
export async function exportNight(
  kind: ExportKind,
  clock: Clock,
  sleep: Sleep,
): Promise<{ exportId: string; files: number; sizeBytes: number; pruned: number }> {
  needsEuLocation(await databaseLocation(databases[kind]));
  needsEuLocation(await bucketLocation(bucketOf(kind)));
  const exportId = exportIdOf(clock(), kind);
  await settleEarlier(kind, exportId, clock);
  const operation = await startedOperation(kind, exportId, clock);
  if (operation !== null) await finish(kind, exportId, operation, clock, sleep);
  const pruned = await removeExpired(clock);
  if (kind === 'keys') await needsNoFall(exportId);
  const stored = await exportDoc(exportId).get();
  return { exportId, files: Number(stored.get('fileCount')), sizeBytes: Number(stored.get('sizeBytes')), pruned };
}

/** The operation of tonight's export, started now unless it has been; null when the export is complete. */
async function startedOperation(kind: ExportKind, exportId: string, clock: Clock): Promise<string | null> {
  const existing = await exportDoc(exportId).get();
  const state: unknown = existing.get('state');
  if (state === 'complete') return null;
  if (state === 'running') return (await knownOperation(kind, existing)) ?? start(kind, exportId, clock());
  if (kind === 'daily') await plantCanary(exportId, clock);
  const now = clock();
  await noteBeginning({ kind, exportId, uri: uriOf(kind, exportId), snapshotAt: snapshotOf(now) }, existing, now);
  return start(kind, exportId, now);
}

/** The operation of an export that an earlier run began, also if it was killed before it could note it; null when it started none. */
async function knownOperation(kind: ExportKind, record: DocumentSnapshot): Promise<string | null> {
  const noted: unknown = record.get('operation');
  if (typeof noted === 'string') return noted;
  const begun = record.updateTime?.toDate() ?? new Date(0);
  const found = await findExport(databases[kind], String(record.get('uri')), begun);
  if (found !== null) await noteOperation(record.id, found);
  return found;
}

async function start(kind: ExportKind, exportId: string, now: Date): Promise<string> {
  await deleteObjects(bucketOf(kind), exportPrefix(exportId));
  const operation = await startExport(databases[kind], uriOf(kind, exportId), snapshotOf(now));
  await noteOperation(exportId, operation);
  return operation;
}

async function finish(kind: ExportKind, exportId: string, operation: string, clock: Clock, sleep: Sleep): Promise<void> {
  const deadline = clock().getTime() + patience;
  for (let asked = 0; !(await settle(kind, exportId, operation, clock)); asked += 1) {
    if (clock().getTime() > deadline) throw new AppError('backup/export-incomplete', 'the export takes longer than this run', { exportId });
    await sleep(pauseAfter(asked));
  }
}

/** Records the outcome of an export, if it has one. Throws `backup/export-incomplete` when it failed. */
async function settle(kind: ExportKind, exportId: string, operation: string, clock: Clock): Promise<boolean> {
  const progress = await exportProgress(operation);
  if (progress.state === 'running') return false;
  if (progress.state === 'failed') return fail(exportId, progress.reason);
  const files = await listObjects(bucketOf(kind), exportPrefix(exportId));
  if (!files.some(({ path }) => path.endsWith('.overall_export_metadata'))) return fail(exportId, 'the metadata file is missing');
  const { snapshotAt } = progress;
  const completedAt = clock();
  const { documentCount, manifestSha256 } = await described(kind, exportId, files, snapshotAt, completedAt);
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const facts = { snapshotAt, completedAt, fileCount: files.length, sizeBytes, documentCount, manifestSha256 };
  await noteComplete(kind, exportId, kind === 'keys' ? { ...facts, counts: await keyCountsAt(snapshotAt) } : facts);
  return true;
}

/** Counts what an export must hold, and writes its signed manifest, with the hash of every file. */
async function described(kind: ExportKind, exportId: string, files: readonly StoredObject[], snapshotAt: Date, completedAt: Date) {
  const contents =
    kind === 'keys'
      ? { counts: await countsAt(kind, snapshotAt) }
      : await contentsAt(exportId, snapshotAt).catch((thrown: unknown) => failWith(exportId, thrown));
  const { bytes, sha256 } = await manifestBytes({
    v: 1,
    exportId,
    snapshotAt: snapshotAt.toISOString(),
    completedAt: completedAt.toISOString(),
    files: await hashed(bucketOf(kind), files),
    ...contents,
  });
  await writeObject(bucketOf(kind), exportManifestPath(exportId), only(bytes), longestWrite);
  return { documentCount: sum(contents.counts), manifestSha256: sha256 };
}

async function hashed(bucket: string, files: readonly StoredObject[]): Promise<KeysManifest['files']> {
  const all: KeysManifest['files'] = [];
  for (const { path, sizeBytes, crc32c } of files) all.push({ path, sizeBytes, crc32c, sha256: await hashObject(bucket, path) });
  return all;
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);

/** An earlier night's export that outlasted its run gets its outcome now; that it failed is in its record, and tonight goes on. */
async function settleEarlier(kind: ExportKind, tonight: string, clock: Clock): Promise<void> {
  const running = await adminFirestore().collection('exports').where('kind', '==', kind).where('state', '==', 'running').limit(30).get();
  for (const snapshot of running.docs.filter(({ id }) => id !== tonight)) {
    await settleOne(kind, snapshot, clock).catch((thrown: unknown) =>
      logFailure('earlier export failed', thrown, { exportId: snapshot.id }),
    );
  }
}

async function settleOne(kind: ExportKind, record: DocumentSnapshot, clock: Clock): Promise<void> {
  const operation = await knownOperation(kind, record);
  if (operation === null) await fail(record.id, 'it was never started');
  else await settle(kind, record.id, operation, clock);
}

async function fail(exportId: string, reason: string): Promise<never> {
  await noteExportFailed(exportId, reason);
  throw new AppError('backup/export-incomplete', 'the export failed', { exportId });
}

/** An export that shows a moment before its canary is made anew; any other failure leaves it as it is, for the next run. */
async function failWith(exportId: string, thrown: unknown): Promise<never> {
  if (thrown instanceof AppError && thrown.code === 'backup/export-incomplete') await noteExportFailed(exportId, thrown.message);
  throw thrown;
}
