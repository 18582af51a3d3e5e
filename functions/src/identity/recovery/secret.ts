/**
 * What a recovery is held by: a secret in the person's browser, and a reference of eight digits that the person reads out to
 * administrators.
 * Guarantees: both are stored as keyed hashes bound to their recovery; comparison is constant-time.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeAad } from '../../crypto/aad.ts';
import type { OrgKey } from '../../crypto/keys.ts';
import { newSecret, randomDigits } from '../../platform/random.ts';
import { recoveryRules } from './contract.ts';

const secretBytes = 32;

/** A new secret: 43 characters of base64url. */
export const newRecoverySecret = (): string => Buffer.from(newSecret(secretBytes)).toString('base64url');

/** A new reference: eight digits. */
export const newReference = (): string => randomDigits(recoveryRules.referenceDigits);

/** The stored form of a secret or a reference. */
export function recoveryHash(key: OrgKey, kind: 'secret' | 'reference', recoveryId: string, value: string): string {
  const mac = createHmac('sha256', key.blindIndex);
  return mac.update(encodeAad('exactToken', [`identity.recovery.${kind}`, recoveryId, value])).digest('base64url');
}

/** Whether a stored hash is the one of this secret or reference. */
export function recoveryMatches(key: OrgKey, kind: 'secret' | 'reference', recoveryId: string, value: string, stored: string): boolean {
  const [expected, given] = [Buffer.from(stored, 'base64url'), Buffer.from(recoveryHash(key, kind, recoveryId, value), 'base64url')];
  return expected.length === given.length && timingSafeEqual(expected, given);
}
