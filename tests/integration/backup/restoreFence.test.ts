/** The hold of a restore: of several runs only the one that took it last writes, and jobs wait or are ended. */
import { beforeAll, describe, expect, test } from 'vitest';
import { takeFence, takeOver } from '../../../functions/src/backup/restore/fence.ts';
import { holdJobs } from '../../../functions/src/backup/restore/hold.ts';
import type { Scratch } from '../../../functions/src/backup/restore/scratch.ts';
import { LeaseLost, runJob } from '../../../functions/src/platform/jobs.ts';
import { runErasure } from '../../../functions/src/privacy/runErasure.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addPerson,
  builtFunctions,
  database,
  jobEnded,
  newOrganisation,
  startJob,
  stored,
  useEnvironmentOf,
  type Organisation,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);

const restored = { kind: 'organisation', orgId: 'organisation-that-is-restored' } as const;
const refused = { code: 'backup/restore-unfinished' };
const hold = () => database(local).doc(`restoreHolds/${restored.orgId}`);
const written = (id: string) => database(local).doc(`locks/${id}`);

test('the run that took it last writes, the one before does not, and once it is released neither does', async () => {
  const older = await takeFence(restored, 'the-same');
  await Promise.all(['1', '2', '3'].map((id) => older.commit((batch) => batch.set(written(id), {}))));
  await expect(older.commit((batch) => batch.create(written('1'), {}))).rejects.toMatchObject({ code: 6 });
  const newer = await takeFence(restored, 'the-same');
  await expect(older.commit((batch) => batch.set(written('too-late'), {}))).rejects.toMatchObject(refused);
  await expect(holdJobs(restored, older)).rejects.toMatchObject(refused);
  await expect(older.release()).rejects.toMatchObject(refused);
  await newer.commit((batch) => batch.delete(written('3')));
  await newer.release();
  for (const fence of [older, newer])
    await expect(fence.commit((batch) => batch.set(written('too-late'), {}))).rejects.toMatchObject(refused);
  expect((await hold().get()).exists).toBe(false);
  const left = await Promise.all(['1', '2', '3', 'too-late'].map(async (id) => (await written(id).get()).exists));
  expect(left).toEqual([true, true, false, false]);
});

test.each(['held before', 'not held before'])('a run that sleeps as it takes what was %s leaves it to the newer one', async (how) => {
  const before = how === 'held before' ? await takeFence(restored, 'the-same') : null;
  let newer: Awaited<ReturnType<typeof takeFence>> | undefined;
  // The newer one takes up its scratch database and the hold as soon as the older one has looked whether it still has that.
  const commit = async (): Promise<void> => {
    if (newer !== undefined) throw new Error('taken up');
    newer = await takeFence(restored, 'the-same');
  };
  const older = { id: 'scratch', commit } as unknown as Scratch; // what takeOver reads of one
  await expect(takeOver(restored, older)).rejects.toThrow('taken up');
  await newer!.commit((batch) => batch.set(written('4'), {})); // set by the first look
  await newer!.release(); // as above
  if (before !== null) await expect(before.release()).rejects.toMatchObject(refused);
});

test('a hold that a newer run has ended meanwhile is not left behind', async () => {
  let looks = 0;
  const needsStill = async (): Promise<void> => {
    if ((looks += 1) > 1) throw new Error('taken up');
    await (await takeFence(restored, 'the-same')).release();
  };
  await expect(takeFence(restored, 'the-same', needsStill)).rejects.toThrow('taken up');
  expect((await hold().get()).exists).toBe(false);
});

test('taken from a restore whose scratch database is lost, it keeps that one, and since when documents are written', async () => {
  const lost = await takeFence(restored, 'lost');
  await lost.commit(() => undefined, { writingSince: new Date(0) });
  const again = await takeFence(restored, 'again');
  expect(again).toMatchObject({ isWriting: true, earlierIds: ['lost'] });
  const oncemore = await takeFence(restored, 'again');
  expect(oncemore).toMatchObject({ isWriting: true, earlierIds: ['lost'] });
  expect((await hold().get()).data()).toMatchObject({ restoreId: 'again', earlierIds: ['lost'] });
  expect(((await hold().get()).get('writingSince') as { toMillis(): number }).toMillis()).toBe(0);
  await oncemore.release();
  expect(await takeFence(restored, 'later')).toMatchObject({ isWriting: false, earlierIds: [] });
});

describe('an erasure during a restore', () => {
  const clock = (): Date => new Date();
  let at: Organisation;
  beforeAll(async () => {
    at = await newOrganisation(local);
  });
  const start = (name: 'startErasure' | 'startExtract', dataSubjectId: string, input: object): Promise<string> =>
    startJob(local, name, { orgId: at.orgId, dataSubjectId, ...input }, at.owner);

  test('that begins while jobs are held waits, and an extract is ended and says why', async () => {
    const target = { kind: 'organisation', orgId: at.orgId } as const;
    const [waiting, extracted] = [await addPerson(local, at, { givenName: 'Väntar' }), await addPerson(local, at, { givenName: 'U' })];
    const fence = await takeFence(target, 'tests');
    await holdJobs(target, fence);
    const erasure = await start('startErasure', waiting, { reason: 'request', version: 1 });
    const extract = await start('startExtract', extracted, { locale: 'sv' });
    const run = (): Promise<void> => runJob('erasure', erasure, (job) => runErasure(job, clock));
    await expect(run()).rejects.toThrow(LeaseLost);
    expect(await holdJobs(target, fence)).toEqual({ ended: 1, waiting: 1 });
    expect(await stored(local, `jobs/${extract}`)).toMatchObject({ state: 'failed', error: { code: 'backup/restored-meanwhile' } });
    expect(await stored(local, `jobs/${erasure}`)).toMatchObject({ state: 'queued', attempts: 0 });
    await fence.release();
    await run().catch((thrown: unknown) => expect(thrown).toBeInstanceOf(LeaseLost)); // the queue was quicker
    expect(await jobEnded(local, erasure)).toMatchObject({ state: 'succeeded' });
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${waiting}`)).toBeUndefined();
  });

  test('whose worker was at work when jobs were held commits nothing more', async () => {
    const target = { kind: 'organisation', orgId: at.orgId } as const;
    const jobs = database(local).collection('jobs');
    await jobs.doc('at-work').set({ orgId: at.orgId, kind: 'erasure', state: 'queued', attempts: 0, updatedAt: new Date() });
    const fence = await takeFence(target, 'tests');
    const worker = runJob('erasure', 'at-work', async (job) => {
      await holdJobs(target, fence);
      await job.commit((batch) => batch.set(jobs.doc('at-work-wrote'), {}), { step: 'deleting' });
      return {};
    });
    await expect(worker).rejects.toThrow(LeaseLost);
    expect((await jobs.doc('at-work-wrote').get()).exists).toBe(false);
    await fence.release();
    await jobs.doc('at-work').delete();
  });
});
