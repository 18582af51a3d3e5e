/**
 * `npm run restore:checkpoints [-- --accept-loss ORGANISATION]`: after a restore of the whole database, puts back the checkpoints of
 * the audit log that only the locked bucket still has; until then nothing new is signed (`audit/checkpoint-contradicted`). With the
 * settings of the functions.
 *
 * It names the organisations whose newest seals are lost, also those that were sealed again since: their heads are not signed any
 * more, because they do not go on from what was signed. `--accept-loss`, once for each, signs such a head as it stands now, in a
 * checkpoint that shows it to everybody. Its exit code is 1 while one that was accepted could not be signed.
 */
import { parseArgs } from 'node:util';
import { acceptLoss, adoptCheckpoints } from '../../functions/src/audit/sealing/adoptCheckpoints.ts';
import { checkpointKey, checkpointSigner } from '../../functions/src/audit/sealing/checkpointKey.ts';

const clock = (): Date => new Date();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const { values } = parseArgs({ options: { 'accept-loss': { type: 'string', multiple: true, default: [] } } });
const wanted = [...new Set(values['accept-loss'])];

const { checkpoints, lost } = await adoptCheckpoints(await checkpointKey(), clock);
say(`${checkpoints} checkpoints were put back from the bucket`);
const unknown = wanted.filter((orgId) => !lost.includes(orgId));
if (unknown.length > 0) throw new Error(`nothing is lost of ${unknown.join(', ')}`);
if (wanted.length > 0) {
  const { heads, accepted, unsigned } = await acceptLoss(wanted, await checkpointSigner(), clock);
  say(`${heads} heads were signed`);
  for (const orgId of accepted) say(`${orgId}: the loss is accepted, and its head signed as it stands`);
  for (const orgId of unsigned)
    say(`${orgId}: its head could not be signed; repeat the command, and if that does not help look at auditHeads/${orgId}`);
  if (unsigned.length > 0) process.exitCode = 1;
}
for (const orgId of lost.filter((one) => !wanted.includes(one)))
  say(
    `${orgId}: seals that were signed are lost, or what follows does not go on from them; tell the organisation, then --accept-loss ${orgId}`,
  );
