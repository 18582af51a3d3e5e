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
import { parseArgs } from 'node:util';
import { acceptLoss } from '../../functions/src/audit/sealing/acceptLoss.ts';
import { adoptCheckpoints } from '../../functions/src/audit/sealing/adoptCheckpoints.ts';
import { checkpointKey, checkpointSigner } from '../../functions/src/audit/sealing/checkpointKey.ts';

const clock = (): Date => new Date();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const { values } = parseArgs({ options: { 'accept-loss': { type: 'string', multiple: true, default: [] } } });
const wanted = [...new Set(values['accept-loss'])];

const { checkpoints, lost, torn } = await adoptCheckpoints(await checkpointKey(), clock);
say(`${checkpoints} checkpoints were put back from the bucket`);
const unknown = wanted.filter((orgId) => !lost.includes(orgId) && !torn.includes(orgId));
if (unknown.length > 0) throw new Error(`nothing is lost of ${unknown.join(', ')}`);
if (wanted.length > 0) {
  const { heads, accepted, unsigned, mended } = await acceptLoss(wanted, await checkpointSigner(), clock);
  say(`${heads} heads were signed`);
  for (const [orgId, { seals, setAside, events }] of Object.entries(mended))
    say(
      `${orgId}: whole up to seal ${seals}; ${setAside} seals behind it were set aside (auditSeals/lost-…), ${events} events marked anew`,
    );
  for (const orgId of accepted) say(`${orgId}: the loss is accepted, and its head signed as it stands`);
  for (const orgId of unsigned)
    say(
      `${orgId}: its head could not be signed; repeat the command, and if that does not help look at auditHeads/${orgId} and at the lines before`,
    );
  if (unsigned.length > 0) process.exitCode = 1;
}
for (const orgId of lost.filter((one) => !wanted.includes(one)))
  say(
    `${orgId}: seals that were signed are lost, or what follows does not go on from them; tell the organisation, then --accept-loss ${orgId}`,
  );
for (const orgId of torn.filter((one) => !wanted.includes(one)))
  say(`${orgId}: nothing that was signed is lost, but the commit of a seal is there in part; --accept-loss ${orgId} puts it in order`);
