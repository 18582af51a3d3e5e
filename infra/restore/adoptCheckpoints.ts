/**
 * `npm run restore:checkpoints [-- --accept-loss ORGANISATION]`: after a restore of the whole database, puts back the checkpoints of
 * the audit log that only the locked bucket still has; until then nothing new is signed (`audit/checkpoint-contradicted`). With the
 * settings of the functions.
 *
 * It names the organisations whose newest seals are lost: their heads are not signed any more, because they do not go on from what
 * was signed. `--accept-loss`, once for each, signs such a head as it stands now, in a checkpoint that shows it to everybody.
 */
import { parseArgs } from 'node:util';
import { acceptLoss, adoptCheckpoints } from '../../functions/src/audit/sealing/adoptCheckpoints.ts';
import { checkpointKey, checkpointSigner } from '../../functions/src/audit/sealing/checkpointKey.ts';

const clock = (): Date => new Date();
const { values } = parseArgs({ options: { 'accept-loss': { type: 'string', multiple: true, default: [] } } });
const accepted = values['accept-loss'];

const { checkpoints, lost } = await adoptCheckpoints(await checkpointKey(), clock);
process.stdout.write(`${checkpoints} checkpoints were put back from the bucket\n`);
const unknown = accepted.filter((orgId) => !lost.includes(orgId));
if (unknown.length > 0) throw new Error(`nothing is lost of ${unknown.join(', ')}`);
if (accepted.length > 0) {
  const { heads } = await acceptLoss(accepted, await checkpointSigner(), clock);
  process.stdout.write(`${heads} heads were signed, the accepted ones among them\n`);
}
for (const orgId of lost.filter((one) => !accepted.includes(one)))
  process.stdout.write(`${orgId}: seals that were signed are lost; tell the organisation, then --accept-loss ${orgId}\n`);
