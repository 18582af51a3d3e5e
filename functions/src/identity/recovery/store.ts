/**
 * Recoveries in Firestore, by the Admin SDK: whoever is in one has no session, and administrators must not write approvals.
 *
 * Guarantees: a recovery is decided about in a transaction that holds what it was read with; hashes only, no names.
 */
import { Timestamp, type DocumentData, type DocumentReference, type Transaction } from 'firebase-admin/firestore';
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

/** What may be done with a recovery in a transaction; reads come before writes. */
export type RecoveryWrites = { readonly transaction: Transaction; readonly update: (fields: Partial<Recovery>) => void };

/** Runs `decide` on a recovery in a transaction, again when somebody was faster. Null when there is none. */
export async function withRecovery<T>(
  id: RecoveryId,
  decide: (recovery: Recovery | null, writes: RecoveryWrites) => Promise<T>,
): Promise<T> {
  const settled = await untilSettled(() =>
    unlessOutrun(() =>
      adminFirestore().runTransaction(
        async (transaction) => {
          const stored = (await transaction.get(recoveryDoc(id))).data() as Recovery | undefined; // written by this folder only
          const update = (fields: Partial<Recovery>) => void transaction.update(recoveryDoc(id), fields as DocumentData);
          return { answer: await decide(stored ?? null, { transaction, update }) };
        },
        { maxAttempts: 1 }, // whoever lost reads again, outside
      ),
    ),
  );
  return settled.answer;
}

/** The other recoveries of an account that wait for approval: a person waits once. */
export async function otherWaitingOf(accountId: AccountId, id: RecoveryId): Promise<readonly DocumentReference[]> {
  const found = await recoveries().where('accountId', '==', accountId).where('state', '==', 'waiting').limit(100).select().get();
  return found.docs.filter((other) => other.id !== id).map(({ ref }) => ref);
}
