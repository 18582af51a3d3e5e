/**
 * Makes the buckets of backups what bucketSettings.ts says: `npm run provision:buckets`, as often as wanted. With `--check` it
 * changes nothing, prints what differs and exits 1 if anything does.
 *
 * Guarantees: a missing bucket is made; lifecycle, soft delete, versions and access of one that is there are made right; a bucket
 * outside the EU is an error, one in another place than the table's too, because a bucket cannot be moved; a retention policy,
 * which would keep what must be deleted, is an error. Settings: EXPORTS_BUCKET, EXPORTS_COPY_BUCKET, KEYS_BACKUP_BUCKET,
 * KEYS_BACKUP_COPY_BUCKET.
 */
import { Storage, type Bucket, type BucketMetadata, type CreateBucketRequest } from '@google-cloud/storage';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  exportsBucket,
  exportsCopyBucket,
  keysBackupBucket,
  keysBackupCopyBucket,
  needsEuLocation,
  projectId,
} from '../../functions/src/platform/config.ts';
import { backupBuckets, bucketSettings, type BackupBucket } from './bucketSettings.ts';

const names = {
  exports: exportsBucket,
  exportsCopy: exportsCopyBucket,
  keysBackup: keysBackupBucket,
  keysBackupCopy: keysBackupCopyBucket,
} as const satisfies Record<BackupBucket, () => string>;

/** Compares buckets and settings, and unless `isCheck` makes them equal; answers one line for each thing that differed. */
export async function provisionBuckets(isCheck = false): Promise<readonly string[]> {
  const storage = new Storage({ projectId: projectId() });
  const lines: string[] = [];
  for (const kind of backupBuckets) lines.push(...(await provisionBucket(storage.bucket(names[kind]()), kind, isCheck)));
  return lines;
}

async function provisionBucket(bucket: Bucket, kind: BackupBucket, isCheck: boolean): Promise<readonly string[]> {
  const wanted = bucketSettings(kind);
  const [exists] = await bucket.exists();
  if (!exists) {
    if (!isCheck) await bucket.storage.createBucket(bucket.name, wanted as unknown as CreateBucketRequest); // the client's type wants numbers, the API text
    return [`missing: ${bucket.name}`];
  }
  const [there] = await bucket.getMetadata();
  needsPlace(bucket.name, there, wanted.location);
  const { location: _location, storageClass: _storageClass, ...changeable } = wanted;
  const differing = Object.entries(changeable).filter(([field, value]) => !covers(there[field as keyof BucketMetadata], value)); // a key of both
  if (differing.length === 0) return [];
  if (!isCheck) await bucket.setMetadata(Object.fromEntries(differing) as BucketMetadata);
  return differing.map(([field]) => `different: ${bucket.name} (${field})`);
}

function needsPlace(name: string, { location = '', retentionPolicy }: BucketMetadata, wanted: string): void {
  needsEuLocation(location);
  if (location.toUpperCase() !== wanted) throw new Error(`bucket "${name}" is in ${location} and must be in ${wanted}: make it anew there`);
  if (retentionPolicy) throw new Error(`bucket "${name}" has a retention policy, which would keep what must be deleted: remove it`);
}

/** Whether what is there says all that is wanted; Google adds members of its own. */
function covers(there: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(there) && there.length === wanted.length && wanted.every((item, index) => covers(there[index], item));
  if (typeof wanted !== 'object' || wanted === null) return String(there) === String(wanted);
  const present = (typeof there === 'object' && there !== null ? there : {}) as Record<string, unknown>; // JSON of the API
  return Object.entries(wanted).every(([key, value]) => covers(present[key] ?? absent[key], value));
}

/** What Google leaves out when it is so. */
const absent: Readonly<Record<string, unknown>> = { enabled: false };

async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  const lines = await provisionBuckets(isCheck);
  process.stdout.write(lines.length === 0 ? 'all buckets of backups are as they should be\n' : `${lines.join('\n')}\n`);
  if (isCheck && lines.length > 0) process.exitCode = 1;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
