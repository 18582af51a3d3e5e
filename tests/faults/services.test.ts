/** Services that fail in the middle of a job, tasks that arrive twice: the job ends all the same, and nothing is doubled. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FaultKind } from '../../infra/local/faults.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import {
  addPerson,
  builtFunctions,
  database,
  jobEnded,
  newOrganisation,
  startImport,
  startJob,
  stored,
  type Organisation,
} from '../support/valv.ts';
import { erasureUnderKills, extractUnderKills, importUnderKills } from './support/campaign.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
beforeAll(async () => {
  at = await newOrganisation(local);
});
afterEach(() => local.cloud.faults.clear());

const plan = (service: 'kms' | 'storage' | 'tasks', match: string, kind: FaultKind, times: number) =>
  local.cloud.faults.inject({ service, match, kind, times });
const newPerson = () => addPerson(local, at, { givenName: 'Prov', familyName: 'Fel' });
let seed = 100;

describe('an import', () => {
  test.each([
    ['storage', 'getObject', '503', 2],
    ['storage', 'getObject', 'garbage', 1],
    ['storage', 'getObject', 'reset', 2],
    ['storage', 'deleteObject', '500', 3],
    ['storage', 'deleteObject', 'late-success', 1],
    ['kms', 'decrypt', '500', 2],
    ['kms', 'decrypt', 'garbage', 2],
    ['tasks', 'dispatch', 'duplicate', 1],
    ['tasks', 'dispatch', 'late-success', 1],
    ['tasks', 'createTask', '503', 1],
  ] as const)(
    'with %s %s answering %s %i times',
    async (service, match, kind, times) => {
      // An organisation of its own, so that no instance has its key yet.
      const into = service === 'kms' ? await newOrganisation(local) : at;
      seed += 1;
      const fault = (): void => void plan(service, match, kind, times);
      // Starting an import reads the upload too: what is to meet the job comes when it has started, and its first dispatch fails.
      const moments =
        service === 'tasks' ? { beforeStart: fault } : { beforeStart: () => void plan('tasks', 'dispatch', '503', 1), afterStart: fault };
      await importUnderKills(local, into, 250, [], seed, moments);
    },
    120_000,
  );
});

describe('an extract', () => {
  test.each([
    ['storage', 'insertObject', '503', 4],
    ['storage', 'insertObject', 'late-success', 1],
    ['storage', 'insertObject', 'duplicate', 1],
    ['storage', 'listObjects', '500', 4],
    ['kms', 'asymmetricSign', '500', 2],
    ['kms', 'asymmetricSign', 'garbage', 2],
    ['kms', 'asymmetricSign', 'late-success', 1],
    ['tasks', 'dispatch', 'duplicate', 1],
    ['tasks', 'dispatch', 'late-success', 2],
  ] as const)(
    'with %s %s answering %s %i times',
    async (service, match, kind, times) => {
      const id = await newPerson();
      plan(service, match, kind, times);
      await extractUnderKills(local, at, id, []);
    },
    120_000,
  );
});

describe('an erasure', () => {
  test.each([
    ['storage', 'listObjects', '500', 8],
    ['storage', 'deleteObject', '503', 4],
    ['storage', 'deleteObject', 'late-success', 1],
    ['kms', 'asymmetricSign', '500', 3],
    ['kms', 'asymmetricSign', 'garbage', 3],
    ['tasks', 'dispatch', 'duplicate', 1],
    ['tasks', 'dispatch', 'late-success', 2],
  ] as const)(
    'with %s %s answering %s %i times',
    async (service, match, kind, times) => {
      const id = await newPerson();
      await extractUnderKills(local, at, id, []);
      plan(service, match, kind, times);
      await erasureUnderKills(local, at, id, []);
    },
    120_000,
  );
});

describe('a task', () => {
  const deliver = (name: string, jobId: string) =>
    fetch(`${local.cloud.urls.functions}/tasks/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer e30.e30.' },
      body: JSON.stringify({ data: { jobId } }),
    });

  test('delivered ten times at once lets one worker in', async () => {
    const release = plan('tasks', 'dispatch', '503', 10_000);
    const before = (await database(local).collection(`orgs/${at.orgId}/dataSubjects`).count().get()).data().count;
    const { jobId } = await startImport(
      local,
      at,
      `Förnamn\r\n${Array.from({ length: 150 }, (_, index) => `Person ${index}`).join('\r\n')}\r\n`,
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver('runImport', jobId)));
    expect(answers.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(1);
    release();
    expect(await jobEnded(local, jobId)).toMatchObject({ state: 'succeeded', result: { imported: 150 } });
    expect((await database(local).collection(`orgs/${at.orgId}/dataSubjects`).count().get()).data().count).toBe(before + 150);
  }, 60_000);

  test('of a job that has ended, of another kind or of nothing changes nothing', async () => {
    const id = await newPerson();
    const jobId = await startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: id, locale: 'sv' }, at.owner);
    const ended = await jobEnded(local, jobId);
    for (const name of ['runExtract', 'runErasure', 'runImport']) expect((await deliver(name, jobId)).ok).toBe(true);
    expect((await deliver('runErasure', 'A'.repeat(20))).ok).toBe(true);
    expect(await stored(local, `jobs/${jobId}`)).toEqual(ended);
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${id}`)).toMatchObject({ state: 'active' });
  });

  test('that was never made is made by the schedule', async () => {
    const id = await newPerson();
    plan('tasks', 'createTask', '500', 1000);
    const jobId = await startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: id, locale: 'sv' }, at.owner);
    local.cloud.faults.clear();
    expect(await stored(local, `jobs/${jobId}`)).toMatchObject({ state: 'queued' });
    await database(local)
      .doc(`jobs/${jobId}`)
      .update({ updatedAt: new Date(Date.now() - 121_000) });
    await local.cloud.runSchedule('sweepJobs');
    expect(await jobEnded(local, jobId)).toMatchObject({ state: 'succeeded' });
  });
});
