/**
 * Recoveries in Firestore, by the Admin SDK: whoever is in one has no session, and administrators must not write approvals.
 *
 * Guarantees: a recovery is changed only as the version that was decided about, together with what belongs to the decision;
 * nobody holds a lock meanwhile. Hashes only, no names.
 */
import { Timestamp, type DocumentData, type DocumentReference, type WriteBatch } from 'firebase-admin/firestore';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import type { AccountId, OrgId, RecoveryId } from '../../shared/ids.ts';

/** A recovery as stored. */
export type Recovery = {
  readonly v: 1;
  readonly accountId: AccountId;
  readonly state: 'open' | 'waiting' | 'approved' | 'declined' | 'finished';
  readonly secretHash: string;
  readonly referenceHash: string;
  readonly referenceTries: number;
  readonly recoveryCodeTries: number;
  /** Where it was begun; the account knows this device afterwards. */
  readonly deviceIndex: string | null;
  /** The organisations that were asked. */
  readonly orgIds: readonly string[];
  /** Organisation → accounts of owners and administrators who approved. */
  readonly approvals: Readonly<Record<string, readonly string[]>>;
  readonly createdAt: Timestamp;
  readonly askedAt: Timestamp | null;
  readonly expiresAt: Timestamp;
};

const recoveries = () => adminFirestore().collection('recoveries');
/** The document of a recovery. */
export const recoveryDoc = (id: RecoveryId): DocumentReference => recoveries().doc(id);

/** Reads a recovery; null when there is none. */
export async function readRecovery(id: RecoveryId): Promise<Recovery | null> {
  return ((await recoveryDoc(id).get()).data() as Recovery | undefined) ?? null; // written by this folder only
}

/** The recoveries that wait for an organisation's administrators at `now`, oldest first, at most 100. */
export async function waitingIn(orgId: OrgId, now: Date): Promise<readonly (Recovery & { readonly recoveryId: RecoveryId })[]> {
  const waiting = recoveries().where('orgIds', 'array-contains', orgId).where('state', '==', 'waiting');
  const found = await waiting.where('expiresAt', '>', Timestamp.fromDate(now)).orderBy('expiresAt').limit(100).get();
  return found.docs.map((recovery) => ({ ...(recovery.data() as Recovery), recoveryId: recovery.id as RecoveryId })); // written by this folder only
}

/** What is written with a decision: changes of the recovery, and in the same commit whatever belongs to them. */
export type RecoveryWrites = { readonly batch: WriteBatch; readonly update: (fields: Partial<Recovery>) => void };

/** Runs `decide` on a recovery, null when there is none, and writes what it says; again when somebody was faster. */
export async function withRecovery<T>(
  id: RecoveryId,
  decide: (recovery: Recovery | null, writes: RecoveryWrites) => Promise<T>,
): Promise<T> {
  const settled = await untilSettled(async () => {
    const read = await recoveryDoc(id).get();
    const batch = adminFirestore().batch();
    const asRead = read.updateTime === undefined ? {} : { lastUpdateTime: read.updateTime };
    const update = (fields: Partial<Recovery>) => void batch.update(recoveryDoc(id), fields as DocumentData, asRead);
    const answer = await decide((read.data() as Recovery | undefined) ?? null, { batch, update }); // written by this folder only
    return unlessOutrun(async () => {
      await batch.commit();
      return { answer };
    });
  });
  return settled.answer;
}

/** The other recoveries of an account that wait for approval: a person waits once. */
export async function otherWaitingOf(accountId: AccountId, id: RecoveryId): Promise<readonly DocumentReference[]> {
  const found = await recoveries().where('accountId', '==', accountId).where('state', '==', 'waiting').limit(100).select().get();
  return found.docs.filter((other) => other.id !== id).map(({ ref }) => ref);
}
