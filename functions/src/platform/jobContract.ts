/** The job document as the browser reads it while a bar moves: `jobs/{jobId}`. Browser-safe; holds no personal data. */
import type { ErrorCode } from '../shared/errors.ts';

/** Kinds of jobs that members start. */
export const jobKinds = ['import', 'extract', 'erasure', 'massErasure', 'registerExport'] as const;
/** One of {@link jobKinds}. */
export type JobKind = (typeof jobKinds)[number];

/** Life cycle: queued → running → succeeded or failed. A killed job stays running and is taken up again. */
export const jobStates = ['queued', 'running', 'succeeded', 'failed'] as const;
/** One of {@link jobStates}. */
export type JobState = (typeof jobStates)[number];

/** Fields that every job has. `At` is the database's instant type; `input` and `result` depend on the kind. */
export type JobDoc<At> = {
  readonly orgId: string;
  readonly kind: JobKind;
  readonly state: JobState;
  /** What it is doing, by name, e.g. `writing`; the interface has the words. */
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly createdBy: string;
  readonly createdAt: At;
  readonly updatedAt: At;
  /** How many times a worker took it up. */
  readonly attempts: number;
  readonly error: { readonly code: ErrorCode; readonly details: Readonly<Record<string, unknown>> } | null;
  readonly input: Readonly<Record<string, unknown>>;
  /** import: `{ imported, skipped, errorCount, errors: RowError[] }`; extract: `{ expiresAt, sizeBytes }`; erasure: `{ completedAt }`; massErasure: `{ completedAt, erased, skipped }` (numbers of persons); registerExport: `{ expiresAt, sizeBytes, persons }`. */
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly lastEventId: string;
};
