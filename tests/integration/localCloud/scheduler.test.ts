/** The loopback Cloud Scheduler by the official client, and the jobs that are provisioned in it. */
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { scheduleTimeZone, schedules } from '../../../functions/src/platform/schedules.ts';
import { backoffSeconds } from '../../../infra/local/scheduler/attempt.ts';
import { planLines, provisionSchedules } from '../../../infra/provision/schedules.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { useEnvironmentOf } from '../../support/valv.ts';
import { restClientOptions } from './clients.ts';

const local = withLocalCloud();
useEnvironmentOf(local);
let client: CloudSchedulerClient;
let server: Server;
let answers: number[] = [];
let received: { method: string; path: string; headers: Record<string, unknown> }[] = [];

beforeAll(async () => {
  client = new CloudSchedulerClient(restClientOptions(local.cloud.urls.scheduler));
  server = createServer((request, response) => {
    received.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    response.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await client.close();
});
afterEach(() => {
  received = [];
  answers = [];
});

const parent = () => `projects/${local.cloud.projectId}/locations/europe-north1`;
const target = () => `http://127.0.0.1:${(server.address() as { port: number }).port}/hook`; // a server on a port has such an address
const newJob = (name: string, more: object = {}) => ({
  name: `${parent()}/jobs/${name}`,
  schedule: '0 2 * * *',
  timeZone: 'Europe/Stockholm',
  httpTarget: { uri: target(), httpMethod: 'POST' as const, oidcToken: { serviceAccountEmail: 'a@b.example', audience: 'me' } },
  ...more,
});

describe('a job', () => {
  test('is made, read, changed by its mask, paused, resumed and removed', async () => {
    const name = `${parent()}/jobs/one`;
    await client.createJob({ parent: parent(), job: newJob('one') });
    await expect(client.createJob({ parent: parent(), job: newJob('one') })).rejects.toThrow(/already exists/);
    await client.updateJob({
      job: { name, schedule: '5 * * * *', description: 'not in the mask' },
      updateMask: { paths: ['schedule'] },
    });
    const [read] = await client.getJob({ name });
    expect({ schedule: read.schedule, description: read.description, zone: read.timeZone }).toEqual({
      schedule: '5 * * * *',
      description: '',
      zone: 'Europe/Stockholm',
    });
    expect((await client.pauseJob({ name }))[0].state).toBe('PAUSED');
    expect((await client.resumeJob({ name }))[0].state).toBe('ENABLED');
    await client.deleteJob({ name });
    await expect(client.getJob({ name })).rejects.toThrow(/not found/i);
  });

  test.each([
    ['a schedule that is none', { schedule: 'sometimes' }],
    ['an unknown time zone', { timeZone: 'Europe/Nowhere' }],
    ['a deadline above half an hour', { attemptDeadline: { seconds: 1801 } }],
    ['six retries', { retryConfig: { retryCount: 6 } }],
    ['no address', { httpTarget: { uri: 'nowhere' } }],
  ])('with %s is refused', async (_what, more) => {
    await expect(client.createJob({ parent: parent(), job: newJob('bad', more) })).rejects.toThrow(/invalid/);
  });

  test('that is run sends a token which verifies, and is tried again when it fails', async () => {
    const retryConfig = { retryCount: 2, minBackoffDuration: { nanos: 10_000_000 }, maxBackoffDuration: { seconds: 1 }, maxDoublings: 1 };
    answers = [500, 503, 200];
    await client.createJob({ parent: parent(), job: newJob('hook', { retryConfig }) });
    await client.runJob({ name: `${parent()}/jobs/hook` });
    await expect.poll(() => received.length).toBe(3);
    expect(received[0]).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: { 'user-agent': 'Google-Cloud-Scheduler', 'x-cloudscheduler-jobname': 'hook' },
    });
    await expect.poll(async () => (await client.getJob({ name: `${parent()}/jobs/hook` }))[0].lastAttemptTime?.seconds).toBeDefined();
    await client.deleteJob({ name: `${parent()}/jobs/hook` });
  });

  test('waits longer after each failure: doubled, then added to, never above the largest', () => {
    const retry = { retryCount: 5, maxRetryDuration: '0s', minBackoffDuration: '10s', maxBackoffDuration: '300s', maxDoublings: 3 };
    expect([1, 2, 3, 4, 5, 6, 7].map((attempts) => backoffSeconds(attempts, retry))).toEqual([10, 20, 40, 80, 160, 240, 300]);
  });
});

describe('provisioning', () => {
  const names = () => Object.keys(schedules).map((name) => `${parent()}/jobs/valv-${name}`);

  test('makes every schedule of the table once, and the check then finds nothing', async () => {
    const first = await provisionSchedules();
    expect(first.create.map(({ name }) => name)).toEqual(names());
    expect(planLines(await provisionSchedules(true))).toEqual([]);
    const [jobs] = await client.listJobs({ parent: parent() });
    expect(jobs.map(({ name }) => name ?? '').filter((name) => name.includes('/valv-'))).toEqual(names().toSorted());
    expect(new Set(jobs.map(({ timeZone }) => timeZone))).toEqual(new Set([scheduleTimeZone]));
    const base = local.cloud.env['FUNCTIONS_URL'];
    for (const { httpTarget, name } of jobs.filter((job) => job.name?.includes('/valv-'))) {
      const uri = `${base}/${name?.split('/valv-').at(-1)}`;
      const oidcToken = { serviceAccountEmail: `schedules@${local.cloud.projectId}.iam.gserviceaccount.com`, audience: uri };
      expect(httpTarget).toMatchObject({ uri, oidcToken });
    }
  });

  test('finds and mends what was changed, paused, removed and added by hand, and leaves jobs of others alone', async () => {
    const [changed = '', paused = '', removed = ''] = names();
    await client.updateJob({ job: { name: changed, schedule: '1 1 * * *' }, updateMask: { paths: ['schedule'] } });
    await client.pauseJob({ name: paused });
    await client.deleteJob({ name: removed });
    await client.createJob({ parent: parent(), job: newJob('valv-forgotten') });
    await client.createJob({ parent: parent(), job: newJob('somebody-elses') });
    const wanted = [
      `missing: ${removed}`,
      `different: ${changed} (schedule)`,
      `different: ${paused} (state)`,
      `not in the table: ${parent()}/jobs/valv-forgotten`,
    ];
    expect(planLines(await provisionSchedules(true))).toEqual(wanted);
    expect(planLines(await provisionSchedules())).toEqual(wanted);
    expect(planLines(await provisionSchedules(true))).toEqual([]);
    expect((await client.getJob({ name: `${parent()}/jobs/somebody-elses` }))[0].schedule).toBe('0 2 * * *');
  });
});
