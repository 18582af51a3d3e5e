// Guarantees: an object and its metadata appear together or not at all, also after a kill: the bytes are written
// first under a name of their own, then the metadata file is renamed into place.
// Does not guarantee: lifecycle rules run by themselves (call applyLifecycle) or soft-deleted objects can be read.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32cBase64 } from '../crc32c.ts';
import { GoogleError } from '../googleError.ts';
import { readJsonFile, writeJsonFile } from '../jsonFile.ts';

/** A bucket: what its creator said, and what the service adds. */
export type Bucket = { readonly name: string; metageneration: number; settings: Record<string, unknown>; readonly timeCreated: string };

/** An object's metadata; `settings` is what the uploader said (content type, custom metadata and so on). */
export type StoredObject = {
  readonly bucket: string;
  readonly name: string;
  readonly generation: string;
  metageneration: number;
  readonly size: number;
  readonly md5Hash: string;
  readonly crc32c: string;
  readonly timeCreated: string;
  updated: string;
  settings: Record<string, unknown>;
};

/** Buckets and live objects; the owner of the folder. */
export type ObjectStore = {
  readonly buckets: Map<string, Bucket>;
  createBucket(name: string, settings: Record<string, unknown>): Bucket;
  /** Throws NOT_FOUND. */
  bucket(name: string): Bucket;
  saveBuckets(): void;
  /** Live objects of a bucket by name, in no order. */
  objects(bucket: string): Map<string, StoredObject>;
  put(bucket: string, name: string, bytes: Buffer, settings: Record<string, unknown>): StoredObject;
  saveMetadata(object: StoredObject): void;
  read(object: StoredObject): Buffer;
  /** Throws 403 while a retention policy protects the object. */
  remove(object: StoredObject): void;
  /** Deletes what the buckets' lifecycle rules (action Delete, condition age) say, as of `now`. */
  applyLifecycle(now: Date): string[];
};

/** Opens the folder of the store, which it alone may write. */
export function openObjectStore(dir: string): ObjectStore {
  mkdirSync(join(dir, 'objects'), { recursive: true });
  const bucketsFile = join(dir, 'buckets.json');
  const saved = (readJsonFile(bucketsFile) ?? []) as Bucket[]; // Written only by saveBuckets below.
  const buckets = new Map(saved.map((bucket) => [bucket.name, bucket]));
  const live = loadObjects(dir);
  let lastGeneration = 0n;
  const store: ObjectStore = {
    buckets,
    saveBuckets: () => writeJsonFile(bucketsFile, [...buckets.values()]),
    createBucket(name, settings) {
      if (buckets.has(name)) throw conflict();
      const bucket = { name, metageneration: 1, settings, timeCreated: new Date().toISOString() };
      buckets.set(name, bucket);
      store.saveBuckets();
      return bucket;
    },
    bucket(name) {
      const bucket = buckets.get(name);
      if (bucket === undefined) throw new GoogleError('NOT_FOUND', 'The specified bucket does not exist.', { reason: 'notFound' });
      return bucket;
    },
    objects(bucket) {
      const found = live.get(bucket) ?? new Map<string, StoredObject>();
      live.set(bucket, found);
      return found;
    },
    put(bucketName, name, bytes, settings) {
      const bucket = store.bucket(bucketName);
      const before = store.objects(bucketName).get(name);
      if (before !== undefined) refuseIfRetained(bucket, before);
      const now = BigInt(Date.now()) * 1000n;
      lastGeneration = now > lastGeneration ? now : lastGeneration + 1n;
      const object = describe(bucketName, name, lastGeneration, bytes, settings);
      writeFileSync(dataFile(dir, object), bytes, { mode: 0o600 });
      writeJsonFile(metadataFile(dir, object), object);
      store.objects(bucketName).set(name, object);
      if (before !== undefined) rmSync(dataFile(dir, before), { force: true });
      return object;
    },
    saveMetadata: (object) => writeJsonFile(metadataFile(dir, object), object),
    read: (object) => readFileSync(dataFile(dir, object)),
    remove(object) {
      refuseIfRetained(store.bucket(object.bucket), object);
      store.objects(object.bucket).delete(object.name);
      rmSync(metadataFile(dir, object), { force: true });
      rmSync(dataFile(dir, object), { force: true });
    },
    applyLifecycle: (now) => [...buckets.values()].flatMap((bucket) => expire(store, bucket, now)),
  };
  return store;
}

const conflict = (): GoogleError =>
  new GoogleError('ALREADY_EXISTS', 'Your previous request to create the named bucket succeeded and you already own it.', {
    reason: 'conflict',
  });

function describe(bucket: string, name: string, generation: bigint, bytes: Buffer, settings: Record<string, unknown>): StoredObject {
  const now = new Date().toISOString();
  return {
    bucket,
    name,
    generation: String(generation),
    metageneration: 1,
    size: bytes.length,
    md5Hash: createHash('md5').update(bytes).digest('base64'),
    crc32c: crc32cBase64(bytes),
    timeCreated: now,
    updated: now,
    settings,
  };
}

function expire(store: ObjectStore, bucket: Bucket, now: Date): string[] {
  const { rule = [] } = (bucket.settings['lifecycle'] ?? {}) as { rule?: { action?: { type?: string }; condition?: { age?: number } }[] };
  const ages = rule.filter(({ action }) => action?.type === 'Delete').map(({ condition }) => condition?.age ?? Infinity);
  const limitMs = Math.min(Infinity, ...ages) * 24 * 60 * 60 * 1000;
  const due = [...store.objects(bucket.name).values()].filter((o) => now.getTime() - Date.parse(o.timeCreated) >= limitMs);
  for (const object of due) store.remove(object);
  return due.map(({ name }) => `${bucket.name}/${name}`);
}

function refuseIfRetained(bucket: Bucket, object: StoredObject): void {
  const policy = (bucket.settings['retentionPolicy'] ?? {}) as { retentionPeriod?: string | number };
  const untilMs = Date.parse(object.timeCreated) + Number(policy.retentionPeriod ?? 0) * 1000;
  if (untilMs <= Date.now()) return;
  throw new GoogleError(
    'PERMISSION_DENIED',
    `Object '${bucket.name}/${object.name}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${new Date(untilMs).toISOString()}`,
    { reason: 'retentionPolicyNotMet' },
  );
}

function loadObjects(dir: string): Map<string, Map<string, StoredObject>> {
  const live = new Map<string, Map<string, StoredObject>>();
  for (const file of readdirSync(join(dir, 'objects'))) {
    if (!file.endsWith('.json')) continue;
    const object = readJsonFile(join(dir, 'objects', file)) as StoredObject; // Written only by put and saveMetadata.
    const bucket = live.get(object.bucket) ?? new Map<string, StoredObject>();
    live.set(object.bucket, bucket.set(object.name, object));
  }
  return live;
}

const identity = ({ bucket, name }: StoredObject): string => createHash('sha256').update(`${bucket}/${name}`).digest('hex');
const metadataFile = (dir: string, object: StoredObject): string => join(dir, 'objects', `${identity(object)}.json`);
const dataFile = (dir: string, object: StoredObject): string => join(dir, 'objects', `${identity(object)}.${object.generation}`);
