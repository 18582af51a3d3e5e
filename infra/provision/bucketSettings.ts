/** What the buckets of backups are to be, wherever they are made. */
import { lifecycleDays } from '../../functions/src/backup/exportPlan.ts';
import { locations, needsEuLocation } from '../../functions/src/platform/config.ts';

/** Buckets of backups. */
export const backupBuckets = ['exports', 'exportsCopy', 'keysBackup', 'keysBackupCopy'] as const;
/** One of {@link backupBuckets}. */
export type BackupBucket = (typeof backupBuckets)[number];

/**
 * Settings of a bucket: inside the EU; deleted is gone (no soft delete, no versions, no retention that would keep it); whatever
 * pruning should ever leave is deleted by the bucket itself, a day after it was promised to be gone.
 */
export function bucketSettings(bucket: BackupBucket) {
  const age = bucket === 'keysBackup' || bucket === 'keysBackupCopy' ? lifecycleDays.keys : lifecycleDays.exports;
  return {
    location: needsEuLocation(locations[bucket]).toUpperCase(),
    storageClass: 'STANDARD',
    softDeletePolicy: { retentionDurationSeconds: '0' },
    versioning: { enabled: false },
    lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age } }] },
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
  } as const;
}
