/**
 * The end of scratch databases that operators left: copies of everything that nobody has in mind any more.
 *
 * Guarantees: one of the keys goes after a day, and before it the keys that its restore, which was interrupted, may have brought back of whom
 * was erased meanwhile; one of data after a week, or when its export's time is over, whichever is first;
 * that of a restore which has begun stays, because its members are locked out until it is finished, and is an alarm after a week. One that
 * cannot be read, and a hold (fence.ts) of which no restore that has begun is there, are alarms at once: jobs wait, and members may be
 * locked out, until somebody does something. Those of drills are removed by the next drill.
 */
import { scratchMadeAt, type Sleep } from '../../platform/databases.ts';
import { logFailure } from '../../platform/log.ts';
import { AppError } from '../../shared/errors.ts';
import { after, ms } from '../../shared/time.ts';
import { exportLifetimeDays } from '../exportPlan.ts';
import { discardKeysScratches, isKeysScratch, keysScratchLifetime } from './restoreKeys.ts';
import { listHolds, ownerOf, type StoredHold } from './fence.ts';
import { discardScratches, hasBegun, listScratches, type KnownScratch, type ScratchState } from './scratch.ts';

const lifetime = 7 * ms.day;

/** What is to be done about a scratch database. `alarm`: nobody but an operator may decide. */
export type ScratchFate = 'keep' | 'remove' | 'alarm';

/** Judges a scratch database of a restore by its id and what it says about itself. */
export function fateOf(id: string, said: ScratchState | 'unreadable' | null, now: Date): ScratchFate {
  const state = said === 'unreadable' ? null : said;
  const madeAt = scratchMadeAt(id) ?? state?.createdAt.toDate();
  if (madeAt === undefined) return 'alarm'; // none that was made here
  if (isKeysScratch(id)) return now > after(madeAt, keysScratchLifetime) ? 'remove' : 'keep';
  if (said === 'unreadable') return 'alarm';
  const isOld = now > after(madeAt, lifetime);
  if (state !== null && hasBegun(state)) return isOld ? 'alarm' : 'keep';
  return isOld || (state !== null && now > endOf(state.exportId)) ? 'remove' : 'keep';
}

/** When the time of a daily export is over, by the date in its id. */
const endOf = (exportId: string): Date => after(new Date(`${exportId.slice(-10)}T00:00:00Z`), (exportLifetimeDays + 1) * ms.day);

/**
 * Removes what is too old; answers how many. Throws `backup/restore-unfinished` at the end for a restore that nobody finishes, and for a
 * hold that belongs to none.
 */
export async function pruneScratches(now: Date, sleep: Sleep): Promise<number> {
  const held = await listHolds();
  const scratches = await listScratches();
  const holds = await orphansAmong(held, scratches);
  const judged = scratches.map(({ id, state, isUnreadable }) => ({
    id,
    fate: fateOf(id, isUnreadable ? 'unreadable' : state, now),
  }));
  const idsOf = (wanted: ScratchFate) => judged.flatMap(({ id, fate }) => (fate === wanted ? [id] : []));
  const removed = idsOf('remove');
  await discardScratches(
    removed.filter((id) => !isKeysScratch(id)),
    sleep,
  );
  const [ended] = await Promise.allSettled([discardKeysScratches(removed.filter(isKeysScratch), sleep)]);
  if (ended.status === 'rejected') logFailure('restored keys of erased persons not looked for', ended.reason);
  const scratchIds = idsOf('alarm');
  if (scratchIds.length + holds.length > 0)
    throw new AppError('backup/restore-unfinished', 'a restore has begun and is not finished', { scratchIds, holds });
  if (ended.status === 'rejected') throw ended.reason;
  return removed.length;
}

/** Of which organisations there is a hold and no restore that has begun, or may have; the holds were read before the scratch databases. */
async function orphansAmong(holds: readonly StoredHold[], scratches: readonly KnownScratch[]): Promise<readonly string[]> {
  const orphans = holds.filter((hold) => ownerOf(hold, scratches) === undefined);
  if (orphans.length === 0) return [];
  // One that has ended in between took its hold away first.
  const still = new Map((await listHolds()).map((hold) => [hold.of, hold.restoreId]));
  return orphans.flatMap(({ of, restoreId }) => (still.get(of) === restoreId ? [of] : []));
}
