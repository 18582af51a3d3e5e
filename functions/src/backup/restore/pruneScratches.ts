/**
 * The end of scratch databases that operators left: copies of everything that nobody has in mind any more.
 *
 * Guarantees: one of the keys goes after a day; one of data after a week, or when its export's time is over, whichever is first;
 * that of a restore which has begun stays, because its members are locked out until it is finished, and is an alarm after a week. Those of
 * drills are removed by the next drill.
 */
import { deleteScratch, scratchMadeAt, type Sleep } from '../../platform/databases.ts';
import { AppError } from '../../shared/errors.ts';
import { after, ms } from '../../shared/time.ts';
import { exportLifetimeDays } from '../exportPlan.ts';
import { keysScratchLifetime, keysScratchPrefix } from './restoreKeys.ts';
import { hasBegun, listScratches, type ScratchState } from './scratch.ts';

const lifetime = 7 * ms.day;

/** What is to be done about a scratch database. `alarm`: nobody but an operator may decide. */
export type ScratchFate = 'keep' | 'remove' | 'alarm';

/** Judges a scratch database of a restore by its id and what it says about itself. */
export function fateOf(id: string, state: ScratchState | null, now: Date): ScratchFate {
  const madeAt = scratchMadeAt(id) ?? state?.createdAt.toDate();
  if (madeAt === undefined) return 'alarm'; // none that was made here
  if (id.startsWith(keysScratchPrefix)) return now > after(madeAt, keysScratchLifetime) ? 'remove' : 'keep';
  const isOld = now > after(madeAt, lifetime);
  if (state !== null && hasBegun(state)) return isOld ? 'alarm' : 'keep';
  return isOld || (state !== null && now > endOf(state.exportId)) ? 'remove' : 'keep';
}

/** When the time of a daily export is over, by the date in its id. */
const endOf = (exportId: string): Date => after(new Date(`${exportId.slice(-10)}T00:00:00Z`), (exportLifetimeDays + 1) * ms.day);

/** Removes what is too old; answers how many. Throws `backup/restore-unfinished` at the end for a restore that nobody finishes. */
export async function pruneScratches(now: Date, sleep: Sleep): Promise<number> {
  const judged = (await listScratches()).map(({ id, state }) => ({ id, fate: fateOf(id, state, now) }));
  const removed = judged.filter(({ fate }) => fate === 'remove');
  for (const { id } of removed) await deleteScratch(id, sleep);
  const left = judged.flatMap(({ id, fate }) => (fate === 'alarm' ? [id] : []));
  if (left.length > 0) throw new AppError('backup/restore-unfinished', 'a restore has begun and is not finished', { scratchIds: left });
  return removed.length;
}
