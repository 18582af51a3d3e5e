/**
 * Starting a job under the caller's token: the job document, its event and whatever belongs to it are one commit.
 * Guarantees: a job that is stored will run, now or when `sweepJobs` finds it; the rules check kind, role and event.
 */
import { doc, serverTimestamp, writeBatch, type Firestore, type WriteBatch } from 'firebase/firestore/lite';
import type { ErrorCode } from '../shared/errors.ts';
import type { JobId } from '../shared/ids.ts';
import { asCaller } from './callerErrors.ts';
import type { JobDoc, JobKind } from './jobContract.ts';
import { logFailure } from './log.ts';
import { enqueueJob } from './tasks.ts';

/** What a new job is. `fill` adds its event and further writes to the same commit, and answers the event's id. */
export type NewJob = {
  readonly jobId: JobId;
  readonly kind: JobKind;
  readonly orgId: string;
  readonly createdBy: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly fill: (batch: WriteBatch) => string;
  /** What a refusal by the rules means here: the role was checked before. Default `orgs/not-allowed`. */
  readonly refusedAs?: ErrorCode;
};

/** Stores and enqueues a job. A failure to enqueue is logged, not thrown: the job is stored and will be swept up. */
export async function startJob(db: Firestore, job: NewJob): Promise<void> {
  const batch = writeBatch(db);
  const lastEventId = job.fill(batch);
  const at = serverTimestamp();
  const head = { orgId: job.orgId, kind: job.kind, createdBy: job.createdBy, createdAt: at, updatedAt: at, input: job.input, lastEventId };
  const queued = { state: 'queued', step: 'queued', done: 0, total: 0, attempts: 0, error: null, result: null } satisfies Partial<
    JobDoc<unknown>
  >;
  batch.set(doc(db, `jobs/${job.jobId}`), { ...head, ...queued });
  await asCaller(job.refusedAs ?? 'orgs/not-allowed', () => batch.commit());
  await enqueueJob(job.kind, job.jobId, 0).catch((thrown: unknown) => logFailure('job not enqueued', thrown, { jobId: job.jobId }));
}
