import { crc32c } from '../crc32c.ts';
import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackRequest, type Reply, type Route } from '../http.ts';
import { decryptWith, encryptWith, publicKeyPem, signDigest, signMessage, verifyChecksum, versionOf } from './cryptography.ts';
import type { KeyPurpose, KeyStore, KeyVersion, StoredKey } from './keyStore.ts';
import { algorithmOf, versionName } from './resources.ts';

const KEY = String.raw`(?<key>projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/:]+)`;
const VERSION = String.raw`${KEY}/cryptoKeyVersions/(?<version>\d+)`;
const PAYLOAD_LIMIT_BYTES = 64 * 1024;

/** Operations on data: encrypt, decrypt, asymmetricSign, getPublicKey. */
export function operationRoutes(store: KeyStore): Route[] {
  const route = (name: string, method: string, path: string, run: Route['run']): Route => ({
    name,
    method,
    pattern: new RegExp(`^/v1/${path}$`),
    run,
  });
  return [
    route('encrypt', 'POST', `${KEY}(?:/cryptoKeyVersions/(?<version>\\d+))?:encrypt`, (r) => encrypt(store, r)),
    route('decrypt', 'POST', `${KEY}:decrypt`, (r) => decrypt(store, r)),
    route('asymmetricSign', 'POST', `${VERSION}:asymmetricSign`, (r) => asymmetricSign(store, r)),
    route('getPublicKey', 'GET', `${VERSION}/publicKey`, (r) => getPublicKey(store, r)),
  ];
}

function encrypt(store: KeyStore, request: LoopbackRequest): Reply {
  const key = keyFor(store, request, 'ENCRYPT_DECRYPT');
  const version = store.version(key, Number(request.params['version'] ?? key.primary));
  const body = jsonBody(request);
  const plaintext = bytes(body, 'plaintext');
  const aad = bytes(body, 'additionalAuthenticatedData');
  const verifiedPlaintextCrc32c = verifyChecksum('plaintext', plaintext, body['plaintextCrc32c']);
  const verifiedAdditionalAuthenticatedDataCrc32c = checkAad(body, aad);
  const ciphertext = encryptWith(key, version, plaintext, aad);
  return {
    json: {
      name: versionName(key, version),
      ciphertext: ciphertext.toString('base64'),
      ciphertextCrc32c: String(crc32c(ciphertext)),
      verifiedPlaintextCrc32c,
      verifiedAdditionalAuthenticatedDataCrc32c,
      protectionLevel: 'SOFTWARE',
    },
  };
}

function decrypt(store: KeyStore, request: LoopbackRequest): Reply {
  const key = keyFor(store, request, 'ENCRYPT_DECRYPT');
  const body = jsonBody(request);
  const ciphertext = bytes(body, 'ciphertext', PAYLOAD_LIMIT_BYTES + 1024);
  const aad = bytes(body, 'additionalAuthenticatedData');
  verifyChecksum('ciphertext', ciphertext, body['ciphertextCrc32c']);
  checkAad(body, aad);
  const version = store.version(key, versionOf(ciphertext));
  const plaintext = decryptWith(key, version, ciphertext, aad);
  return {
    json: {
      plaintext: plaintext.toString('base64'),
      plaintextCrc32c: String(crc32c(plaintext)),
      usedPrimary: version.id === key.primary,
      protectionLevel: 'SOFTWARE',
    },
  };
}

function asymmetricSign(store: KeyStore, request: LoopbackRequest): Reply {
  const key = keyFor(store, request, 'ASYMMETRIC_SIGN');
  const version = store.version(key, Number(request.params['version']));
  const body = jsonBody(request);
  if (algorithmOf(key) === 'EC_SIGN_ED25519') return signWhole(key, version, body);
  const given: unknown = body['digest'];
  const digest = bytes(typeof given === 'object' && given !== null ? { ...given } : {}, 'sha256');
  if (digest.length !== 32) {
    throw new GoogleError('INVALID_ARGUMENT', 'Digest field has the wrong length for this algorithm.');
  }
  const verifiedDigestCrc32c = verifyChecksum('digest', digest, body['digestCrc32c']);
  return signatureReply(key, version, signDigest(key, version, digest), { verifiedDigestCrc32c });
}

function signatureReply(key: StoredKey, version: KeyVersion, signature: Buffer, verified: Readonly<Record<string, unknown>>): Reply {
  return {
    json: {
      name: versionName(key, version),
      signature: signature.toString('base64'),
      signatureCrc32c: String(crc32c(signature)),
      ...verified,
      protectionLevel: 'SOFTWARE',
    },
  };
}

/** Ed25519 takes the message itself. */
function signWhole(key: StoredKey, version: KeyVersion, body: Record<string, unknown>): Reply {
  const message = bytes(body, 'data');
  if (message.length === 0) throw new GoogleError('INVALID_ARGUMENT', 'Field data is required for this algorithm.');
  const verifiedDataCrc32c = verifyChecksum('data', message, body['dataCrc32c']);
  return signatureReply(key, version, signMessage(key, version, message), { verifiedDataCrc32c });
}

function getPublicKey(store: KeyStore, request: LoopbackRequest): Reply {
  const key = keyFor(store, request, 'ASYMMETRIC_SIGN');
  const version = store.version(key, Number(request.params['version']));
  const pem = publicKeyPem(key, version);
  return {
    json: {
      name: versionName(key, version),
      pem,
      pemCrc32c: String(crc32c(Buffer.from(pem))),
      algorithm: algorithmOf(key),
      protectionLevel: 'SOFTWARE',
      publicKeyFormat: 'PEM',
    },
  };
}

function keyFor(store: KeyStore, request: LoopbackRequest, purpose: KeyPurpose): StoredKey {
  const key = store.key(request.params['key'] ?? '');
  if (key.purpose === purpose) return key;
  throw new GoogleError('FAILED_PRECONDITION', `The CryptoKey's purpose ${key.purpose} does not allow this operation.`);
}

function bytes(body: Readonly<Record<string, unknown>>, field: string, limit = PAYLOAD_LIMIT_BYTES): Buffer {
  const value = body[field] ?? '';
  if (typeof value !== 'string') throw new GoogleError('INVALID_ARGUMENT', `Field ${field} is not base64.`);
  const decoded = Buffer.from(value, 'base64');
  if (decoded.length <= limit) return decoded;
  throw new GoogleError('INVALID_ARGUMENT', `Field ${field} exceeds the maximum size of ${limit} bytes.`);
}

const checkAad = (body: Record<string, unknown>, aad: Buffer): boolean =>
  verifyChecksum('additional_authenticated_data', aad, body['additionalAuthenticatedDataCrc32c']);
