/** What the bucket of checkpoints is to be, wherever it is made. */
import { locations, needsEuLocation } from '../../functions/src/platform/config.ts';

const tenYearsSeconds = 3653 * 24 * 60 * 60;

/** Settings of a new bucket, its retention policy not locked yet. An object is neither changed nor deleted for ten years. */
export const checkpointsSettings = {
  location: needsEuLocation(locations.checkpoints).toUpperCase(),
  storageClass: 'STANDARD',
  retentionPolicy: { retentionPeriod: String(tenYearsSeconds) },
  iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
} as const;

/** The same once nobody can shorten the retention any more. */
export const lockedCheckpoints = {
  ...checkpointsSettings,
  retentionPolicy: { ...checkpointsSettings.retentionPolicy, isLocked: true },
} as const;
