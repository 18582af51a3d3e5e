/**
 * The command that puts checkpoints back: what adoptCheckpoints.ts runs with the terminal as its output.
 *
 * Guarantees: no loss is accepted that was not named by an organisation's id and is not one; nonsense is refused before anything is
 * read. What it puts back is what the bucket has: without `--accept-loss` nothing is signed, so that is the look before.
 */
import { parseArgs } from 'node:util';
import { acceptLoss } from '../../functions/src/audit/sealing/acceptLoss.ts';
import { adoptCheckpoints, type Adoption } from '../../functions/src/audit/sealing/adoptCheckpoints.ts';
import { checkpointKey, checkpointSigner } from '../../functions/src/audit/sealing/checkpointKey.ts';
import { failed, Nonsense, type Output } from './explain.ts';

const usage = `npm run restore:checkpoints -- [--accept-loss ORGANISATION]... [--env FILE]

Puts back checkpoints that only the bucket has, and names organisations of which something sealed is lost. --accept-loss signs
such a log as it stands when it is whole again: tell the organisation before. --env FILE reads settings from a file.
`;

const clock = (): Date => new Date();

/** Runs the command with these arguments; answers its exit code: 0 done, 1 not or not wholly, 2 nonsense. */
export async function checkpointsCommand(args: readonly string[], output: Output): Promise<number> {
  try {
    const { wanted, envFile, help } = parsed(args);
    if (help) output.print(usage);
    if (help) return 0;
    if (envFile !== undefined) process.loadEnvFile(envFile);
    return await run(wanted, output);
  } catch (thrown) {
    return failed(thrown, usage, output);
  }
}

async function run(wanted: readonly string[], { print: say, printError }: Output): Promise<number> {
  const adoption = await adoptCheckpoints(await checkpointKey(), clock);
  say(`${adoption.checkpoints} checkpoints were put back from the bucket`);
  const unknown = wanted.filter((orgId) => !adoption.lost.includes(orgId) && !adoption.torn.includes(orgId));
  if (unknown.length > 0) printError(`nothing is lost of ${unknown.join(', ')}; no loss was accepted`);
  const isRefused = unknown.length > 0;
  const unsigned = wanted.length > 0 && !isRefused ? await accept(wanted, say) : 0;
  nameOthers(adoption, isRefused ? [] : wanted, say);
  return unsigned > 0 || isRefused ? 1 : 0;
}

/** Accepts losses; answers how many heads could not be signed. */
async function accept(wanted: readonly string[], say: Output['print']): Promise<number> {
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
  return unsigned.length;
}

function nameOthers({ lost, torn }: Adoption, wanted: readonly string[], say: Output['print']): void {
  const isOther = (orgId: string): boolean => !wanted.includes(orgId);
  for (const orgId of lost.filter(isOther))
    say(
      `${orgId}: seals that were signed are lost, or what follows does not go on from them; tell the organisation, then --accept-loss ${orgId}`,
    );
  for (const orgId of torn.filter(isOther))
    say(`${orgId}: nothing that was signed is lost, but the commit of a seal is there in part; --accept-loss ${orgId} puts it in order`);
}

function parsed(args: readonly string[]): { wanted: readonly string[]; envFile: string | undefined; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'accept-loss': { type: 'string', multiple: true, default: [] },
        env: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    return { wanted: [...new Set(values['accept-loss'])], envFile: values.env, help: values.help };
  } catch (cause) {
    throw new Nonsense(cause instanceof Error ? cause.message : 'cannot be understood', { cause });
  }
}
