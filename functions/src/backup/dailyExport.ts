/**
 * The nightly export of the whole database, and the removal of exports older than 28 days.
 *
 * Guarantees: one export a day, repeated if it failed; it counts as complete only when Google says so and its files are in
 * the bucket; nothing outside the EU is written to; the database of keys is never exported. An old export's files are
 * deleted before it is called pruned. Does not copy to a second region and does not prove that it can be restored.
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { bucketLocation, deleteObjects, listObjects } from '../platform/storage.ts';
import { exportsBucket, needsEuLocation } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { databaseLocation, exportProgress, startExport } from '../platform/firestoreAdmin.ts';
import { logFailure } from '../platform/log.ts';
import { AppError } from '../shared/errors.ts';
import { ms, type Clock } from '../shared/time.ts';
import { exportIdOf, snapshotOf, tooOldSince } from './exportPlan.ts';

const pollEvery = 2 * ms.second;
/** Less than the function's own limit; an export that takes longer gets its outcome recorded by the next run. */
const patience = 25 * ms.minute;

const exportDoc = (id: string): DocumentReference => adminFirestore().collection('exports').doc(id);

/** Waits that long; passed in so that a test need not. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** Exports today's state, then removes what is too old; answers what is worth a line in the log. */
export async function dailyExport(
  clock: Clock,
  sleep: Sleep,
): Promise<{ exportId: string; files: number; sizeBytes: number; pruned: number }> {
  needsEuLocation(await databaseLocation());
  needsEuLocation(await bucketLocation(exportsBucket()));
  const exportId = exportIdOf(clock());
  // First, so that a failing export never keeps an old one past the date that certificates name.
  const pruned = await pruneExports(clock());
  await settleEarlier(exportId, clock);
  const operation = await startedOperation(exportId, clock());
  if (operation !== null) await finish(exportId, operation, clock, sleep);
  const stored = await exportDoc(exportId).get();
  return { exportId, files: Number(stored.get('fileCount')), sizeBytes: Number(stored.get('sizeBytes')), pruned };
}

/** The operation of today's export, started now unless it has been; null when the export is complete. */
async function startedOperation(exportId: string, now: Date): Promise<string | null> {
  const existing = await exportDoc(exportId).get();
  if (existing.get('state') === 'complete') return null;
  const known: unknown = existing.get('operation');
  if (existing.get('state') === 'running' && typeof known === 'string') return known;
  const snapshotAt = snapshotOf(now);
  const prefix = `daily/${exportId}`;
  await deleteObjects(exportsBucket(), `${prefix}/`);
  const uri = `gs://${exportsBucket()}/${prefix}`;
  const operation = await startExport(uri, snapshotAt);
  const dates = { startedAt: Timestamp.fromDate(now), snapshotAt: Timestamp.fromDate(snapshotAt), completedAt: null };
  await exportDoc(exportId).set({ v: 1, kind: 'daily', state: 'running', ...dates, uri, operation, error: null });
  return operation;
}

async function finish(exportId: string, operation: string, clock: Clock, sleep: Sleep): Promise<void> {
  const deadline = clock().getTime() + patience;
  while (!(await settle(exportId, operation, clock))) {
    if (clock().getTime() > deadline) throw new AppError('backup/export-incomplete', 'the export takes longer than this run', { exportId });
    await sleep(pollEvery);
  }
}

/** Records the outcome of an export, if it has one. Throws `backup/export-incomplete` when it failed. */
async function settle(exportId: string, operation: string, clock: Clock): Promise<boolean> {
  const progress = await exportProgress(operation);
  if (progress.state === 'running') return false;
  if (progress.state === 'failed') return fail(exportId, progress.reason);
  const files = await listObjects(exportsBucket(), `daily/${exportId}/`);
  if (!files.some(({ path }) => path.endsWith('.overall_export_metadata'))) return fail(exportId, 'the metadata file is missing');
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  await exportDoc(exportId).update({ state: 'complete', completedAt: Timestamp.fromDate(clock()), fileCount: files.length, sizeBytes });
  return true;
}

/** An earlier night's export that outlasted its run gets its outcome now; that it failed is in its record, and tonight goes on. */
async function settleEarlier(tonight: string, clock: Clock): Promise<void> {
  const running = await adminFirestore().collection('exports').where('state', '==', 'running').limit(30).get();
  for (const snapshot of running.docs.filter(({ id }) => id !== tonight)) {
    await settle(snapshot.id, String(snapshot.get('operation')), clock).catch((thrown: unknown) =>
      logFailure('earlier export failed', thrown, { exportId: snapshot.id }),
    );
  }
}

async function fail(exportId: string, reason: string): Promise<never> {
  await exportDoc(exportId).update({ state: 'failed', error: reason });
  throw new AppError('backup/export-incomplete', 'the export failed', { exportId });
}

/** Removes exports that are too old; answers how many. */
async function pruneExports(now: Date): Promise<number> {
  const old = adminFirestore()
    .collection('exports')
    .where('startedAt', '<=', Timestamp.fromDate(tooOldSince(now)));
  const present = await old.where('state', 'in', ['running', 'complete', 'failed']).orderBy('startedAt').limit(100).get();
  for (const snapshot of present.docs) {
    await deleteObjects(exportsBucket(), `daily/${snapshot.id}/`);
    await snapshot.ref.update({ state: 'pruned', prunedAt: Timestamp.fromDate(now) });
  }
  return present.size;
}
