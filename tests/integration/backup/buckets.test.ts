/** The buckets of backups are made, checked and mended, inside the EU and so that deleted is gone. */
import { afterEach, describe, expect, test } from 'vitest';
import { provisionBuckets } from '../../../infra/provision/buckets.ts';
import { bucketSettings } from '../../../infra/provision/bucketSettings.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { useEnvironmentOf } from '../../support/valv.ts';

const local = withLocalCloud();
useEnvironmentOf(local);
const name = (setting: string): string => local.cloud.env[setting] ?? '';
const exports = () => local.cloud.storage.bucket(name('EXPORTS_BUCKET'));
afterEach(() => provisionBuckets());

describe('provisioning the buckets of backups', () => {
  test('finds those of the local cloud as they should be', async () => {
    expect(await provisionBuckets(true)).toEqual([]);
  });

  test('makes one that is missing, in its region, with its rules', async () => {
    local.cloud.storage.buckets.delete(name('KEYS_BACKUP_BUCKET'));
    expect(await provisionBuckets(true)).toEqual([`missing: ${name('KEYS_BACKUP_BUCKET')}`]);
    expect(local.cloud.storage.buckets.has(name('KEYS_BACKUP_BUCKET'))).toBe(false);
    await provisionBuckets();
    expect(local.cloud.storage.bucket(name('KEYS_BACKUP_BUCKET')).settings).toMatchObject(bucketSettings('keysBackup'));
    expect(await provisionBuckets(true)).toEqual([]);
  });

  test.each([
    ['softDeletePolicy', { retentionDurationSeconds: '604800' }],
    ['versioning', { enabled: true }],
    ['lifecycle', { rule: [] }],
    ['lifecycle', { rule: [{ action: { type: 'Delete' }, condition: { age: 365 } }] }],
    ['iamConfiguration', { uniformBucketLevelAccess: { enabled: false }, publicAccessPrevention: 'inherited' }],
  ])('finds a changed %s and puts it right', async (field, value) => {
    exports().settings = { ...exports().settings, [field]: value };
    expect(await provisionBuckets(true)).toEqual([`different: ${exports().name} (${field})`]);
    await provisionBuckets();
    expect(exports().settings).toMatchObject(bucketSettings('exports'));
  });

  test.each(['US', 'EUROPE-WEST2', 'EUROPE-WEST6', 'EUROPE-NORTH1'])('refuses one in %s', async (location) => {
    const { settings } = exports();
    exports().settings = { ...settings, location };
    await expect(provisionBuckets()).rejects.toThrow(/outside the EU|must be in EUROPE-NORTH2/);
    exports().settings = settings;
  });

  test('refuses a retention policy, which would keep what must be deleted', async () => {
    const { settings } = exports();
    exports().settings = { ...settings, retentionPolicy: { retentionPeriod: '86400' } };
    await expect(provisionBuckets()).rejects.toThrow(/retention policy/);
    exports().settings = settings;
  });

  test('the second lock: what pruning left is deleted by the buckets a day after its time, and nothing before', () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    for (const setting of ['EXPORTS_BUCKET', 'EXPORTS_COPY_BUCKET', 'KEYS_BACKUP_BUCKET', 'KEYS_BACKUP_COPY_BUCKET'])
      local.cloud.storage.put(name(setting), 'daily/forgotten', Buffer.from('x'), {});
    const forgotten = (setting: string) => local.cloud.storage.objects(name(setting)).has('daily/forgotten');
    local.cloud.storage.applyLifecycle(inDays(7.9));
    expect(forgotten('KEYS_BACKUP_BUCKET') && forgotten('KEYS_BACKUP_COPY_BUCKET')).toBe(true);
    local.cloud.storage.applyLifecycle(inDays(8.1));
    expect(forgotten('KEYS_BACKUP_BUCKET') || forgotten('KEYS_BACKUP_COPY_BUCKET')).toBe(false);
    local.cloud.storage.applyLifecycle(inDays(28.9));
    expect(forgotten('EXPORTS_BUCKET') && forgotten('EXPORTS_COPY_BUCKET')).toBe(true);
    local.cloud.storage.applyLifecycle(inDays(29.1));
    expect(forgotten('EXPORTS_BUCKET') || forgotten('EXPORTS_COPY_BUCKET')).toBe(false);
  });
});
