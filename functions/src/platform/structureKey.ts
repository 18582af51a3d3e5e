/**
 * The key of an organisation's structure, which is about the organisation and no person in it.
 *
 * Guarantees: one key an organisation, made when it is founded or first needed; what is sealed under it says by its associated
 * data where it belongs.
 */
import type { Dek } from '../crypto/keys.ts';
import type { OrgId } from '../shared/ids.ts';
import { createSubjectKey, subjectKeys } from './keyring.ts';

const structureKeyId = (orgId: OrgId): string => `${orgId}.structure`;

/** The organisation's structure key, if it has one. Throws `crypto/cannot-open` for an organisation that has no key at all. */
export async function knownStructureKey(orgId: OrgId): Promise<Dek | undefined> {
  const id = structureKeyId(orgId);
  return (await subjectKeys(orgId, [id])).get(id);
}

/** The organisation's structure key; made when it has none yet. */
export async function structureKey(orgId: OrgId): Promise<Dek> {
  return (await knownStructureKey(orgId)) ?? createSubjectKey(orgId, 'structure', structureKeyId(orgId));
}
