/**
 * Attempts in Firestore, by the Admin SDK because they hold credentials.
 *
 * Guarantees: an attempt is changed only as the version that was read, so no change is lost. What a finished attempt makes is
 * made in the transaction that uses it up: signInStore.ts.
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { unlessOutrun } from '../platform/contention.ts';
import { adminFirestore } from '../platform/firestore.ts';
import type { AccountId, AttemptId, SessionId } from '../shared/ids.ts';
import type { SecondFactor } from './basics/contract.ts';

/** What an attempt is for. */
export type AttemptKind = 'signIn' | 'signUp' | 'reauth' | 'recovery' | 'emailChange';

/** An attempt as stored. A decoy can never be finished: its address has an account (sign-up, new address), or has none. */
export type Attempt = {
  readonly kind: AttemptKind;
  readonly accountId: AccountId;
  /** The session that it makes fresh, or in which it was begun; null for whoever is not signed in. */
  readonly sessionId: SessionId | null;
  readonly isDecoy: boolean;
  readonly emailIndex: string;
  /** Of a sign-up by BankID: the keyed hash of the personal identity number. */
  readonly bankIdIndex: string | null;
  /** Keyed hash of the caller's device, as accountStore's deviceIndexOf has it; null when it did not name itself. */
  readonly deviceIndex: string | null;
  /** Of a sign-in: what the account was entered with when its password was right, as accountStore's credentialsVersionOf has it. */
  readonly credentialsVersion: number | null;
  /** The second steps that it takes. */
  readonly secondFactors: readonly SecondFactor[];
  /** For sign-ups the account to be made; for a change of address the new one; otherwise null. */
  readonly sealed: Uint8Array | null;
  /** Keyed hash of the code that was mailed last; null when none was. */
  readonly codeHash: string | null;
  readonly tries: number;
  readonly resends: number;
  readonly state: 'open' | 'used';
  readonly expiresAt: Timestamp;
  readonly createdAt: Timestamp;
};

/** The document of an attempt. */
export const attemptDoc = (id: AttemptId): DocumentReference => adminFirestore().collection('attempts').doc(id);

/** Stores a new attempt. */
export async function createAttempt(id: AttemptId, attempt: Attempt): Promise<void> {
  await attemptDoc(id).create(attempt);
}

/** An attempt as it was read, and the version of the document that this was. */
export type ReadAttempt = { readonly attempt: Attempt; readonly version: Timestamp };

/** Reads an attempt without a lock; null when there is none. */
export async function readAttempt(id: AttemptId): Promise<ReadAttempt | null> {
  const snapshot = await attemptDoc(id).get();
  const attempt = snapshot.data() as Attempt | undefined; // written by createAttempt only
  return attempt === undefined || snapshot.updateTime === undefined ? null : { attempt, version: snapshot.updateTime };
}

/** Changes an attempt that still is the version that was read. Answers undefined when it is not. */
export async function changeAttempt(id: AttemptId, version: Timestamp, fields: Partial<Attempt>): Promise<true | undefined> {
  return unlessOutrun(async () => {
    await attemptDoc(id).update(fields, { lastUpdateTime: version });
    return true as const;
  });
}

/** Ends the open attempts of an account: a password that was right when they began no longer is. */
export async function endAttemptsOf(accountId: string, at: Date): Promise<void> {
  const open = adminFirestore().collection('attempts').where('accountId', '==', accountId).where('state', '==', 'open');
  const found = await open.limit(400).get();
  const batch = adminFirestore().batch();
  for (const { ref } of found.docs) batch.update(ref, { state: 'used', sealed: null, expiresAt: Timestamp.fromDate(at) });
  await batch.commit();
}
