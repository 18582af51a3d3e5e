/**
 * The first half of every restore, which touches nothing of the present: an export in a scratch database, brought to the
 * moment, checked, with the erasure ledger replayed.
 *
 * Guarantees: nobody can read the scratch database but the service itself; it is used only if the checks against the
 * manifest pass and nobody of the ledger is left in it; what was withdrawn since the moment is out of it (withdrawn.ts).
 */
import { createHash } from 'node:crypto';
import type { Sleep } from '../../platform/databases.ts';
import { exportsBucket } from '../../platform/config.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { collectionPlans, groupOf, patternOf } from '../collectionsPlan.ts';
import type { ExportManifest } from '../exportManifest.ts';
import type { JournalledChange } from '../increments/incrementFile.ts';
import { applyChanges } from './applyChanges.ts';
import { checkCounts, checkErased, checkHeads, type Check } from './checks.ts';
import { replayLedger, wholeLedger } from './replayLedger.ts';
import { laterThan } from './later.ts';
import { instantText, newestBefore, targetText, type Target } from './restorePlan.ts';
import { hasBegun, importExport, isPast, listScratches, makeScratch, stepDone, unfinishedScratch, type Scratch } from './scratch.ts';
import { changesBetween, knownUntil, listExports, needsWholeExport, readExportManifest } from './sources.ts';
import type { LeftOut } from '../unusable.ts';
import { keepWithdrawn, type BringBack, type Withdrawn } from './withdrawn.ts';

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
  /** What comes back although it was withdrawn since. Default nothing. */
  readonly bringBack?: BringBack;
};

const nothing: BringBack = { members: false, factors: false };

/** What is restored and how, as a short text: a scratch database is used only for the same. */
export function requestText({ target, bringBack = nothing }: Pick<RestoreRequest, 'target' | 'bringBack'>): string {
  const with_ = [...(bringBack.members ? [' with removed members'] : []), ...(bringBack.factors ? [' with removed factors'] : [])];
  return [targetText(target), ...with_].join('');
}

/** An export that can be used, and the moment that is restored by it. */
export type Source = { readonly bucket: string; readonly manifest: ExportManifest; readonly moment: Date };

/** Says what is left out because it cannot be used. */
export const leavingOut =
  (say: RestoreTools['say']): LeftOut =>
  (id, { code, message }) =>
    say(`left out ${id}: ${code}, ${message}`);

/** Chooses export and moment. Throws `backup/missing`, `backup/damaged`, `backup/moment-out-of-reach`. */
export async function chooseSource(
  { moment, exportId, bucket = exportsBucket() }: RestoreRequest,
  { clock, say }: Pick<RestoreTools, 'clock' | 'say'>,
): Promise<Source> {
  if (moment !== null && moment > clock()) throw new AppError('backup/moment-out-of-reach', 'the moment has not come yet');
  const until = moment ?? clock();
  const manifest =
    exportId === null ? newestBefore(await listExports(bucket, leavingOut(say)), until) : await readExportManifest(bucket, exportId);
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
  /** What was withdrawn since the moment and does not come back. */
  readonly withdrawn: readonly Withdrawn[];
};

/** Prepares a restore, or goes on with one that was prepared before. Throws `backup/damaged` when a check fails. */
export async function prepare(request: RestoreRequest, tools: RestoreTools): Promise<Prepared> {
  const { clock, sleep, say } = tools;
  const { moment: wanted, exportId, bucket: from = exportsBucket() } = request;
  const target = requestText(request);
  const known = await unfinishedScratch({ target, bucket: from, moment: wanted, exportId }, clock);
  await needsNoOtherBegun(request.target, known);
  const source = known === null ? await chooseSource(request, tools) : await sourceOf(known);
  const { bucket, manifest, moment } = source;
  const plan = { target, bucket, exportId: manifest.exportId, moment: moment.toISOString() };
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
    const changes = await applyChanges(scratch.db, changesFor(request, source, tools));
    scratch = await stepDone(scratch, 'changed');
    say(`applied ${changes} changes up to ${moment.toISOString()}`);
  }
  // Each time: somebody may have been removed or erased since the dry run. One that has begun does it when members are locked out.
  const withdrawn = isPast(scratch, 'begun') ? [] : await tighten(request, { bucket, moment }, scratch, clock);
  const entries = await wholeLedger(scratch.db);
  const erased = await replayLedger(scratch.db, entries);
  checks.push(checkErased(await replayLedger(scratch.db, entries), entries.length));
  needsAll(checks, manifest.exportId);
  if (!isPast(scratch, 'replayed')) scratch = await stepDone(scratch, 'replayed');
  say(`replayed ${entries.length} entries of the erasure ledger, which erased ${erased} documents again`);
  return { scratch, source, ledgerEntries: entries.length, checks, withdrawn };
}

/** A restore that has begun has locked members out: to another one they would be members who were removed. */
async function needsNoOtherBegun(target: Target, known: Scratch | null): Promise<void> {
  if (target.kind === 'scratch') return;
  for (const { id, state } of await listScratches()) {
    if (state === null || id === known?.id || !hasBegun(state)) continue;
    const concerns = target.kind === 'everything' || state.target.startsWith('everything') || state.target.startsWith(targetText(target));
    if (concerns)
      throw new AppError('backup/restore-unfinished', 'another restore of it has begun', { scratchId: id, target: state.target });
  }
}

/**
 * The changes up to the moment. What a restore only adds, evidence and what is somebody's own, is brought to the newest that is
 * known instead, so that neither an old password nor a removed factor comes back with a lost database.
 */
async function* changesFor(
  { target, bringBack = nothing }: RestoreRequest,
  { bucket, manifest, moment }: Source,
  { clock, say }: Pick<RestoreTools, 'clock' | 'say'>,
): AsyncGenerator<JournalledChange> {
  const since = new Date(manifest.snapshotAt);
  const until = instantText(moment);
  for await (const change of changesBetween({
    bucket,
    since,
    until: target.kind === 'scratch' ? moment : clock(),
    leftOut: leavingOut(say),
  })) {
    const pattern = patternOf(change.path) ?? '';
    const isAsWas = collectionPlans[pattern]?.restore !== 'added' || (bringBack.factors && groupOf(pattern) === 'factors');
    if (!isAsWas || change.at <= until) yield change;
  }
}

/** Takes out of a scratch database what was withdrawn since its moment; see {@link keepWithdrawn}. */
export async function tighten(
  { target, bringBack = nothing }: RestoreRequest,
  { bucket, moment }: Pick<Source, 'bucket' | 'moment'>,
  scratch: Scratch,
  clock: Clock,
): Promise<readonly Withdrawn[]> {
  if (target.kind === 'scratch') return [];
  const later = await laterThan({ bucket, moment, target }, clock);
  return keepWithdrawn({ target, scratch: scratch.db, present: adminFirestore(), later }, bringBack);
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
  const recordedUntil = await knownUntil(bucket, new Date(manifest.snapshotAt), () => undefined, moment); // it was said before
  return { seconds: Math.max(0, Math.round((clock().getTime() - moment.getTime()) / 1000)), recordedUntil };
}

/** Id under which the events of a restore are recorded: the same however often it is taken up again. */
export function restoreIdOf(scratch: Scratch): string {
  return createHash('sha256').update(scratch.id).digest('base64url').slice(0, 20);
}
