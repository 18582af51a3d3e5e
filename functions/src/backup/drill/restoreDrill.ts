/**
 * The restore drill: the newest export is restored into a scratch database, each week, to prove that it can be.
 *
 * Guarantees: green only if every file is what the manifest says, every collection has its documents, every audit log its head,
 * the canary opens, the increments since are whole and nobody of the erasure ledger is left; otherwise red, and a failure, which
 * is what raises the alarm. The scratch database is removed whatever happens, at the latest by the next drill. Changes nothing
 * of the present.
 */
import { Timestamp, type DocumentReference, type Firestore } from 'firebase-admin/firestore';
import { randomBytes } from 'node:crypto';
import { exportsBucket, needsEuLocation } from '../../platform/config.ts';
import { createScratch, deleteScratch, listScratch, scratchPrefixes, type Sleep } from '../../platform/databases.ts';
import { adminFirestore, namedFirestore } from '../../platform/firestore.ts';
import { databaseLocation } from '../../platform/firestoreAdmin.ts';
import { logFailure } from '../../platform/log.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { after, ms, swedishDate, type Clock } from '../../shared/time.ts';
import type { ExportManifest } from '../exportManifest.ts';
import { applyChanges } from '../restore/applyChanges.ts';
import { checkCanary, checkCounts, checkErased, checkHeads, type Check } from '../restore/checks.ts';
import { replayLedger, wholeLedger } from '../restore/replayLedger.ts';
import { importExport } from '../restore/scratch.ts';
import { changesBetween, knownUntil, needsWholeExport, readExportManifest } from '../restore/sources.ts';

const keptFor = 365 * ms.day;

/** Id of the drill of a day. One a day, however often it is tried. */
export const drillIdOf = (now: Date): string => `drill-${swedishDate(now)}`;

/** What the drill found. */
type Findings = {
  readonly exportId: string | null;
  readonly checks: readonly Check[];
  /** Until when changes are in backups; null when no export could be used. */
  readonly recordedUntil: Date | null;
};

/** Runs the drill; answers what is worth a line in the log. Throws `backup/drill-failed` when it is red. */
export async function restoreDrill(
  clock: Clock,
  sleep: Sleep,
): Promise<{ drillId: string; recoverySeconds: number; recoveryPointSeconds: number }> {
  needsEuLocation(await databaseLocation());
  const startedAt = clock();
  const drillId = drillIdOf(startedAt);
  const record = adminFirestore().doc(`drills/${drillId}`);
  await record.set(begun(startedAt));
  for (const left of await listScratch(scratchPrefixes.drill)) await deleteScratch(left, sleep);
  const findings = await findingsOf(clock, sleep);
  const outcome = await publish(record, findings, startedAt, clock());
  const failed = findings.checks.filter(({ ok }) => !ok);
  if (failed.length > 0)
    throw new AppError('backup/drill-failed', 'the newest backup cannot be restored as it should', {
      checks: failed.map(({ name }) => name),
    });
  return { drillId, ...outcome };
}

async function inScratch<T>(id: string, sleep: Sleep, work: (scratch: Firestore) => Promise<T>): Promise<T> {
  await createScratch(id, sleep);
  try {
    return await work(namedFirestore(id));
  } finally {
    await deleteScratch(id, sleep).catch((thrown: unknown) =>
      logFailure('scratch database left for the next drill', thrown, { scratchId: id }),
    );
  }
}

async function findingsOf(clock: Clock, sleep: Sleep): Promise<Findings> {
  const bucket = exportsBucket();
  const exportId = await newestExport(clock);
  if (exportId === null)
    return { exportId, checks: [{ name: 'export', ok: false, detail: 'there is no export of the last two days' }], recordedUntil: null };
  let manifest: ExportManifest | undefined;
  const files = await asCheck('files', async () => {
    const found = await readExportManifest(bucket, exportId);
    await needsWholeExport(bucket, found);
    manifest = found;
    return `${found.files.length} files with the sizes and checksums of the manifest`;
  });
  if (manifest === undefined) return { exportId, checks: [files], recordedUntil: null };
  const { checks, recordedUntil } = await restored(bucket, manifest, clock, sleep);
  return { exportId, checks: [files, ...checks], recordedUntil };
}

/** What is found when the export is imported and brought to the present. */
async function restored(bucket: string, manifest: ExportManifest, clock: Clock, sleep: Sleep): Promise<Omit<Findings, 'exportId'>> {
  const scratchId = `${scratchPrefixes.drill}${randomBytes(6).toString('hex')}`;
  return inScratch(scratchId, sleep, async (scratch) => {
    const imported = await asCheck('import', async () => {
      await importExport(scratchId, bucket, manifest, sleep);
      return 'imported into a scratch database';
    });
    if (!imported.ok) return { checks: [imported], recordedUntil: null };
    const contents = [await checkCounts(scratch, manifest), await checkHeads(scratch, manifest), await checkCanary(scratch, manifest)];
    let recordedUntil: Date | null = null;
    const since = new Date(manifest.snapshotAt);
    const increments = await asCheck('increments', async () => {
      const changes = await applyChanges(scratch, changesBetween({ bucket, since, until: clock() }));
      recordedUntil = await knownUntil(bucket, since);
      return `${changes} changes since the export applied`;
    });
    const entries = await wholeLedger(scratch);
    await replayLedger(scratch, entries);
    const erased = checkErased(await replayLedger(scratch, entries), entries.length);
    return { checks: [imported, ...contents, increments, erased], recordedUntil };
  });
}

/** The newest export that the list calls complete; it must be of the last two days, or the newest is missing. */
async function newestExport(clock: Clock): Promise<string | null> {
  const daily = adminFirestore().collection('exports').where('kind', '==', 'daily').where('state', '==', 'complete');
  const recent = daily.where('startedAt', '>', Timestamp.fromDate(after(clock(), -2 * ms.day)));
  return (await recent.orderBy('startedAt', 'desc').limit(1).get()).docs[0]?.id ?? null;
}

/** A failure that says something about the backup is a failed check; a service that does not answer is a failure of the drill. */
async function asCheck(name: string, run: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await run() };
  } catch (thrown) {
    if (!isAppError(thrown, 'backup/damaged') && !isAppError(thrown, 'backup/missing')) throw thrown;
    logFailure('drill found damage', thrown, { check: name });
    return { name, ok: false, detail: thrown.message };
  }
}

function begun(startedAt: Date): Record<string, unknown> {
  return {
    v: 1,
    state: 'running',
    exportId: null,
    startedAt: Timestamp.fromDate(startedAt),
    completedAt: null,
    expiresAt: Timestamp.fromDate(after(startedAt, keptFor)),
    recoverySeconds: null,
    recoveryPointSeconds: null,
    checks: [],
    note: 'running',
  };
}

async function publish(record: DocumentReference, findings: Findings, startedAt: Date, now: Date) {
  const { exportId, checks, recordedUntil } = findings;
  const failed = checks.filter(({ ok }) => !ok);
  const recoverySeconds = secondsBetween(startedAt, now);
  const recoveryPointSeconds = recordedUntil === null ? null : secondsBetween(recordedUntil, startedAt);
  const note =
    failed.length === 0
      ? `${String(exportId)} was restored in ${recoverySeconds} s; a loss at ${startedAt.toISOString()} would have cost the last ${String(recoveryPointSeconds)} s`
      : `cannot be restored as it should: ${failed.map(({ name, detail }) => `${name} (${detail})`).join('; ')}`;
  const completedAt = Timestamp.fromDate(now);
  const outcome = { exportId, completedAt, recoverySeconds, recoveryPointSeconds, checks, note };
  await record.update({ state: failed.length === 0 ? 'green' : 'red', ...outcome });
  return { recoverySeconds, recoveryPointSeconds: recoveryPointSeconds ?? 0 };
}

const secondsBetween = (from: Date, to: Date): number => Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
