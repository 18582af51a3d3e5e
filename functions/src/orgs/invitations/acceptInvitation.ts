/**
 * Opening and accepting an invitation.
 *
 * Guarantees: without the link's token nothing is told and nothing done, and whoever has the token must also have the
 * account of the invited address. Accepting again changes nothing and answers the same. The address is shown in part only.
 */
import { createSubjectKey, orgKey } from '../../platform/keyring.ts';
import { emailIndexOf, loadAccount } from '../../identity/accountStore.ts';
import type { Caller } from '../../identity/session.ts';
import { applyIdleLimit } from '../../identity/sessions/idleLimit.ts';
import { AppError } from '../../shared/errors.ts';
import type { InvitationId, OrgId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { memberKeyId, sealMember } from '../members/sealedMember.ts';
import { openStructure } from '../structure.ts';
import { structureKey } from '../../platform/structureKey.ts';
import { acceptInvitationDoc, isMember, loadInvitation, type HeldInvitation } from './acceptStore.ts';
import { tokenMatches } from './token.ts';

/** An invitation and the token of its link. */
export type Link = { readonly orgId: OrgId; readonly invitationId: InvitationId; readonly token: string };

const ended = (): AppError => new AppError('orgs/invitation-ended', 'this invitation is not open any more');

/** Throws `orgs/invitation-ended` for an absent invitation and a wrong token alike. */
async function opened({ orgId, invitationId, token }: Link, clock: Clock): Promise<HeldInvitation> {
  const invitation = await loadInvitation(orgId, invitationId, clock());
  if (invitation === null || !tokenMatches(await orgKey(orgId), invitationId, token, invitation.tokenHash)) throw ended();
  return invitation;
}

/** What an invitation says to whoever holds its link. */
export async function describeInvitation(link: Link, clock: Clock) {
  const { organisationName, role, invitedBy, expiresAt, state, sealed } = await opened(link, clock);
  const [inviter, dek] = await Promise.all([loadAccount(invitedBy), structureKey(link.orgId)]);
  const { email = '' } = openStructure(dek, link.orgId, 'invitations', link.invitationId, sealed);
  return {
    organisationName,
    role,
    invitedBy: inviter?.displayName ?? '',
    emailHint: hintOf(email),
    expiresAt: expiresAt.toISOString(),
    state,
  };
}

/** `a…@example.org`. */
function hintOf(email: string): string {
  const at = email.lastIndexOf('@');
  return `${Array.from(email)[0] ?? ''}…${email.slice(at)}`;
}

/** Makes the caller a member. Throws `orgs/invitation-ended`, `orgs/invitation-for-another`, `orgs/already-member`, `orgs/organisation-full`. */
export async function acceptInvitation(caller: Caller, link: Link, clock: Clock): Promise<OrgId> {
  const { orgId, invitationId } = link;
  const invitation = await opened(link, clock);
  const account = await loadAccount(caller.accountId);
  if (account === null) throw new AppError('shared/not-found', 'not found');
  if ((await emailIndexOf(account.email)) !== invitation.emailIndex) {
    throw new AppError('orgs/invitation-for-another', 'the invitation is for another address');
  }
  // Another tab, or an answer that got lost.
  if (invitation.state === 'accepted' && (await isMember(orgId, caller.accountId, clock()))) return orgId;
  if (invitation.state !== 'open') throw ended();
  const dek = await createSubjectKey(orgId, 'member', memberKeyId(orgId, caller.accountId));
  const sealed = sealMember(dek, orgId, caller.accountId, { displayName: account.displayName, email: account.email });
  const actor = { orgId, accountId: caller.accountId, sessionId: caller.sessionId, from: caller.from };
  const { idleMinutes } = await acceptInvitationDoc(invitationId, actor, { tokenHash: invitation.tokenHash, sealed }, clock());
  await applyIdleLimit([caller.accountId], idleMinutes);
  return orgId;
}
