/**
 * One envelope per record and sensitivity class (README.md, "Envelope").
 *
 * Guarantees: fields come back exactly or not at all; an envelope opens only with its data subject's key, in its own
 * organisation, collection, document and class. Does not guarantee freshness, and shows its length to 64 bytes.
 */
import type { JsonValue } from '../shared/canonicalJson.ts';
import { encodeSealContext, formatVersion, type SealContext } from './aad.ts';
import { cannotOpen, decrypt, encryptInto, nonceBytes, tagBytes } from './aead.ts';
import { assertLosslessJson } from './losslessJson.ts';
import type { Dek } from './keys.ts';
import { pooledRandom, type RandomSource } from './random.ts';

/** Fields of a record by name. */
export type Fields = { readonly [field: string]: JsonValue };

/** The most bytes of JSON, padding included, that one envelope takes: 512 KiB, half of a Firestore document. */
export const maxPlaintextBytes = 524_288;

const bucketBytes = 64;
const space = 0x20;
const headerBytes = 1 + nonceBytes;

/**
 * Seals fields: version, nonce, ciphertext and tag, to be stored as Bytes.
 * Throws a TypeError for what JSON would change silently, for more than 512 KiB, and for an empty or ill-formed context.
 */
export function sealRecord(dek: Dek, context: SealContext, fields: Fields, random: RandomSource = pooledRandom): Buffer {
  const aad = encodeSealContext('record', context);
  const plaintext = padded(fields);
  const envelope = Buffer.allocUnsafe(headerBytes + plaintext.length + tagBytes);
  const nonce = random(nonceBytes);
  envelope[0] = formatVersion;
  envelope.set(nonce, 1);
  encryptInto(envelope, headerBytes, dek.record, nonce, aad, plaintext);
  plaintext.fill(0);
  return envelope;
}

/** Opens what {@link sealRecord} made. Throws `crypto/cannot-open`, or a TypeError for an empty or ill-formed context. */
export function openRecord(dek: Dek, context: SealContext, envelope: Uint8Array): Fields {
  const aad = encodeSealContext('record', context);
  if (envelope.length < headerBytes + bucketBytes + tagBytes || envelope[0] !== formatVersion) throw cannotOpen();
  const nonce = envelope.subarray(1, headerBytes);
  const plaintext = decrypt(dek.record, nonce, aad, envelope.subarray(headerBytes));
  try {
    // Authenticated bytes are what sealRecord wrote, and that was the JSON text of an object.
    return JSON.parse(plaintext.toString('utf8')) as Fields;
  } catch {
    throw cannotOpen(); // a SyntaxError would quote the plaintext
  } finally {
    plaintext.fill(0);
  }
}

function padded(fields: Fields): Buffer {
  if (Array.isArray(fields) || typeof fields !== 'object' || fields === null) throw new TypeError('the fields of a record are an object');
  assertLosslessJson(fields);
  const text = JSON.stringify(fields);
  const textBytes = Buffer.byteLength(text, 'utf8');
  const byteCount = Math.ceil(textBytes / bucketBytes) * bucketBytes;
  if (byteCount > maxPlaintextBytes) throw new TypeError(`a record has more than ${maxPlaintextBytes} bytes`);
  const plaintext = Buffer.allocUnsafe(byteCount);
  plaintext.write(text, 0, 'utf8');
  return plaintext.fill(space, textBytes);
}
