/**
 * Support grants in Firestore as the organisation sees them, under the caller's token. The problem is sealed under the
 * organisation's structure key.
 */
import {
  Bytes,
  Timestamp,
  collection,
  doc,
  getDoc,
  getDocs,
  limit,
  orderBy,
  query,
  serverTimestamp,
  writeBatch,
  type DocumentSnapshot,
} from 'firebase/firestore/lite';
import { addMemberEvent } from '../audit/event.ts';
import type { OrgActor } from '../orgs/memberCallable.ts';
import { asCaller } from '../platform/callerErrors.ts';
import { AppError } from '../shared/errors.ts';
import type { AccountId, EventId, OrgId, SupportGrantId } from '../shared/ids.ts';

/** A grant as stored. */
export type StoredGrant = {
  readonly grantId: SupportGrantId;
  readonly state: 'open' | 'claimed' | 'ended';
  readonly problem: Uint8Array;
  readonly hours: number;
  readonly createdBy: AccountId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly claimedBy: AccountId | null;
  readonly claimedAt: Date | null;
  readonly endedAt: Date | null;
};

const mostListed = 100;
const grantPath = (orgId: OrgId, grantId: SupportGrantId): string => `orgs/${orgId}/supportGrants/${grantId}`;

/** The newest grants, newest first. */
export async function listedGrants(actor: OrgActor): Promise<readonly StoredGrant[]> {
  const newest = query(collection(actor.db, `orgs/${actor.orgId}/supportGrants`), orderBy('createdAt', 'desc'), limit(mostListed));
  return (await asCaller('orgs/not-allowed', () => getDocs(newest))).docs.map(storedGrant);
}

/** One grant. Throws `shared/not-found`. */
export async function getGrant(actor: OrgActor, grantId: SupportGrantId): Promise<StoredGrant> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, grantPath(actor.orgId, grantId))));
  if (!snapshot.exists()) throw new AppError('shared/not-found', 'not found');
  return storedGrant(snapshot);
}

function storedGrant(snapshot: DocumentSnapshot): StoredGrant {
  // Stored in this form by the rules' leave, or by claimStore.ts.
  const stored = snapshot.data() as Omit<StoredGrant, 'grantId' | 'problem' | `${string}At`> & {
    problem: Bytes;
    createdAt: Timestamp;
    expiresAt: Timestamp;
    claimedAt: Timestamp | null;
    endedAt: Timestamp | null;
  };
  return {
    ...stored,
    grantId: snapshot.id as SupportGrantId,
    problem: stored.problem.toUint8Array(),
    createdAt: stored.createdAt.toDate(),
    expiresAt: stored.expiresAt.toDate(),
    claimedAt: stored.claimedAt?.toDate() ?? null,
    endedAt: stored.endedAt?.toDate() ?? null,
  };
}

/** Stores a new grant with its event. */
export async function createGrantDoc(
  actor: OrgActor,
  grantId: SupportGrantId,
  grant: Pick<StoredGrant, 'problem' | 'hours' | 'expiresAt'>,
): Promise<void> {
  const batch = writeBatch(actor.db);
  const event = { action: 'support.grant.create', targetKind: 'supportGrant', targetIds: [grantId] } as const;
  const lastEventId = addMemberEvent(batch, actor.db, actor, event);
  batch.set(doc(actor.db, grantPath(actor.orgId, grantId)), {
    v: 1,
    state: 'open',
    problem: Bytes.fromUint8Array(grant.problem),
    hours: grant.hours,
    createdBy: actor.accountId,
    createdAt: serverTimestamp(),
    expiresAt: Timestamp.fromDate(grant.expiresAt),
    claimedBy: null,
    claimedAt: null,
    endedAt: null,
    lastEventId,
  });
  await asCaller('orgs/not-allowed', () => batch.commit());
}

/** Ends a grant; the rules refuse its technician from this commit on. Answers the event. Throws `shared/conflict`. */
export async function endGrantDoc(actor: OrgActor, grantId: SupportGrantId): Promise<EventId> {
  const batch = writeBatch(actor.db);
  const event = { action: 'support.grant.end', targetKind: 'supportGrant', targetIds: [grantId] } as const;
  const lastEventId = addMemberEvent(batch, actor.db, actor, event);
  batch.update(doc(actor.db, grantPath(actor.orgId, grantId)), { state: 'ended', endedAt: serverTimestamp(), lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
  return lastEventId;
}
