// Guarantees: ECDSA on P-256 over a digest made elsewhere (node:crypto signs messages only), with a fresh random
// nonce from the system's generator for each signature. FIPS 186-5, 6.4.1.
// Does not guarantee: constant time. The keys of the local cloud protect local data only.
import { createECDH, type KeyObject } from 'node:crypto';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Signs a 32-byte digest; @returns ASN.1 DER `SEQUENCE {r, s}`. Throws TypeError for another key or length. */
export function signP256Digest(privateKey: KeyObject, digest: Buffer): Buffer {
  const { d, crv } = privateKey.export({ format: 'jwk' });
  if (typeof d !== 'string' || crv !== 'P-256' || digest.length !== 32) throw new TypeError('not a P-256 signature');
  const secret = toInteger(Buffer.from(d, 'base64url'));
  const nonce = createECDH('prime256v1');
  for (;;) {
    const point = nonce.generateKeys();
    const r = toInteger(point.subarray(1, 33)) % ORDER;
    const k = toInteger(nonce.getPrivateKey());
    const s = (inverse(k) * ((toInteger(digest) + r * secret) % ORDER)) % ORDER;
    if (r !== 0n && s !== 0n) return derSequence([derInteger(r), derInteger(s)]);
  }
}

const toInteger = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);

/** Inverse modulo the group order, which is prime: Fermat's little theorem. */
function inverse(value: bigint): bigint {
  let [result, base, exponent] = [1n, value % ORDER, ORDER - 2n];
  while (exponent > 0n) {
    if (exponent & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
    exponent >>= 1n;
  }
  return result;
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  // A set top bit would make the integer negative.
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}

function derSequence(parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
