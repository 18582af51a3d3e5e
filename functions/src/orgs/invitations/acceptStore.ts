/**
 * The invited person's side of an invitation, by the Admin SDK: whoever is invited is no member yet, so no rule knows them.
 *
 * Guarantees: accepting is one transaction over invitation, membership, number of owners and event; of two at once one
 * counts. An invitation is worth what its author may still give: it ends with the author's membership or role.
 */
import {
  FieldValue,
  type Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
  type Query,
  type Transaction,
} from 'firebase-admin/firestore';
import { addServerEvent, type MemberActor } from '../../audit/event.ts';
import { adminFirestore, hasPassed } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccountId, InvitationId, OrgId, TeamId } from '../../shared/ids.ts';
import { givenRoles, type GivenRole, type Role } from '../contract.ts';
import { maxMembers } from '../members/contract.ts';
import { mayGive } from '../members/membership.ts';
import type { invitationStates } from './contract.ts';

/** An invitation as its holder's side needs it. */
export type HeldInvitation = {
  readonly state: (typeof invitationStates)[number];
  readonly role: GivenRole;
  readonly teamIds: readonly TeamId[];
  readonly invitedBy: AccountId;
  readonly emailIndex: string;
  readonly tokenHash: string;
  readonly expiresAt: Date;
  readonly sealed: unknown;
  readonly organisationName: string;
};

const orgDoc = (orgId: OrgId): DocumentReference => adminFirestore().collection('orgs').doc(orgId);
const invitationDoc = (orgId: OrgId, id: InvitationId): DocumentReference => orgDoc(orgId).collection('invitations').doc(id);
const memberDoc = (orgId: OrgId, id: AccountId): DocumentReference => orgDoc(orgId).collection('members').doc(id);

/** An invitation, whose token nobody has checked yet; null when there is none. */
export async function loadInvitation(orgId: OrgId, invitationId: InvitationId, now: Date): Promise<HeldInvitation | null> {
  const [organisation, invitation] = await adminFirestore().getAll(orgDoc(orgId), invitationDoc(orgId, invitationId));
  if (organisation === undefined || invitation === undefined || !organisation.exists || !invitation.exists) return null;
  const inviter = await memberDoc(orgId, invitation.get('invitedBy') as AccountId).get(); // by the rules' leave, an account's id
  return heldInvitation(organisation, invitation, inviter, now);
}

function heldInvitation(
  organisation: DocumentSnapshot,
  invitation: DocumentSnapshot,
  inviter: DocumentSnapshot,
  now: Date,
): HeldInvitation {
  // Stored in this form by the rules' leave only.
  const stored = invitation.data() as Omit<HeldInvitation, 'expiresAt' | 'state'> & {
    expiresAt: Timestamp;
    state: 'open' | 'accepted' | 'withdrawn';
  };
  const expiresAt = stored.expiresAt.toDate();
  const isOpen = stored.state === 'open';
  const isWorth = isActiveMember(inviter, now) && mayGive(inviter.get('role') as Role, stored.role);
  const state = isOpen && expiresAt <= now ? 'expired' : isOpen && !isWorth ? 'withdrawn' : stored.state;
  return { ...stored, expiresAt, state, organisationName: String(organisation.get('name')) };
}

const isActiveMember = (member: DocumentSnapshot, now: Date): boolean =>
  member.get('state') === 'active' && !hasPassed(member.get('expiresAt'), now);

/** Whether an account is a member now. */
export async function isMember(orgId: OrgId, accountId: AccountId, now: Date): Promise<boolean> {
  return isActiveMember(await memberDoc(orgId, accountId).get(), now);
}

/** Throws `orgs/organisation-full` when an organisation has as many members as it can. {@link acceptInvitationDoc} decides. */
export async function needsRoom(orgId: OrgId): Promise<void> {
  refuseWhenFull((await membersOf(orgId).count().get()).data().count);
}

/** The active members, without support. */
const membersOf = (orgId: OrgId): Query =>
  orgDoc(orgId).collection('members').where('state', '==', 'active').where('role', 'in', givenRoles);

function refuseWhenFull(members: number): void {
  if (members >= maxMembers) throw new AppError('orgs/organisation-full', `at most ${maxMembers} members`, { limit: maxMembers });
}

/**
 * Makes the account a member as the invitation says; a member who was removed is one again. Answers the organisation's
 * idle limit. Throws `orgs/invitation-ended` unless it is open now, with the token that was checked; `orgs/already-member`,
 * `orgs/organisation-full`.
 */
export async function acceptInvitationDoc(
  invitationId: InvitationId,
  actor: MemberActor & { readonly orgId: OrgId; readonly accountId: AccountId },
  checked: { readonly tokenHash: string; readonly sealed: Uint8Array },
  now: Date,
): Promise<{ readonly idleMinutes: number }> {
  const { orgId, accountId } = actor;
  return adminFirestore().runTransaction(async (transaction) => {
    const [organisation, invitation, member] = await transaction.getAll(
      orgDoc(orgId),
      invitationDoc(orgId, invitationId),
      memberDoc(orgId, accountId),
    );
    if (organisation === undefined || invitation === undefined || member === undefined)
      throw new TypeError('three documents were asked for');
    const inviter = await transaction.get(memberDoc(orgId, invitation.get('invitedBy') as AccountId)); // checked by whoever calls
    const held = heldInvitation(organisation, invitation, inviter, now);
    if (held.state !== 'open' || held.tokenHash !== checked.tokenHash)
      throw new AppError('orgs/invitation-ended', 'this invitation is not open any more');
    if (isActiveMember(member, now)) throw new AppError('orgs/already-member', 'you are a member already');
    refuseWhenFull((await transaction.get(membersOf(orgId).count())).data().count);
    const teamIds = await activeTeamsAmong(transaction, orgId, held.teamIds);
    writeMembership(transaction, { organisation, invitation, member }, actor, { role: held.role, teamIds, sealed: checked.sealed });
    return { idleMinutes: Number(organisation.get('idleMinutes')) };
  });
}

async function activeTeamsAmong(transaction: Transaction, orgId: OrgId, teamIds: readonly TeamId[]): Promise<readonly TeamId[]> {
  if (teamIds.length === 0) return [];
  const teams = await transaction.getAll(...teamIds.map((id) => orgDoc(orgId).collection('teams').doc(id)));
  return teamIds.filter((_id, index) => teams[index]?.get('state') === 'active');
}

type Documents = { readonly organisation: DocumentSnapshot; readonly invitation: DocumentSnapshot; readonly member: DocumentSnapshot };

function writeMembership(
  transaction: Transaction,
  { organisation, invitation, member }: Documents,
  actor: MemberActor,
  given: { readonly role: GivenRole; readonly teamIds: readonly TeamId[]; readonly sealed: Uint8Array },
): void {
  const lastEventId = addServerEvent(transaction, adminFirestore(), actor, {
    action: 'orgs.invitation.accept',
    targetKind: 'invitation',
    targetIds: [invitation.id],
    fields: ['role', 'teamIds'],
  });
  const at = FieldValue.serverTimestamp();
  const membership = { v: 1, ...given, state: 'active', accountId: actor.accountId, expiresAt: null, grantId: null };
  transaction.set(member.ref, {
    ...membership,
    createdAt: (member.get('createdAt') as Timestamp | undefined) ?? at,
    updatedAt: at,
    lastEventId,
  });
  transaction.update(invitation.ref, { state: 'accepted', lastEventId });
  if (given.role === 'owner') transaction.update(organisation.ref, { ownerCount: FieldValue.increment(1), lastEventId });
}
