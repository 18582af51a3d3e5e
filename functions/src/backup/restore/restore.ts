/**
 * The second half of a restore: the present is made as the scratch database is.
 *
 * Guarantees: whoever is restored is locked out first, jobs held, memberships locked and sessions ended, and let in last; other
 * organisations are not touched; of two runs only the newer one writes (fence.ts); evidence and keys are never rolled back; the erasure ledger is replayed once more on the present
 * and keys of erased persons are destroyed again before anybody can read. Two events enclose everything that is written. Killed
 * anywhere, the same command goes on, once documents are being written without any backup; what members do who have been let in is not
 * written over.
 */
import { lockedOut } from '../../orgs/contract.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import { batchWriter } from './applyChanges.ts';
import { nothing } from './commit.ts';
import { countDifferences, differencesOf, membersPattern, patternsOf, type DifferenceCount } from './compare.ts';
import {
  lookAtBegun,
  needsNoOther,
  prepare,
  requestText,
  tighten,
  wantedOf,
  type Prepared,
  type RestoreRequest,
  type RestoreTools,
} from './prepare.ts';
import { takeOver, type Fence } from './fence.ts';
import { beginWriting, holdJobs } from './hold.ts';
import { letIn, lockOut } from './lockOut.ts';
import { recordRestore, restoreIdOf } from './recordRestore.ts';
import { destroyKeysAgain, keepLedger, keptLedger, replayLedger, wholeLedger } from './replayLedger.ts';
import type { Target } from './restorePlan.ts';
import {
  discardScratches,
  isPast,
  listScratches,
  stepDone,
  takeUp,
  unfinishedScratch,
  type FoundScratch,
  type Scratch,
} from './scratch.ts';

/**
 * What a dry run found. `stillOut` is null until all documents are as they were; then it is how many members are left to be let in, and
 * nothing else is left to do: what differs is what members have done who are in.
 */
export type DryRun = Prepared<FoundScratch> & { readonly changes: readonly DifferenceCount[]; readonly stillOut: number | null };

/**
 * Prepares a restore and says what it would change; changes nothing of the present. The scratch database stays for the restore. One that has begun
 * is only looked at.
 */
export async function dryRun(request: RestoreRequest, tools: RestoreTools): Promise<DryRun> {
  const prepared = (await lookAtBegun(request, tools)) ?? (await prepare(request, tools));
  await needsSomething(request.target, prepared.scratch);
  const { target } = request;
  if (isPast(prepared.scratch, 'filled')) return { ...prepared, changes: [], stillOut: await letIn(target, prepared.scratch.db, null) };
  return { ...prepared, changes: await countDifferences(target, prepared.scratch.db, adminFirestore()), stillOut: null };
}

/** Restores, or goes on with a restore that was killed; answers what was prepared, or null when it had been finished already. */
export async function restore(request: RestoreRequest, tools: RestoreTools): Promise<Prepared | null> {
  if (await wasFinished(request, tools)) return null;
  const prepared = await prepare(request, tools);
  if (request.target.kind === 'scratch') tools.say(`scratch database ${prepared.scratch.id} holds it; remove it with --discard`);
  else await makePresent(request, prepared, tools);
  return prepared;
}

/** Makes the present as what was prepared is, or goes on with it. */
export async function makePresent(request: RestoreRequest, prepared: Prepared, tools: RestoreTools): Promise<void> {
  const { target } = request;
  let { scratch } = prepared;
  await needsSomething(target, scratch);
  if (!isPast(scratch, 'begun')) scratch = await begin(target, scratch);
  const fence = await takeOver(target, scratch);
  if (!isPast(scratch, 'tightened')) scratch = await shut(request, prepared, scratch, fence, tools);
  if (!isPast(scratch, 'filled')) scratch = await copyAll(target, scratch, fence, tools);
  if (!isPast(scratch, 'copied')) {
    tools.say(`let in ${await letIn(target, scratch.db, fence.commit)} members`);
    scratch = await stepDone(scratch, 'copied');
  }
  await recordRestore(target, scratch, 'end', fence.commit, fence.earlierIds);
  await fence.release();
  scratch = await stepDone(scratch, 'done');
  await discardScratches([scratch.id], tools.sleep);
  tools.say('done');
}

/**
 * Begins, unless another restore of it has. Each says so before it looks, so that of two at least one sees the other, and takes up whichever is about to:
 * at most one begins, and one that was killed there is in nobody's way.
 */
async function begin(target: Target, scratch: Scratch): Promise<Scratch> {
  const beginning = await stepDone(scratch, 'beginning');
  try {
    for (const other of await needsNoOther(target, beginning)) if (other.state.step === 'beginning') await takeUp(other);
  } catch (thrown) {
    await stepDone(beginning, 'replayed');
    throw thrown;
  }
  return stepDone(beginning, 'begun');
}

/** A restore that was killed after its last step, before its scratch database was gone, and behind which no other has been prepared. */
async function wasFinished(request: RestoreRequest, { clock, sleep, say }: RestoreTools): Promise<boolean> {
  if ((await unfinishedScratch(wantedOf(request), clock)) !== null) return false;
  for (const { id, state } of await listScratches()) {
    const { moment } = request;
    const isThis = state?.target === requestText(request) && (moment === null || state.moment === moment.toISOString());
    if (!isThis || state.step !== 'done') continue;
    await discardScratches([id], sleep);
    say(`this restore, to ${state.moment}, was finished before`);
    return true;
  }
  return false;
}

async function needsSomething(target: Target, { db }: FoundScratch): Promise<void> {
  if (target.kind !== 'organisation' || (await db.doc(`orgs/${target.orgId}`).get()).exists) return;
  throw new AppError('backup/nothing-to-restore', 'the organisation was not there', { orgId: target.orgId });
}

/**
 * Leaves the first event, behind the hold, which audit/sealing looks for. Makes sure that nobody changes anything any more, and takes the last look at what was withdrawn and who was erased; behind it
 * nothing is read but the scratch database.
 */
async function shut(request: RestoreRequest, { source }: Prepared, scratch: Scratch, fence: Fence, tools: RestoreTools): Promise<Scratch> {
  const { target } = request;
  await recordRestore(target, scratch, 'begin', fence.commit);
  await stopAll(target, scratch, fence, tools);
  await tighten(request, source, scratch, tools.clock);
  const erased = await wholeLedger(scratch.db);
  await destroyKeysAgain(erased);
  await keepLedger(scratch, erased);
  await fence.commit(nothing); // before it is said that documents are written
  await recordRestore(target, scratch, 'write', fence.commit);
  await beginWriting(fence);
  return stepDone(scratch, 'tightened');
}

/** Holds jobs and locks everybody out. Jobs that a member started in between are held as well. */
async function stopAll(target: Target, scratch: Scratch, fence: Fence, { say }: RestoreTools): Promise<void> {
  const { ended, waiting } = await holdJobs(target, fence);
  if (ended + waiting > 0) say(`ended ${ended} jobs, ${waiting} erasures wait`);
  say(`locked out ${await lockOut(target, restoreIdOf(scratch), fence.commit)} members`);
  await holdJobs(target, fence);
}

/** Makes the present as the scratch database is, members still locked out, and just before them erases anew whoever was erased since. */
async function copyAll(target: Target, scratch: Scratch, fence: Fence, { say }: RestoreTools): Promise<Scratch> {
  for (const pattern of patternsOf(target)) {
    if (pattern === membersPattern) {
      const erased = await eraseAnew(target, scratch);
      if (erased > 0) say(`erased ${erased} documents of persons who were erased meanwhile`);
    }
    const written = await copy(pattern, target, scratch, fence);
    if (written > 0) say(`${pattern}: ${written} documents`);
  }
  await holdJobs(target, fence); // those that were running when the database was lost have come back
  const filled = await stepDone(scratch, 'filled');
  say('documents are as they were, and members come in again');
  return filled;
}

/** Replays the ledger on the present: an erasure may have begun after the scratch database was prepared, and before jobs were held. */
async function eraseAnew(target: Target, { db }: Scratch): Promise<number> {
  const entries = (await keptLedger(db)).filter(({ orgId }) => target.kind !== 'organisation' || orgId === target.orgId);
  await destroyKeysAgain(entries);
  return replayLedger(adminFirestore(), entries);
}

/** A member who is one after the restore is let in later, by {@link letIn}, when nothing is written over any more. */
function stillOut(fields: string): string {
  const member = JSON.parse(fields) as Record<string, { stringValue?: string }>; // as textOfFields makes it
  if (member['state']?.stringValue !== 'active') return fields;
  return JSON.stringify({ ...member, state: { stringValue: lockedOut } });
}

async function copy(pattern: string, target: Target, { db }: Scratch, fence: Fence): Promise<number> {
  const writer = batchWriter(adminFirestore(), fence.commit);
  let written = 0;
  for await (const { path, fields } of differencesOf(pattern, target, db, adminFirestore())) {
    if (fields === null) await writer.delete(path);
    else await writer.set(path, pattern === membersPattern ? stillOut(fields) : fields);
    written += 1;
  }
  await writer.flush();
  return written;
}
