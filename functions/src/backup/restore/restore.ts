/**
 * The second half of a restore: the present is made as the scratch database is.
 *
 * Guarantees: whoever is restored is locked out first, jobs held, memberships locked and sessions ended, and let in last; other
 * organisations are not touched; evidence and keys are never rolled back; the erasure ledger is replayed once more on the present
 * and keys of erased persons are destroyed again before anybody can read. Two events enclose everything that is written. Killed anywhere, the same command goes on.
 */
import { FieldPath } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { operatorsActorId } from '../../audit/contract.ts';
import { addJobEvent } from '../../audit/event.ts';
import { adminFirestore, isAlreadyExists } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import { idFrom, type EventId } from '../../shared/ids.ts';
import { batchWriter } from './applyChanges.ts';
import { countDifferences, differencesOf, membersPattern, patternsOf, type DifferenceCount } from './compare.ts';
import { prepare, requestText, restoreIdOf, tighten, type Prepared, type RestoreRequest, type RestoreTools } from './prepare.ts';
import { holdJobs, releaseJobs } from './hold.ts';
import { lockOut } from './lockOut.ts';
import { destroyKeysAgain, replayLedger, wholeLedger } from './replayLedger.ts';
import type { Target } from './restorePlan.ts';
import { discardScratches, isPast, listScratches, stepDone, type Scratch } from './scratch.ts';

/** What a dry run found. */
export type DryRun = Prepared & { readonly changes: readonly DifferenceCount[] };

/** Prepares a restore and says what it would change; changes nothing of the present. The scratch database stays for the restore. */
export async function dryRun(request: RestoreRequest, tools: RestoreTools): Promise<DryRun> {
  const prepared = await prepare(request, tools);
  await needsSomething(request.target, prepared.scratch);
  return { ...prepared, changes: await countDifferences(request.target, prepared.scratch.db, adminFirestore()) };
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
  await recordRestore(target, scratch, 'begin');
  if (!isPast(scratch, 'begun')) scratch = await stepDone(scratch, 'begun');
  if (!isPast(scratch, 'tightened')) {
    await stopAll(target, scratch, tools);
    // The last look at what was withdrawn, when nobody can withdraw anything any more.
    await tighten(request, prepared.source, scratch, tools.clock);
    scratch = await stepDone(scratch, 'tightened');
  }
  await destroyKeysAgain(await wholeLedger(scratch.db));
  if (!isPast(scratch, 'copied')) scratch = await copyAll(target, scratch, tools);
  await recordRestore(target, scratch, 'end');
  await releaseJobs(target);
  scratch = await stepDone(scratch, 'done');
  await discardScratches([scratch.id], tools.sleep);
  tools.say('done');
}

/** A restore that was killed after its last step, before its scratch database was gone. */
async function wasFinished(request: RestoreRequest, { sleep, say }: RestoreTools): Promise<boolean> {
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

async function needsSomething(target: Target, { db }: Scratch): Promise<void> {
  if (target.kind !== 'organisation' || (await db.doc(`orgs/${target.orgId}`).get()).exists) return;
  throw new AppError('backup/nothing-to-restore', 'the organisation was not there', { orgId: target.orgId });
}

/** Holds jobs and locks everybody out. Jobs that a member started in between are held as well. */
async function stopAll(target: Target, scratch: Scratch, { say }: RestoreTools): Promise<void> {
  const restoreId = restoreIdOf(scratch);
  const { ended, waiting } = await holdJobs(target, restoreId);
  if (ended + waiting > 0) say(`ended ${ended} jobs, ${waiting} erasures wait`);
  say(`locked out ${await lockOut(target, restoreId)} members`);
  await holdJobs(target, restoreId);
}

/** Makes the present as the scratch database is, members last, and just before them erases anew whoever was erased since. */
async function copyAll(target: Target, scratch: Scratch, { say }: RestoreTools): Promise<Scratch> {
  for (const pattern of patternsOf(target)) {
    if (pattern === membersPattern) {
      const erased = await eraseAnew(target, scratch);
      if (erased > 0) say(`erased ${erased} documents of persons who were erased meanwhile`);
    }
    const written = await copy(pattern, target, scratch);
    if (written > 0) say(`${pattern}: ${written} documents`);
  }
  return stepDone(scratch, 'copied');
}

/** Replays the ledger on the present: an erasure may have begun after the scratch database was prepared, and before jobs were held. */
async function eraseAnew(target: Target, { db }: Scratch): Promise<number> {
  const entries = (await wholeLedger(db)).filter(({ orgId }) => target.kind !== 'organisation' || orgId === target.orgId);
  await destroyKeysAgain(entries);
  return replayLedger(adminFirestore(), entries);
}

async function copy(pattern: string, target: Target, { db }: Scratch): Promise<number> {
  const writer = batchWriter(adminFirestore());
  let written = 0;
  for await (const { path, fields } of differencesOf(pattern, target, db, adminFirestore())) {
    if (fields === null) await writer.delete(path);
    else await writer.set(path, fields);
    written += 1;
  }
  await writer.flush();
  return written;
}

/** Leaves an event with every organisation that is restored, once however often this runs. */
async function recordRestore(target: Target, scratch: Scratch, when: 'begin' | 'end'): Promise<void> {
  const jobId = restoreIdOf(scratch);
  const db = adminFirestore();
  for (const orgId of await organisationsOf(target, scratch)) {
    const eventId = idFrom<EventId>(createHash('sha256').update(`${jobId} ${orgId} ${when}`).digest());
    const batch = db.batch();
    const happening = { action: 'backup.organisation.restore', targetKind: 'organisation', targetIds: [orgId] } as const;
    addJobEvent(batch, db, { orgId, jobId, onBehalfOf: operatorsActorId }, happening, eventId);
    await batch.commit().catch((thrown: unknown) => {
      if (!isAlreadyExists(thrown)) throw thrown;
    });
  }
}

async function organisationsOf(target: Target, { db }: Scratch): Promise<ReadonlySet<string>> {
  if (target.kind === 'organisation') return new Set([target.orgId]);
  const ids = new Set<string>();
  for (const database of [adminFirestore(), db]) {
    const { docs } = await database.collection('orgs').orderBy(FieldPath.documentId()).select().get();
    for (const { id } of docs) ids.add(id);
  }
  return ids;
}
