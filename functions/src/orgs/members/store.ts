/**
 * Members in Firestore, under the caller's token.
 *
 * Guarantees: a change, its event and, where the number of owners changes, the organisation's count are one commit, which
 * the rules accept only together and only by exactly that difference; so of two owners who remove each other one stays.
 */
import {
  Bytes,
  Timestamp,
  collection,
  doc,
  documentId,
  getDoc,
  getDocs,
  limit,
  orderBy,
  query,
  serverTimestamp,
  startAfter,
  where,
  writeBatch,
  type DocumentSnapshot,
} from 'firebase/firestore/lite';
import type { ChangeAction } from '../../audit/contract.ts';
import { addMemberEvent } from '../../audit/event.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { AccountId, OrgId, TeamId } from '../../shared/ids.ts';
import { hasAnotherOwner } from '../alarms/stewards.ts';
import type { Role } from '../contract.ts';
import type { OrgActor } from '../memberCallable.ts';
import { getOrganisation } from '../store.ts';
import { maxMembers } from './contract.ts';
import type { Membership, MembershipPlan } from './membership.ts';

/** An active member as stored, sealed. */
export type StoredMember = Membership & {
  /** When the membership ends by itself; null for all but support. */
  readonly expiresAt: Date | null;
  readonly sealed: Uint8Array;
};

/** What is written of a member. */
type MemberChanges = MembershipPlan['changes'] | { readonly state: 'removed' };
type MemberAction = Extract<ChangeAction, `orgs.member.${string}`>;

const membersPath = (orgId: OrgId): string => `orgs/${orgId}/members`;
const pageSize = 100;
/** Technicians of support come on top of the members. */
const mostListed = maxMembers + 200;

/** The active members, and technicians of support whose grant is or was claimed. */
export async function activeMembers(actor: OrgActor): Promise<readonly StoredMember[]> {
  const found: StoredMember[] = [];
  for (let isWhole = false; !isWhole && found.length < mostListed;) {
    const page = await membersAfter(actor, found.at(-1)?.accountId);
    found.push(...page);
    isWhole = page.length < pageSize;
  }
  return found;
}

async function membersAfter(actor: OrgActor, last: AccountId | undefined): Promise<StoredMember[]> {
  const next = last === undefined ? [] : [startAfter(last)];
  const members = collection(actor.db, membersPath(actor.orgId));
  const page = query(members, where('state', '==', 'active'), orderBy(documentId()), limit(pageSize), ...next);
  return (await asCaller('orgs/not-allowed', () => getDocs(page))).docs.map(storedMember);
}

/** One active member. Throws `shared/not-found` for an absent, a removed and a foreign one alike. */
export async function getMember(actor: OrgActor, accountId: AccountId): Promise<StoredMember> {
  const member = await findMember(actor, accountId);
  if (member === null) throw new AppError('shared/not-found', 'not found');
  return member;
}

/** One active member, or null. */
export async function findMember(actor: OrgActor, accountId: AccountId): Promise<StoredMember | null> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `${membersPath(actor.orgId)}/${accountId}`)));
  return snapshot.get('state') === 'active' ? storedMember(snapshot) : null;
}

/** The sealed data of a member, or of one who was; null when there is no such document. */
export async function sealedDataOf(actor: OrgActor, accountId: AccountId): Promise<Uint8Array | null> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `${membersPath(actor.orgId)}/${accountId}`)));
  const sealed: unknown = snapshot.get('sealed');
  return sealed instanceof Bytes ? sealed.toUint8Array() : null;
}

function storedMember(snapshot: DocumentSnapshot): StoredMember {
  const { sealed, expiresAt, role, teamIds } = snapshot.data() ?? {};
  if (!(sealed instanceof Bytes)) throw new AppError('crypto/cannot-open', 'cannot open');
  return {
    // Members are stored under the id of their account, and in this form by the rules' leave only.
    accountId: snapshot.id as AccountId,
    role: role as Role,
    teamIds: teamIds as TeamId[],
    expiresAt: expiresAt instanceof Timestamp ? expiresAt.toDate() : null,
    sealed: sealed.toUint8Array(),
  };
}

/**
 * Writes a member's change with its event and the new number of owners. Throws `orgs/last-owner` when none would be left whose
 * account is enabled, `shared/conflict` when somebody was faster.
 */
export async function commitMember(
  actor: OrgActor,
  accountId: AccountId,
  action: MemberAction,
  changes: MemberChanges,
  ownerDelta: MembershipPlan['ownerDelta'],
): Promise<void> {
  const ownerCount = ownerDelta === 0 ? null : (await getOrganisation(actor)).ownerCount + ownerDelta;
  if (ownerCount !== null && ownerCount < 1) throw new AppError('orgs/last-owner', 'an organisation has at least one owner');
  // Asked after the count was read: of two owners who go at once the second finds the count changed, and asks again.
  if (ownerDelta < 0 && !(await hasAnotherOwner(actor.orgId, accountId)))
    throw new AppError('orgs/last-owner', 'an organisation has at least one owner who can sign in');
  const batch = writeBatch(actor.db);
  const fields = 'state' in changes ? [] : Object.keys(changes);
  const lastEventId = addMemberEvent(batch, actor.db, actor, { action, targetKind: 'member', targetIds: [accountId], fields });
  batch.update(doc(actor.db, `${membersPath(actor.orgId)}/${accountId}`), { ...changes, updatedAt: serverTimestamp(), lastEventId });
  if (ownerCount !== null) batch.update(doc(actor.db, `orgs/${actor.orgId}`), { ownerCount, lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
}

/** Runs a change once more when somebody was faster: the second time it decides about what is there now. */
export async function againAfterConflict<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (thrown) {
    if (!isAppError(thrown, 'shared/conflict')) throw thrown;
    return change();
  }
}
