/**
 * Whether the log of an organisation without a tip may begin.
 *
 * Guarantees: none begins anew while a restore holds the organisation, because its seals are on their way and would have no place; nor
 * where it was signed, as the locked bucket has it, or where that cannot be known: that its seals are gone must be said, and is for
 * an operator to accept. Nothing keeps a restore from beginning behind the answer: what is sealed then was never signed.
 *
 * Cost: an organisation has no tip once in its life: two reads, and those of signedState.ts.
 */
import { isHeld } from '../../platform/restoreHold.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { checkpointKey } from './checkpointKey.ts';
import { signedState } from './signedState.ts';

/**
 * Answers false when its events have to wait for a restore; `accepted` are organisations of which an operator has accepted the loss.
 * Throws `audit/chain-broken` when it was signed, and as {@link signedState} does.
 */
export async function mayBegin(orgId: string, accepted: ReadonlySet<string>, clock: Clock): Promise<boolean> {
  if (await isHeld(orgId)) return false;
  if (accepted.has(orgId)) return true;
  const { places } = await signedState(await checkpointKey(), clock, [orgId]);
  if (!Object.hasOwn(places, orgId)) return true;
  throw new AppError('audit/chain-broken', 'the log was signed, and has no tip any more', { orgId });
}
