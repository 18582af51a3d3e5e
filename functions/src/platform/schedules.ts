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
/** Runs again soon anyway. */
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
  hourlyIncrement: {
    cron: '5 * * * *',
    deadlineSeconds: 1800,
    retries: patient,
    lateAfterSeconds: 3 * hour,
    words: 'puts what was changed in the last hour with the exports',
  },
  keysExport: {
    cron: '20 2,3 * * *',
    deadlineSeconds: 1800,
    retries: patient,
    lateAfterSeconds: 26 * hour,
    words: 'exports the wrapped keys once a night, to a bucket of their own',
  },
  restoreDrill: {
    cron: '0 4 * * 0',
    deadlineSeconds: 1800,
    retries: { ...patient, count: 1 },
    lateAfterSeconds: 8 * 24 * hour,
    words: 'restores the newest export into a scratch database, to prove that it can be',
  },
  copyExports: {
    cron: '25 * * * *',
    deadlineSeconds: 1800,
    retries: patient,
    lateAfterSeconds: 3 * hour,
    words: 'copies exports and increments to the second region',
  },
  pruneExports: {
    cron: '45 * * * *',
    deadlineSeconds: 1800,
    retries: patient,
    lateAfterSeconds: 3 * hour,
    words: 'removes backups whose time is over',
  },
  heartbeat: {
    cron: '*/5 * * * *',
    deadlineSeconds: 120,
    retries: none,
    lateAfterSeconds: 15 * minute,
    words: 'tells operators when a schedule is silent',
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
  sealAuditEvents: {
    cron: '* * * * *',
    deadlineSeconds: 300,
    retries: none,
    lateAfterSeconds: 15 * minute,
    words: 'seals the events of the audit log and signs the heads of all organisations',
  },
  reconcileAudit: {
    cron: '41 * * * *',
    deadlineSeconds: 540,
    // It fails while something it has found stands: each repetition would read on, 20,000 documents, and cure nothing.
    retries: none,
    lateAfterSeconds: 3 * hour,
    words: 'looks for documents that were changed without an event, and for events that are not as they were sealed',
  },
  mailReceipts: {
    cron: '30 6 * * *',
    deadlineSeconds: 1800,
    retries: patient,
    lateAfterSeconds: 26 * hour,
    words: 'mails receipts of the audit log to the organisations that want them',
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
