/**
 * Gives up a restore that has begun and cannot or shall not be finished: members come in again, as they are now.
 *
 * Guarantees: refused once documents may have been written, because what is there would be neither of then nor of now; from
 * the moment that it is given up no other run goes on with the restore. Members have what they had when they were locked out; what was
 * ended stays ended: sessions, grants of support, imports, extracts and exports of the register. An event tells each organisation.
 * Without `isReal` it only says what it would do. Killed anywhere, it is repeated.
 */
import { AppError } from '../../shared/errors.ts';
import { beginWriting, releaseJobs } from './hold.ts';
import { countLockedOut, letIn } from './lockOut.ts';
import type { RestoreTools } from './prepare.ts';
import { recordRestore } from './recordRestore.ts';
import { targetOfText } from './restorePlan.ts';
import { begunScratch, discardScratches, isPast, stepDone } from './scratch.ts';

/**
 * Gives up the restore of a scratch database. Throws `backup/missing` when it is of no restore that has begun,
 * `backup/restore-unfinished` when its documents may be there already.
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
  if (!isReal) {
    say(`this would give up the restore of ${text} to ${moment}, and let in ${await countLockedOut(target)} members as they are now`);
    say('what it has ended stays ended: sessions, grants of support, imports, extracts and exports of the register');
    return say('nothing has been changed. Make sure that its command runs nowhere, and repeat this with --do-it');
  }
  await stepDone(scratch, 'givenUp');
  await beginWriting(target);
  say(`let in ${await letIn(target)} members`);
  await recordRestore(target, scratch, 'giveUp');
  await releaseJobs(target);
  await discardScratches([scratchId], sleep);
  say(`the restore of ${text} is given up`);
}
