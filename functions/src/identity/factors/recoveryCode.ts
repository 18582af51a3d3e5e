/**
 * Recovery codes: ten, of 80 random bits each, shown once.
 * Guarantees: only keyed hashes are kept, bound to their account; what is left after one was used no longer holds it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Secret } from 'otpauth';
import { encodeAad } from '../../crypto/aad.ts';
import type { OrgKey } from '../../crypto/keys.ts';
import { newSecret } from '../../platform/random.ts';
import { recoveryCodeRules } from './contract.ts';

/** New codes, e.g. `ABCD-EFGH-IJKL-MNOP`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodeRules.count }, () => {
    const text = new Secret({ buffer: newSecret(recoveryCodeRules.bytes).buffer }).base32;
    return text.match(/.{4}/g)?.join('-') ?? text;
  });
}

/** The stored form of a code: HMAC-SHA-256 under the accounts' key, over the account and the code's letters. */
export function recoveryCodeHash(key: OrgKey, accountId: string, code: string): string {
  const letters = code.toUpperCase().replaceAll(/[\s-]/g, '');
  return createHmac('sha256', key.blindIndex)
    .update(encodeAad('exactToken', ['identity.recoveryCode', accountId, letters]))
    .digest('base64url');
}

/** The hashes that are left when this code is used, or null when it is none of them. */
export function leftAfter(key: OrgKey, accountId: string, code: string, hashes: readonly string[]): string[] | null {
  const given = Buffer.from(recoveryCodeHash(key, accountId, code), 'base64url');
  const left = hashes.filter((hash) => {
    const stored = Buffer.from(hash, 'base64url');
    return stored.length !== given.length || !timingSafeEqual(stored, given);
  });
  return left.length === hashes.length ? null : left;
}
