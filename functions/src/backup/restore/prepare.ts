/**
 * The first half of every restore, which touches nothing of the present: an export in a scratch database, brought to the
 * moment, checked, with the erasure ledger replayed.
 *
 * Guarantees: nobody can read the scratch database but the service itself; it is used only if the checks against the
 * manifest pass and nobody of the ledger is left in it; what was withdrawn since the moment is out of it (withdrawn.ts).
 */
import type { Sleep } from '../../platform/databases.ts';
import { exportsBucket } from '../../platform/config.ts';
import { adminFirestore, namedFirestore } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { collectionPlans, groupOf, patternOf } from '../collectionsPlan.ts';
import type { JournalledChange } from '../increments/incrementFile.ts';
import { applyChanges } from './applyChanges.ts';
import { checkCounts, checkErased, checkHeads, type Check } from './checks.ts';
import { keptLedger, replayLedger, wholeLedger } from './replayLedger.ts';
import { laterThan } from './later.ts';
import { instantText, newestBefore, targetText, type Target } from './restorePlan.ts';
import {
  hasBegun,
  importExport,
  isPast,
  listScratches,
  makeScratch,
  stepDone,
  takeUp,
  unfinishedScratch,
  type FoundScratch,
  type Scratch,
  type ScratchState,
  type Wanted,
} from './scratch.ts';
import { changesBetween, knownUntil, listExports, manifestHashOf, needsWholeExport, readExportManifest } from './sources.ts';
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

const nothingBack: BringBack = { members: false, factors: false };

/** What is restored and how, as a short text: a scratch database is used only for the same. */
export function requestText({ target, bringBack = nothingBack }: Pick<RestoreRequest, 'target' | 'bringBack'>): string {
  const with_ = [...(bringBack.members ? [' with removed members'] : []), ...(bringBack.factors ? [' with removed factors'] : [])];
  return [targetText(target), ...with_].join('');
}

/** An export that can be used, what it shows, ISO 8601, and the moment that is restored by it. */
export type Source = { readonly bucket: string; readonly exportId: string; readonly snapshotAt: string; readonly moment: Date };

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
  return { bucket, exportId: manifest.exportId, snapshotAt: manifest.snapshotAt, moment: until };
}

/** What was prepared: the scratch database, and what was found on the way. */
export type Prepared<S extends FoundScratch = Scratch> = {
  readonly scratch: S;
  readonly source: Source;
  readonly ledgerEntries: number;
  readonly checks: readonly Check[];
  /** What was withdrawn since the moment and does not come back. */
  readonly withdrawn: readonly Withdrawn[];
};

/** Prepares a restore, or goes on with one that was prepared before. Throws `backup/damaged` when a check fails. */
export async function prepare(request: RestoreRequest, tools: RestoreTools): Promise<Prepared> {
  const { clock, sleep, say } = tools;
  const known = await unfinishedScratch(wantedOf(request), clock);
  await needsNoOther(request.target, known);
  const source = known === null ? await chooseSource(request, tools) : await sourceOf(known, request);
  const { bucket, moment } = source;
  let scratch = known === null ? await makeScratch(await planOf(requestText(request), source), clock, sleep) : await takeUp(known);
  say(known === null ? `made scratch database ${scratch.id}` : `goes on with scratch database ${scratch.id}, step "${scratch.state.step}"`);
  if (isPast(scratch, 'tightened'))
    return { scratch, source, ledgerEntries: (await keptLedger(scratch.db)).length, checks: [], withdrawn: [] };
  const checks: Check[] = [];
  if (!isPast(scratch, 'imported')) {
    checks.push(...(await fillScratch(scratch, source, request.target, sleep)));
    scratch = await stepDone(scratch, 'imported');
    say(`imported ${source.exportId}`);
  }
  if (!isPast(scratch, 'changed')) {
    const changes = await applyChanges(scratch.db, changesFor(request, source, tools), scratch.commit);
    scratch = await stepDone(scratch, 'changed');
    say(`applied ${changes} changes up to ${moment.toISOString()}`);
  }
  // Each time: somebody may have been removed or erased since the dry run. One that has begun does it when members are locked out.
  const withdrawn = isPast(scratch, 'begun') ? [] : await tighten(request, { bucket, moment }, scratch, clock);
  const entries = await wholeLedger(scratch.db);
  const erased = await replayLedger(scratch.db, entries, scratch.commit);
  checks.push(checkErased(await replayLedger(scratch.db, entries, scratch.commit), entries.length));
  needsAll(checks, source.exportId);
  if (!isPast(scratch, 'replayed')) scratch = await stepDone(scratch, 'replayed');
  say(`replayed ${entries.length} entries of the erasure ledger, which erased ${erased} documents again`);
  return { scratch, source, ledgerEntries: entries.length, checks, withdrawn };
}

/** What an unfinished restore of the same is known by. */
export const wantedOf = (request: RestoreRequest): Wanted => {
  const { moment, exportId, bucket = exportsBucket() } = request;
  return { target: requestText(request), bucket, moment, exportId };
};

/**
 * What is known of an unfinished restore of the same that has begun, without taking its scratch database from the run that may be at work; null
 * when there is none. Throws `backup/restore-unfinished` when it is being given up.
 */
export async function lookAtBegun(request: RestoreRequest, { clock }: Pick<RestoreTools, 'clock'>): Promise<Prepared<FoundScratch> | null> {
  const scratch = await unfinishedScratch(wantedOf(request), clock);
  if (scratch === null || !hasBegun(scratch.state)) return null;
  const source = await sourceOf(scratch, request);
  const entries = isPast(scratch, 'tightened') ? await keptLedger(scratch.db) : await wholeLedger(scratch.db);
  return { scratch, source, ledgerEntries: entries.length, checks: [], withdrawn: [] };
}

/**
 * Makes sure that no other restore of the same has begun: it has locked members out, who would be members who were removed. Answers the scratch
 * databases of those that have not. Throws `backup/restore-unfinished`.
 */
export async function needsNoOther(target: Target, known: FoundScratch | null): Promise<readonly FoundScratch[]> {
  if (target.kind === 'scratch') return [];
  const concerns = ({ target: its }: ScratchState): boolean =>
    target.kind === 'everything' || its.startsWith('everything') || its.startsWith(targetText(target));
  const others = (await listScratches()).flatMap(({ id, state }) =>
    state !== null && id !== known?.id && concerns(state) ? [{ id, db: namedFirestore(id), state }] : [],
  );
  const begun = others.find(({ state }) => hasBegun(state));
  if (begun === undefined) return others;
  const { id: scratchId, state } = begun;
  throw new AppError('backup/restore-unfinished', 'another restore of it has begun: end it first', { scratchId, target: state.target });
}

/**
 * The changes up to the moment. What a restore only adds, evidence and what is somebody's own, is brought to the newest that is
 * known instead, so that neither an old password nor a removed factor comes back with a lost database.
 */
async function* changesFor(
  { target, bringBack = nothingBack }: RestoreRequest,
  { bucket, snapshotAt, moment }: Source,
  { clock, say }: Pick<RestoreTools, 'clock' | 'say'>,
): AsyncGenerator<JournalledChange> {
  const since = new Date(snapshotAt);
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
  { target, bringBack = nothingBack }: RestoreRequest,
  { bucket, moment }: Pick<Source, 'bucket' | 'moment'>,
  scratch: Scratch,
  clock: Clock,
): Promise<readonly Withdrawn[]> {
  if (target.kind === 'scratch') return [];
  const later = await laterThan({ bucket, moment, target }, clock);
  return keepWithdrawn({ target, scratch: scratch.db, commit: scratch.commit, present: adminFirestore(), later }, bringBack);
}

async function planOf(target: string, { bucket, exportId, snapshotAt, moment }: Source): Promise<Parameters<typeof makeScratch>[0]> {
  return { target, bucket, exportId, manifestSha256: await manifestHashOf(bucket, exportId), snapshotAt, moment: moment.toISOString() };
}

/**
 * What an unfinished restore goes on with, read from the bucket that is asked for: one that has begun in the one region may be finished from the copy of the same export
 * in the other. Nothing is read of one that needs no backup any more. Throws `backup/restore-unfinished` for one that is given up.
 */
async function sourceOf(scratch: FoundScratch, { bucket: from = exportsBucket() }: RestoreRequest): Promise<Source> {
  const { bucket, exportId, manifestSha256, snapshotAt, moment, step } = scratch.state;
  if (step === 'givenUp') throw new AppError('backup/restore-unfinished', 'it is being given up', { scratchId: scratch.id });
  if (bucket !== from && !isPast(scratch, 'tightened') && (await manifestHashOf(from, exportId)) !== manifestSha256)
    throw new AppError('backup/damaged', 'the export is not the one that the restore began with', { exportId });
  return { bucket: from, exportId, snapshotAt, moment: new Date(moment) };
}

/** Imports the export into a scratch database and checks it. Throws `backup/damaged` when a check fails. */
async function fillScratch(scratch: Scratch, { bucket, exportId }: Source, target: Target, sleep: Sleep): Promise<readonly Check[]> {
  const manifest = await readExportManifest(bucket, exportId);
  await importExport(scratch.id, bucket, manifest, sleep);
  const heads = await checkHeads(scratch.db, manifest, target.kind === 'organisation' ? target.orgId : undefined);
  const checks = [await checkCounts(scratch.db, manifest), heads];
  needsAll(checks, exportId);
  return checks;
}

function needsAll(checks: readonly Check[], exportId: string): void {
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  throw new AppError('backup/damaged', 'the export is not what was exported', { exportId, checks: failed.map(({ detail }) => detail) });
}

/** How old what is restored is, in seconds. */
export const ageOf = ({ moment }: Source, clock: Clock): number => Math.max(0, Math.round((clock().getTime() - moment.getTime()) / 1000));

/** Until when changes are recorded that a source has, as far as its moment needs them. */
export const recordedUntil = ({ bucket, snapshotAt, moment }: Source): Promise<Date> =>
  knownUntil(bucket, new Date(snapshotAt), () => undefined, moment); // what is left out was said before
