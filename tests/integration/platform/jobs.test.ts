import { Timestamp } from 'firebase-admin/firestore';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../../functions/src/platform/jobs.ts';
import { sweepJobs } from '../../../functions/src/platform/sweepJobs.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { database, useEnvironmentOf } from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: null });
useEnvironmentOf(local);

const jobs = () => database(local).collection('jobs');

async function newJob(id: string, fields: Record<string, unknown> = {}): Promise<string> {
  const at = Timestamp.now();
  const head = { orgId: 'o', kind: 'import', state: 'queued', step: 'queued', done: 0, total: 0, attempts: 0, createdBy: 'a' };
  await jobs()
    .doc(id)
    .set({ ...head, createdAt: at, updatedAt: at, error: null, input: {}, result: null, lastEventId: 'e', ...fields });
  return id;
}

const read = async (id: string, field: string): Promise<unknown> => (await jobs().doc(id).get()).get(field);

describe('a job', () => {
  it('whose commits always fail gives its lease back each time and ends as failed', async () => {
    const id = await newJob('commits-always-fail');
    const failing = () =>
      runJob('import', id, async (job) => {
        await job.commit((batch) => batch.update(jobs().doc('nobody'), { is: 'there' }), { step: 'writing' });
        return {};
      });
    for (let attempt = 1; attempt < 8; attempt += 1) {
      await expect(failing()).rejects.toThrow(/NOT_FOUND/);
      expect(await read(id, 'leaseUntil')).toBeUndefined();
    }
    await failing();
    expect([await read(id, 'state'), await read(id, 'error')]).toEqual(['failed', { code: 'shared/internal', details: {} }]);
  });

  it('goes on after one write of it failed', async () => {
    const id = await newJob('one-write-fails');
    await runJob('import', id, async (job) => {
      await expect(job.commit((batch) => batch.update(jobs().doc('nobody'), { is: 'there' }), {})).rejects.toThrow(/NOT_FOUND/);
      await job.commit(() => undefined, { done: 1 });
      return { fine: true };
    });
    expect([await read(id, 'state'), await read(id, 'done'), await read(id, 'result')]).toEqual(['succeeded', 1, { fine: true }]);
    expect(await read(id, 'leaseUntil')).toBeUndefined();
  });

  it('in the hands of a worker is held by no other, and its checkpoints are refused after it was taken', async () => {
    const id = await newJob('two-workers');
    await runJob('import', id, async (job) => {
      await expect(runJob('import', id, async () => ({}))).rejects.toThrow('another worker holds this job');
      await jobs()
        .doc(id)
        .update({ leaseUntil: Timestamp.fromMillis(0) });
      await expect(runJob('import', id, async () => ({ by: 'the second' }))).resolves.toBeUndefined();
      await expect(job.commit(() => undefined, { done: 99 })).rejects.toThrow('another worker holds this job');
      throw new Error('seen');
    }).catch(() => undefined);
    expect([await read(id, 'result'), await read(id, 'done')]).toEqual([{ by: 'the second' }, 0]);
  });
});

describe('the sweep', () => {
  const later = () => new Date(Date.now() + 3 * 60_000);

  it('hands a silent job over once, and leaves one alone that a worker took up meanwhile', async () => {
    local.cloud.tasks.hold();
    const silent = await newJob('silent');
    const busy = await newJob('busy', { state: 'running' });
    const sweeping = sweepJobs(later);
    const touched = jobs().doc(busy).update({ updatedAt: Timestamp.now() });
    await Promise.all([sweeping, touched]);
    expect(await read(silent, 'round')).toBe(1);
    const tasks = local.cloud.tasks.pending().filter(({ name }) => name.includes(`${silent}-`));
    expect(tasks).toHaveLength(1);
    local.cloud.tasks.release();
  });

  it('leaves a job that was active within two minutes', async () => {
    const fresh = await newJob('fresh');
    await sweepJobs(() => new Date());
    expect(await read(fresh, 'round')).toBeUndefined();
  });
});
