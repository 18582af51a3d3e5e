// Guarantees: real AES-256-GCM, ECDSA P-256 and Ed25519 as Cloud KMS offers them; a ciphertext opens only with the same key,
// the same version and the same additional authenticated data.
import { createCipheriv, createDecipheriv, createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { crc32c } from '../crc32c.ts';
import { GoogleError } from '../googleError.ts';
import { signP256Digest } from './ecdsa.ts';
import type { KeyVersion, StoredKey } from './keyStore.ts';

const FORMAT = 0x0a;
const HEADER_BYTES = 5;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const REFUSED = "Decryption failed: verify that 'name' refers to the correct CryptoKey.";

/** Encrypts; the ciphertext is format byte, version (4 bytes), IV, data, tag. */
export function encryptWith(key: StoredKey, version: KeyVersion, plaintext: Buffer, aad: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(FORMAT);
  header.writeUInt32BE(version.id, 1);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', material(key, version, 'base64'), iv);
  cipher.setAAD(boundAad(key, header, aad));
  return Buffer.concat([header, iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The id of the version that made a ciphertext. Throws INVALID_ARGUMENT for anything else. */
export function versionOf(ciphertext: Buffer): number {
  if (ciphertext.length < HEADER_BYTES + IV_BYTES + TAG_BYTES || ciphertext[0] !== FORMAT) {
    throw new GoogleError('INVALID_ARGUMENT', REFUSED);
  }
  return ciphertext.readUInt32BE(1);
}

/** Decrypts. Throws one indistinguishable INVALID_ARGUMENT whatever is wrong. */
export function decryptWith(key: StoredKey, version: KeyVersion, ciphertext: Buffer, aad: Buffer): Buffer {
  const header = ciphertext.subarray(0, HEADER_BYTES);
  const iv = ciphertext.subarray(HEADER_BYTES, HEADER_BYTES + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', material(key, version, 'base64'), iv);
  decipher.setAAD(boundAad(key, header, aad));
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  try {
    const sealed = ciphertext.subarray(HEADER_BYTES + IV_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    throw new GoogleError('INVALID_ARGUMENT', REFUSED);
  }
}

/** ASN.1 DER signature over a SHA-256 digest, as EC_SIGN_P256_SHA256 gives. */
export function signDigest(key: StoredKey, version: KeyVersion, digest: Buffer): Buffer {
  const pem = material(key, version, 'utf8');
  return signP256Digest(createPrivateKey(pem), digest);
}

/** Signature over a message as EC_SIGN_ED25519 gives (RFC 8032), 64 bytes. */
export function signMessage(key: StoredKey, version: KeyVersion, message: Buffer): Buffer {
  return sign(null, message, createPrivateKey(material(key, version, 'utf8')));
}

/** The public key as SPKI PEM. */
export function publicKeyPem(key: StoredKey, version: KeyVersion): string {
  const privateKey = createPrivateKey(material(key, version, 'utf8'));
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}

/** Checks a checksum that the caller sent; answers whether there was one. Throws INVALID_ARGUMENT on mismatch. */
export function verifyChecksum(field: string, data: Buffer, sent: unknown): boolean {
  if (sent === undefined || sent === null) return false;
  if (Number(sent) === crc32c(data)) return true;
  throw new GoogleError('INVALID_ARGUMENT', `The checksum in field ${field}_crc32c did not match the data in field ${field}.`);
}

function material(key: StoredKey, version: KeyVersion, encoding: 'base64' | 'utf8'): Buffer {
  if (version.state !== 'ENABLED' || version.material === null) {
    throw new GoogleError(
      'FAILED_PRECONDITION',
      `${key.name}/cryptoKeyVersions/${version.id} is not enabled, current state is: ${version.state}.`,
    );
  }
  return Buffer.from(version.material, encoding);
}

const boundAad = (key: StoredKey, header: Buffer, aad: Buffer): Buffer =>
  Buffer.concat([createHash('sha256').update(key.name).digest(), header, aad]);
