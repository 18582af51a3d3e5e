/**
 * Gives up a restore that has begun and cannot or shall not be finished: members come in again, as they are now.
 *
 * Guarantees: refused once documents may have been written, because what is there would be neither of then nor of now; from
 * the moment that it is given up no other run goes on with the restore. Members have what they had when they were locked out; what was
 * ended stays ended: sessions, grants of support, imports, extracts and exports of the register. An event tells each organisation.
 * Without `isReal` it only says what it would do. Killed anywhere, it is repeated.
 */
import { AppError } from '../../shared/errors.ts';
import { concerns, listHolds, restoresBefore, takeOver } from './fence.ts';
import { letBackIn } from './lockOut.ts';
import type { RestoreTools } from './prepare.ts';
import { recordRestore, restoreIdOf } from './recordRestore.ts';
import { targetOfText, type Target } from './restorePlan.ts';
import { begunScratch, discardScratches, isPast, stepDone, takeUp } from './scratch.ts';

/**
 * Gives up the restore of a scratch database. Throws `backup/missing` when it is of no restore that has begun,
 * `backup/restore-unfinished` when its documents may be there already, or those of an earlier one whose scratch database is lost.
 */
export async function giveUp(scratchId: string, isReal: boolean, { sleep, say }: Pick<RestoreTools, 'sleep' | 'say'>): Promise<void> {
  const scratch = await begunScratch(scratchId);
  const { target: text, moment } = scratch.state;
  if (isPast(scratch, 'tightened'))
    throw new AppError('backup/restore-unfinished', 'its documents may be there already; repeat its command, which needs no backup', {
      scratchId,
      target: text,
      moment,
    });
  const target = targetOfText(text);
  if (!isPast(scratch, 'givenUp')) await needsNothingWritten(target, scratchId);
  if (!isReal) {
    const restoreId = restoreIdOf(scratch);
    const { count, stayOut } = await letBackIn(target, restoreId, null, await restoresBefore(target, restoreId));
    say(`this would give up the restore of ${text} to ${moment}, and let in ${count} members as they are now`);
    sayWhoStaysOut(stayOut, say);
    say('what it has ended stays ended: sessions, grants of support, imports, extracts and exports of the register');
    return say('nothing has been changed. Repeat this with --do-it; its command stops then, wherever it runs');
  }
  const taken = await takeUp(scratch); // whoever still restores writes nothing more
  const fence = await takeOver(target, taken);
  await stepDone(taken, 'givenUp');
  const { count, stayOut } = await letBackIn(target, restoreIdOf(scratch), fence.commit, fence.earlierIds);
  say(`let in ${count} members`);
  sayWhoStaysOut(stayOut, say);
  await recordRestore(target, scratch, 'giveUp', fence.commit);
  await fence.release();
  await discardScratches([scratchId], sleep);
  say(`the restore of ${text} is given up`);
}

function sayWhoStaysOut(paths: readonly string[], say: RestoreTools['say']): void {
  for (const path of paths)
    say(`stays locked out, because it was changed since past the log, or is locked out by another restore: ${path}`);
}

/** An earlier restore, whose scratch database is lost, may have written half of the documents: only one that ends makes them of one time. */
async function needsNothingWritten(target: Target, scratchId: string): Promise<void> {
  const others = (await listHolds()).filter((hold) => concerns(target, hold) && hold.isWriting);
  const halves = others.filter(({ restoreId, earlierIds }) => earlierIds.length > 0 || restoreId !== restoreIdOf({ id: scratchId }));
  if (halves.length === 0) return;
  throw new AppError('backup/restore-unfinished', 'an earlier restore of it has written documents; finish this one', {
    scratchId,
    holds: halves.map(({ of }) => of),
  });
}
