/**
 * Attempts in Firestore, by the Admin SDK because they hold credentials.
 *
 * Guarantees: an attempt is changed only as the version that was read, so no change is lost; what a finished attempt makes
 * (account, session) is made in the transaction that uses it up.
 */
import { Timestamp, type DocumentReference, type Transaction } from 'firebase-admin/firestore';
import { unlessOutrun } from '../platform/contention.ts';
import { adminFirestore } from '../platform/firestore.ts';
import type { AccountId, AttemptId } from '../shared/ids.ts';
import { accountDoc, knownDevicesOf } from './accountStore.ts';
import { sessionDoc, type NewSession } from './sessionStore.ts';

/** An attempt as stored. `sealed` is the account to be made, for sign-ups; a decoy, for an address that has an account, can never be finished. */
export type Attempt = {
  readonly kind: 'signIn' | 'signUp';
  readonly accountId: AccountId;
  readonly isDecoy: boolean;
  readonly emailIndex: string;
  /** Keyed hash of the caller's device, as accountStore's deviceIndexOf has it; null when it did not name itself. */
  readonly deviceIndex: string | null;
  readonly sealed: Uint8Array | null;
  readonly codeHash: string;
  readonly tries: number;
  readonly resends: number;
  readonly state: 'open' | 'used';
  readonly expiresAt: Timestamp;
  readonly createdAt: Timestamp;
};

const attemptDoc = (id: AttemptId): DocumentReference => adminFirestore().collection('attempts').doc(id);

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

/** Runs `finish` in a transaction on an attempt that still is the version that was read. Answers undefined when it is not. */
export async function finishAttempt<T>(
  id: AttemptId,
  version: Timestamp,
  finish: (writes: AttemptWrites) => Promise<T>,
): Promise<T | undefined> {
  return unlessOutrun(() =>
    adminFirestore().runTransaction(
      async (transaction) => {
        const snapshot = await transaction.get(attemptDoc(id));
        return snapshot.updateTime?.isEqual(version) === true ? finish(writesOf(transaction, id)) : undefined;
      },
      { maxAttempts: 1 }, // whoever lost reads again, outside
    ),
  );
}

/** What may be written together with the evaluation of a code. Reads come before writes. */
export type AttemptWrites = {
  readonly isEmailTaken: (emailIndex: string) => Promise<boolean>;
  readonly updateAttempt: (fields: Partial<Attempt>) => void;
  readonly createAccount: (attempt: Attempt, sealed: Uint8Array, at: Date) => void;
  /** The devices of the account, newest first; read before anything is written. */
  readonly knownDevices: (accountId: AccountId) => Promise<readonly string[]>;
  readonly rememberDevices: (accountId: AccountId, devices: readonly string[]) => void;
  readonly createSession: (session: NewSession) => void;
};

function writesOf(transaction: Transaction, id: AttemptId): AttemptWrites {
  return {
    isEmailTaken: async (emailIndex) =>
      !(await transaction.get(adminFirestore().collection('accounts').where('emailIndex', '==', emailIndex).limit(1))).empty,
    updateAttempt: (fields) => transaction.update(attemptDoc(id), fields),
    createAccount: ({ accountId, emailIndex, deviceIndex }, sealed, at) => {
      const head = { v: 1, state: 'active', emailIndex, knownDevices: deviceIndex === null ? [] : [deviceIndex] };
      transaction.create(accountDoc(accountId), { ...head, sealed, createdAt: Timestamp.fromDate(at) });
    },
    knownDevices: async (accountId) => knownDevicesOf(await transaction.get(accountDoc(accountId))),
    rememberDevices: (accountId, devices) => transaction.update(accountDoc(accountId), { knownDevices: devices }),
    createSession: ({ sessionId, document }) => transaction.create(sessionDoc(sessionId), document),
  };
}
