// `npm run restore`: what operators do when data is lost or spoiled; infra/runbooks/restore.md says when to do what.
// Guarantees: without --do-it nothing of the present changes; nonsense is refused before anything is read.
import { setTimeout as sleep } from 'node:timers/promises';
import { restoreKeys } from '../../functions/src/backup/restore/restoreKeys.ts';
import { ageOf, leavingOut, type RestoreRequest, type RestoreTools } from '../../functions/src/backup/restore/prepare.ts';
import { dryRun, restore } from '../../functions/src/backup/restore/restore.ts';
import { discardScratches, hasBegun, listScratches } from '../../functions/src/backup/restore/scratch.ts';
import { incrementsSince, listExports } from '../../functions/src/backup/restore/sources.ts';
import { exportsBucket, exportsCopyBucket, keysBackupBucket, keysBackupCopyBucket } from '../../functions/src/platform/config.ts';
import { isAppError } from '../../functions/src/shared/errors.ts';
import { Nonsense, parseCommand, usage, type Command } from './arguments.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tools: RestoreTools = { clock: () => new Date(), sleep: async (milliseconds) => void (await sleep(milliseconds)), say };

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'help':
      return void process.stdout.write(usage);
    case 'list':
      return list(command.fromCopy ? exportsCopyBucket() : exportsBucket());
    case 'discard':
      return discard();
    case 'keys':
      return restoreKeys(command.isReal, tools, command.fromCopy ? keysBackupCopyBucket() : keysBackupBucket());
    case 'restore':
      return runRestore(command);
  }
}

/** A restore that has begun has locked members out; without its scratch database they stay out. */
async function discard(): Promise<void> {
  const all = await listScratches();
  const begun = all.filter(({ state }) => state !== null && hasBegun(state));
  const others = all.filter((one) => !begun.includes(one)).map(({ id }) => id);
  say(`${await discardScratches(others, tools.sleep)} scratch databases removed`);
  for (const { id, state } of begun) say(`${id} is kept: the restore of ${state?.target} has begun. Repeat its command with --do-it`);
  if (begun.length > 0) process.exitCode = 1;
}

async function list(bucket: string): Promise<void> {
  const exports = await listExports(bucket, leavingOut(say));
  if (exports.length === 0) say('there are no exports');
  for (const { exportId, snapshotAt, counts } of exports) {
    const documents = Object.values(counts).reduce((sum, count) => sum + count, 0);
    say(`${exportId}  shows ${snapshotAt}, ${documents} documents`);
  }
  const oldest = exports[0];
  if (oldest !== undefined) {
    const newest = (await incrementsSince(bucket, new Date(oldest.snapshotAt), leavingOut(say))).at(-1);
    say(
      `any moment from ${oldest.snapshotAt} to ${newest?.manifest.readAt ?? exports.at(-1)?.snapshotAt ?? ''} can be restored, and later ones from the journal`,
    );
  }
  for (const { id, state } of await listScratches())
    say(state === null ? `${id}  was being made` : `${id}  ${state.target} at ${state.moment}, last step "${state.step}"`);
}

async function runRestore(command: Command & { kind: 'restore' }): Promise<void> {
  const { target, moment, exportId, fromCopy, bringBack, isReal } = command;
  const request: RestoreRequest = { target, moment, exportId, bringBack, bucket: fromCopy ? exportsCopyBucket() : exportsBucket() };
  if (isReal) return void (await restore(request, tools));
  const { scratch, source, ledgerEntries, withdrawn, changes } = await dryRun(request, tools);
  const { seconds, recordedUntil } = await ageOf(source, tools.clock);
  say(`\nthis would restore ${scratch.state.target} as of ${source.moment.toISOString()}, ${inWords(seconds)} ago`);
  say(
    `from ${source.manifest.exportId}, which shows ${source.manifest.snapshotAt}; changes are recorded until ${recordedUntil.toISOString()}`,
  );
  say(`${ledgerEntries} persons of the erasure ledger stay erased`);
  if (withdrawn.length > 0) say(`${withdrawn.length} rights and safeguards were changed since, and stay as strict as they are now:`);
  for (const { path, what } of withdrawn) say(`  ${path}: ${what}`);
  for (const { pattern, writes, deletes } of changes) say(`  ${pattern}: ${writes} to write, ${deletes} to delete`);
  if (changes.length === 0) say('  nothing of the present would change');
  say(`nothing has been changed. Repeat the command with --do-it to do this; the scratch database ${scratch.id} is kept for it`);
}

function inWords(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours} h ${Math.round((seconds % 3600) / 60)} min` : `${Math.round(seconds / 60)} min`;
}

function explain(thrown: unknown): string {
  if (thrown instanceof Nonsense) return `${thrown.message}\n\n${usage}`;
  if (isAppError(thrown)) return `${thrown.code}: ${thrown.message} ${JSON.stringify(thrown.details)}`;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

try {
  const { command, envFile } = parseCommand(process.argv.slice(2));
  if (envFile !== undefined) process.loadEnvFile(envFile);
  await run(command);
} catch (thrown) {
  process.stderr.write(`${explain(thrown)}\n`);
  process.exitCode = thrown instanceof Nonsense ? 2 : 1;
}
