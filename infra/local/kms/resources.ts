import type { KeyVersion, StoredKey } from './keyStore.ts';

/** Resource name of a version. */
export const versionName = (key: StoredKey, version: KeyVersion): string => `${key.name}/cryptoKeyVersions/${version.id}`;

/** Shape of a CryptoKeyVersion on the wire. */
export const versionResource = (key: StoredKey, version: KeyVersion): Record<string, unknown> => ({
  name: versionName(key, version),
  state: version.state,
  protectionLevel: 'SOFTWARE',
  algorithm: algorithmOf(key),
  createTime: version.createTime,
  generateTime: version.createTime,
  ...(version.destroyTime === null ? {} : { [version.state === 'DESTROYED' ? 'destroyEventTime' : 'destroyTime']: version.destroyTime }),
});

/** Shape of a CryptoKey on the wire. */
export function keyResource(key: StoredKey): Record<string, unknown> {
  const primary = key.versions.find(({ id }) => id === key.primary);
  return {
    name: key.name,
    ...(primary === undefined ? {} : { primary: versionResource(key, primary) }),
    purpose: key.purpose,
    createTime: key.createTime,
    versionTemplate: { protectionLevel: 'SOFTWARE', algorithm: algorithmOf(key) },
    labels: key.labels,
    destroyScheduledDuration: `${key.destroyScheduledSeconds}s`,
    ...(key.rotationPeriod === null ? {} : { rotationPeriod: key.rotationPeriod }),
    ...(key.nextRotationTime === null ? {} : { nextRotationTime: key.nextRotationTime }),
  };
}

/** A key's algorithm. */
export const algorithmOf = (key: StoredKey): string =>
  key.purpose === 'ENCRYPT_DECRYPT' ? 'GOOGLE_SYMMETRIC_ENCRYPTION' : (key.algorithm ?? 'EC_SIGN_P256_SHA256');
