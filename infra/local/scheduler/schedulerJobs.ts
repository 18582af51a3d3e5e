// Guarantees: jobs are checked as Cloud Scheduler checks them (cron, time zone, deadlines, retries) and are on disk before the
// answer; a job that is being changed is never seen half changed.
// Does not guarantee: targets other than HTTP.
import { join } from 'node:path';
import { GoogleError } from '../googleError.ts';
import { readJsonFile, writeJsonFile } from '../jsonFile.ts';
import { isDue, wallClock } from './cron.ts';

/** A job as it is on the wire; durations are `30s`, instants ISO 8601. */
export type SchedulerJob = {
  readonly name: string;
  readonly description?: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly httpTarget: {
    readonly uri: string;
    readonly httpMethod?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly oidcToken?: { readonly serviceAccountEmail: string; readonly audience?: string };
  };
  readonly retryConfig: Readonly<{
    retryCount: number;
    minBackoffDuration: string;
    maxBackoffDuration: string;
    maxDoublings: number;
    maxRetryDuration: string;
  }>;
  readonly attemptDeadline: string;
  readonly state: 'ENABLED' | 'PAUSED';
  readonly userUpdateTime: string;
  readonly lastAttemptTime?: string;
  /** google.rpc.Status of the last attempt; an empty object for success. */
  readonly status?: { readonly code?: number };
};

/** The jobs of one scheduler. */
export type SchedulerJobs = {
  list(parent: string): readonly SchedulerJob[];
  all(): readonly SchedulerJob[];
  /** Throws NOT_FOUND. */
  get(name: string): SchedulerJob;
  /** Throws ALREADY_EXISTS and INVALID_ARGUMENT. */
  create(parent: string, given: Record<string, unknown>): SchedulerJob;
  /** Replaces the fields of the mask, or all. Throws NOT_FOUND and INVALID_ARGUMENT. */
  update(name: string, given: Record<string, unknown>, mask: readonly string[] | null): SchedulerJob;
  setState(name: string, state: SchedulerJob['state']): SchedulerJob;
  /** Notes the outcome of an attempt; a job that is gone meanwhile is left alone. */
  noteAttempt(name: string, isSuccess: boolean): void;
  remove(name: string): void;
};

const JOB_NAME = /^projects\/[^/]+\/locations\/[^/]+\/jobs\/[A-Za-z0-9_-]{1,500}$/;
const CHANGEABLE = ['description', 'schedule', 'timeZone', 'httpTarget', 'retryConfig', 'attemptDeadline'] as const;
const DEFAULT_RETRY = {
  retryCount: 0,
  maxRetryDuration: '0s',
  minBackoffDuration: '5s',
  maxBackoffDuration: '3600s',
  maxDoublings: 5,
} as const;

/** Opens the list; with a state folder it is kept in `scheduler.json` there. */
export function openSchedulerJobs(stateDir: string | null): SchedulerJobs {
  const file = stateDir === null ? null : join(stateDir, 'scheduler.json');
  const saved = ((file !== null && readJsonFile(file)) || []) as SchedulerJob[]; // Written only by put below.
  const jobs = new Map(saved.map((job) => [job.name, job]));
  const save = (): void => {
    if (file !== null) writeJsonFile(file, [...jobs.values()]);
  };
  const put = (job: SchedulerJob): SchedulerJob => {
    jobs.set(job.name, job);
    save();
    return job;
  };
  const get = (name: string): SchedulerJob => {
    const job = jobs.get(name);
    if (job === undefined) throw new GoogleError('NOT_FOUND', 'Job not found.');
    return job;
  };
  return {
    get,
    all: () => [...jobs.values()],
    list: (parent) => [...jobs.values()].filter(({ name }) => name.startsWith(`${parent}/jobs/`)).toSorted(byName),
    create(parent, given) {
      const { name } = given;
      if (typeof name !== 'string' || !JOB_NAME.test(name) || !name.startsWith(`${parent}/jobs/`)) throw invalid('Job name');
      if (jobs.has(name)) throw new GoogleError('ALREADY_EXISTS', `Job ${name} already exists.`);
      return put(checkedJob(name, 'ENABLED', given));
    },
    update(name, given, mask) {
      const before: Readonly<Record<string, unknown>> = get(name);
      const fields = CHANGEABLE.map((field) => [field, mask === null || mask.includes(field) ? given[field] : before[field]]);
      return put(checkedJob(name, get(name).state, Object.fromEntries(fields)));
    },
    setState: (name, state) => put({ ...get(name), state }),
    noteAttempt(name, isSuccess) {
      const job = jobs.get(name);
      if (job !== undefined) put({ ...job, lastAttemptTime: new Date().toISOString(), status: isSuccess ? {} : { code: 13 } });
    },
    remove: (name) => (get(name), jobs.delete(name), save()),
  };
}

const byName = (a: SchedulerJob, b: SchedulerJob): number => (a.name < b.name ? -1 : 1);

/** Seconds of a protobuf duration such as `30s`. Throws INVALID_ARGUMENT. */
export function secondsOf(duration: unknown, what: string): number {
  const match = typeof duration === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(duration) : null;
  if (match === null) throw invalid(what);
  return Number(match[1]);
}

function checkedJob(name: string, state: SchedulerJob['state'], given: Record<string, unknown>): SchedulerJob {
  const { description, schedule, timeZone = 'Etc/UTC', httpTarget, attemptDeadline = '180s' } = given;
  const retryConfig = { ...DEFAULT_RETRY, ...Object(given['retryConfig']) } as SchedulerJob['retryConfig']; // checked on the next lines
  const deadline = secondsOf(attemptDeadline, 'attempt_deadline');
  if (deadline < 15 || deadline > 1800) throw invalid('attempt_deadline');
  if (!Number.isInteger(retryConfig.retryCount) || retryConfig.retryCount < 0 || retryConfig.retryCount > 5) throw invalid('retry_count');
  secondsOf(retryConfig.minBackoffDuration, 'min_backoff_duration');
  secondsOf(retryConfig.maxBackoffDuration, 'max_backoff_duration');
  if (typeof schedule !== 'string' || typeof timeZone !== 'string' || !isCron(schedule, timeZone)) throw invalid('schedule or time_zone');
  const target = Object(httpTarget) as SchedulerJob['httpTarget'];
  if (typeof target.uri !== 'string' || !URL.canParse(target.uri)) throw invalid('http_target.uri');
  return {
    name,
    ...(typeof description === 'string' ? { description } : {}),
    schedule,
    timeZone,
    httpTarget: { ...target, httpMethod: methodOf(target.httpMethod) },
    retryConfig,
    attemptDeadline: String(attemptDeadline),
    state,
    userUpdateTime: new Date().toISOString(),
  };
}

function isCron(schedule: string, timeZone: string): boolean {
  try {
    isDue(schedule, wallClock(new Date(), timeZone));
    return true;
  } catch {
    return false;
  }
}

/** google.cloud.scheduler.v1.HttpMethod; clients send the name or the number. */
const METHODS = ['POST', 'POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const;

function methodOf(given: unknown): string {
  const method = typeof given === 'number' ? METHODS[given] : METHODS.find((name) => name === (given ?? 'POST'));
  if (method === undefined) throw invalid('http_target.http_method');
  return method;
}

const invalid = (what: string): GoogleError => new GoogleError('INVALID_ARGUMENT', `${what} is invalid.`);
