import { GoogleError } from '../googleError.ts';
import type { Bucket, StoredObject } from './objectStore.ts';

/** Shape of a bucket on the wire. */
export function bucketResource(bucket: Bucket): Record<string, unknown> {
  const { retentionPolicy, ...settings } = bucket.settings;
  return {
    kind: 'storage#bucket',
    id: bucket.name,
    projectNumber: '1',
    storageClass: 'STANDARD',
    location: 'EUROPE-NORTH2',
    locationType: 'region',
    softDeletePolicy: { retentionDurationSeconds: '604800', effectiveTime: bucket.timeCreated },
    ...settings,
    ...(retentionPolicy === undefined || retentionPolicy === null
      ? {}
      : { retentionPolicy: { effectiveTime: bucket.timeCreated, ...Object(retentionPolicy) } }),
    name: bucket.name,
    timeCreated: bucket.timeCreated,
    updated: bucket.timeCreated,
    metageneration: String(bucket.metageneration),
    etag: `B${bucket.metageneration}`,
  };
}

/** Shape of an object on the wire. */
export const objectResource = (object: StoredObject): Record<string, unknown> => ({
  kind: 'storage#object',
  id: `${object.bucket}/${object.name}/${object.generation}`,
  storageClass: 'STANDARD',
  contentType: 'application/octet-stream',
  ...object.settings,
  name: object.name,
  bucket: object.bucket,
  generation: object.generation,
  metageneration: String(object.metageneration),
  size: String(object.size),
  md5Hash: object.md5Hash,
  crc32c: object.crc32c,
  etag: etagOf(object),
  timeCreated: object.timeCreated,
  updated: object.updated,
  timeFinalized: object.timeCreated,
});

/** Entity tag of an object's present state. */
export const etagOf = (object: StoredObject): string => `${object.generation}/${object.metageneration}`;

/** Checks `ifGenerationMatch` and its three companions against the live object. Throws 412 as Cloud Storage does. */
export function checkPreconditions(query: URLSearchParams, object: StoredObject | undefined): void {
  const generation = object?.generation ?? '0';
  const metageneration = String(object?.metageneration ?? 0);
  const holds = (parameter: string, actual: string, negated: boolean): boolean => {
    const wanted = query.get(parameter);
    return wanted === null || (wanted === actual) !== negated;
  };
  const failed = !(
    holds('ifGenerationMatch', generation, false) &&
    holds('ifGenerationNotMatch', generation, true) &&
    holds('ifMetagenerationMatch', metageneration, false) &&
    holds('ifMetagenerationNotMatch', metageneration, true)
  );
  if (!failed) return;
  throw new GoogleError('FAILED_PRECONDITION', 'At least one of the pre-conditions you specified did not hold.', {
    httpStatus: 412,
    reason: 'conditionNotMet',
  });
}

/** Compares the checksums that a client sent with the bytes that arrived. Throws 400 as Cloud Storage does. */
export function checkHashes(sent: { md5Hash?: unknown; crc32c?: unknown }, actual: { md5Hash: string; crc32c: string }): void {
  for (const [field, label] of [
    ['crc32c', 'CRC32C'],
    ['md5Hash', 'MD5 hash'],
  ] as const) {
    const claimed = sent[field];
    if (claimed === undefined || claimed === null || claimed === actual[field]) continue;
    throw new GoogleError(
      'INVALID_ARGUMENT',
      `Provided ${label} "${typeof claimed === 'string' ? claimed : typeof claimed}" doesn't match calculated ${label} "${actual[field]}".`,
      { reason: 'invalid' },
    );
  }
}
