/**
 * Factors and their enrolments in Firestore, by the Admin SDK because they are credentials.
 *
 * Guarantees: secrets, public keys, labels and hashes are sealed under the account's key; a factor is changed only as the
 * version that was read, so nothing of it is used twice; no client reads any of it.
 */
import { Timestamp, type DocumentData, type DocumentReference, type DocumentSnapshot } from 'firebase-admin/firestore';
import { exactToken } from '../../crypto/blindIndex.ts';
import { openRecord, sealRecord } from '../../crypto/envelope.ts';
import type { Dek } from '../../crypto/keys.ts';
import type { Normalised } from '../../crypto/normalise.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { accountsOrgId, subjectKey } from '../../platform/keyring.ts';
import type { AccountId, EnrolmentId, FactorId } from '../../shared/ids.ts';
import { accountDoc, accountsKey } from '../accountStore.ts';
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
  return found.docs.map((snapshot) => opened(accountId, snapshot, dek)).toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** The account's factors of one kind. */
export function ofKind<K extends FactorData['kind']>(all: readonly Factor[], kind: K): Factor<Extract<FactorData, { kind: K }>>[] {
  return all.filter((factor): factor is Factor<Extract<FactorData, { kind: K }>> => factor.data.kind === kind);
}

function opened(accountId: AccountId, snapshot: DocumentSnapshot, dek: Dek): Factor {
  const { updateTime } = snapshot;
  const [createdAt, lastUsedAt]: unknown[] = [snapshot.get('createdAt'), snapshot.get('lastUsedAt')];
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

/** How many factors of a kind an account may have. */
export type Room = { readonly kind: FactorData['kind']; readonly most: number };

/**
 * Adds a factor, if the account has room for it and the enrolment, if it came by one, is used by nobody else meanwhile.
 * Answers whether it did. What it replaces goes in the same commit.
 */
export async function addFactor(
  added: { accountId: AccountId; factorId: FactorId; fields: DocumentData },
  room: Room,
  how: { enrolmentId?: EnrolmentId; replacesKind?: true } = {},
): Promise<boolean> {
  return adminFirestore().runTransaction(async (transaction) => {
    const enrolment = how.enrolmentId === undefined ? undefined : await transaction.get(enrolmentDoc(how.enrolmentId));
    const all = await transaction.get(factors(added.accountId).where('kind', '==', room.kind).limit(mostFactors));
    const isHere = all.docs.some((other) => isSame(other, added.fields));
    const isFull = how.replacesKind !== true && all.size >= room.most;
    if (isHere || isFull || enrolment?.exists === false) return false;
    if (how.replacesKind === true) for (const other of all.docs) transaction.delete(other.ref);
    if (enrolment !== undefined) transaction.delete(enrolment.ref);
    transaction.create(factorDoc(added.accountId, added.factorId), added.fields);
    return true;
  });
}

const isSame = (other: DocumentSnapshot, fields: DocumentData): boolean =>
  fields['credentialIndex'] !== null && other.get('credentialIndex') === fields['credentialIndex'];

/** Removes a factor; answers its kind, or null when the account has none of that id. */
export async function deleteFactor(accountId: AccountId, factorId: FactorId): Promise<FactorData['kind'] | null> {
  const reference = factorDoc(accountId, factorId);
  return adminFirestore().runTransaction(async (transaction) => {
    const stored = await transaction.get(reference);
    if (!stored.exists) return null;
    transaction.delete(reference);
    return stored.get('kind') as FactorData['kind']; // written by newFactorFields only
  });
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
): Promise<Enrolment | null> {
  const stored = await adminFirestore().runTransaction(async (transaction) => {
    const snapshot = await transaction.get(enrolmentDoc(id));
    const { kind, accountId, expiresAt, tries } = snapshot.data() ?? {};
    const isOpen = expiresAt instanceof Timestamp && expiresAt.toDate() > now && typeof tries === 'number' && tries < mostTries;
    if (!isOpen || kind !== wanted.kind || accountId !== wanted.accountId) return null;
    transaction.update(snapshot.ref, { tries: tries + 1 });
    return snapshot.get('sealed') as Uint8Array; // written by createEnrolment only
  });
  if (stored === null) return null;
  const { secret } = openRecord(await subjectKey(accountsOrgId, wanted.accountId), sealContext('enrolments', id), stored);
  return { ...wanted, secret: String(secret) };
}
