/**
 * The technician's side of support grants, by the Admin SDK: a technician is no member, so no rule lets them near one.
 *
 * Guarantees: only an account that operators have marked as support's claims a grant, only an open one, and only one technician
 * does; the membership that it brings names the grant and ends with it, by the rules, whatever this file does later.
 */
import { FieldValue, Timestamp, type DocumentReference, type DocumentSnapshot } from 'firebase-admin/firestore';
import { addServerEvent, type MemberActor } from '../audit/event.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { AppError } from '../shared/errors.ts';
import type { AccountId, EventId, OrgId, SupportGrantId } from '../shared/ids.ts';

/** A grant that a technician may take up, or has taken up. */
export type OpenGrant = {
  readonly orgId: OrgId;
  readonly organisationName: string;
  readonly grantId: SupportGrantId;
  readonly state: 'open' | 'claimed';
  readonly problem: unknown;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly isMine: boolean;
};

const mostListed = 100;
const orgDoc = (orgId: OrgId): DocumentReference => adminFirestore().collection('orgs').doc(orgId);
const grantDoc = (orgId: OrgId, grantId: SupportGrantId): DocumentReference => orgDoc(orgId).collection('supportGrants').doc(grantId);
const memberDoc = (orgId: OrgId, accountId: AccountId): DocumentReference => orgDoc(orgId).collection('members').doc(accountId);

/** The grants that are open, and those that the technician has claimed, while their time lasts; the soonest to end first. */
export async function grantsToTakeUp(technician: AccountId, now: Date): Promise<readonly OpenGrant[]> {
  const db = adminFirestore();
  const lasting = db
    .collectionGroup('supportGrants')
    .where('state', 'in', ['open', 'claimed'])
    .where('expiresAt', '>', Timestamp.fromDate(now));
  const found = (await lasting.orderBy('expiresAt').limit(mostListed).get()).docs;
  const mine = found.filter((grant) => grant.get('state') === 'open' || grant.get('claimedBy') === technician);
  const parents = mine.map((grant) => grant.ref.parent.parent).filter((parent) => parent !== null);
  if (parents.length === 0) return [];
  const organisations = await db.getAll(...parents, { fieldMask: ['name'] });
  return mine.map((grant, index) => openGrant(grant, organisations[index]));
}

function openGrant(grant: DocumentSnapshot, organisation: DocumentSnapshot | undefined): OpenGrant {
  // Stored in this form by the rules' leave, or below.
  const stored = grant.data() as { state: OpenGrant['state']; problem: unknown; createdAt: Timestamp; expiresAt: Timestamp };
  return {
    orgId: (organisation?.id ?? '') as OrgId,
    organisationName: String(organisation?.get('name') ?? ''),
    grantId: grant.id as SupportGrantId,
    state: stored.state,
    problem: stored.problem,
    createdAt: stored.createdAt.toDate(),
    expiresAt: stored.expiresAt.toDate(),
    isMine: stored.state === 'claimed',
  };
}

/**
 * Makes the technician a member of role support until the grant ends; claiming one's own again changes nothing. Answers the
 * organisation's idle limit. Throws `shared/not-found`, `support/grant-ended`, `orgs/already-member` for a member with another role.
 */
export async function claimGrantDoc(
  grantId: SupportGrantId,
  technician: MemberActor & { readonly orgId: OrgId; readonly accountId: AccountId },
  sealed: Uint8Array,
  now: Date,
): Promise<{ readonly idleMinutes: number }> {
  const { orgId, accountId } = technician;
  return adminFirestore().runTransaction(async (transaction) => {
    const [organisation, grant, member] = await transaction.getAll(orgDoc(orgId), grantDoc(orgId, grantId), memberDoc(orgId, accountId));
    if (organisation === undefined || grant === undefined || member === undefined) throw new TypeError('three documents were asked for');
    const idleMinutes = Number(organisation.get('idleMinutes'));
    if (isClaimable(grant, accountId, now) === 'claimed already') return { idleMinutes };
    if (member.get('state') === 'active' && member.get('role') !== 'support')
      throw new AppError('orgs/already-member', 'you are a member already');
    const happening = { action: 'support.grant.claim', targetKind: 'supportGrant', targetIds: [grantId] } as const;
    const lastEventId = addServerEvent(transaction, adminFirestore(), technician, happening);
    const at = FieldValue.serverTimestamp();
    const membership = { role: 'support', teamIds: [], expiresAt: grant.get('expiresAt') as Timestamp, grantId };
    const written = { createdAt: (member.get('createdAt') as Timestamp | undefined) ?? at, updatedAt: at, lastEventId };
    transaction.set(member.ref, { v: 1, ...membership, state: 'active', accountId, sealed, ...written });
    transaction.update(grant.ref, { state: 'claimed', claimedBy: accountId, claimedAt: at, lastEventId });
    return { idleMinutes };
  });
}

/** Throws as {@link claimGrantDoc} does, before a key is made for nothing; that decides. */
export async function needsClaimable(orgId: OrgId, grantId: SupportGrantId, accountId: AccountId, now: Date): Promise<void> {
  isClaimable(await grantDoc(orgId, grantId).get(), accountId, now);
}

function isClaimable(grant: DocumentSnapshot, accountId: AccountId, now: Date): 'claimable' | 'claimed already' {
  if (!grant.exists) throw new AppError('shared/not-found', 'not found');
  const expiresAt: unknown = grant.get('expiresAt');
  const lasts = expiresAt instanceof Timestamp && expiresAt.toDate() > now;
  if (lasts && grant.get('state') === 'claimed' && grant.get('claimedBy') === accountId) return 'claimed already';
  if (lasts && grant.get('state') === 'open') return 'claimable';
  throw new AppError('support/grant-ended', 'the grant has ended or somebody else has claimed it');
}

/** Takes the technician off the list of members after the grant has ended; the rules refuse them already. */
export async function removeTechnician(orgId: OrgId, accountId: AccountId, grantId: SupportGrantId, lastEventId: EventId): Promise<void> {
  await adminFirestore().runTransaction(async (transaction) => {
    const member = await transaction.get(memberDoc(orgId, accountId));
    if (member.get('grantId') !== grantId || member.get('state') !== 'active') return;
    transaction.update(member.ref, { state: 'removed', updatedAt: FieldValue.serverTimestamp(), lastEventId });
  });
}
