/**
 * SHA-256 and Ed25519 of node:crypto in the forms that auditLog/ takes them in. A browser passes its own.
 * Guarantees nothing beyond node:crypto.
 */
import { createPublicKey, hash, verify } from 'node:crypto';

const digestBytes = 32;

/** SHA-256: 32 bytes, in `into` or in memory of their own. By way of a binary string, which is twice as fast as asking for a Buffer (Node 24). */
export function sha256(bytes: Uint8Array, into?: Uint8Array): Uint8Array {
  const binary = hash('sha256', bytes, 'binary');
  const digest = into ?? new Uint8Array(digestBytes);
  for (let at = 0; at < digestBytes; at += 1) digest[at] = binary.charCodeAt(at);
  return digest;
}

/** Whether an Ed25519 signature (64 bytes) over a message is genuine under a public key (32 bytes). Never throws. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const x = Buffer.from(publicKey).toString('base64url');
    return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
  } catch {
    return false; // a key that is no point of the curve, or has another length
  }
}
