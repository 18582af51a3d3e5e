/**
 * Hashing and signatures in the browser, in the forms that crypto/auditLog takes them in.
 *
 * SHA-256 is that of @noble/hashes, because the browser's own answers each of a million hashes by way of a promise.
 * Ed25519 is the browser's own: one signature is verified for each log.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { fromBase64 } from '../../../../../functions/src/crypto/auditLog/bytes.ts';
import type { VerifyEd25519 } from '../../../../../functions/src/crypto/auditLog/signedNote.ts';

/** SHA-256: 32 bytes. */
export const sha256 = (bytes: Uint8Array): Uint8Array => nobleSha256(bytes);

/** The part of WebCrypto that verifies. */
export type Verifying = Pick<typeof globalThis.crypto.subtle, 'importKey' | 'verify'>;

/** Verification of Ed25519 by WebCrypto; false for whatever is no key and no signature. */
export function ed25519By(subtle: Verifying): VerifyEd25519 {
  return async (publicKey, message, signature) => {
    try {
      // Copies, because WebCrypto takes no view of shared memory and the types cannot tell that these are none.
      const key = await subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']);
      return await subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message));
    } catch {
      return false;
    }
  };
}

/** RFC 8032, section 7.1, test 1: an empty message. */
const sample = {
  publicKey: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  signature: '5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==',
} as const;

/** Whether this browser verifies Ed25519, tried with a signature that is known to be genuine and one that is not. */
export async function verifiesEd25519(subtle: Verifying | undefined): Promise<boolean> {
  const [publicKey, signature] = [fromBase64(sample.publicKey), fromBase64(sample.signature)];
  if (subtle === undefined || publicKey === null || signature === null) return false;
  const verify = ed25519By(subtle);
  const isGenuine = await verify(publicKey, new Uint8Array(0), signature);
  return isGenuine && !(await verify(publicKey, Uint8Array.of(1), signature));
}
