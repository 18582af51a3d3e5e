// The restore command: what restore.ts runs with the terminal as its output.
// Guarantees: without --do-it nothing of the present changes; nonsense is refused before anything is read.
import { setTimeout as sleep } from 'node:timers/promises';
import { giveUp } from '../../functions/src/backup/restore/giveUp.ts';
import { listHolds, ownerOf } from '../../functions/src/backup/restore/fence.ts';
import { discardKeysScratches, isKeysScratch, restoreKeys } from '../../functions/src/backup/restore/restoreKeys.ts';
import { ageOf, leavingOut, recordedUntil, type RestoreRequest, type RestoreTools } from '../../functions/src/backup/restore/prepare.ts';
import { dryRun, restore } from '../../functions/src/backup/restore/restore.ts';
import { discardScratches, hasBegun, isPast, listScratches } from '../../functions/src/backup/restore/scratch.ts';
import { incrementsSince, listExports } from '../../functions/src/backup/restore/sources.ts';
import { exportsBucket, exportsCopyBucket, keysBackupBucket, keysBackupCopyBucket } from '../../functions/src/platform/config.ts';
import { parseCommand, usage, type Command } from './arguments.ts';
import { failed, type Output } from './explain.ts';

/** Runs the command with these arguments; answers its exit code: 0 done, 1 not or not wholly, 2 nonsense. */
export async function restoreCommand(args: readonly string[], output: Output): Promise<number> {
  const pause = async (milliseconds: number): Promise<void> => void (await sleep(milliseconds));
  try {
    const { command, envFile } = parseCommand(args);
    if (envFile !== undefined) process.loadEnvFile(envFile);
    return await run(command, { clock: () => new Date(), sleep: pause, say: output.print });
  } catch (thrown) {
    return failed(thrown, usage, output);
  }
}

async function run(command: Command, tools: RestoreTools): Promise<number> {
  switch (command.kind) {
    case 'help':
      tools.say(usage);
      return 0;
    case 'discard':
      return discard(tools);
    case 'giveUp':
      await giveUp(command.scratchId, command.isReal, tools);
      return 0;
    case 'list':
      await list(command.fromCopy ? exportsCopyBucket() : exportsBucket(), tools);
      return 0;
    case 'keys':
      await restoreKeys(command.isReal, tools, {
        bucket: command.fromCopy ? keysBackupCopyBucket() : keysBackupBucket(),
        exportId: command.exportId,
        isAdding: command.isAdding,
      });
      return 0;
    case 'restore':
      await runRestore(command, tools);
      return 0;
  }
}

/** A restore that has begun has locked members out; without its scratch database they stay out. */
async function discard({ say, sleep: pause }: RestoreTools): Promise<number> {
  const all = await listScratches();
  const begun = all.filter(({ state, isUnreadable }) => isUnreadable || (state !== null && hasBegun(state)));
  const others = all.filter((one) => !begun.includes(one)).map(({ id }) => id);
  await discardKeysScratches(others.filter(isKeysScratch), pause);
  await discardScratches(
    others.filter((id) => !isKeysScratch(id)),
    pause,
  );
  say(`${others.length} scratch databases removed`);
  for (const { id, state } of begun)
    say(
      state === null
        ? `${id} is kept: ${unreadable}`
        : `${id} is kept: the restore of ${state.target} has begun. Repeat its command with --do-it, or see --give-up`,
    );
  return begun.length > 0 ? 1 : 0;
}

async function list(bucket: string, { say }: RestoreTools): Promise<void> {
  const exports = await listExports(bucket, leavingOut(say));
  if (exports.length === 0) say('there are no exports');
  for (const { exportId, snapshotAt, counts } of exports) {
    const documents = Object.values(counts).reduce((sum, count) => sum + count, 0);
    say(`${exportId}  shows ${snapshotAt}, ${documents} documents`);
  }
  const oldest = exports[0];
  if (oldest !== undefined) {
    const since = new Date(oldest.snapshotAt);
    const newest = (await incrementsSince(bucket, since, leavingOut(say), since)).at(-1);
    say(
      `any moment from ${oldest.snapshotAt} to ${newest?.manifest.readAt ?? exports.at(-1)?.snapshotAt ?? ''} can be restored, and later ones from the journal`,
    );
  }
  const scratches = await listScratches();
  for (const { id, state, isUnreadable } of scratches)
    say(
      state === null
        ? `${id}  ${isUnreadable ? unreadable : 'was being made'}`
        : `${id}  ${state.target} at ${state.moment}, last step "${state.step}"`,
    );
  for (const hold of await listHolds()) {
    const owner = ownerOf(hold, scratches)?.id ?? 'of which no scratch database is there: see "Interrupted" in the runbook';
    say(`held: ${hold.of}, by a restore ${owner}`);
  }
}

const unreadable = 'cannot be read, and may have begun: see "Interrupted" in the runbook';

async function runRestore(command: Command & { kind: 'restore' }, tools: RestoreTools): Promise<void> {
  const { say } = tools;
  const { target, moment, exportId, fromCopy, bringBack, isReal } = command;
  const request: RestoreRequest = { target, moment, exportId, bringBack, bucket: fromCopy ? exportsCopyBucket() : exportsBucket() };
  if (isReal) return void (await restore(request, tools));
  const { scratch, source, ledgerEntries, withdrawn, changes, stillOut } = await dryRun(request, tools);
  say(`\nthis would restore ${scratch.state.target} as of ${source.moment.toISOString()}, ${inWords(ageOf(source, tools.clock))} ago`);
  // One that has begun may have lost its source.
  const recorded = isPast(scratch, 'begun') ? '' : `; changes are recorded until ${(await recordedUntil(source)).toISOString()}`;
  say(`from ${source.exportId}, which shows ${source.snapshotAt}${recorded}`);
  say(`${ledgerEntries} persons of the erasure ledger stay erased`);
  if (withdrawn.length > 0) say(`${withdrawn.length} rights and safeguards were changed since, and stay as strict as they are now:`);
  for (const { path, what } of withdrawn) say(`  ${path}: ${what}`);
  for (const { pattern, writes, deletes } of changes) say(`  ${pattern}: ${writes} to write, ${deletes} to delete`);
  if (stillOut !== null) say(`  documents are as they were already: it only lets ${stillOut} members in, and ends`);
  else if (changes.length === 0) say('  nothing of the present would change');
  say(`nothing has been changed. Repeat the command with --do-it to do this; the scratch database ${scratch.id} is kept for it`);
}

function inWords(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours} h ${Math.round((seconds % 3600) / 60)} min` : `${Math.round(seconds / 60)} min`;
}
