/**
 * The commit in which somebody comes in: what it uses up and what it makes, by the Admin SDK because these are credentials.
 *
 * Guarantees: everything that the decision relied on (attempt, factor) still is the version that was read, or nothing is
 * written; account, session and what was used up are written together. No lock is held longer than one round trip.
 */
import { Timestamp, type DocumentData, type DocumentReference, type Query, type Transaction } from 'firebase-admin/firestore';
import { unlessOutrun } from '../platform/contention.ts';
import { adminFirestore } from '../platform/firestore.ts';
import type { AccountId, AttemptId, SessionId } from '../shared/ids.ts';
import { accountDoc, credentialsVersionOf, knownDevicesOf } from './accountStore.ts';
import { attemptDoc, type Attempt } from './attemptStore.ts';
import { endingSessionsOf, sessionDoc, type EndedReason, type NewSession } from './sessionStore.ts';

/** Something that a decision relies on, and the version of it that was read. */
export type Guard = { readonly reference: DocumentReference; readonly version: Timestamp };

/** The guard of an attempt. */
export const attemptGuard = (id: AttemptId, version: Timestamp): Guard => ({ reference: attemptDoc(id), version });

/** What a sign-in knows of an account besides its personal data. */
export type AccountHead = { readonly state: unknown; readonly knownDevices: readonly string[]; readonly credentialsVersion: number };

/** What may be read and written in the commit. Reads come before writes. */
export type SignInWrites = {
  readonly isEmailTaken: (emailIndex: string) => Promise<boolean>;
  readonly isBankIdTaken: (bankIdIndex: string) => Promise<boolean>;
  readonly account: (accountId: AccountId) => Promise<AccountHead | null>;
  /** The session of this account that is active, or null. */
  readonly activeSession: (sessionId: SessionId, accountId: AccountId) => Promise<DocumentData | null>;
  /** Reads the account's active sessions; what it answers ends them, as sessionStore's endingSessionsOf does. */
  readonly endingSessions: (accountId: AccountId, reason: EndedReason, at: Date, except: SessionId) => Promise<() => void>;
  readonly updateAttempt: (id: AttemptId, fields: Partial<Attempt>) => void;
  readonly createAccount: (attempt: Attempt, sealed: Uint8Array, at: Date) => void;
  readonly updateAccount: (accountId: AccountId, fields: DocumentData) => void;
  readonly createSession: (session: NewSession) => void;
  readonly updateSession: (sessionId: SessionId, fields: DocumentData) => void;
  /** Creates a document of identity's, such as a recovery. */
  readonly create: (reference: DocumentReference, fields: DocumentData) => void;
  /** Changes a document that is among the guards; null deletes it. */
  readonly spend: (guard: Guard, fields: DocumentData | null) => void;
};

/** Runs `finish` in one transaction while all guards hold. Answers undefined when one does not, or when somebody was faster. */
export async function whileUnchanged<T>(guards: readonly Guard[], finish: (writes: SignInWrites) => Promise<T>): Promise<T | undefined> {
  return unlessOutrun(() =>
    adminFirestore().runTransaction(
      async (transaction) => {
        const read = guards.length === 0 ? [] : await transaction.getAll(...guards.map(({ reference }) => reference));
        const isUnchanged = guards.every(({ version }, index) => read[index]?.updateTime?.isEqual(version) === true);
        return isUnchanged ? finish(writesOf(transaction)) : undefined;
      },
      { maxAttempts: 1 }, // whoever lost reads again, outside
    ),
  );
}

function writesOf(transaction: Transaction): SignInWrites {
  const accounts = adminFirestore().collection('accounts');
  const isAny = async (query: Query): Promise<boolean> => !(await transaction.get(query.limit(1))).empty;
  return {
    isEmailTaken: (emailIndex) => isAny(accounts.where('emailIndex', '==', emailIndex)),
    isBankIdTaken: (bankIdIndex) => isAny(accounts.where('bankIdIndex', '==', bankIdIndex)),
    account: async (accountId) => {
      const account = await transaction.get(accountDoc(accountId));
      if (!account.exists) return null;
      return { state: account.get('state'), knownDevices: knownDevicesOf(account), credentialsVersion: credentialsVersionOf(account) };
    },
    activeSession: async (sessionId, accountId) => {
      const session = (await transaction.get(sessionDoc(sessionId))).data();
      return session?.['state'] === 'active' && session['accountId'] === accountId ? session : null;
    },
    endingSessions: (accountId, reason, at, except) => endingSessionsOf(transaction, accountId, reason, at, except),
    updateAttempt: (id, fields) => transaction.update(attemptDoc(id), fields),
    createAccount: ({ accountId, emailIndex, bankIdIndex, deviceIndex }, sealed, at) => {
      const head = { v: 1, state: 'active', emailIndex, bankIdIndex, knownDevices: deviceIndex === null ? [] : [deviceIndex] };
      transaction.create(accountDoc(accountId), { ...head, credentialsVersion: 0, sealed, createdAt: Timestamp.fromDate(at) });
    },
    updateAccount: (accountId, fields) => transaction.update(accountDoc(accountId), fields),
    createSession: ({ sessionId, document }) => transaction.create(sessionDoc(sessionId), document),
    updateSession: (sessionId, fields) => transaction.update(sessionDoc(sessionId), fields),
    create: (reference, fields) => transaction.create(reference, fields),
    spend: ({ reference }, fields) => {
      if (fields === null) transaction.delete(reference);
      else transaction.update(reference, fields);
    },
  };
}
