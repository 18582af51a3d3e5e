/**
 * Accounts, attempts and sessions: the only Firestore access of identity, by the Admin SDK because it holds credentials.
 *
 * Guarantees: names, e-mail addresses and password hashes are stored sealed; an account is found by a keyed hash of its
 * address; an attempt is changed only as the version that was read, so no change is lost.
 */
import { Timestamp, type DocumentData, type DocumentReference, type DocumentSnapshot, type Transaction } from 'firebase-admin/firestore';
import { exactToken } from '../crypto/blindIndex.ts';
import { openRecord, sealRecord } from '../crypto/envelope.ts';
import type { Dek } from '../crypto/keys.ts';
import { normaliseEmail, type Normalised } from '../crypto/normalise.ts';
import { unlessOutrun } from '../platform/contention.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { accountsOrgId, createOrgKey, orgKey, subjectKeys } from '../platform/keyring.ts';
import { invalidInput, isAppError } from '../shared/errors.ts';
import type { AccountId, AttemptId, SessionId } from '../shared/ids.ts';
import type { Locale } from './contract.ts';

/** The opened personal data of an account. */
export type AccountData = { readonly email: string; readonly displayName: string; readonly passwordHash: string; readonly locale: Locale };

/** An attempt as stored. `sealed` is the account to be made, for sign-ups; a decoy, for an address that has an account, can never be finished. */
export type Attempt = {
  readonly kind: 'signIn' | 'signUp';
  readonly accountId: AccountId;
  readonly isDecoy: boolean;
  readonly emailIndex: string;
  /** Keyed hash of the caller's address. */
  readonly addressIndex: string;
  readonly sealed: Uint8Array | null;
  readonly codeHash: string;
  readonly tries: number;
  readonly resends: number;
  readonly state: 'open' | 'used';
  readonly expiresAt: Timestamp;
  readonly createdAt: Timestamp;
};

const accountDoc = (id: string): DocumentReference => adminFirestore().collection('accounts').doc(id);
const attemptDoc = (id: AttemptId): DocumentReference => adminFirestore().collection('attempts').doc(id);
const sessionDoc = (id: string): DocumentReference => adminFirestore().collection('sessions').doc(id);
const sealContext = (accountId: string) =>
  ({ orgId: accountsOrgId, collection: 'accounts', docId: accountId, sensitivityClass: 'ordinary' }) as const;

/** The key that accounts are sealed and indexed under; made at the very first use. */
export async function accountsKey() {
  try {
    return await orgKey(accountsOrgId);
  } catch (thrown) {
    if (!isAppError(thrown, 'crypto/cannot-open')) throw thrown;
    await createOrgKey(accountsOrgId);
    return orgKey(accountsOrgId);
  }
}

/** The keyed hash by which an e-mail address is found. */
export async function emailIndexOf(email: string): Promise<string> {
  const normalised = normaliseEmail(email);
  if (normalised === undefined) throw invalidInput('email', 'must be an e-mail address');
  return exactToken(await accountsKey(), 'account.email', normalised);
}

/** The keyed hash of a caller's address, by which a known one is recognised. */
export async function addressIndexOf(address: string): Promise<string> {
  return exactToken(await accountsKey(), 'account.address', address as Normalised); // the same text gives the same hash
}

/** Seals an account's personal data for its document. */
export function sealAccount(dek: Dek, accountId: string, data: AccountData): Uint8Array {
  return sealRecord(dek, sealContext(accountId), data);
}

/** An account with its opened data and the addresses from which it has signed in, as keyed hashes. */
export type FoundAccount = {
  readonly accountId: AccountId;
  readonly state: string;
  readonly data: AccountData;
  readonly knownAddresses: readonly string[];
};

/** The account with this address, or null. Reads a key either way, so that both answers cost the same. */
export async function findAccount(emailIndex: string): Promise<FoundAccount | null> {
  const found = await adminFirestore().collection('accounts').where('emailIndex', '==', emailIndex).limit(1).get();
  const snapshot = found.docs[0];
  const keys = await subjectKeys(accountsOrgId, [snapshot?.id ?? 'nobody-has-this-account-id']);
  if (snapshot === undefined) return null;
  const dek = keys.get(snapshot.id);
  if (dek === undefined) return null;
  return {
    accountId: snapshot.id as AccountId,
    state: String(snapshot.get('state')),
    data: openAccount(dek, snapshot.id, snapshot.get('sealed')),
    knownAddresses: knownAddressesOf(snapshot),
  }; // ids of accounts are ours
}

function knownAddressesOf(account: DocumentSnapshot): readonly string[] {
  const known: unknown = account.get('knownAddresses');
  return Array.isArray(known) ? known.filter((index) => typeof index === 'string') : [];
}

/** The account's opened data. Throws `crypto/cannot-open` when its key is gone. */
export function openAccount(dek: Dek, accountId: string, sealed: unknown): AccountData {
  // What sealAccount sealed, authenticated.
  return openRecord(dek, sealContext(accountId), sealed as Uint8Array) as AccountData;
}

/** The opened data of an account by id, or null when it or its key is gone. */
export async function loadAccount(accountId: string): Promise<AccountData | null> {
  const [snapshot, keys] = await Promise.all([accountDoc(accountId).get(), subjectKeys(accountsOrgId, [accountId])]);
  const dek = keys.get(accountId);
  if (!snapshot.exists || dek === undefined) return null;
  return openAccount(dek, accountId, snapshot.get('sealed'));
}

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
  /** The addresses of the account, newest first; read before anything is written. */
  readonly knownAddresses: (accountId: AccountId) => Promise<readonly string[]>;
  readonly rememberAddresses: (accountId: AccountId, addresses: readonly string[]) => void;
  readonly createSession: (sessionId: SessionId, session: DocumentData) => void;
};

function writesOf(transaction: Transaction, id: AttemptId): AttemptWrites {
  return {
    isEmailTaken: async (emailIndex) =>
      !(await transaction.get(adminFirestore().collection('accounts').where('emailIndex', '==', emailIndex).limit(1))).empty,
    updateAttempt: (fields) => transaction.update(attemptDoc(id), fields),
    createAccount: ({ accountId, emailIndex, addressIndex }, sealed, at) => {
      const head = { v: 1, state: 'active', emailIndex, knownAddresses: [addressIndex] };
      transaction.create(accountDoc(accountId), { ...head, sealed, createdAt: Timestamp.fromDate(at) });
    },
    knownAddresses: async (accountId) => knownAddressesOf(await transaction.get(accountDoc(accountId))),
    rememberAddresses: (accountId, addresses) => transaction.update(accountDoc(accountId), { knownAddresses: addresses }),
    createSession: (sessionId, session) => transaction.create(sessionDoc(sessionId), session),
  };
}

/** A session and the state of its account, read together; null when either is missing. */
export async function loadSession(sessionId: string, accountId: string): Promise<{ session: DocumentData; accountState: unknown } | null> {
  const [session, account] = await adminFirestore().getAll(sessionDoc(sessionId), accountDoc(accountId));
  const data = session?.data();
  if (data === undefined || account === undefined || !account.exists) return null;
  return { session: data, accountState: account.get('state') };
}

/** Changes a session that still is active; one that has ended stays ended. */
export async function updateActiveSession(sessionId: string, fields: DocumentData): Promise<void> {
  await adminFirestore().runTransaction(async (transaction) => {
    const snapshot = await transaction.get(sessionDoc(sessionId));
    if (snapshot.get('state') === 'active') transaction.update(sessionDoc(sessionId), fields);
  });
}
