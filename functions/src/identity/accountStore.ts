/**
 * Accounts in Firestore, by the Admin SDK because they hold credentials.
 *
 * Guarantees: names, e-mail addresses and password hashes are stored sealed; an account is found by a keyed hash of its
 * address; devices are known by keyed hashes that differ from account to account.
 */
import { FieldValue, type DocumentData, type DocumentReference, type DocumentSnapshot } from 'firebase-admin/firestore';
import { exactToken } from '../crypto/blindIndex.ts';
import { openRecord, sealRecord } from '../crypto/envelope.ts';
import type { Dek } from '../crypto/keys.ts';
import { normaliseEmail, type Normalised } from '../crypto/normalise.ts';
import { unlessOutrun } from '../platform/contention.ts';
import { adminFirestore, isAlreadyExists } from '../platform/firestore.ts';
import { accountsOrgId, createOrgKey, createSubjectKey, orgKey, subjectKey, subjectKeys } from '../platform/keyring.ts';
import { AppError, invalidInput, isAppError } from '../shared/errors.ts';
import type { AccountId } from '../shared/ids.ts';
import type { Locale } from './contract.ts';

/** The opened personal data of an account. `passwordHash` is null for whoever signs in by BankID only. */
export type AccountData = {
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: string | null;
  readonly locale: Locale;
};

/** The document of an account. */
export const accountDoc = (id: string): DocumentReference => adminFirestore().collection('accounts').doc(id);
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

/**
 * The keyed hash by which an account knows a device; another account's hash of the same device is another. Null without an id.
 */
export async function deviceIndexOf(accountId: string, deviceId: string | undefined): Promise<string | null> {
  if (deviceId === undefined) return null;
  return exactToken(await accountsKey(), `account.device.${accountId}`, deviceId as Normalised); // the same text gives the same hash
}

/** Seals an account's personal data for its document. */
export function sealAccount(dek: Dek, accountId: string, data: AccountData): Uint8Array {
  return sealRecord(dek, sealContext(accountId), data);
}

/** An account with its opened data and the devices that it has signed in from, as {@link deviceIndexOf} has them, newest first. */
export type FoundAccount = {
  readonly accountId: AccountId;
  readonly state: string;
  readonly dek: Dek;
  readonly data: AccountData;
  readonly knownDevices: readonly string[];
  readonly credentialsVersion: number;
};

/**
 * What is read and opened instead when an address has no account, so that both cost the same. Nobody can enter it: it is
 * in no collection of accounts.
 */
const standInId = 'stands-in-for-no-account';
const standInDoc = (): DocumentReference => adminFirestore().collection('standIns').doc(standInId);
/** Owned by this file: resolves when the stand-in is there. A failure is tried again. */
let standIn: Promise<void> | undefined;

async function makeStandIn(): Promise<void> {
  const dek = await createSubjectKey(accountsOrgId, 'account', standInId);
  const data = { email: 'nobody@example.org', displayName: 'Nobody', passwordHash: '-'.repeat(97), locale: 'sv' } as const;
  await standInDoc()
    .create({ v: 1, emailIndex: standInId, sealed: sealAccount(dek, standInId, data) })
    .catch((thrown: unknown) => {
      if (!isAlreadyExists(thrown)) throw thrown;
    });
}

/** One query of `collection`, for the id of the document that has this index. */
async function idWith(collection: 'accounts' | 'standIns', emailIndex: string): Promise<string | undefined> {
  const found = await adminFirestore().collection(collection).where('emailIndex', '==', emailIndex).select().limit(1).get();
  return found.docs[0]?.id;
}

/** The account with this address, or null. Reads and opens as much either way: one query that finds, one that does not, one account. */
export async function findAccount(emailIndex: string): Promise<FoundAccount | null> {
  standIn ??= makeStandIn().catch((thrown: unknown) => {
    standIn = undefined;
    throw thrown;
  });
  await standIn;
  const accountId = await idWith('accounts', emailIndex);
  const reference = accountId === undefined ? standInDoc() : accountDoc(accountId);
  const [snapshot, keys] = await Promise.all([
    reference.get(),
    subjectKeys(accountsOrgId, [reference.id]),
    idWith('standIns', accountId === undefined ? standInId : 'no-such-stand-in'),
  ]);
  const dek = keys.get(reference.id);
  if (dek === undefined || !snapshot.exists) return null;
  const data = openAccount(dek, reference.id, snapshot.get('sealed'));
  if (accountId === undefined) return null;
  const [knownDevices, credentialsVersion] = [knownDevicesOf(snapshot), credentialsVersionOf(snapshot)];
  // ids of accounts are ours
  return { accountId: accountId as AccountId, state: String(snapshot.get('state')), dek, data, knownDevices, credentialsVersion };
}

/** How often what an account is entered with has changed. */
export function credentialsVersionOf(account: DocumentSnapshot): number {
  const version: unknown = account.get('credentialsVersion');
  return typeof version === 'number' ? version : 0;
}

/** Written with every change of what an account is entered with: a sign-in that was begun before comes to nothing. */
export const newCredentials = (): DocumentData => ({ credentialsVersion: FieldValue.increment(1) });

/** The devices that an account has signed in from, newest first. */
export function knownDevicesOf(account: DocumentSnapshot): readonly string[] {
  const known: unknown = account.get('knownDevices');
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

/** Those of the accounts that are enabled now. */
export async function enabledAmong(accountIds: readonly AccountId[]): Promise<readonly AccountId[]> {
  if (accountIds.length === 0) return [];
  const accounts = await adminFirestore().getAll(...accountIds.map((id) => accountDoc(id)), { fieldMask: ['state'] });
  return accountIds.filter((_id, index) => accounts[index]?.get('state') === 'active');
}

/** Whether operators have marked an account as that of a technician of Valv. */
export async function isSupportAccount(accountId: string): Promise<boolean> {
  return (await accountDoc(accountId).get()).get('isSupport') === true;
}

/**
 * The account's opened data, the guard of the version that was read, and how to seal other data in its place.
 * Throws `shared/not-found` for an account that is gone.
 */
export async function readAccount(accountId: AccountId) {
  const [snapshot, dek] = await Promise.all([accountDoc(accountId).get(), subjectKey(accountsOrgId, accountId)]);
  const { ref: reference, updateTime: version } = snapshot;
  if (version === undefined || snapshot.createTime === undefined) throw new AppError('shared/not-found', 'not found');
  const data = openAccount(dek, accountId, snapshot.get('sealed'));
  const seal = (changed: AccountData): Uint8Array => sealAccount(dek, accountId, changed);
  const bankIdIndex = textOrNull(snapshot.get('bankIdIndex'));
  const credentialsVersion = credentialsVersionOf(snapshot);
  return { data, seal, guard: { reference, version }, bankIdIndex, credentialsVersion, createdAt: snapshot.createTime.toDate() };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/**
 * Changes part of an account's data, and `fields` of its document besides, unless somebody else changes the account at the
 * same moment: then answers undefined, and the caller tries again. Answers the data from before.
 * Throws `shared/not-found` for an account that is gone.
 */
export async function changeAccountData(
  accountId: string,
  changes: Partial<AccountData>,
  fields: DocumentData = {},
): Promise<AccountData | undefined> {
  const [snapshot, dek] = await Promise.all([accountDoc(accountId).get(), subjectKey(accountsOrgId, accountId)]);
  const { updateTime } = snapshot;
  if (updateTime === undefined) throw new AppError('shared/not-found', 'not found');
  const before = openAccount(dek, accountId, snapshot.get('sealed'));
  const sealed = sealAccount(dek, accountId, { ...before, ...changes });
  return unlessOutrun(async () => {
    await accountDoc(accountId).update({ ...fields, sealed }, { lastUpdateTime: updateTime });
    return before;
  });
}
