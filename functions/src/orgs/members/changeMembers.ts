/**
 * Changing, removing and leaving; the transfer of ownership.
 *
 * Guarantees: an organisation never is without an owner, however many change it at once. A transfer that is interrupted
 * between its two commits leaves two owners; calling it again finishes it.
 */
import { enabledAmong } from '../../identity/accountStore.ts';
import { needsFresh } from '../../identity/session.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccountId, TeamId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import type { GivenRole } from '../contract.ts';
import type { OrgActor } from '../memberCallable.ts';
import { activeAmong } from '../teams/store.ts';
import { hasStill, planChange, planRemoval } from './membership.ts';
import { againAfterConflict, commitMember, getMember } from './store.ts';

type Access = { readonly role: GivenRole; readonly teamIds: readonly TeamId[] };

/**
 * Gives a member another role and other teams. Throws `orgs/not-allowed`, `orgs/last-owner`, `shared/invalid-input` for a
 * team that is not there, `identity/reauthentication-needed` when the member becomes owner, and `shared/conflict` when there is
 * something to change and the member's access no longer is what it `was`.
 */
export async function changeMember(
  actor: OrgActor,
  wanted: Access & { readonly accountId: AccountId; readonly was?: Access | undefined },
  clock: Clock,
): Promise<void> {
  await againAfterConflict(async () => {
    const before = await getMember(actor, wanted.accountId);
    // Also of the teams that stay: with another role, one that was removed would open its folders again.
    const teamIds = await activeAmong(actor, 'teamIds', wanted.teamIds, before.teamIds);
    const { changes, ownerDelta } = planChange(actor, before, { role: wanted.role, teamIds });
    if (changes.role === 'owner') needsFresh(actor.caller, clock());
    if (Object.keys(changes).length === 0) return;
    if (wanted.was !== undefined && !hasStill(before, wanted.was))
      throw new AppError('shared/conflict', 'changed by somebody else meanwhile');
    await commitMember(actor, wanted.accountId, 'orgs.member.update', changes, ownerDelta);
    await leaveTeamsRemovedMeanwhile(actor, wanted.accountId, teamIds);
  });
}

/** Whoever removes a team takes out the members that they see: one who comes after that look is taken out here. */
async function leaveTeamsRemovedMeanwhile(actor: OrgActor, accountId: AccountId, given: readonly TeamId[]): Promise<void> {
  const teamIds = await activeAmong(actor, 'teamIds', given, given);
  if (teamIds.length < given.length) await commitMember(actor, accountId, 'orgs.member.update', { teamIds }, 0);
}

/** Ends somebody else's membership; at their next call nothing opens. Throws `orgs/not-allowed`, `orgs/last-owner`. */
export async function removeMember(actor: OrgActor, accountId: AccountId): Promise<void> {
  await againAfterConflict(async () => {
    const ownerDelta = planRemoval(actor, await getMember(actor, accountId));
    await commitMember(actor, accountId, 'orgs.member.remove', { state: 'removed' }, ownerDelta);
  });
}

/** Ends the own membership. Throws `orgs/last-owner`. */
export async function leaveOrganisation(actor: OrgActor): Promise<void> {
  await againAfterConflict(async () => {
    const { role } = await getMember(actor, actor.accountId);
    await commitMember(actor, actor.accountId, 'orgs.member.leave', { state: 'removed' }, role === 'owner' ? -1 : 0);
  });
}

/** Makes a member owner, then oneself administrator. Throws `identity/reauthentication-needed`, `orgs/not-allowed` for support, `orgs/last-owner` for a disabled account. */
export async function transferOwnership(actor: OrgActor, accountId: AccountId, clock: Clock): Promise<void> {
  needsFresh(actor.caller, clock());
  if (accountId === actor.accountId)
    throw new AppError('shared/invalid-input', 'invalid "accountId": must be somebody else', { field: 'accountId' });
  if ((await enabledAmong([accountId])).length === 0)
    throw new AppError('orgs/last-owner', 'an organisation has at least one owner who can sign in');
  await changeRole(actor, accountId, 'owner');
  await changeRole(actor, actor.accountId, 'administrator');
}

async function changeRole(actor: OrgActor, accountId: AccountId, role: GivenRole): Promise<void> {
  await againAfterConflict(async () => {
    const before = await getMember(actor, accountId);
    const { changes, ownerDelta } = planChange(actor, before, { role, teamIds: before.teamIds });
    if (changes.role !== undefined) await commitMember(actor, accountId, 'orgs.member.update', changes, ownerDelta);
  });
}
