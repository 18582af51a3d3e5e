/**
 * Sealing of an organisation's structure: names of teams and folders, invited addresses, problems that support is to solve.
 *
 * Guarantees: a text opens only under the organisation's structure key, in its own organisation, collection and document. Does not hide how long a text is, beyond 64 bytes.
 */
import { openRecord, sealRecord } from '../crypto/envelope.ts';
import type { Dek } from '../crypto/keys.ts';
import { AppError } from '../shared/errors.ts';
import type { OrgId } from '../shared/ids.ts';

/** The texts of one document by name. */
export type Texts = Readonly<Record<string, string>>;

/** Collections below an organisation whose texts are sealed under its structure key. */
export type StructureCollection = 'teams' | 'folders' | 'invitations' | 'supportGrants';

const sealContext = (orgId: OrgId, collection: StructureCollection, docId: string) =>
  ({ orgId, collection, docId, sensitivityClass: 'ordinary' }) as const;

/** Seals the texts of one document. */
export function sealStructure(dek: Dek, orgId: OrgId, collection: StructureCollection, docId: string, texts: Texts): Uint8Array {
  return sealRecord(dek, sealContext(orgId, collection, docId), texts);
}

/** Opens what {@link sealStructure} sealed. Throws `crypto/cannot-open`. */
export function openStructure(dek: Dek, orgId: OrgId, collection: StructureCollection, docId: string, sealed: unknown): Texts {
  if (!(sealed instanceof Uint8Array)) throw new AppError('crypto/cannot-open', 'cannot open');
  return openRecord(dek, sealContext(orgId, collection, docId), sealed) as Texts; // what sealStructure sealed, authenticated
}
