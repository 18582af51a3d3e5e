/**
 * Every schedule of Valv: when it runs, how long it may take, how it is tried again, and when its silence is an alarm.
 *
 * Guarantees: this is the only such table; infra/provision/schedules.ts makes Cloud Scheduler's jobs from it, `scheduled`
 * takes its limits from it, the heartbeat watches by it. A test keeps it and the deployed functions equal.
 */
import { after, ms } from '../shared/time.ts';

/** When and how a job is started. */
export type Schedule = {
  /** unix-cron, in Swedish time. */
  readonly cron: string;
  /** After so many seconds an attempt counts as failed; also the function's own limit. At most 1800, Cloud Scheduler's. */
  readonly deadlineSeconds: number;
  /** How an attempt that failed is repeated. */
  readonly retries: {
    readonly count: number;
    readonly minBackoffSeconds: number;
    readonly maxBackoffSeconds: number;
    readonly maxDoublings: number;
  };
  /** Without success for so long, operators are alarmed. */
  readonly lateAfterSeconds: number;
  /** What it does, for operators. */
  readonly words: string;
};

/** The time zone of every schedule. */
export const scheduleTimeZone = 'Europe/Stockholm';

const minute = 60;
const hour = 3600;

const patient = { count: 5, minBackoffSeconds: 30, maxBackoffSeconds: 600, maxDoublings: 4 } as const;
/** Runs again within minutes anyway. */
const none = { count: 0, minBackoffSeconds: 5, maxBackoffSeconds: 5, maxDoublings: 0 } as const;

/** All schedules by the name of their function. */
export const schedules = {
  dailyExport: {
    // The night in March on which clocks go forward has no 02:00. On all others the second run finds a complete export, or repairs.
    cron: '0 2,3 * * *',
    deadlineSeconds: 1800,
    retries: patient,
    lateAfterSeconds: 26 * hour,
    words: 'exports the whole database once a night',
  },
  pruneExpired: {
    cron: '17 * * * *',
    deadlineSeconds: 1800,
    retries: patient,
    lateAfterSeconds: 3 * hour,
    words: 'removes what has expired: sessions, attempts, uploads, extracts',
  },
  accessReviewReminders: {
    cron: '0 6 * * *',
    deadlineSeconds: 540,
    retries: patient,
    lateAfterSeconds: 26 * hour,
    words: 'reminds organisations whose access review is due',
  },
  sweepJobs: {
    cron: '*/2 * * * *',
    deadlineSeconds: 60,
    retries: none,
    lateAfterSeconds: 15 * minute,
    words: 'hands over again the jobs that nobody works on',
  },
} as const satisfies Readonly<Record<string, Schedule>>;

/** The name of a schedule, and of its function. */
export type ScheduleName = keyof typeof schedules;

/** When a schedule that last succeeded (or was first known) at `since` is late. */
export const lateAt = (name: ScheduleName, since: Date): Date => after(since, schedules[name].lateAfterSeconds * ms.second);
