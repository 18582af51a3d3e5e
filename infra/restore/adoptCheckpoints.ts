/**
 * `npm run restore:checkpoints`: after a restore of the whole database, puts back the checkpoints of the audit log that only the
 * locked bucket still has; until then nothing new is signed (`audit/checkpoint-contradicted`). With the settings of the functions.
 */
import { adoptCheckpoints } from '../../functions/src/audit/sealing/adoptCheckpoints.ts';
import { checkpointKey } from '../../functions/src/audit/sealing/checkpointKey.ts';

const adopted = await adoptCheckpoints(await checkpointKey(), () => new Date());
process.stdout.write(`${adopted} checkpoints were put back from the bucket\n`);
