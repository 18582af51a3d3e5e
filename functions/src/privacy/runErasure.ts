/**
 * The job that erases one person; the steps are in erasePerson.ts.
 *
 * Guarantees: an erasure whose starter may no longer erase, or started more single ones in a day than are allowed, gives the
 * person back instead, on record, and fails; one that is in the ledger is finished, whoever started it.
 */
import { FieldValue, type WriteBatch } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addJobEvent } from '../audit/event.ts';
import { mayStillRun } from '../orgs/jobStarter.ts';
import { parseInput } from '../platform/callable.ts';
import { adminFirestore } from '../platform/firestore.ts';
import type { RunningJob } from '../platform/jobs.ts';
import { AppError } from '../shared/errors.ts';
import { idSchemas, type DataSubjectId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { mostErasuresADay } from './approvals/contract.ts';
import { erasureReasons } from './contract.ts';
import { isBeyondDay } from './erasureCount.ts';
import { erasePerson, erasureProgress, erasureSteps } from './erasePerson.ts';

const refusals = ['orgs/not-allowed', 'privacy/erasures-need-approval'] as const;
type Refusal = (typeof refusals)[number];

const inputSchema = z.object({ dataSubjectId: idSchemas.dataSubject, reason: z.enum(erasureReasons) });
const cursorSchema = z.extend(erasureProgress, { refused: z.optional(z.enum(refusals)), completedAt: z.optional(z.iso.datetime()) });

/** Erases the person; answers `{ completedAt }`. Throws `orgs/not-allowed` or `privacy/erasures-need-approval` for one that must not run. */
export async function runErasure(job: RunningJob, clock: Clock): Promise<Readonly<Record<string, unknown>>> {
  const { dataSubjectId, reason } = parseInput(inputSchema, job.doc.input);
  const cursor = z.parse(cursorSchema, job.cursor);
  // Certified by a run that was killed before it could say so.
  if (cursor.completedAt !== undefined) return { completedAt: cursor.completedAt };
  if (cursor.erased === undefined) await needsRight(job, dataSubjectId, cursor.refused, clock);
  const actor = { orgId: job.doc.orgId, jobId: job.jobId, onBehalfOf: job.doc.createdBy };
  const erasure = { dataSubjectId, reason, actor, requestedAt: job.doc.createdAt.toDate(), recordId: job.jobId };
  const completedAt = await erasePerson(
    erasure,
    cursor,
    (fill, step, progress) =>
      job.commit(fill, { step, done: erasureSteps.indexOf(step) + 1, total: erasureSteps.length, cursor: progress }),
    clock,
  );
  return { completedAt };
}

async function needsRight(job: RunningJob, dataSubjectId: DataSubjectId, known: Refusal | undefined, clock: Clock): Promise<void> {
  const refusal = known ?? (await refusalOf(job, clock));
  if (refusal === null) return;
  if (known === undefined) await giveBack(job, dataSubjectId, refusal);
  throw new AppError(refusal, 'this erasure must not run', { max: mostErasuresADay });
}

async function refusalOf(job: RunningJob, clock: Clock): Promise<Refusal | null> {
  if (!(await mayStillRun(job.doc, clock))) return 'orgs/not-allowed';
  return (await isBeyondDay(job)) ? 'privacy/erasures-need-approval' : null;
}

/** Makes the person active again, if the mark on them is this job's. */
async function giveBack(job: RunningJob, dataSubjectId: DataSubjectId, refused: Refusal): Promise<void> {
  const db = adminFirestore();
  const { orgId, createdBy, lastEventId: startEventId } = job.doc;
  const person = await db.doc(`orgs/${orgId}/dataSubjects/${dataSubjectId}`).get();
  const isMarked = person.get('state') === 'erasing' && person.get('lastEventId') === startEventId;
  const fill = (batch: WriteBatch): void => {
    if (!isMarked) return;
    const actor = { orgId, jobId: job.jobId, onBehalfOf: createdBy };
    const happening = { action: 'privacy.erasure.refuse', targetKind: 'dataSubject', targetIds: [dataSubjectId] } as const;
    const lastEventId = addJobEvent(batch, db, actor, happening);
    const updatedAt = FieldValue.serverTimestamp();
    batch.update(person.ref, { state: 'active', version: FieldValue.increment(1), updatedAt, lastEventId });
  };
  await job.commit(fill, { step: 'refused', cursor: { refused } });
}
