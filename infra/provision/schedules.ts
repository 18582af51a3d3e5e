/**
 * Makes Cloud Scheduler's jobs what functions/src/platform/schedules.ts says: `npm run provision:schedules`, as often as wanted.
 * With `--check` it changes nothing, prints what differs and exits 1 if anything does.
 *
 * Guarantees: creates what is missing, changes what differs, resumes what is paused, removes jobs of ours that the table no
 * longer has; leaves every other job of the project alone; refuses a location outside the EU.
 * Settings: GCLOUD_PROJECT; SCHEDULER_ENDPOINT and FUNCTIONS_URL where they are not Google's own.
 */
import { CloudSchedulerClient, type protos } from '@google-cloud/scheduler';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  functionsUrl,
  locations,
  needsEuLocation,
  projectId,
  schedulerAccount,
  schedulerEndpoint,
} from '../../functions/src/platform/config.ts';
import { planJobs, type Difference, type JobsPlan, type WantedJob, wantedJobs } from './jobPlan.ts';

type Job = protos.google.cloud.scheduler.v1.IJob;

/** Compares jobs and table, and unless `isCheck` makes them equal; answers what differed. */
export async function provisionSchedules(isCheck = false): Promise<JobsPlan> {
  const client = new CloudSchedulerClient({ fallback: true, ...schedulerEndpoint() });
  try {
    const parent = `projects/${projectId()}/locations/${needsEuLocation(locations.functions)}`;
    const [jobs] = await client.listJobs({ parent });
    const paused = new Set(jobs.flatMap(({ name, state }) => (state === 'PAUSED' && typeof name === 'string' ? [name] : [])));
    const place = { parent, functionsUrl: functionsUrl(), account: schedulerAccount() };
    const plan = planJobs(wantedJobs(place), jobs.map(jobThere), paused, parent);
    if (!isCheck) await carryOut(client, parent, plan);
    return plan;
  } finally {
    await client.close();
  }
}

async function carryOut(client: CloudSchedulerClient, parent: string, { create, update, remove }: JobsPlan): Promise<void> {
  for (const job of create) await client.createJob({ parent, job: asJob(job) });
  for (const { job, fields } of update) await change(client, job, fields);
  for (const name of remove) await client.deleteJob({ name });
}

async function change(client: CloudSchedulerClient, job: WantedJob, fields: Difference['fields']): Promise<void> {
  if (fields.some((field) => field !== 'state')) {
    const paths = ['description', 'schedule', 'time_zone', 'http_target', 'attempt_deadline', 'retry_config'];
    await client.updateJob({ job: asJob(job), updateMask: { paths } });
  }
  if (fields.includes('state')) await client.resumeJob({ name: job.name });
}

function asJob({ attemptDeadlineSeconds, retries, ...job }: WantedJob): Job {
  return {
    ...job,
    attemptDeadline: { seconds: attemptDeadlineSeconds },
    retryConfig: {
      retryCount: retries.count,
      minBackoffDuration: { seconds: retries.minBackoffSeconds },
      maxBackoffDuration: { seconds: retries.maxBackoffSeconds },
      maxDoublings: retries.maxDoublings,
    },
  };
}

/** A job as the service answers it, in the words of the plan; what ours never have is left out, so that it differs. */
function jobThere(job: Job): WantedJob {
  const { uri, httpMethod, oidcToken } = job.httpTarget ?? {};
  return {
    name: job.name ?? '',
    description: job.description ?? '',
    schedule: job.schedule ?? '',
    timeZone: job.timeZone ?? '',
    httpTarget: {
      uri: uri ?? '',
      httpMethod: String(httpMethod) as 'POST', // another method differs when compared
      oidcToken: { serviceAccountEmail: oidcToken?.serviceAccountEmail ?? '', audience: oidcToken?.audience ?? '' },
    },
    attemptDeadlineSeconds: Number(job.attemptDeadline?.seconds),
    retries: {
      count: job.retryConfig?.retryCount ?? 0,
      minBackoffSeconds: Number(job.retryConfig?.minBackoffDuration?.seconds),
      maxBackoffSeconds: Number(job.retryConfig?.maxBackoffDuration?.seconds),
      maxDoublings: job.retryConfig?.maxDoublings ?? 0,
    },
  };
}

/** One line for each thing that differs. */
export function planLines({ create, update, remove }: JobsPlan): string[] {
  return [
    ...create.map(({ name }) => `missing: ${name}`),
    ...update.map(({ job, fields }) => `different: ${job.name} (${fields.join(', ')})`),
    ...remove.map((name) => `not in the table: ${name}`),
  ];
}

async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  const lines = planLines(await provisionSchedules(isCheck));
  process.stdout.write(lines.length === 0 ? 'all schedules are as in the table\n' : `${lines.join('\n')}\n`);
  if (isCheck && lines.length > 0) process.exitCode = 1;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
