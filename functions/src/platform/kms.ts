/**
 * Cloud KMS: wraps and unwraps organisations' keys, signs digests and checkpoints.
 *
 * Guarantees: checksums are checked in both directions, so a damaged answer is an error and never a key; the key-encryption
 * key never leaves KMS. Does not cache: platform/keyring.ts does, for at most ten minutes.
 */
import type { KeyManagementServiceClient } from '@google-cloud/kms';
import { crc32c } from '../crypto/crc32c.ts';
import { AppError } from '../shared/errors.ts';
import { ms } from '../shared/time.ts';
import { systemClock } from './clock.ts';
import { kmsEndpoint, locations, needsEuLocation, projectId } from './config.ts';

/** How long one request may take, retries included: less than the time that a caller of ours waits. */
const patience = { timeout: 15 * ms.second } as const;

let client: Promise<KeyManagementServiceClient> | undefined;

/** The official client, loaded at first use, over HTTP. */
function kms(): Promise<KeyManagementServiceClient> {
  client ??= import('@google-cloud/kms').then(({ KeyManagementServiceClient: Client }) => new Client({ fallback: true, ...kmsEndpoint() }));
  return client;
}

const keyRingParent = (): string => `projects/${projectId()}/locations/${needsEuLocation(locations.kms)}`;
const keyRing = (): string => `${keyRingParent()}/keyRings/valv`;

/** Resource name of an organisation's key-encryption key. `keyId` is the organisation's random id. */
export const kekName = (keyId: string): string => `${keyRing()}/cryptoKeys/org-${keyId}`;
/** Resource name of the key that signs extracts, certificates and what backups are made of. */
export const signingKeyName = (): string => `${keyRing()}/cryptoKeys/sign-documents`;

/** Makes an organisation's key-encryption key; one that exists is left as it is. Rotates every 90 days. */
export async function createKek(keyId: string): Promise<void> {
  await createKey(`org-${keyId}`, {
    purpose: 'ENCRYPT_DECRYPT',
    rotationPeriod: { seconds: 90 * 86_400 },
    nextRotationTime: { seconds: Math.floor(systemClock().getTime() / 1000) + 90 * 86_400 },
    versionTemplate: { algorithm: 'GOOGLE_SYMMETRIC_ENCRYPTION', protectionLevel: 'SOFTWARE' },
  });
}

/** Makes the signing key (ECDSA P-256); one that exists is left as it is. */
export async function createSigningKey(): Promise<void> {
  await createKey('sign-documents', {
    purpose: 'ASYMMETRIC_SIGN',
    versionTemplate: { algorithm: 'EC_SIGN_P256_SHA256', protectionLevel: 'SOFTWARE' },
  });
}

/** Resource name of the key that signs checkpoints of the audit log. */
const checkpointKeyName = (): string => `${keyRing()}/cryptoKeys/sign-checkpoints`;

/** Makes the key that signs checkpoints (Ed25519); one that exists is left as it is. */
export async function createCheckpointKey(): Promise<void> {
  await createKey('sign-checkpoints', {
    purpose: 'ASYMMETRIC_SIGN',
    versionTemplate: { algorithm: 'EC_SIGN_ED25519', protectionLevel: 'SOFTWARE' },
  });
}

async function createKey(cryptoKeyId: string, cryptoKey: object): Promise<void> {
  const api = await kms();
  await api.createKeyRing({ parent: keyRingParent(), keyRingId: 'valv' }, patience).catch(unlessExists);
  await api.createCryptoKey({ parent: keyRing(), cryptoKeyId, cryptoKey }, patience).catch(unlessExists);
}

function unlessExists(thrown: unknown): void {
  const code = codeOf(thrown);
  if (code !== 6 && code !== 409) throw failed(thrown);
}

/** Encrypts a key of at most 64 KiB under a key-encryption key; `aad` must be given again to decrypt. */
export async function kmsEncrypt(name: string, plaintext: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
  const [answer] = await (
    await kms()
  )
    .encrypt(
      {
        name,
        plaintext,
        plaintextCrc32c: { value: crc32c(plaintext) },
        additionalAuthenticatedData: aad,
        additionalAuthenticatedDataCrc32c: { value: crc32c(aad) },
      },
      patience,
    )
    .catch((cause: unknown) => {
      throw failed(cause);
    });
  if (answer.verifiedPlaintextCrc32c !== true || answer.verifiedAdditionalAuthenticatedDataCrc32c !== true) throw damaged();
  return checked(answer.ciphertext, answer.ciphertextCrc32c);
}

/** Decrypts what {@link kmsEncrypt} made. Throws `crypto/cannot-open` when key, ciphertext or aad do not fit together. */
export async function kmsDecrypt(name: string, ciphertext: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
  const [answer] = await (
    await kms()
  )
    .decrypt(
      {
        name,
        ciphertext,
        ciphertextCrc32c: { value: crc32c(ciphertext) },
        additionalAuthenticatedData: aad,
        additionalAuthenticatedDataCrc32c: { value: crc32c(aad) },
      },
      patience,
    )
    .catch((cause: unknown) => {
      throw cannotDecrypt(cause);
    });
  return checked(answer.plaintext, answer.plaintextCrc32c);
}

/** Signs a SHA-256 digest with the document-signing key; answers the ECDSA signature in ASN.1 DER. */
export async function kmsSign(digest: Uint8Array): Promise<Uint8Array> {
  const [answer] = await (
    await kms()
  )
    .asymmetricSign(
      {
        name: `${signingKeyName()}/cryptoKeyVersions/1`,
        digest: { sha256: digest },
        digestCrc32c: { value: crc32c(digest) },
      },
      patience,
    )
    .catch((cause: unknown) => {
      throw failed(cause);
    });
  if (answer.verifiedDigestCrc32c !== true) throw damaged();
  return checked(answer.signature, answer.signatureCrc32c);
}

/** Signs a message (not its digest) with the key of checkpoints; answers the 64 bytes of the Ed25519 signature. */
export async function kmsSignCheckpoint(message: Uint8Array): Promise<Uint8Array> {
  const [answer] = await (
    await kms()
  )
    .asymmetricSign({ name: `${checkpointKeyName()}/cryptoKeyVersions/1`, data: message, dataCrc32c: { value: crc32c(message) } }, patience)
    .catch((cause: unknown) => {
      throw failed(cause);
    });
  if (answer.verifiedDataCrc32c !== true) throw damaged();
  return checked(answer.signature, answer.signatureCrc32c);
}

/** The public half of the document-signing key, PEM (SPKI). Throws `shared/not-found` before the key is made. */
export const signingPublicKeyPem = (): Promise<string> => publicKeyPem(signingKeyName());

/** The public half of the key of checkpoints, PEM (SPKI). Throws `shared/not-found` before the key is made. */
export const checkpointPublicKeyPem = (): Promise<string> => publicKeyPem(checkpointKeyName());

async function publicKeyPem(keyName: string): Promise<string> {
  const [answer] = await (await kms()).getPublicKey({ name: `${keyName}/cryptoKeyVersions/1` }, patience).catch((cause: unknown) => {
    throw isAbsent(cause) ? new AppError('shared/not-found', 'there is no signing key yet', {}, { cause }) : failed(cause);
  });
  const pem = answer.pem ?? '';
  checked(Buffer.from(pem), answer.pemCrc32c);
  return pem;
}

type Checksum = { value?: unknown } | null | undefined;

function checked(bytes: Uint8Array | string | null | undefined, checksum: Checksum): Uint8Array {
  const data = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
  if (data === null || data === undefined || String(checksum?.value) !== String(crc32c(data))) throw damaged();
  return data;
}

function damaged(): AppError {
  return new AppError('shared/unavailable', 'the key service gave a damaged answer', { service: 'kms' });
}

function cannotDecrypt(cause: unknown): AppError {
  const code = codeOf(cause);
  // Invalid argument, or failed precondition: a version that was destroyed or disabled.
  const isRefused = code === 3 || code === 9 || code === 400 || isAbsent(cause);
  if (isRefused) return new AppError('crypto/cannot-open', 'cannot open', {}, { cause });
  return failed(cause);
}

const isAbsent = (cause: unknown): boolean => codeOf(cause) === 5 || codeOf(cause) === 404;

/** What a request that KMS did not carry out throws: whoever asked may try again. */
function failed(cause: unknown): AppError {
  return new AppError('shared/unavailable', 'the key service did not answer', { service: 'kms' }, { cause });
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
