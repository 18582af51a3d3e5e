/** Pure: Cloud Scheduler's jobs as the table of schedules wants them, and what differs from those that are there. */
import { scheduleTimeZone, schedules, type Schedule } from '../../functions/src/platform/schedules.ts';

/** Where the jobs are and what they call. */
export type JobsPlace = {
  /** `projects/…/locations/…` */
  readonly parent: string;
  /** Base of the functions' own addresses, without a slash at the end. */
  readonly functionsUrl: string;
  /** E-mail of the service account whose token the functions ask for. */
  readonly account: string;
};

/** What is compared of a job. Durations in seconds. */
export type WantedJob = {
  readonly name: string;
  readonly description: string;
  readonly schedule: string;
  readonly timeZone: string;
  readonly httpTarget: {
    readonly uri: string;
    readonly httpMethod: 'POST';
    readonly oidcToken: { readonly serviceAccountEmail: string; readonly audience: string };
  };
  readonly attemptDeadlineSeconds: number;
  readonly retries: Schedule['retries'];
};

/** A job that differs, and the fields in which it does. */
export type Difference = { readonly job: WantedJob; readonly fields: readonly (keyof WantedJob | 'state')[] };

/** What has to happen. */
export type JobsPlan = {
  readonly create: readonly WantedJob[];
  readonly update: readonly Difference[];
  /** Names of jobs of ours that the table no longer has. */
  readonly remove: readonly string[];
};

/** Jobs of Valv begin so; other jobs of the project are not touched. */
const prefix = 'valv-';

/** Resource name of the job of a schedule. */
export const jobName = (parent: string, schedule: string): string => `${parent}/jobs/${prefix}${schedule}`;

/** The jobs that the table wants. */
export function wantedJobs({ parent, functionsUrl, account }: JobsPlace): readonly WantedJob[] {
  return Object.entries(schedules).map(([name, { cron, deadlineSeconds, retries, words }]) => {
    const uri = `${functionsUrl}/${name}`;
    return {
      name: jobName(parent, name),
      description: words,
      schedule: cron,
      timeZone: scheduleTimeZone,
      httpTarget: { uri, httpMethod: 'POST', oidcToken: { serviceAccountEmail: account, audience: uri } },
      attemptDeadlineSeconds: deadlineSeconds,
      retries,
    };
  });
}

/** Compares what is wanted with what is there. `paused` holds the names of jobs that do not run. */
export function planJobs(
  wanted: readonly WantedJob[],
  present: readonly WantedJob[],
  paused: ReadonlySet<string>,
  parent: string,
): JobsPlan {
  const byName = new Map(present.map((job) => [job.name, job]));
  const names = new Set(wanted.map(({ name }) => name));
  const update = wanted.flatMap((job) => {
    const there = byName.get(job.name);
    const fields = there === undefined ? [] : differing(job, there);
    const all = paused.has(job.name) ? [...fields, 'state' as const] : fields;
    return all.length === 0 ? [] : [{ job, fields: all }];
  });
  return {
    create: wanted.filter(({ name }) => !byName.has(name)),
    update,
    remove: present.map(({ name }) => name).filter((name) => name.startsWith(jobName(parent, '')) && !names.has(name)),
  };
}

function differing(wanted: WantedJob, there: WantedJob): (keyof WantedJob)[] {
  const fields = ['description', 'schedule', 'timeZone', 'httpTarget', 'attemptDeadlineSeconds', 'retries'] as const;
  return fields.filter((field) => sorted(wanted[field]) !== sorted(there[field]));
}

/** JSON with the members in order, so that two equal values are two equal texts. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
