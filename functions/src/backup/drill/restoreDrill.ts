/**
 * The restore drill: the newest export is restored into a scratch database, each week, to prove that it can be.
 *
 * Guarantees: green only if every file is what the manifest says, every collection has its documents, every audit log its head,
 * the canary opens, also by the keys of their newest export alone, which open the oldest canary of eight days too, the increments since are whole, nobody of the erasure ledger is left, and an older export with the changes
 * since is the newest one; otherwise red, and a failure, which is what raises the alarm. A service that does not answer
 * makes it neither: it is tried again, and the second time in a row is an alarm. The scratch databases are removed whatever
 * happens, at the latest by the next drill. Changes nothing of the present.
 */
import { Timestamp, type DocumentSnapshot, type Firestore } from 'firebase-admin/firestore';
import { randomBytes } from 'node:crypto';
import { exportsBucket, keysBackupBucket, needsEuLocation } from '../../platform/config.ts';
import { createScratch, deleteScratch, listScratch, scratchPrefixes, type Sleep } from '../../platform/databases.ts';
import { adminFirestore, namedFirestore } from '../../platform/firestore.ts';
import { databaseLocation } from '../../platform/firestoreAdmin.ts';
import { logFailure } from '../../platform/log.ts';
import { isOutage } from '../../platform/outage.ts';
import { AppError } from '../../shared/errors.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { openCanary } from '../canary.ts';
import type { ExportManifest } from '../exportManifest.ts';
import type { ExportKind } from '../exportPlan.ts';
import { applyChanges } from '../restore/applyChanges.ts';
import { checkCanary, checkCounts, checkErased, checkHeads } from '../restore/checks.ts';
import { replayLedger, wholeLedger } from '../restore/replayLedger.ts';
import { importExport } from '../restore/scratch.ts';
import { changesBetween, knownUntil, needsWholeExport, readExportManifest, readKeysManifest } from '../restore/sources.ts';
import { contentHashesOf, differingGroups, type ContentHashes } from './contentHashes.ts';
import { documentsNamedAfter } from './documentsNamedAfter.ts';
import { beginDrill, endDrill, leaveUntried, type Drill, type Measured } from './drillRecord.ts';
import { checked, noFindings, type Findings } from './findings.ts';

/** So far back the journal is tried: a drill is weekly, and each hour is to be tried by one. */
const triedDays = 8;

/** What a drill works with. */
type Tools = { readonly clock: Clock; readonly sleep: Sleep; readonly findings: Findings };

/** Runs the drill; answers what is worth a line in the log. Throws `backup/drill-failed` when it is red, `backup/drill-untried`. */
export async function restoreDrill(clock: Clock, sleep: Sleep): Promise<{ drillId: string } & Measured> {
  const drill = await beginDrill(clock());
  const findings = noFindings();
  const outage = await outageOf(() => look({ clock, sleep, findings }), findings);
  const failed = findings.checks.filter(({ ok }) => !ok);
  if (outage !== null && failed.length === 0) return untried(drill, findings, outage, clock);
  const measured = await endDrill(drill, findings, clock());
  if (failed.length > 0)
    throw new AppError('backup/drill-failed', 'the newest backup cannot be restored as it should', {
      checks: failed.map(({ name }) => name),
    });
  return { drillId: drill.record.id, ...measured };
}

/** What kept a service from answering, or null. Anything else that ends the looking is a failed check. */
async function outageOf(run: () => Promise<void>, findings: Findings): Promise<unknown> {
  try {
    await run();
    return null;
  } catch (thrown) {
    logFailure('drill broke off', thrown);
    if (isOutage(thrown)) return thrown;
    findings.checks.push({ name: 'drill', ok: false, detail: 'broke off; the log says why' });
    return null;
  }
}

async function untried(drill: Drill, findings: Findings, outage: unknown, clock: Clock): Promise<never> {
  await leaveUntried(drill, findings, clock());
  if (drill.tries < 2) throw outage;
  throw new AppError('backup/drill-untried', 'the drill could not be tried', { tries: drill.tries }, { cause: outage });
}

async function look(tools: Tools): Promise<void> {
  const { clock, sleep, findings } = tools;
  needsEuLocation(await databaseLocation());
  for (const left of await listScratch(scratchPrefixes.drill)) await deleteScratch(left, sleep);
  const [exportId = null, ...older] = await recentExports('daily', clock);
  findings.exportId = exportId;
  if (exportId === null) {
    findings.checks.push({ name: 'export', ok: false, detail: 'there is no export of the last two days' });
    return;
  }
  const manifest = await wholeManifest(findings, exportId);
  if (manifest === null) return;
  const found = await restored(tools, manifest);
  if (found === null) return;
  const { hashes, canaries } = found;
  await checked(findings, 'keys', () => keysOpen(tools, manifest, canaries));
  const oldest = older.at(-1);
  const areWhole = findings.checks.some(({ name, ok }) => name === 'increments' && ok);
  if (oldest !== undefined && areWhole) await checked(findings, 'journal', () => journalIsWhole(tools, oldest, manifest, hashes));
}

async function wholeManifest(findings: Findings, exportId: string): Promise<ExportManifest | null> {
  let manifest: ExportManifest | null = null;
  await checked(findings, 'files', async () => {
    const found = await readExportManifest(exportsBucket(), exportId);
    await needsWholeExport(exportsBucket(), found);
    manifest = found;
    return `${found.files.length} files with the sizes and checksums of the manifest`;
  });
  return manifest;
}

/** What was in an export. */
type Contents = { readonly hashes: ContentHashes; readonly canaries: Canaries };
/** The canary of an export, and the oldest one of the days that are tried: keys that were made anew do not open that. */
type Canaries = { readonly own: DocumentSnapshot; readonly oldest: DocumentSnapshot | null };

/** What is found when the export is imported and brought to the present; answers what was in it. */
async function restored({ clock, sleep, findings }: Tools, manifest: ExportManifest): Promise<Contents | null> {
  const bucket = exportsBucket();
  return inScratch(sleep, async (scratch, scratchId) => {
    const isImported = await checked(findings, 'import', async () => {
      await importExport(scratchId, bucket, manifest, sleep);
      return 'imported into a scratch database';
    });
    if (!isImported) return null;
    await checked(findings, 'counts', () => checkCounts(scratch, manifest));
    await checked(findings, 'auditLogs', () => checkHeads(scratch, manifest));
    await checked(findings, 'canary', () => checkCanary(scratch, manifest));
    const before = clock().getTime();
    const contents = { hashes: await contentHashesOf(scratch), canaries: await canariesOf(scratch, manifest, clock) };
    findings.asideMs += clock().getTime() - before;
    const since = new Date(manifest.snapshotAt);
    await checked(findings, 'increments', async () => {
      const changes = await applyChanges(scratch, changesBetween({ bucket, since, until: clock() }));
      findings.recordedUntil = await knownUntil(bucket, since);
      return `${changes} changes since the export applied`;
    });
    await checked(findings, 'erased', async () => {
      const entries = await wholeLedger(scratch);
      await replayLedger(scratch, entries);
      return checkErased(await documentsNamedAfter(scratch, new Set(entries.map(({ dataSubjectId }) => dataSubjectId))), entries.length);
    });
    findings.restoredAt = clock();
    return contents;
  });
}

async function canariesOf(scratch: Firestore, { canary }: ExportManifest, clock: Clock): Promise<Canaries> {
  const since = Timestamp.fromDate(after(clock(), -triedDays * ms.day));
  const tried = scratch.collection('backupCanaries').where('createdAt', '>=', since).orderBy('createdAt').limit(1);
  const [oldest = null] = (await tried.get()).docs;
  return { own: await scratch.doc(canary.path).get(), oldest };
}

async function openOlder(canary: DocumentSnapshot, keys: Firestore): Promise<void> {
  try {
    await openCanary(canary, keys);
  } catch (cause) {
    if (isOutage(cause)) throw cause;
    throw new AppError('backup/damaged', 'an older canary does not open: keys were made anew', { canary: canary.id }, { cause });
  }
}

/** The keys of the newest export of the keys must open what was sealed: canaries of the restored data, with nothing of the present. */
async function keysOpen({ clock, sleep }: Tools, { canary: wanted }: ExportManifest, { own, oldest }: Canaries): Promise<string> {
  const bucket = keysBackupBucket();
  const [exportId] = await recentExports('keys', clock);
  if (exportId === undefined) throw new AppError('backup/missing', 'there is no export of the keys of the last two days');
  const manifest = await readKeysManifest(bucket, exportId);
  await needsWholeExport(bucket, manifest);
  return inScratch(sleep, async (keys, scratchId) => {
    await importExport(scratchId, bucket, manifest, sleep);
    const counted = await checkCounts(keys, manifest);
    if (!counted.ok) throw new AppError('backup/damaged', `keys are missing: ${counted.detail}`, { exportId });
    if (oldest !== null) await openOlder(oldest, keys);
    if ((await openCanary(own, keys)) !== wanted.sha256)
      throw new AppError('backup/damaged', 'the canary holds something else', { exportId });
    return `${exportId} opens the canary`;
  });
}

/** An older export with every change since must be the newest export; what the journal lacks shows as what differs. */
async function journalIsWhole({ sleep }: Tools, olderId: string, newest: ExportManifest, expected: ContentHashes): Promise<string> {
  const bucket = exportsBucket();
  const older = await readExportManifest(bucket, olderId);
  await needsWholeExport(bucket, older);
  return inScratch(sleep, async (scratch, scratchId) => {
    await importExport(scratchId, bucket, older, sleep);
    const span = { bucket, since: new Date(older.snapshotAt), until: new Date(newest.snapshotAt) };
    const changes = await applyChanges(scratch, changesBetween(span));
    const differing = differingGroups(expected, await contentHashesOf(scratch));
    if (differing.length > 0) throw new AppError('backup/damaged', `changes are missing in the journal: ${differing.join(', ')}`);
    return `${olderId} and ${changes} changes since are ${newest.exportId}`;
  });
}

async function inScratch<T>(sleep: Sleep, work: (scratch: Firestore, scratchId: string) => Promise<T>): Promise<T> {
  const id = `${scratchPrefixes.drill}${randomBytes(6).toString('hex')}`;
  await createScratch(id, sleep);
  try {
    return await work(namedFirestore(id), id);
  } finally {
    await deleteScratch(id, sleep).catch((thrown: unknown) =>
      logFailure('scratch database left for the next drill', thrown, { scratchId: id }),
    );
  }
}

/** Exports that the list calls complete, newest first, and those of the days before; none if the newest is not of the last two days. */
async function recentExports(kind: ExportKind, clock: Clock): Promise<readonly string[]> {
  const complete = adminFirestore().collection('exports').where('kind', '==', kind).where('state', '==', 'complete');
  const since = (days: number): Date => after(clock(), -days * ms.day);
  const recent = complete.where('startedAt', '>', Timestamp.fromDate(since(triedDays)));
  const { docs } = await recent
    .orderBy('startedAt', 'desc')
    .limit(triedDays + 1)
    .get();
  const isRecent = (docs[0]?.get('startedAt') as Timestamp | undefined)?.toDate() ?? new Date(0); // written by exportRecords.ts
  return isRecent > since(2) ? docs.map(({ id }) => id) : [];
}
