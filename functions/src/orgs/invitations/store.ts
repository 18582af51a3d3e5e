/** Invitations in Firestore, under the token of whoever invites. Address and language are sealed under the organisation's structure key. */
import {
  Bytes,
  Timestamp,
  collection,
  doc,
  getDoc,
  getDocs,
  limit,
  query,
  serverTimestamp,
  where,
  writeBatch,
  type DocumentSnapshot,
  type QueryConstraint,
} from 'firebase/firestore/lite';
import { addMemberEvent } from '../../audit/event.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccountId, InvitationId, OrgId, TeamId } from '../../shared/ids.ts';
import type { GivenRole } from '../contract.ts';
import type { OrgActor } from '../memberCallable.ts';
import { invitationRules } from './contract.ts';

/** An open invitation as stored; its time may have passed. */
export type StoredInvitation = {
  readonly invitationId: InvitationId;
  readonly role: GivenRole;
  readonly teamIds: readonly TeamId[];
  readonly invitedBy: AccountId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly resends: number;
  readonly sealed: Uint8Array;
};

/** An invitation about to be stored. */
export type NewInvitation = Pick<StoredInvitation, 'role' | 'teamIds' | 'expiresAt' | 'sealed'> & {
  readonly emailIndex: string;
  readonly tokenHash: string;
};

const invitationPathOf = (orgId: OrgId, invitationId: InvitationId): string => `orgs/${orgId}/invitations/${invitationId}`;

/** The open invitations, expired ones too; at most a hundred. */
export function openInvitations(actor: OrgActor): Promise<readonly StoredInvitation[]> {
  return listed(actor, invitationRules.maxOpen);
}

/** The open invitation of an address, expired or not; null when there is none. */
export async function openInvitationOf(actor: OrgActor, emailIndex: string): Promise<StoredInvitation | null> {
  return (await listed(actor, 1, where('emailIndex', '==', emailIndex)))[0] ?? null;
}

async function listed(actor: OrgActor, most: number, ...constraints: QueryConstraint[]): Promise<readonly StoredInvitation[]> {
  const open = query(collection(actor.db, `orgs/${actor.orgId}/invitations`), where('state', '==', 'open'), ...constraints, limit(most));
  return (await asCaller('orgs/not-allowed', () => getDocs(open))).docs.map(storedInvitation);
}

/** One open invitation. Throws `shared/not-found` for an absent one, `orgs/invitation-ended` for one that is not open any more. */
export async function getOpenInvitation(actor: OrgActor, invitationId: InvitationId): Promise<StoredInvitation> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, invitationPathOf(actor.orgId, invitationId))));
  if (!snapshot.exists()) throw new AppError('shared/not-found', 'not found');
  if (snapshot.get('state') !== 'open') throw new AppError('orgs/invitation-ended', 'this invitation is not open any more');
  return storedInvitation(snapshot);
}

function storedInvitation(snapshot: DocumentSnapshot): StoredInvitation {
  const { role, teamIds, invitedBy, createdAt, expiresAt, resends, sealed } = snapshot.data() ?? {};
  if (!(sealed instanceof Bytes) || !(createdAt instanceof Timestamp) || !(expiresAt instanceof Timestamp))
    throw new AppError('crypto/cannot-open', 'cannot open');
  return {
    // Stored in this form by the rules' leave only.
    invitationId: snapshot.id as InvitationId,
    role: role as GivenRole,
    teamIds: teamIds as TeamId[],
    invitedBy: invitedBy as AccountId,
    createdAt: createdAt.toDate(),
    expiresAt: expiresAt.toDate(),
    resends: resends as number,
    sealed: sealed.toUint8Array(),
  };
}

/** Stores an invitation with its event. */
export async function createInvitationDoc(actor: OrgActor, invitationId: InvitationId, invitation: NewInvitation): Promise<void> {
  const { role, teamIds, sealed, emailIndex, tokenHash, expiresAt } = invitation;
  const what = { v: 1, state: 'open', role, teamIds, sealed: Bytes.fromUint8Array(sealed), emailIndex, tokenHash } as const;
  const when = { createdAt: serverTimestamp(), expiresAt: Timestamp.fromDate(expiresAt), resends: 0 };
  await commit(
    actor,
    invitationId,
    'orgs.invitation.create',
    ['email', 'role', 'teamIds'],
    'orgs/not-allowed',
    (batch, document, lastEventId) => batch.set(document, { ...what, ...when, invitedBy: actor.accountId, lastEventId }),
  );
}

/** Gives an open invitation a new token and time. Throws `shared/conflict` when somebody was faster. */
export async function renewInvitationDoc(
  actor: OrgActor,
  invitation: StoredInvitation,
  renewed: { readonly tokenHash: string; readonly expiresAt: Date },
): Promise<void> {
  const changes = { tokenHash: renewed.tokenHash, expiresAt: Timestamp.fromDate(renewed.expiresAt), resends: invitation.resends + 1 };
  await commit(actor, invitation.invitationId, 'orgs.invitation.resend', [], 'shared/conflict', (batch, document, lastEventId) =>
    batch.update(document, { ...changes, lastEventId }),
  );
}

/** Withdraws an open invitation. Throws `shared/conflict` when somebody was faster. */
export async function withdrawInvitationDoc(actor: OrgActor, invitationId: InvitationId): Promise<void> {
  await commit(actor, invitationId, 'orgs.invitation.withdraw', [], 'shared/conflict', (batch, document, lastEventId) =>
    batch.update(document, { state: 'withdrawn', lastEventId }),
  );
}

type Batch = ReturnType<typeof writeBatch>;

async function commit(
  actor: OrgActor,
  invitationId: InvitationId,
  action: 'orgs.invitation.create' | 'orgs.invitation.resend' | 'orgs.invitation.withdraw',
  fields: readonly string[],
  refusedAs: 'orgs/not-allowed' | 'shared/conflict',
  write: (batch: Batch, document: ReturnType<typeof doc>, lastEventId: string) => unknown,
): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, { action, targetKind: 'invitation', targetIds: [invitationId], fields });
  write(batch, doc(actor.db, invitationPathOf(actor.orgId, invitationId)), lastEventId);
  await asCaller(refusedAs, () => batch.commit());
}
