/**
 * The e-mailed code: six digits from a CSPRNG, stored as a keyed hash bound to its attempt.
 * Guarantees: the hash alone does not give the code away, though there are only a million; comparison is constant-time.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeAad } from '../crypto/aad.ts';
import type { OrgKey } from '../crypto/keys.ts';

/** The stored form of a code: HMAC-SHA-256 under the accounts' key, over the attempt and the code. */
export function codeHash(key: OrgKey, attemptId: string, code: string): string {
  return createHmac('sha256', key.blindIndex)
    .update(encodeAad('exactToken', ['identity.code', attemptId, code]))
    .digest('base64url');
}

/** Whether a code is the attempt's. */
export function codeMatches(key: OrgKey, attemptId: string, code: string, stored: string): boolean {
  const expected = Buffer.from(stored, 'base64url');
  const given = Buffer.from(codeHash(key, attemptId, code), 'base64url');
  return expected.length === given.length && timingSafeEqual(expected, given);
}
