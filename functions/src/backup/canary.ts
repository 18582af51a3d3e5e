/**
 * Canaries of backups: a made-up record for each export, sealed as a person's is, which a restore must be able to open.
 *
 * Guarantees: it opens only while the platform's key, KMS and the database of keys work together, which is what a drill wants to
 * know. Holds random text about nobody.
 */
import { Timestamp, type DocumentSnapshot, type Firestore } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { openRecord, sealRecord } from '../crypto/envelope.ts';
import type { Dek } from '../crypto/keys.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { accountsOrgId, createOrgKey, createSubjectKey, subjectKeyIn, subjectKeys } from '../platform/keyring.ts';
import { newId } from '../platform/random.ts';
import { canonicalJson } from '../shared/canonicalJson.ts';
import type { Clock } from '../shared/time.ts';
import type { ExportManifest } from './exportManifest.ts';

const keyId = 'valv-backup-canaries';
const contextOf = (exportId: string) =>
  ({ orgId: accountsOrgId, collection: 'backupCanaries', docId: exportId, sensitivityClass: 'ordinary' }) as const;
const hashOf = (text: string): string => createHash('sha256').update(canonicalJson({ text })).digest('hex');

/** Plants the canary of an export, or finds the one that was planted; answers what the manifest says about it. */
export async function plantCanary(exportId: string, clock: Clock): Promise<ExportManifest['canary']> {
  const path = `backupCanaries/${exportId}`;
  const planted = await adminFirestore().doc(path).get();
  if (planted.exists) return { path, sha256: await openCanary(planted) };
  const text = newId<string>();
  const sealed = sealRecord(await canaryKey(), contextOf(exportId), { text });
  await adminFirestore()
    .doc(path)
    .set({ v: 1, sealed, createdAt: Timestamp.fromDate(clock()) });
  return { path, sha256: hashOf(text) };
}

/**
 * Opens a canary, by the keys of the present or by those of a restored copy of them; answers the SHA-256 of its plaintext,
 * hexadecimal. Throws `crypto/cannot-open`.
 */
export async function openCanary(snapshot: DocumentSnapshot, keys?: Firestore): Promise<string> {
  const key = keys === undefined ? await canaryKey() : await subjectKeyIn(keys, accountsOrgId, keyId);
  const sealed: unknown = snapshot.get('sealed');
  if (!(sealed instanceof Uint8Array)) throw new TypeError('a canary without its record');
  const { text } = openRecord(key, contextOf(snapshot.id), sealed);
  if (typeof text !== 'string') throw new TypeError('a canary without its text');
  return hashOf(text);
}

async function canaryKey(): Promise<Dek> {
  await createOrgKey(accountsOrgId); // what exists is kept
  return (await subjectKeys(accountsOrgId, [keyId])).get(keyId) ?? createSubjectKey(accountsOrgId, 'canary', keyId);
}
