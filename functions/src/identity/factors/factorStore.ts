/**
 * Factors and their enrolments in Firestore, by the Admin SDK because they are credentials.
 *
 * Guarantees: secrets, public keys, labels and hashes are sealed under the account's key; a factor is changed only as the
 * version that was read, so nothing of it is used twice; no client reads any of it.
 */
import { Timestamp, type DocumentData, type DocumentReference, type DocumentSnapshot, type Transaction } from 'firebase-admin/firestore';
import { exactToken } from '../../crypto/blindIndex.ts';
import { openRecord, sealRecord } from '../../crypto/envelope.ts';
import type { Dek } from '../../crypto/keys.ts';
import type { Normalised } from '../../crypto/normalise.ts';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { accountsOrgId, subjectKey } from '../../platform/keyring.ts';
import type { AccountId, EnrolmentId, FactorId } from '../../shared/ids.ts';
import { accountDoc, accountsKey, newCredentials, openAccount } from '../accountStore.ts';
import type { Caller } from '../session.ts';
import { endingSessionsOf } from '../sessionStore.ts';
import type { Guard } from '../signInStore.ts';
import type { WaysIn } from './policy.ts';
import type { Passkey } from './webAuthn.ts';

/** What a factor is made of, opened. `secret` is base32; `lastStep` is the last step whose password was accepted. */
export type FactorData =
  | { readonly kind: 'totp'; readonly secret: string; readonly lastStep: number }
  | ({ readonly kind: 'passkey' } & Passkey)
  | { readonly kind: 'recoveryCodes'; readonly hashes: readonly string[] };

/** A factor as it was read, and the version of the document that this was. */
export type Factor<D extends FactorData = FactorData> = {
  readonly accountId: AccountId;
  readonly factorId: FactorId;
  readonly version: Timestamp;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly data: D;
};

const mostFactors = 20;
const factors = (accountId: string) => accountDoc(accountId).collection('factors');
/** The document of a factor. */
export const factorDoc = (accountId: AccountId, factorId: FactorId): DocumentReference => factors(accountId).doc(factorId);
const sealContext = (collection: 'factors' | 'enrolments', docId: string) =>
  ({ orgId: accountsOrgId, collection, docId, sensitivityClass: 'ordinary' }) as const;

/** Which kinds of factors an account has besides its password. Opens nothing. */
export async function factorKindsOf(accountId: AccountId): Promise<ReadonlySet<FactorData['kind']>> {
  const found = await factors(accountId).select('kind').limit(mostFactors).get();
  return new Set(found.docs.map((factor) => factor.get('kind') as FactorData['kind'])); // written by factorFields only
}

/** The factors of an account, opened, oldest first. */
export async function readFactors(accountId: AccountId): Promise<Factor[]> {
  const [found, dek] = await Promise.all([factors(accountId).limit(mostFactors).get(), subjectKey(accountsOrgId, accountId)]);
  return found.docs
    .map((snapshot) => openFactor(accountId, snapshot, dek))
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** The account's factors of one kind. */
export function ofKind<K extends FactorData['kind']>(all: readonly Factor[], kind: K): Factor<Extract<FactorData, { kind: K }>>[] {
  return all.filter((factor): factor is Factor<Extract<FactorData, { kind: K }>> => factor.data.kind === kind);
}

function openFactor(accountId: AccountId, snapshot: DocumentSnapshot, dek: Dek): Factor {
  const { updateTime } = snapshot;
  const createdAt: unknown = snapshot.get('createdAt');
  const lastUsedAt: unknown = snapshot.get('lastUsedAt');
  if (updateTime === undefined || !(createdAt instanceof Timestamp)) throw new TypeError('a factor without a time');
  return {
    accountId,
    factorId: snapshot.id as FactorId, // ids of factors are ours
    version: updateTime,
    createdAt: createdAt.toDate(),
    lastUsedAt: lastUsedAt instanceof Timestamp ? lastUsedAt.toDate() : null,
    // What sealFactor sealed, authenticated.
    data: openRecord(dek, sealContext('factors', snapshot.id), snapshot.get('sealed') as Uint8Array) as FactorData,
  };
}

/** The keyed hash by which a passkey is found among those of its account. */
export async function credentialIndexOf(credentialId: string): Promise<string> {
  return exactToken(await accountsKey(), 'account.passkey', credentialId as Normalised); // the same id gives the same hash
}

/** The document of a factor that was made at `now`. */
export async function newFactorFields(accountId: AccountId, factorId: FactorId, data: FactorData, now: Date): Promise<DocumentData> {
  const credentialIndex = data.kind === 'passkey' ? await credentialIndexOf(data.credentialId) : null;
  const at = Timestamp.fromDate(now);
  return { v: 1, kind: data.kind, credentialIndex, createdAt: at, lastUsedAt: null, ...(await sealedFactor(accountId, factorId, data)) };
}

/** What changes in the document of a factor that was used at `now`. */
export async function usedFactorFields({ accountId, factorId }: Factor, data: FactorData, now: Date): Promise<DocumentData> {
  return { ...(await sealedFactor(accountId, factorId, data)), lastUsedAt: Timestamp.fromDate(now) };
}

async function sealedFactor(accountId: AccountId, factorId: FactorId, data: FactorData): Promise<{ sealed: Uint8Array }> {
  return { sealed: sealRecord(await subjectKey(accountsOrgId, accountId), sealContext('factors', factorId), data) };
}

/** The guard of a factor, for the commit that uses it. */
export const factorGuard = ({ accountId, factorId, version }: Factor): Guard => ({ reference: factorDoc(accountId, factorId), version });

/** A factor that is about to be added, and by whose session: the account's other ones end in the same commit. */
export type NewFactor = {
  readonly caller: Pick<Caller, 'accountId' | 'sessionId'>;
  readonly factorId: FactorId;
  readonly fields: DocumentData;
  /** How many of its kind the account may have; `replace` removes those that it has. */
  readonly room: number | 'replace';
  /** What it came by, which is used up; null for what needs none. */
  readonly enrolmentId: EnrolmentId | null;
};

/** Adds a factor; answers whether there was room and the enrolment was used by nobody else meanwhile. */
export async function addFactor({ caller, factorId, fields, room, enrolmentId }: NewFactor, now: Date): Promise<boolean> {
  return settlingTransaction(async (transaction) => {
    const { accountId, sessionId } = caller;
    const enrolment = enrolmentId === null ? null : await transaction.get(enrolmentDoc(enrolmentId));
    const others = await transaction.get(factors(accountId).where('kind', '==', fields['kind']).limit(mostFactors));
    const endOthers = await endingSessionsOf(transaction, accountId, 'credentialsChanged', now, sessionId);
    const isHere = others.docs.some((other) => isSame(other, fields));
    if (isHere || (room !== 'replace' && others.size >= room) || enrolment?.exists === false) return false;
    if (room === 'replace') for (const other of others.docs) transaction.delete(other.ref);
    if (enrolment !== null) transaction.delete(enrolment.ref);
    transaction.create(factorDoc(accountId, factorId), fields);
    transaction.update(accountDoc(accountId), newCredentials());
    endOthers();
    return true;
  });
}

const isSame = (other: DocumentSnapshot, fields: DocumentData): boolean =>
  fields['credentialIndex'] !== null && other.get('credentialIndex') === fields['credentialIndex'];

/**
 * Removes a factor, or the BankID of the account, if `mayGo` says so of the ways in that there are. The account's other
 * sessions end in the same commit. Answers false for a factor that the account does not have.
 */
export async function deleteFactor(
  { accountId, sessionId }: NewFactor['caller'],
  removed: FactorId | 'bankId',
  mayGo: (kind: FactorData['kind'] | 'bankId', ways: WaysIn) => void,
  now: Date,
): Promise<boolean> {
  const dek = await subjectKey(accountsOrgId, accountId);
  return settlingTransaction(async (transaction) => {
    const account = await transaction.get(accountDoc(accountId));
    const all = await transaction.get(factors(accountId).limit(mostFactors));
    const endOthers = await endingSessionsOf(transaction, accountId, 'credentialsChanged', now, sessionId);
    const ways = {
      hasPassword: openAccount(dek, accountId, account.get('sealed')).passwordHash !== null,
      hasBankId: typeof account.get('bankIdIndex') === 'string',
      passkeys: all.docs.filter((factor) => factor.get('kind') === 'passkey').length,
    };
    const factor = all.docs.find(({ id }) => id === removed);
    if (removed === 'bankId' ? !ways.hasBankId : factor === undefined) return false;
    mayGo(factor === undefined ? 'bankId' : (factor.get('kind') as FactorData['kind']), ways); // written by newFactorFields only
    transaction.update(account.ref, { ...newCredentials(), ...(factor === undefined ? { bankIdIndex: null } : {}) });
    if (factor !== undefined) transaction.delete(factor.ref);
    endOthers();
    return true;
  });
}

/** A transaction that begins anew, after a random pause, when somebody else was faster. */
async function settlingTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return untilSettled(() => unlessOutrun(() => adminFirestore().runTransaction(work, { maxAttempts: 1 })));
}

/** A factor that is being added by somebody in a session. `secret` is the app's in base32, or the passkey's challenge. */
export type Enrolment = { readonly kind: 'totp' | 'passkey'; readonly accountId: AccountId; readonly secret: string };

const enrolmentDoc = (id: EnrolmentId): DocumentReference => adminFirestore().collection('enrolments').doc(id);

/** Stores an enrolment until `expiresAt`. */
export async function createEnrolment(id: EnrolmentId, enrolment: Enrolment, now: Date, expiresAt: Date): Promise<void> {
  const { kind, accountId, secret } = enrolment;
  const sealed = sealRecord(await subjectKey(accountsOrgId, accountId), sealContext('enrolments', id), { secret });
  const times = { createdAt: Timestamp.fromDate(now), expiresAt: Timestamp.fromDate(expiresAt) };
  await enrolmentDoc(id).create({ kind, accountId, sealed, tries: 0, ...times });
}

/** Counts a try and opens an enrolment of this account and kind that is open at `now`; null for any other. */
export async function tryEnrolment(
  id: EnrolmentId,
  wanted: Omit<Enrolment, 'secret'>,
  mostTries: number,
  now: Date,
): Promise<{ enrolment: Enrolment; triesLeft: number } | null> {
  const stored = await settlingTransaction(async (transaction) => {
    const snapshot = await transaction.get(enrolmentDoc(id));
    const { kind, accountId, expiresAt, tries } = snapshot.data() ?? {};
    const isOpen = expiresAt instanceof Timestamp && expiresAt.toDate() > now && typeof tries === 'number' && tries < mostTries;
    if (!isOpen || kind !== wanted.kind || accountId !== wanted.accountId) return null;
    transaction.update(snapshot.ref, { tries: tries + 1 });
    return { sealed: snapshot.get('sealed') as Uint8Array, triesLeft: mostTries - tries - 1 }; // written by createEnrolment only
  });
  if (stored === null) return null;
  const opened = openRecord(await subjectKey(accountsOrgId, wanted.accountId), sealContext('enrolments', id), stored.sealed);
  const { secret } = opened as { secret: string }; // what createEnrolment sealed, authenticated
  return { enrolment: { ...wanted, secret }, triesLeft: stored.triesLeft };
}
