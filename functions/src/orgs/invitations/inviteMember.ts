/**
 * Inviting somebody by e-mail, and what becomes of invitations that are not accepted yet.
 *
 * Guarantees: the link is in the mail only; a resent one ends the one before. The mail goes out after the invitation is
 * stored: when it cannot be sent, the caller is told, and resending it is all there is to do. Whether an address has an
 * account is shown only by being a member already, which members see anyway.
 */
import { recordReading } from '../../audit/event.ts';
import { emailIndexOf, findAccount, loadAccount } from '../../identity/accountStore.ts';
import type { Locale } from '../../identity/contract.ts';
import { takeToken } from '../../identity/rateLimit.ts';
import { needsFresh } from '../../identity/session.ts';
import type { SendMail } from '../../platform/email.ts';
import { orgKey } from '../../platform/keyring.ts';
import { newId, newSecret } from '../../platform/random.ts';
import { AppError, invalidInput } from '../../shared/errors.ts';
import type { InvitationId, TeamId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import type { GivenRole } from '../contract.ts';
import type { OrgActor } from '../memberCallable.ts';
import { mayGive } from '../members/membership.ts';
import { findMember } from '../members/store.ts';
import { openStructure, sealStructure } from '../structure.ts';
import { structureKey } from '../../platform/structureKey.ts';
import { activeAmong } from '../teams/store.ts';
import { invitationPath, invitationRules } from './contract.ts';
import { needsRoom } from './acceptStore.ts';
import { invitationMail } from './mails.ts';
import {
  createInvitationDoc,
  getOpenInvitation,
  openInvitationOf,
  openInvitations,
  renewInvitationDoc,
  withdrawInvitationDoc,
  type StoredInvitation,
} from './store.ts';
import { invitationToken, tokenHash } from './token.ts';

/** What inviting needs of the world. */
export type InvitationWorld = { readonly clock: Clock; readonly sendMail: SendMail; readonly appUrl: string };

/** Whom to invite as what. `locale` is the language of the mail, unless the address has an account with its own. */
export type Invitee = { readonly email: string; readonly role: GivenRole; readonly teamIds: readonly TeamId[]; readonly locale: Locale };

const notAllowed = (): AppError => new AppError('orgs/not-allowed', 'your role does not allow this');

/**
 * Invites somebody; answers the invitation's id. Throws `orgs/not-allowed` for a role that the actor may not give,
 * `orgs/already-member`, `orgs/organisation-full`, `identity/reauthentication-needed` to invite an owner, `shared/unavailable`
 * without a mail.
 */
export async function inviteMember(actor: OrgActor, invitee: Invitee, world: InvitationWorld): Promise<InvitationId> {
  if (!mayGive(actor.role, invitee.role)) throw notAllowed();
  if (invitee.role === 'owner') needsFresh(actor.caller, world.clock());
  const emailIndex = await emailIndexOf(invitee.email);
  const teamIds = await activeAmong(actor, 'teamIds', invitee.teamIds);
  await needsNewcomer(actor, emailIndex, world.clock());
  await needsRoom(actor.orgId);
  await takeMailTokens(actor, emailIndex, world.clock);
  const invitationId = newId<InvitationId>();
  const token = invitationToken(newSecret(32));
  const { email, locale, role } = invitee;
  const sealed = sealStructure(await structureKey(actor.orgId), actor.orgId, 'invitations', invitationId, { email, locale });
  const hash = tokenHash(await orgKey(actor.orgId), invitationId, token);
  await createInvitationDoc(actor, invitationId, { role, teamIds, sealed, emailIndex, tokenHash: hash, expiresAt: expiry(world.clock) });
  await mail(actor, { invitationId, role, email, locale, emailIndex }, token, world);
  return invitationId;
}

async function needsNewcomer(actor: OrgActor, emailIndex: string, now: Date): Promise<void> {
  const known = new AppError('orgs/already-member', 'somebody with this "email" is a member or invited already', { field: 'email' });
  const account = await findAccount(emailIndex);
  const member = account && (await findMember(actor, account.accountId));
  if (member !== null && (member.expiresAt === null || member.expiresAt > now)) throw known;
  if ((await openInvitationOf(actor, emailIndex)) !== null) throw known;
  if ((await openInvitations(actor)).length >= invitationRules.maxOpen)
    throw invalidInput('email', `at most ${invitationRules.maxOpen} open invitations`);
}

/** An invitation as whoever invites sees it. */
export type InvitationView = Omit<StoredInvitation, 'sealed'> & { readonly email: string; readonly isExpired: boolean };

/** The open and the expired invitations, with addresses; the reading is recorded first. */
export async function listInvitations(actor: OrgActor, clock: Clock): Promise<readonly InvitationView[]> {
  const [invitations, dek] = await Promise.all([openInvitations(actor), structureKey(actor.orgId)]);
  const targetIds = invitations.map(({ invitationId }) => invitationId);
  await recordReading(actor.db, actor, { action: 'orgs.invitations.read', targetKind: 'invitation', targetIds, fields: ['email'] });
  const now = clock();
  return invitations
    .map(({ sealed, ...invitation }) => {
      const { email = '' } = openStructure(dek, actor.orgId, 'invitations', invitation.invitationId, sealed);
      return { ...invitation, email, isExpired: invitation.expiresAt <= now };
    })
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** Mails a new link with new time; the old one ends. Answers until when. Throws `orgs/invitation-ended`, `orgs/not-allowed`. */
export async function resendInvitation(actor: OrgActor, invitationId: InvitationId, world: InvitationWorld): Promise<Date> {
  const invitation = await getOpenInvitation(actor, invitationId);
  if (!mayGive(actor.role, invitation.role)) throw notAllowed();
  if (invitation.resends >= invitationRules.maxResends) throw new AppError('orgs/invitation-ended', 'resent too often, invite anew');
  const inviter = await findMember(actor, invitation.invitedBy);
  // Nobody could accept it: an invitation is worth what its author may still give.
  if (inviter === null || !mayGive(inviter.role, invitation.role))
    throw new AppError('orgs/invitation-ended', 'its author is gone, invite anew');
  const opened = openStructure(await structureKey(actor.orgId), actor.orgId, 'invitations', invitationId, invitation.sealed);
  const email = opened['email'] ?? '';
  const emailIndex = await emailIndexOf(email);
  await takeMailTokens(actor, emailIndex, world.clock);
  const token = invitationToken(newSecret(32));
  const expiresAt = expiry(world.clock);
  await renewInvitationDoc(actor, invitation, { tokenHash: tokenHash(await orgKey(actor.orgId), invitationId, token), expiresAt });
  const locale: Locale = opened['locale'] === 'en' ? 'en' : 'sv';
  await mail(actor, { invitationId, role: invitation.role, email, locale, emailIndex }, token, world);
  return expiresAt;
}

/** Withdraws an invitation; its link opens nothing from then on. Throws `orgs/invitation-ended`. */
export async function withdrawInvitation(actor: OrgActor, invitationId: InvitationId): Promise<void> {
  await getOpenInvitation(actor, invitationId);
  await withdrawInvitationDoc(actor, invitationId);
}

type Recipient = {
  readonly invitationId: InvitationId;
  readonly role: GivenRole;
  readonly email: string;
  readonly locale: Locale;
  readonly emailIndex: string;
};

/** In the language of the account, when the address has one; the caller cannot tell. */
async function mail(actor: OrgActor, to: Recipient, token: string, { sendMail, appUrl }: InvitationWorld): Promise<void> {
  const [inviter, account] = await Promise.all([loadAccount(actor.accountId), findAccount(to.emailIndex)]);
  const words = {
    organisationName: actor.organisation.name,
    invitedBy: inviter?.displayName ?? '',
    role: to.role,
    link: `${appUrl}${invitationPath(actor.orgId, to.invitationId)}#${token}`,
  };
  await sendMail(invitationMail(to.email, account?.data.locale ?? to.locale, words));
}

async function takeMailTokens(actor: OrgActor, emailIndex: string, clock: Clock): Promise<void> {
  await takeToken('invitationsByOrganisation', actor.orgId, clock);
  await takeToken('invitationMail', emailIndex, clock);
}

const expiry = (clock: Clock): Date => after(clock(), invitationRules.lifetimeDays * ms.day);
