/**
 * AES-256-GCM with 12-byte nonces and 16-byte tags, the only cipher of format v1.
 * Guarantees one indistinguishable error for whatever cannot be opened. Does not choose nonces: a caller that repeats
 * one under the same key loses both plaintexts.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { AppError } from '../shared/errors.ts';

export const keyBytes = 32;
export const nonceBytes = 12;
export const tagBytes = 16;

/** Writes ciphertext and tag (`plaintext.length + 16` bytes) into `out` from `offset` on. */
export function encryptInto(out: Buffer, offset: number, key: KeyObject, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): void {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  out.set(cipher.update(plaintext), offset);
  cipher.final(); // adds no bytes in GCM, but fixes the tag
  out.set(cipher.getAuthTag(), offset + plaintext.length);
}

/** The plaintext of `ciphertext || tag`, in memory of its own. Throws `crypto/cannot-open`. */
export function decrypt(key: KeyObject, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < tagBytes) throw cannotOpen();
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0); // unauthenticated bytes must not outlive the check
    throw cannotOpen();
  }
  return plaintext;
}

/** The one error of every failure to open: no details, no cause. */
export function cannotOpen(): AppError {
  return new AppError('crypto/cannot-open', 'sealed data cannot be opened');
}
