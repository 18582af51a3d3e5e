/**
 * Keys of organisations and of their data subjects.
 *
 * Guarantees: organisation keys are cached as KeyObjects for at most ten minutes, one KMS call each, also under parallel
 * load; keys of data subjects are never cached, so a destroyed one opens nothing anywhere from that moment on; a key that
 * exists is never overwritten. Wrapped keys live in the database `keys` only. Does not authorize: callers have.
 */
import { Timestamp, type DocumentReference, type Firestore } from 'firebase-admin/firestore';
import { encodeAad } from '../crypto/aad.ts';
import { generateDek, generateOrgKey, importOrgKey, unwrapDek, wrapDek, type Dek, type OrgKey } from '../crypto/keys.ts';
import { AppError } from '../shared/errors.ts';
import { ms } from '../shared/time.ts';
import { systemClock } from './clock.ts';
import { isAlreadyExists, keysFirestore } from './firestore.ts';
import { createKek, kekName, kmsDecrypt, kmsEncrypt } from './kms.ts';

/** What a subject key protects. */
export type SubjectKind = 'dataSubject' | 'account' | 'member' | 'structure' | 'upload' | 'extract' | 'bankIdOrder' | 'export' | 'canary';

/** The pseudo-organisation whose keys seal accounts, which belong to no single organisation. */
export const accountsOrgId = 'valv-accounts-of-members';

const cacheLifetime = 10 * ms.minute;
const largestCache = 500;
/** Organisation → its key. Owned by this file. Promises, so that parallel callers share one KMS call. */
const orgKeys = new Map<string, { readonly key: Promise<OrgKey>; readonly expiresAt: number }>();

const orgKeyDoc = (orgId: string, keys = keysFirestore()): DocumentReference => keys.collection('orgKeys').doc(orgId);
const subjectKeyDoc = (subjectId: string, keys = keysFirestore()): DocumentReference => keys.collection('subjectKeys').doc(subjectId);
const kmsContext = (orgId: string): Uint8Array => encodeAad('dek', ['org-key', orgId]);

/** Makes the key-encryption key and the data key of a new organisation; what exists already is kept. */
export async function createOrgKey(orgId: string): Promise<void> {
  await createKek(orgId);
  const raw = generateOrgKey();
  const wrapped = Buffer.from(await kmsEncrypt(kekName(orgId), raw, kmsContext(orgId)));
  raw.fill(0);
  const doc = { v: 1, kmsKeyName: kekName(orgId), wrapped, createdAt: Timestamp.fromDate(systemClock()) };
  await orgKeyDoc(orgId).create(doc).catch(unlessExists);
}

/** The organisation's key. Throws `crypto/cannot-open` when it was destroyed or never made. */
export async function orgKey(orgId: string): Promise<OrgKey> {
  const now = systemClock().getTime();
  const cached = orgKeys.get(orgId);
  if (cached !== undefined && cached.expiresAt > now) return cached.key;
  const key = loadOrgKey(orgId);
  orgKeys.set(orgId, { key, expiresAt: now + cacheLifetime });
  key.catch(() => orgKeys.delete(orgId));
  dropOldest();
  return key;
}

async function loadOrgKey(orgId: string, keys = keysFirestore()): Promise<OrgKey> {
  const snapshot = await orgKeyDoc(orgId, keys).get();
  const wrapped: unknown = snapshot.get('wrapped');
  if (!(wrapped instanceof Uint8Array)) throw new AppError('crypto/cannot-open', 'cannot open');
  return importOrgKey(Buffer.from(await kmsDecrypt(kekName(orgId), wrapped, kmsContext(orgId))));
}

function dropOldest(): void {
  if (orgKeys.size <= largestCache) return;
  const [oldest] = orgKeys.keys();
  if (oldest !== undefined) orgKeys.delete(oldest);
}

/**
 * The keys of new subjects, stored wrapped. A subject that has a key already keeps it, so a repeated call gives the same
 * keys. Answers them by id.
 */
export async function createSubjectKeys(orgId: string, kind: SubjectKind, subjectIds: readonly string[]): Promise<Map<string, Dek>> {
  const parent = await orgKey(orgId);
  const fresh = new Map(subjectIds.map((id) => [id, generateDek()]));
  const batch = keysFirestore().batch();
  const createdAt = Timestamp.fromDate(systemClock());
  for (const [id, dek] of fresh) {
    batch.create(subjectKeyDoc(id), { v: 1, orgId, kind, wrapped: wrapDek(parent, dek, { orgId, dataSubjectId: id }), createdAt });
  }
  try {
    await batch.commit();
    return fresh;
  } catch (thrown) {
    if (!isAlreadyExists(thrown)) throw thrown;
    return keysThatExistOrAreMade(orgId, kind, subjectIds);
  }
}

/** The key of one new subject; see {@link createSubjectKeys}. */
export async function createSubjectKey(orgId: string, kind: SubjectKind, subjectId: string): Promise<Dek> {
  return found(await createSubjectKeys(orgId, kind, [subjectId]), subjectId);
}

async function keysThatExistOrAreMade(orgId: string, kind: SubjectKind, ids: readonly string[]): Promise<Map<string, Dek>> {
  const existing = await subjectKeys(orgId, ids);
  const missing = ids.filter((id) => !existing.has(id));
  if (missing.length === 0) return existing;
  return new Map([...existing, ...(await createSubjectKeys(orgId, kind, missing))]);
}

/** The keys of subjects by id; a subject whose key was destroyed is absent. Throws `crypto/cannot-open` for a key of another organisation. */
export async function subjectKeys(orgId: string, subjectIds: readonly string[]): Promise<Map<string, Dek>> {
  if (subjectIds.length === 0) return new Map();
  const [parent, snapshots] = await Promise.all([orgKey(orgId), keysFirestore().getAll(...subjectIds.map((id) => subjectKeyDoc(id)))]);
  const keys = new Map<string, Dek>();
  for (const snapshot of snapshots) {
    const wrapped: unknown = snapshot.get('wrapped');
    if (wrapped instanceof Uint8Array) keys.set(snapshot.id, unwrapDek(parent, wrapped, { orgId, dataSubjectId: snapshot.id }));
  }
  return keys;
}

/** The key of one subject. Throws `shared/not-found` when it was destroyed or never made. */
export async function subjectKey(orgId: string, subjectId: string): Promise<Dek> {
  return found(await subjectKeys(orgId, [subjectId]), subjectId);
}

/** The key of one subject as a restored copy of the database of keys has it; nothing of the present is used. Throws `crypto/cannot-open`. */
export async function subjectKeyIn(keys: Firestore, orgId: string, subjectId: string): Promise<Dek> {
  const [parent, stored] = [await loadOrgKey(orgId, keys), await subjectKeyDoc(subjectId, keys).get()];
  const wrapped: unknown = stored.get('wrapped');
  if (!(wrapped instanceof Uint8Array)) throw new AppError('crypto/cannot-open', 'cannot open');
  return unwrapDek(parent, wrapped, { orgId, dataSubjectId: subjectId });
}

/**
 * Destroys a subject's key: from here on nothing sealed with it opens. Destroying it again changes nothing, and neither does
 * naming a key of another organisation or kind: ids of documents come from clients, who may choose somebody else's.
 */
export async function destroySubjectKey(orgId: string, kind: SubjectKind, subjectId: string): Promise<void> {
  await keysFirestore().runTransaction(async (transaction) => {
    const stored = await transaction.get(subjectKeyDoc(subjectId));
    if (stored.get('orgId') === orgId && stored.get('kind') === kind) transaction.delete(stored.ref);
  });
}

function found(keys: ReadonlyMap<string, Dek>, subjectId: string): Dek {
  const key = keys.get(subjectId);
  if (key === undefined) throw new AppError('shared/not-found', 'not found');
  return key;
}

function unlessExists(thrown: unknown): void {
  if (!isAlreadyExists(thrown)) throw thrown;
}
