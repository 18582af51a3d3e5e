/** A member's name and address, a copy of the account's, sealed for one organisation under a key of its own. */
import { openRecord, sealRecord } from '../../crypto/envelope.ts';
import type { Dek } from '../../crypto/keys.ts';

/** The opened personal data of a member. */
export type MemberData = { readonly displayName: string; readonly email: string };

const sealContext = (orgId: string, accountId: string) =>
  ({ orgId, collection: 'members', docId: accountId, sensitivityClass: 'ordinary' }) as const;

/** The id under which a member's key is stored; a member's account has another key. */
export const memberKeyId = (orgId: string, accountId: string): string => `${orgId}.${accountId}`;

/** Seals a member's data for `orgs/{orgId}/members/{accountId}`. */
export function sealMember(dek: Dek, orgId: string, accountId: string, data: MemberData): Uint8Array {
  return sealRecord(dek, sealContext(orgId, accountId), data);
}

/** Opens a member's data. Throws `crypto/cannot-open`. */
export function openMember(dek: Dek, orgId: string, accountId: string, sealed: Uint8Array): MemberData {
  return openRecord(dek, sealContext(orgId, accountId), sealed) as MemberData; // what sealMember sealed, authenticated
}
