/**
 * The scratch database of a restore, and how far the restore has come, which it keeps in itself.
 *
 * Guarantees: a restore that was killed finds its scratch database again, by what it restores, and goes on from the last step
 * that was finished; every step may run again. A scratch database that is older than a day is not taken up, and removed in time
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
import { ms, type Clock } from '../../shared/time.ts';
import { exportPrefix, type KeysManifest } from '../exportManifest.ts';
import { whileGenuine } from './sources.ts';

/** How long a dry run may be followed by the restore itself. */
const lifetime = ms.day;

/** The steps of a restore that are remembered, in order. */
export const restoreSteps = ['made', 'imported', 'changed', 'replayed', 'begun', 'tightened', 'copied', 'done'] as const;
/** One of {@link restoreSteps}. */
export type RestoreStep = (typeof restoreSteps)[number];

const stateSchema = z.object({
  target: z.string(),
  bucket: z.string(),
  exportId: z.string(),
  moment: z.iso.datetime(),
  step: z.enum(restoreSteps),
  createdAt: z.instanceof(Timestamp),
});
/** What a scratch database says about itself. `moment` is what is restored, ISO 8601. */
export type ScratchState = z.infer<typeof stateSchema>;
/** A scratch database. */
export type Scratch = { readonly id: string; readonly db: Firestore; readonly state: ScratchState };

/** Neither journalled nor exported: it is in scratch databases only. */
const statePath = 'restoreState/current';

/** Every scratch database of a restore; one without a state was being made when its restore was killed. */
export async function listScratches(): Promise<readonly { readonly id: string; readonly state: ScratchState | null }[]> {
  const ids = await listScratch(scratchPrefixes.restore);
  return Promise.all(ids.map(async (id) => ({ id, state: await stateOf(namedFirestore(id)) })));
}

async function stateOf(db: Firestore): Promise<ScratchState | null> {
  const stored = await db.doc(statePath).get();
  return stored.exists ? z.parse(stateSchema, stored.data()) : null;
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

/** The scratch database of an unfinished restore of the same, from the same bucket. */
export async function unfinishedScratch({ target, bucket, moment, exportId }: Wanted, clock: Clock): Promise<Scratch | null> {
  for (const { id, state } of await listScratches()) {
    if (state === null || state.target !== target || state.bucket !== bucket || state.step === 'done') continue;
    if (moment !== null && state.moment !== moment.toISOString()) continue;
    if (exportId !== null && state.exportId !== exportId) continue;
    // One that has begun to change the present is finished, however old it is.
    if (hasBegun(state) || clock().getTime() - state.createdAt.toMillis() < lifetime) return { id, db: namedFirestore(id), state };
  }
  return null;
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
  await db.doc(statePath).set(state);
  return { id, db, state };
}

/** Remembers that a step is finished. */
export async function stepDone(scratch: Scratch, step: RestoreStep): Promise<Scratch> {
  await scratch.db.doc(statePath).update({ step });
  return { ...scratch, state: { ...scratch.state, step } };
}

/** Whether a step has been finished. */
export const isPast = ({ state }: Scratch, step: RestoreStep): boolean => hasCome(state, step);

/** Fills a scratch database from an export, whose files must be those of the manifest. Repeating it writes the same documents. */
export async function importExport(databaseId: string, bucket: string, manifest: KeysManifest, sleep: Sleep): Promise<void> {
  const uri = `gs://${bucket}/${exportPrefix(manifest.exportId).slice(0, -1)}`;
  await whileGenuine(bucket, manifest, () => importInto(databaseId, uri, sleep));
}

/** Removes scratch databases of restores; answers how many. */
export async function discardScratches(ids: readonly string[], sleep: Sleep): Promise<number> {
  for (const id of ids) await deleteScratch(id, sleep);
  return ids.length;
}
