/**
 * The scratch database of a restore, and how far the restore has come, which it keeps in itself.
 *
 * Guarantees: a restore that was killed finds its scratch database again, by what it restores, and goes on from the last step
 * that was finished; every step may run again. Of several runs only the one that took it up last writes into it (commit.ts), besides Google's
 * import: one whose import is not known to have ended is left to the run that made it. A scratch database that is older than a day is not taken up, and removed in time
 * by pruneScratches.ts.
 */
import { Timestamp, type Firestore } from 'firebase-admin/firestore';
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import {
  createScratch,
  deleteScratch,
  importInto,
  listScratch,
  restoreScratchId,
  scratchPrefixes,
  type Sleep,
} from '../../platform/databases.ts';
import { namedFirestore } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import { ms, type Clock } from '../../shared/time.ts';
import { exportPrefix, type KeysManifest } from '../exportManifest.ts';
import { nothing, takeDocument, type Taken } from './commit.ts';
import { whileGenuine } from './sources.ts';

/** How long a dry run may be followed by the restore itself. */
const lifetime = ms.day;

/**
 * The steps of a restore that are remembered, in order. `made`: Google may still import into it. `beginning`: it looks whether another has
 * begun, and nothing is held yet; taken up it is `replayed` again. `begun`: members are being locked out; it ends with `givenUp` (giveUp.ts), or goes
 * on. `tightened`: from here on documents are written, and only the scratch database is read. `filled`: all are as they were, and
 * members are being let in. `copied`: they are in.
 */
export const restoreSteps = [
  'made',
  'imported',
  'changed',
  'replayed',
  'beginning',
  'begun',
  'givenUp',
  'tightened',
  'filled',
  'copied',
  'done',
] as const;
/** One of {@link restoreSteps}. */
export type RestoreStep = (typeof restoreSteps)[number];

const stateSchema = z.object({
  target: z.string(),
  bucket: z.string(),
  exportId: z.string(),
  manifestSha256: z.string(),
  snapshotAt: z.iso.datetime(),
  moment: z.iso.datetime(),
  step: z.enum(restoreSteps),
  createdAt: z.instanceof(Timestamp),
});
/**
 * What a scratch database says about itself. `moment` is what is restored, `snapshotAt` what its export shows, ISO 8601;
 * `manifestSha256`, in hex, tells the same export in another bucket.
 */
export type ScratchState = z.infer<typeof stateSchema>;
/** A scratch database. */
export type FoundScratch = { readonly id: string; readonly db: Firestore; readonly state: ScratchState };
/** A scratch database that this run has taken up. What is written into it is written by `commit`, which throws when another run has taken it up. */
export type Scratch = FoundScratch & Pick<Taken, 'commit'>;

/** Neither journalled nor exported: it is in scratch databases only. */
const statePath = 'restoreState/current';

/** A scratch database of a restore, with what it says about itself: null while it is being made, and of one that says nothing that can be read. */
export type KnownScratch = { readonly id: string; readonly state: ScratchState | null; readonly isUnreadable: boolean };

/**
 * Every scratch database of a restore. One without a state was being made when its restore was killed; one whose state cannot be read, of an older
 * version or spoilt, may have begun: nobody goes on with it, and only an operator decides (pruneScratches.ts).
 */
export async function listScratches(): Promise<readonly KnownScratch[]> {
  const ids = await listScratch(scratchPrefixes.restore);
  return Promise.all(ids.map(async (id) => ({ id, ...(await stateOf(namedFirestore(id))) })));
}

async function stateOf(db: Firestore): Promise<Omit<KnownScratch, 'id'>> {
  const stored = await db.doc(statePath).get();
  if (!stored.exists) return { state: null, isUnreadable: false };
  const { success, data } = z.safeParse(stateSchema, stored.data());
  return success ? { state: data, isUnreadable: false } : { state: null, isUnreadable: true };
}

/** What an unfinished restore must be of to be gone on with. */
export type Wanted = {
  readonly target: string;
  readonly bucket: string;
  /** Null for whichever it was. */
  readonly moment: Date | null;
  /** Null for whichever it was. */
  readonly exportId: string | null;
};

/**
 * The scratch database of an unfinished restore of the same: one that has begun to change the present, however old it is and
 * from wherever, otherwise one from the same bucket. Throws `backup/restore-unfinished` when it is not said which of several is meant: what is done shall
 * be what was read.
 */
export async function unfinishedScratch(wanted: Wanted, clock: Clock): Promise<FoundScratch | null> {
  const found = (await listScratches()).flatMap(({ id, state }) =>
    state !== null && isWanted(state, wanted, clock) ? [{ id, db: namedFirestore(id), state }] : [],
  );
  const begun = found.find(({ state }) => hasBegun(state));
  if (begun !== undefined) return begun;
  const moments = [...new Set(found.map(({ state }) => state.moment))];
  if (moments.length > 1) throw new AppError('backup/restore-unfinished', 'several are prepared: name the moment with "--at"', { moments });
  return found[0] ?? null;
}

function isWanted(state: ScratchState, { target, bucket, moment, exportId }: Wanted, clock: Clock): boolean {
  if (state.target !== target || state.step === 'made' || state.step === 'done') return false;
  if (moment !== null && state.moment !== moment.toISOString()) return false;
  if (exportId !== null && state.exportId !== exportId) return false;
  const isYoung = clock().getTime() - state.createdAt.toMillis() < lifetime;
  return hasBegun(state) || (state.bucket === bucket && isYoung);
}

/** The scratch database of a restore that has begun. Throws `backup/missing`. */
export async function begunScratch(id: string): Promise<FoundScratch> {
  const state = (await listScratches()).find((one) => one.id === id)?.state ?? null;
  if (state !== null && hasBegun(state)) return { id, db: namedFirestore(id), state };
  throw new AppError('backup/missing', 'there is no such restore that has begun; --list says which there are', { scratchId: id });
}

/** Whether a restore has begun to change the present, or may have: its members are locked out until it is finished. */
export const hasBegun = (state: ScratchState): boolean => hasCome(state, 'begun') && state.step !== 'done';

const hasCome = (state: ScratchState, step: RestoreStep): boolean => restoreSteps.indexOf(state.step) >= restoreSteps.indexOf(step);

/** Makes a scratch database for a restore. */
export async function makeScratch(plan: Omit<ScratchState, 'step' | 'createdAt'>, clock: Clock, sleep: Sleep): Promise<Scratch> {
  const hash = createHash('sha256').update(plan.target).digest('hex').slice(0, 8);
  const id = restoreScratchId(hash, clock(), randomBytes(4).toString('hex'));
  await createScratch(id, sleep);
  const db = namedFirestore(id);
  const state: ScratchState = { ...plan, step: 'made', createdAt: Timestamp.fromDate(clock()) };
  const { commit } = await takeDocument(db.doc(statePath), () => state);
  return { id, db, state, commit };
}

/**
 * Takes up a scratch database for a run, whichever run had it: that one writes nothing more into it, and does not begin. Throws
 * `backup/restore-unfinished` when another run has gone on with the restore since it was found, has ended it, or has given it up.
 */
export async function takeUp({ id, db, state }: FoundScratch): Promise<Scratch> {
  const step = state.step === 'beginning' ? 'replayed' : state.step;
  const { commit } = await takeDocument(db.doc(statePath), (stored) => {
    if (stored.get('step') !== state.step)
      throw new AppError('backup/restore-unfinished', 'another run has gone on with it; --list says how far it is', { scratchId: id });
    return { step };
  });
  return { id, db, state: { ...state, step }, commit };
}

/** Remembers that a step is finished. Throws `backup/restore-unfinished` when another run has taken it up, or ended it. */
export async function stepDone(scratch: Scratch, step: RestoreStep): Promise<Scratch> {
  await scratch.commit(nothing, { step });
  return { ...scratch, state: { ...scratch.state, step } };
}

/** Whether a step has been finished. */
export const isPast = ({ state }: FoundScratch, step: RestoreStep): boolean => hasCome(state, step);

/** Fills a scratch database from an export, whose files must be those of the manifest. Repeating it writes the same documents. */
export async function importExport(databaseId: string, bucket: string, manifest: KeysManifest, sleep: Sleep): Promise<void> {
  const uri = `gs://${bucket}/${exportPrefix(manifest.exportId).slice(0, -1)}`;
  await whileGenuine(bucket, manifest, () => importInto(databaseId, uri, sleep));
}

/** Removes scratch databases of restores; those of the keys by way of restoreKeys.ts. */
export async function discardScratches(ids: readonly string[], sleep: Sleep): Promise<void> {
  for (const id of ids) await deleteScratch(id, sleep);
}
