/**
 * The secret of an invitation's link: 256 random bits, stored as a keyed hash bound to organisation and invitation.
 * Guarantees: the hash does not give the token away, and a token opens no other invitation; comparison is constant-time.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeAad } from '../../crypto/aad.ts';
import type { OrgKey } from '../../crypto/keys.ts';
import type { InvitationId } from '../../shared/ids.ts';

/** The token that a mailed link carries, 43 characters of base64url. `random`: 32 bytes. */
export function invitationToken(random: Uint8Array): string {
  if (random.length < 32) throw new TypeError('a token needs 32 random bytes');
  return Buffer.from(random).toString('base64url');
}

/** The stored form of a token: HMAC-SHA-256 under the organisation's key. */
export function tokenHash(key: OrgKey, invitationId: InvitationId, token: string): string {
  const bound = encodeAad('exactToken', ['orgs.invitation', invitationId, token]);
  return createHmac('sha256', key.blindIndex).update(bound).digest('base64url');
}

/** Whether a token is the invitation's. */
export function tokenMatches(key: OrgKey, invitationId: InvitationId, token: string, stored: string): boolean {
  const expected = Buffer.from(stored, 'base64url');
  const given = Buffer.from(tokenHash(key, invitationId, token), 'base64url');
  return expected.length === given.length && timingSafeEqual(expected, given);
}
