/**
 * `npm run restore:checkpoints [-- --accept-loss ORGANISATION]`: after a restore of the whole database, puts back the checkpoints of
 * the audit log that only the locked bucket still has; until then nothing new is signed (`audit/checkpoint-contradicted`). With the
 * settings of the functions.
 *
 * It names the organisations whose newest seals are lost, also those that were sealed again since: their heads are not signed any
 * more, because they do not go on from what was signed; and those whose last commit is there in part, so that they cannot be sealed
 * on. `--accept-loss`, once for each, makes such a log whole up to its last whole seal, has the events behind it sealed anew, and
 * signs the head in a checkpoint that shows it to everybody. One of which that cannot be done keeps no other waiting; its exit code
 * is 1 while there is one.
 */
import { checkpointsCommand } from './checkpointsCommand.ts';

process.exitCode = await checkpointsCommand(process.argv.slice(2), {
  print: (text) => void process.stdout.write(`${text}\n`),
  printError: (text) => void process.stderr.write(`${text}\n`),
});
