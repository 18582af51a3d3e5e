// Guarantees: what `CloudSchedulerClient` needs with `fallback: true` for jobs with HTTP targets: create, read, list, change,
// remove, pause, resume, run; jobs run at their times when asked to, one attempt of a job at a time, with its retries; requests
// carry an OIDC token that verifies against the keys published here.
// Does not guarantee: an attempt that a kill interrupts is not made up for, as in Cloud Scheduler when it is out.
import type { Faults } from '../faults.ts';
import { jsonBody, type LoopbackRequest, type LoopbackService, type Reply, type Route, startService } from '../http.ts';
import { attempt, type Attempt, backoffSeconds } from './attempt.ts';
import { isDue, wallClock } from './cron.ts';
import { type TokenSigner, tokenSigner } from './oidcToken.ts';
import { openSchedulerJobs, type SchedulerJob, type SchedulerJobs } from './schedulerJobs.ts';

const MINUTE_MS = 60_000;
const JOBS = String.raw`/v1/(?<parent>projects/[^/]+/locations/[^/]+)/jobs`;
const JOB = String.raw`/v1/(?<job>projects/[^/]+/locations/[^/]+/jobs/[^/:]+)`;

/** The running loopback Cloud Scheduler. */
export type SchedulerService = LoopbackService & {
  readonly jobs: SchedulerJobs;
  readonly signer: TokenSigner;
  /** Begins to run jobs at their times. */
  keepTime(): void;
};

/** Starts the loopback Cloud Scheduler; jobs of an earlier run are there with a state folder. */
export async function startScheduler(options: { faults: Faults; stateDir: string | null; port?: number }): Promise<SchedulerService> {
  const jobs = openSchedulerJobs(options.stateDir);
  const signer = tokenSigner();
  const runner = jobRunner(jobs, signer);
  const service = await startService({
    service: 'scheduler',
    routes: routesOf(jobs, signer, runner),
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const stop = async (): Promise<void> => {
    runner.stop();
    await service.stop();
    await runner.settled();
  };
  return { ...service, jobs, signer, keepTime: () => runner.keepTime(), stop };
}

function routesOf(jobs: SchedulerJobs, signer: TokenSigner, runner: Runner): Route[] {
  const route = (name: string, method: string, path: string, run: Route['run']): Route => ({
    name,
    method,
    pattern: new RegExp(`^${path}$`),
    run,
  });
  const nameOf = ({ params }: LoopbackRequest): string => params['job'] ?? '';
  return [
    route('getCerts', 'GET', '/oauth2/v3/certs', async () => ({ json: await signer.jwks() })),
    route('listJobs', 'GET', JOBS, (r) => list(jobs, r)),
    route('createJob', 'POST', JOBS, (r) => ({ json: jobs.create(r.params['parent'] ?? '', jsonBody(r)) })),
    route('getJob', 'GET', JOB, (r) => ({ json: jobs.get(nameOf(r)) })),
    route('updateJob', 'PATCH', JOB, (r) => ({
      json: jobs.update(nameOf(r), jsonBody(r), r.query.get('updateMask')?.split(',') ?? null),
    })),
    route('deleteJob', 'DELETE', JOB, (r) => (jobs.remove(nameOf(r)), { json: {} })),
    route('pauseJob', 'POST', `${JOB}:pause`, (r) => ({ json: jobs.setState(nameOf(r), 'PAUSED') })),
    route('resumeJob', 'POST', `${JOB}:resume`, (r) => ({ json: jobs.setState(nameOf(r), 'ENABLED') })),
    route('runJob', 'POST', `${JOB}:run`, (r) => {
      const job = jobs.get(nameOf(r));
      runner.start(job);
      return { json: job };
    }),
  ];
}

function list(jobs: SchedulerJobs, { params, query }: LoopbackRequest): Reply {
  const all = jobs.list(params['parent'] ?? '');
  const start = Number(query.get('pageToken') ?? 0);
  const size = Number(query.get('pageSize') ?? 0) || 500;
  const more = start + size < all.length ? { nextPageToken: String(start + size) } : {};
  return { json: { jobs: all.slice(start, start + size), ...more } };
}

type Runner = { start(job: SchedulerJob): void; keepTime(): void; stop(): void; settled(): Promise<void> };

function jobRunner(jobs: SchedulerJobs, signer: TokenSigner): Runner {
  const running = new Map<string, Promise<void>>();
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = (job: SchedulerJob): void => {
    if (running.has(job.name) || stopped.signal.aborted) return;
    const work = withRetries(job, signer, stopped.signal)
      .then(({ isSuccess, status, text }) => {
        jobs.noteAttempt(job.name, isSuccess);
        if (!isSuccess && !stopped.signal.aborted) process.stderr.write(`schedule ${job.name} answered ${status}: ${text.slice(0, 300)}\n`);
      })
      .finally(() => running.delete(job.name));
    running.set(job.name, work);
  };
  const tick = (): void => {
    const now = new Date();
    for (const job of jobs.all()) if (job.state === 'ENABLED' && isDue(job.schedule, wallClock(now, job.timeZone))) start(job);
    keepTime();
  };
  const keepTime = (): void => {
    timer = setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS));
    timer.unref();
  };
  const stop = (): void => {
    clearTimeout(timer);
    stopped.abort();
  };
  return { start, keepTime, stop, settled: async () => void (await Promise.all(running.values())) };
}

async function withRetries(job: SchedulerJob, signer: TokenSigner, stopped: AbortSignal): Promise<Attempt> {
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await attempt(job, signer, new Date());
    if (outcome.isSuccess || attempts > job.retryConfig.retryCount || stopped.aborted) return outcome;
    await pause(backoffSeconds(attempts, job.retryConfig) * 1000, stopped);
    if (stopped.aborted) return outcome;
  }
}

/** Waits, or returns at once when the service stops. */
function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    timer.unref();
    stopped.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
