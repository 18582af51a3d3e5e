/**
 * The first half of every restore, which touches nothing of the present: an export in a scratch database, brought to the
 * moment, checked, with the erasure ledger replayed.
 *
 * Guarantees: nobody can read the scratch database but the service itself; it is used only if the checks against the
 * manifest pass and nobody of the ledger is left in it.
 */
import { createHash } from 'node:crypto';
import type { Sleep } from '../../platform/databases.ts';
import { exportsBucket } from '../../platform/config.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import type { ExportManifest } from '../exportManifest.ts';
import { applyChanges } from './applyChanges.ts';
import { checkCounts, checkErased, checkHeads, type Check } from './checks.ts';
import { replayLedger, wholeLedger } from './replayLedger.ts';
import { newestBefore, targetText, type Target } from './restorePlan.ts';
import { importExport, isPast, makeScratch, stepDone, unfinishedScratch, type Scratch } from './scratch.ts';
import { changesBetween, knownUntil, listExports, needsWholeExport, readExportManifest } from './sources.ts';

/** What a restore works with. */
export type RestoreTools = {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Tells the operator, a line at a time. */
  readonly say: (line: string) => void;
};

/** What is to be restored. Without a moment, the newest that is known; without an export, the one that fits the moment. */
export type RestoreRequest = {
  readonly target: Target;
  readonly moment: Date | null;
  readonly exportId: string | null;
  /** Where the backups are read: the bucket of exports, or its copy in the second region. Default the first. */
  readonly bucket?: string;
};

/** An export that can be used, and the moment that is restored by it. */
export type Source = { readonly bucket: string; readonly manifest: ExportManifest; readonly moment: Date };

/** Chooses export and moment. Throws `backup/missing`, `backup/damaged`, `backup/moment-out-of-reach`. */
export async function chooseSource({ moment, exportId, bucket = exportsBucket() }: RestoreRequest, clock: Clock): Promise<Source> {
  if (moment !== null && moment > clock()) throw new AppError('backup/moment-out-of-reach', 'the moment has not come yet');
  const until = moment ?? clock();
  const manifest = exportId === null ? newestBefore(await listExports(bucket), until) : await readExportManifest(bucket, exportId);
  if (manifest === null || new Date(manifest.snapshotAt) > until)
    throw new AppError('backup/moment-out-of-reach', 'no export is old enough', { moment: until.toISOString() });
  await needsWholeExport(bucket, manifest);
  return { bucket, manifest, moment: until };
}

/** What was prepared: the scratch database, and what was found on the way. */
export type Prepared = {
  readonly scratch: Scratch;
  readonly source: Source;
  readonly ledgerEntries: number;
  readonly checks: readonly Check[];
};

/** Prepares a restore, or goes on with one that was prepared before. Throws `backup/damaged` when a check fails. */
export async function prepare(request: RestoreRequest, tools: RestoreTools): Promise<Prepared> {
  const { clock, sleep, say } = tools;
  const { moment: wanted, exportId, bucket: from = exportsBucket() } = request;
  const known = await unfinishedScratch({ target: targetText(request.target), bucket: from, moment: wanted, exportId }, clock);
  const source = known === null ? await chooseSource(request, clock) : await sourceOf(known);
  const { bucket, manifest, moment } = source;
  const plan = { target: targetText(request.target), bucket, exportId: manifest.exportId, moment: moment.toISOString() };
  let scratch = known ?? (await makeScratch(plan, clock, sleep));
  say(known === null ? `made scratch database ${scratch.id}` : `goes on with scratch database ${scratch.id}, step "${scratch.state.step}"`);
  const checks: Check[] = [];
  if (!isPast(scratch, 'imported')) {
    await importExport(scratch.id, bucket, manifest, sleep);
    checks.push(...(await checkImported(scratch, manifest, request.target)));
    needsAll(checks, manifest.exportId);
    scratch = await stepDone(scratch, 'imported');
    say(`imported ${manifest.exportId}`);
  }
  if (!isPast(scratch, 'changed')) {
    const changes = await applyChanges(scratch.db, changesBetween({ bucket, since: new Date(manifest.snapshotAt), until: moment }));
    scratch = await stepDone(scratch, 'changed');
    say(`applied ${changes} changes up to ${moment.toISOString()}`);
  }
  // Each time: somebody may have been erased since the dry run.
  const entries = await wholeLedger(scratch.db);
  const erased = await replayLedger(scratch.db, entries);
  checks.push(checkErased(await replayLedger(scratch.db, entries), entries.length));
  needsAll(checks, manifest.exportId);
  if (!isPast(scratch, 'replayed')) scratch = await stepDone(scratch, 'replayed');
  say(`replayed ${entries.length} entries of the erasure ledger, which erased ${erased} documents again`);
  return { scratch, source, ledgerEntries: entries.length, checks };
}

async function sourceOf({ state: { bucket, exportId, moment } }: Scratch): Promise<Source> {
  return { bucket, manifest: await readExportManifest(bucket, exportId), moment: new Date(moment) };
}

async function checkImported({ db }: Scratch, manifest: ExportManifest, target: Target): Promise<readonly Check[]> {
  return [await checkCounts(db, manifest), await checkHeads(db, manifest, target.kind === 'organisation' ? target.orgId : undefined)];
}

function needsAll(checks: readonly Check[], exportId: string): void {
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  throw new AppError('backup/damaged', 'the export is not what was exported', { exportId, checks: failed.map(({ detail }) => detail) });
}

/** How old what is restored is, in seconds, and whether the newest changes are among it. */
export async function ageOf({ bucket, manifest, moment }: Source, clock: Clock): Promise<{ seconds: number; recordedUntil: Date }> {
  const recordedUntil = await knownUntil(bucket, new Date(manifest.snapshotAt));
  return { seconds: Math.max(0, Math.round((clock().getTime() - moment.getTime()) / 1000)), recordedUntil };
}

/** Id under which the events of a restore are recorded: the same however often it is taken up again. */
export function restoreIdOf(scratch: Scratch): string {
  return createHash('sha256').update(scratch.id).digest('base64url').slice(0, 20);
}
