/**
 * Closing one's account.
 *
 * Guarantees: refused while it is the last owner of any organisation who can sign in, or an organisation of its is being restored,
 * before anything was changed; then it
 * leaves each organisation, with an event, and ends with its sessions, factors and key: nothing of it opens from then on. An
 * interrupted closing can be called again; what is left of a closed account the schedule `pruneExpired` removes.
 * Does not remove the organisations' copies of name and address, nor what the person did: the log is theirs.
 */
import { eraseAccount, markClosed } from '../../identity/profile/closing.ts';
import { needsFresh, type Caller } from '../../identity/session.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { hasAnotherOwner } from '../alarms/stewards.ts';
import { leaveOrganisation } from '../members/changeMembers.ts';
import { authorizeFor } from '../memberCallable.ts';
import { organisationsOf } from '../store.ts';

/** Closes the caller's account. Throws `identity/reauthentication-needed`, `orgs/last-owner`, `orgs/stronger-sign-in-needed`. */
export async function closeAccount(caller: Caller, clock: Clock): Promise<void> {
  needsFresh(caller, clock());
  const mine = (await organisationsOf(caller.accountId, clock())).filter(({ role }) => role !== 'support');
  const owned = mine.filter(({ role }) => role === 'owner');
  const isShared = await Promise.all(owned.map(({ orgId }) => hasAnotherOwner(orgId, caller.accountId)));
  if (isShared.includes(false)) throw new AppError('orgs/last-owner', 'an organisation has at least one owner');
  const mayLeave = authorizeFor('orgs.leave');
  const actors = await Promise.all(mine.map(({ orgId }) => mayLeave(caller, { orgId })));
  for (const actor of actors) await leaveOrganisation(actor);
  await markClosed(caller.accountId, clock());
  await eraseAccount(caller.accountId);
}
