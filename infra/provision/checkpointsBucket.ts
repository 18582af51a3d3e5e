/**
 * Makes the bucket that keeps checkpoints of the audit log: `node infra/provision/checkpointsBucket.ts [--lock]`, with the
 * setting CHECKPOINTS_BUCKET.
 *
 * Guarantees: the bucket is in the EU, and its objects are kept for ten years at least; repeating it changes nothing that is
 * right. With `--lock` nobody, Google's support included, can shorten that any more, nor delete the bucket before its last
 * object is old enough: so it is not done without being asked for. Does not say who may write: that is IAM's, see
 * infra/runbooks/audit.md.
 */
import { Storage, type Bucket } from '@google-cloud/storage';
import { pathToFileURL } from 'node:url';
import { checkpointsBucket, needsEuLocation, projectId } from '../../functions/src/platform/config.ts';
import { checkpointsSettings } from './checkpointsSettings.ts';

/** What the bucket is like afterwards. */
export type Provisioned = { readonly location: string; readonly retentionSeconds: number; readonly isLocked: boolean };

/** Makes the bucket or brings it up to date, and locks its retention if that is asked for. Throws `backup/location-outside-eu`. */
export async function provisionCheckpoints(bucket: Bucket, isToLock: boolean): Promise<Provisioned> {
  const [exists] = await bucket.exists();
  if (!exists) await bucket.storage.createBucket(bucket.name, checkpointsSettings);
  let before = await settingsOf(bucket);
  if (before.retentionSeconds < Number(checkpointsSettings.retentionPolicy.retentionPeriod)) {
    await bucket.setMetadata({ retentionPolicy: checkpointsSettings.retentionPolicy });
    before = await settingsOf(bucket);
  }
  if (before.isLocked || !isToLock) return before;
  await bucket.lock(before.metageneration);
  return settingsOf(bucket);
}

async function settingsOf(bucket: Bucket): Promise<Provisioned & { readonly metageneration: string }> {
  const [{ location = '', retentionPolicy, metageneration = '' }] = await bucket.getMetadata();
  const { retentionPeriod = 0, isLocked = false } = retentionPolicy ?? {};
  return {
    location: needsEuLocation(location),
    retentionSeconds: Number(retentionPeriod),
    isLocked,
    metageneration,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const isToLock = process.argv.includes('--lock');
  const bucket = new Storage({ projectId: projectId() }).bucket(checkpointsBucket());
  const { location, retentionSeconds, isLocked } = await provisionCheckpoints(bucket, isToLock);
  const lock = isLocked ? 'locked' : 'NOT LOCKED: run this once more with --lock, which cannot be undone';
  process.stdout.write(`${bucket.name}: ${location}, objects are kept for ${Math.round(retentionSeconds / 86_400)} days, ${lock}\n`);
}
