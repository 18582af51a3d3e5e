/** The bucket of checkpoints as operators make it: in the EU, kept for ten years, locked only when asked. */
import { Storage } from '@google-cloud/storage';
import { describe, expect, test } from 'vitest';
import { provisionCheckpoints } from '../../../infra/provision/checkpointsBucket.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { useEnvironmentOf } from '../../support/valv.ts';

const local = withLocalCloud();
useEnvironmentOf(local);
const bucket = (name: string) => new Storage({ projectId: local.cloud.projectId }).bucket(name);
const tenYears = 3653 * 86_400;

describe('the bucket of checkpoints', () => {
  test('is made with ten years, and locked only when that is asked for; repeating it changes nothing', async () => {
    const made = bucket('checkpoints-made-by-operators');
    expect(await provisionCheckpoints(made, false)).toMatchObject({
      location: 'EUROPE-NORTH2',
      retentionSeconds: tenYears,
      isLocked: false,
    });
    expect(await provisionCheckpoints(made, true)).toMatchObject({ retentionSeconds: tenYears, isLocked: true });
    const locked = await provisionCheckpoints(made, true);
    expect(await provisionCheckpoints(made, false)).toEqual(locked);
    await made.file('checkpoints/1').save('a checkpoint', { resumable: false });
    await expect(made.file('checkpoints/1').delete()).rejects.toMatchObject({ code: 403 });
    await expect(made.file('checkpoints/1').save('another', { resumable: false })).rejects.toMatchObject({ code: 403 });
    await expect(made.setMetadata({ retentionPolicy: { retentionPeriod: 60 } })).rejects.toMatchObject({ code: 403 });
  });

  test('that keeps too short is brought up to ten years, and one outside the EU is refused', async () => {
    const storage = new Storage({ projectId: local.cloud.projectId });
    await storage.createBucket('checkpoints-kept-too-short', { location: 'EUROPE-NORTH2', retentionPolicy: { retentionPeriod: 60 } });
    expect(await provisionCheckpoints(bucket('checkpoints-kept-too-short'), false)).toMatchObject({ retentionSeconds: tenYears });
    await storage.createBucket('checkpoints-far-away', { location: 'US-CENTRAL1' });
    await expect(provisionCheckpoints(bucket('checkpoints-far-away'), true)).rejects.toMatchObject({ code: 'backup/location-outside-eu' });
  });

  test('of the local cloud is locked from the start', async () => {
    expect(await provisionCheckpoints(bucket(local.cloud.env['CHECKPOINTS_BUCKET'] ?? ''), false)).toMatchObject({
      isLocked: true,
      retentionSeconds: tenYears,
    });
  });
});
