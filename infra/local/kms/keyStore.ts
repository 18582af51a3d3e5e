// Guarantees: key material is created by the system's generator, never leaves this file except to the operations
// of the service beside it, and is stored, if at all, in one file readable by its owner only.
// Does not guarantee: anything against the owner of the machine. These keys protect local data, nothing else.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { GoogleError } from '../googleError.ts';
import { readJsonFile, writeJsonFile } from '../jsonFile.ts';

/** State of a key version, as Cloud KMS names it. */
export type VersionState = 'ENABLED' | 'DISABLED' | 'DESTROY_SCHEDULED' | 'DESTROYED';
/** The purposes and algorithms served. */
export type KeyPurpose = 'ENCRYPT_DECRYPT' | 'ASYMMETRIC_SIGN';
/** The algorithms of keys that sign. */
export type SigningAlgorithm = 'EC_SIGN_P256_SHA256' | 'EC_SIGN_ED25519';

/** One version; `material` is a base64 AES key or a PKCS#8 PEM, and null once destroyed. */
export type KeyVersion = {
  readonly id: number;
  state: VersionState;
  material: string | null;
  readonly createTime: string;
  destroyTime: string | null;
};

/** A crypto key; `primary` is the id of the version that encrypts, 0 for signing keys. */
export type StoredKey = {
  readonly name: string;
  readonly purpose: KeyPurpose;
  /** Of a key that signs; absent for the first of them. */
  readonly algorithm?: SigningAlgorithm;
  readonly createTime: string;
  labels: Record<string, string>;
  readonly destroyScheduledSeconds: number;
  rotationPeriod: string | null;
  nextRotationTime: string | null;
  primary: number;
  readonly versions: KeyVersion[];
};

type Contents = { keyRings: Record<string, { createTime: string }>; keys: Record<string, StoredKey> };

/** Key rings and keys by resource name; the owner of the key file. */
export type KeyStore = {
  readonly contents: Contents;
  /** Throws NOT_FOUND. Applies due destructions first. */
  key(name: string): StoredKey;
  /** Throws NOT_FOUND. */
  version(key: StoredKey, id: number): KeyVersion;
  addVersion(key: StoredKey): KeyVersion;
  save(): void;
};

/** Opens the key file, or keys in memory for `null`. */
export function openKeyStore(file: string | null): KeyStore {
  // The file is written only by save() below.
  const contents = ((file !== null && readJsonFile(file)) || { keyRings: {}, keys: {} }) as Contents;
  const save = (): void => {
    if (file !== null) writeJsonFile(file, contents);
  };
  return {
    contents,
    save,
    key(name) {
      const key = contents.keys[name];
      if (key === undefined) throw new GoogleError('NOT_FOUND', `CryptoKey ${name} not found.`);
      if (destroyWhatIsDue(key)) save();
      return key;
    },
    version(key, id) {
      const version = key.versions.find((candidate) => candidate.id === id);
      if (version === undefined) {
        throw new GoogleError('NOT_FOUND', `CryptoKeyVersion ${key.name}/cryptoKeyVersions/${id} not found.`);
      }
      return version;
    },
    addVersion(key) {
      const version: KeyVersion = {
        id: key.versions.length + 1,
        state: 'ENABLED',
        material: newMaterial(key),
        createTime: new Date().toISOString(),
        destroyTime: null,
      };
      key.versions.push(version);
      return version;
    },
  };
}

function newMaterial({ purpose, algorithm }: StoredKey): string {
  if (purpose === 'ENCRYPT_DECRYPT') return randomBytes(32).toString('base64');
  const { privateKey } =
    algorithm === 'EC_SIGN_ED25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function destroyWhatIsDue(key: StoredKey): boolean {
  const due = key.versions.filter(
    ({ state, destroyTime }) => state === 'DESTROY_SCHEDULED' && destroyTime !== null && Date.parse(destroyTime) <= Date.now(),
  );
  for (const version of due) {
    version.state = 'DESTROYED';
    version.material = null;
  }
  return due.length > 0;
}
