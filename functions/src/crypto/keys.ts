/**
 * The keys of format v1 (README.md, "Key hierarchy").
 *
 * Guarantees: raw key bytes are zeroed once imported; a wrapped DEK opens only for its organisation and data subject;
 * a key object refuses JSON, prints as a word and has nothing to enumerate. Does not guarantee that memory of the
 * process holds no key: whoever reads that memory has them.
 */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { encodeAad, formatVersion } from './aad.ts';
import { cannotOpen, decrypt, encryptInto, keyBytes, nonceBytes, tagBytes } from './aead.ts';
import { pooledRandom, unpooledRandom, type RandomSource } from './random.ts';

declare const brand: unique symbol;

/** An organisation's data key, ready for use. */
export type OrgKey = { readonly [brand]: 'OrgKey'; readonly wrapping: KeyObject; readonly blindIndex: KeyObject };
/** The key of one data subject, ready for use. `root` exists only to be wrapped. */
export type Dek = { readonly [brand]: 'Dek'; readonly root: KeyObject; readonly record: KeyObject; readonly file: KeyObject };
/** 32 raw bytes of an org key, on their way to KMS and to {@link importOrgKey}. */
export type RawOrgKey = Uint8Array & { readonly [brand]: 'RawOrgKey' };
/** A wrapped DEK: version, nonce, ciphertext and tag, 61 bytes, to be stored as Bytes in the database `keys`. */
export type WrappedKey = Buffer & { readonly [brand]: 'WrappedKey' };
/** Whose DEK it is. */
export type DekContext = { readonly orgId: string; readonly dataSubjectId: string };

const headerBytes = 1 + nonceBytes;
const wrappedKeyBytes = headerBytes + keyBytes + tagBytes;

/** A new org key, raw. Whoever asks has it wrapped by KMS and then hands it to {@link importOrgKey}, which zeroes it. */
export function generateOrgKey(random: RandomSource = unpooledRandom): RawOrgKey {
  return random(keyBytes) as RawOrgKey; // the brand says only where the bytes came from
}

/** Derives an organisation's working keys and zeroes `raw`, also when it throws: a TypeError unless it has 32 bytes. */
export function importOrgKey(raw: Uint8Array): OrgKey {
  const root = imported(raw);
  return guarded('OrgKey', { wrapping: derived(root, 'valv/1/org/wrapping'), blindIndex: derived(root, 'valv/1/org/blind-index') });
}

/** A new key for a data subject. */
export function generateDek(random: RandomSource = unpooledRandom): Dek {
  return importDek(random(keyBytes));
}

/** Wraps a DEK for storage. Throws a TypeError for an empty or ill-formed id. */
export function wrapDek(orgKey: OrgKey, dek: Dek, context: DekContext, random: RandomSource = pooledRandom): WrappedKey {
  const aad = encodeAad('dek', [context.orgId, context.dataSubjectId]);
  const wrapped = Buffer.allocUnsafe(wrappedKeyBytes);
  const nonce = random(nonceBytes);
  const raw = dek.root.export();
  wrapped[0] = formatVersion;
  wrapped.set(nonce, 1);
  encryptInto(wrapped, headerBytes, orgKey.wrapping, nonce, aad, raw);
  raw.fill(0);
  return wrapped as WrappedKey; // just made to that shape
}

/** Unwraps what {@link wrapDek} made. Throws `crypto/cannot-open`, or a TypeError for an empty or ill-formed id. */
export function unwrapDek(orgKey: OrgKey, wrapped: Uint8Array, context: DekContext): Dek {
  const aad = encodeAad('dek', [context.orgId, context.dataSubjectId]);
  if (wrapped.length !== wrappedKeyBytes || wrapped[0] !== formatVersion) throw cannotOpen();
  return importDek(decrypt(orgKey.wrapping, wrapped.subarray(1, headerBytes), aad, wrapped.subarray(headerBytes)));
}

/** The key of one file: HKDF of the DEK's file root, salted by 32 bytes of the file's own. */
export function fileKey(dek: Dek, salt: Uint8Array): KeyObject {
  return derived(dek.file, 'valv/1/file/content', salt);
}

function importDek(raw: Uint8Array): Dek {
  const root = imported(raw);
  return guarded('Dek', { root, record: derived(root, 'valv/1/dek/record'), file: derived(root, 'valv/1/dek/file') });
}

function imported(raw: Uint8Array): KeyObject {
  try {
    if (raw.length !== keyBytes) throw new TypeError(`a key has ${keyBytes} bytes`);
    return createSecretKey(raw);
  } finally {
    raw.fill(0);
  }
}

function derived(root: KeyObject, info: string, salt: Uint8Array = new Uint8Array(0)): KeyObject {
  return imported(new Uint8Array(hkdfSync('sha256', root, salt, info, keyBytes)));
}

/** Hides the parts of a key from everything that enumerates, serialises or prints. */
function guarded<Key>(name: string, parts: Record<string, KeyObject>): Key {
  const refuse = () => {
    throw new TypeError('a key is never serialised');
  };
  const hidden = { ...parts, toJSON: refuse, [inspect.custom]: () => `[${name}]` };
  const key = {};
  for (const property of Reflect.ownKeys(hidden)) Object.defineProperty(key, property, { value: Reflect.get(hidden, property) });
  return Object.freeze(key) as Key; // the callers above pass exactly the parts of the type they return
}
