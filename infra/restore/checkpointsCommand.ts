/**
 * The command that puts checkpoints back: what adoptCheckpoints.ts runs with the terminal as its output.
 *
 * Guarantees: no loss is accepted that was not named by an organisation's id and is not one; nonsense is refused before anything is
 * read. What it puts back is what the bucket has: without `--accept-loss` nothing is signed, so that is the look before. It says of
 * each log up to which seal it is whole, up to which it was signed, and how many seals would be set aside.
 */
import { parseArgs } from 'node:util';
import { acceptLoss, prospects, type Prospect } from '../../functions/src/audit/sealing/acceptLoss.ts';
import { adoptCheckpoints, type Adoption } from '../../functions/src/audit/sealing/adoptCheckpoints.ts';
import { checkpointKey, checkpointSigner } from '../../functions/src/audit/sealing/checkpointKey.ts';
import { joined } from './arguments.ts';
import { failed, Nonsense, type Output } from './explain.ts';

const usage = `npm run restore:checkpoints -- [--accept-loss ORGANISATION]... [--env FILE]

Puts back checkpoints that only the bucket has, and names organisations of which something sealed is lost, with how many seals
accepting it would set aside: run it without --accept-loss first. --accept-loss signs such a log as it stands when it is whole again: tell
the organisation before. --env FILE reads settings from a file.
`;

const options = {
  'accept-loss': { type: 'string', multiple: true, default: [] as string[] },
  env: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

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
  const key = await checkpointKey();
  const adoption = await adoptCheckpoints(key, clock);
  say(`${adoption.checkpoints} checkpoints were put back from the bucket`);
  const unknown = wanted.filter((orgId) => !adoption.lost.includes(orgId) && !adoption.torn.includes(orgId));
  if (unknown.length > 0) printError(`nothing is lost of ${unknown.join(', ')}; no loss was accepted`);
  const isRefused = unknown.length > 0;
  const unsigned = wanted.length > 0 && !isRefused ? await accept(wanted, say) : 0;
  const isOther = (orgId: string): boolean => isRefused || !wanted.includes(orgId);
  const others = { lost: adoption.lost.filter(isOther), torn: adoption.torn.filter(isOther) };
  nameOthers(others, await prospects([...others.lost, ...others.torn], key, clock), say);
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

function nameOthers(
  { lost, torn }: Pick<Adoption, 'lost' | 'torn'>,
  known: Readonly<Record<string, Prospect>>,
  say: Output['print'],
): void {
  for (const orgId of lost)
    say(`${orgId}: seals that were signed are lost; ${wouldDo(known[orgId])}; tell the organisation, then --accept-loss ${orgId}`);
  for (const orgId of torn) say(`${orgId}: ${tornText(orgId, known[orgId])}`);
}

function tornText(orgId: string, prospect: Prospect | undefined): string {
  // Only the chain of headers was looked at before.
  if (prospect !== undefined && prospect.seals < prospect.signed)
    return `a seal that was signed is not whole, although none is lost; ${wouldDo(prospect)}; seal ${prospect.seals + 1} was signed and is not what was sealed: put it back, because --accept-loss is refused until then`;
  return `nothing that was signed is lost, but the log is not whole behind it; ${wouldDo(prospect)}; --accept-loss ${orgId} puts it in order`;
}

const wouldDo = (prospect: Prospect | undefined): string =>
  prospect === undefined
    ? 'it cannot be looked at (the log has why)'
    : `whole up to seal ${prospect.seals}, signed up to ${prospect.signed}, ${prospect.setAside} behind would be set aside`;

function parsed(args: readonly string[]): { wanted: readonly string[]; envFile: string | undefined; help: boolean } {
  try {
    const { values } = parseArgs({ args: joined(args, ['--accept-loss'], options), options });
    return { wanted: [...new Set(values['accept-loss'])], envFile: values.env, help: values.help };
  } catch (cause) {
    throw new Nonsense(cause instanceof Error ? cause.message : 'cannot be understood', { cause });
  }
}
