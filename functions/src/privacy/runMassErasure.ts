/**
 * The job that erases many persons, as two members agreed.
 *
 * Guarantees: every person goes through the steps of erasePerson.ts, with a ledger entry, a certificate and events of their
 * own; the checkpoint that counts a person is in the commit of their certificate, so that a kill neither loses nor doubles
 * anybody; a person whose erasure has begun is finished, and nobody new is begun for a starter who may no longer erase.
 */
import { FieldValue, type WriteBatch } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addJobEvent, type JobActor } from '../audit/event.ts';
import { needsStarter } from '../orgs/jobStarter.ts';
import { adminFirestore } from '../platform/firestore.ts';
import type { RunningJob } from '../platform/jobs.ts';
import { AppError } from '../shared/errors.ts';
import type { DataSubjectId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { massErasureInput } from './approvals/contract.ts';
import { approvedInput } from './approvals/usedApproval.ts';
import type { ErasureReason } from './contract.ts';
import { erasePerson, erasureProgress, type ErasureProgress } from './erasePerson.ts';
import { massRecordId } from './erasurePlan.ts';
import { blockersOf } from './erasures.ts';

const cursorSchema = z.object({
  /** Persons dealt with. */
  next: z._default(z.int(), 0),
  erased: z._default(z.int(), 0),
  /** How far the next person's erasure has come. */
  current: z._default(erasureProgress, { isErased: false }),
  completedAt: z.optional(z.iso.datetime()),
});
type Cursor = z.infer<typeof cursorSchema>;

const untouched: ErasureProgress = { isErased: false };

/** Erases the persons; answers `{ completedAt, erased, skipped }`. Skipped is who was gone already or is being erased. */
export async function runMassErasure(job: RunningJob, clock: Clock): Promise<Readonly<Record<string, unknown>>> {
  const { dataSubjectIds, reason } = await approvedInput(job, massErasureInput);
  const actor = { orgId: job.doc.orgId, jobId: job.jobId, onBehalfOf: job.doc.createdBy };
  let cursor = z.parse(cursorSchema, job.cursor);
  for (const dataSubjectId of dataSubjectIds.slice(cursor.next)) {
    cursor = await eraseNext({ job, actor, dataSubjectId, reason, total: dataSubjectIds.length }, cursor, clock);
  }
  const skipped = dataSubjectIds.length - cursor.erased;
  if (cursor.completedAt !== undefined) return { completedAt: cursor.completedAt, erased: cursor.erased, skipped };
  const completedAt = clock().toISOString();
  await job.commit((batch) => finish(batch, actor), { step: 'finishing', cursor: { completedAt } });
  return { completedAt, erased: cursor.erased, skipped };
}

type Next = {
  readonly job: RunningJob;
  readonly actor: JobActor;
  readonly dataSubjectId: DataSubjectId;
  readonly reason: ErasureReason;
  readonly total: number;
};

async function eraseNext({ job, actor, dataSubjectId, reason, total }: Next, before: Cursor, clock: Clock): Promise<Cursor> {
  const hasBegun = before.current.erased !== undefined;
  if (!hasBegun) {
    await needsStarter(job.doc, clock);
    if (!(await isActive(actor.orgId, dataSubjectId))) return passOver(job, before, total);
    await needsUnblocked(actor.orgId, dataSubjectId);
  }
  const after: Cursor = { ...before, next: before.next + 1, erased: before.erased + 1, current: untouched };
  let current = before.current;
  const recordId = massRecordId(job.jobId, dataSubjectId);
  await erasePerson(
    { dataSubjectId, reason, actor, requestedAt: job.doc.createdAt.toDate(), recordId },
    before.current,
    async (fill, step, { completedAt, ...progress }) => {
      current = { ...current, ...progress };
      const cursor = completedAt === undefined ? { current } : { next: after.next, erased: after.erased, current: untouched };
      await job.commit(fill, {
        step: step === 'finishing' ? 'erasing' : step,
        done: completedAt === undefined ? before.next : after.next,
        total,
        cursor,
      });
    },
    clock,
    (batch) => markErasing(batch, actor, dataSubjectId),
  );
  return after;
}

async function passOver(job: RunningJob, before: Cursor, total: number): Promise<Cursor> {
  const next = before.next + 1;
  await job.commit(() => undefined, { step: 'erasing', done: next, total, cursor: { next } });
  return { ...before, next };
}

async function isActive(orgId: string, dataSubjectId: DataSubjectId): Promise<boolean> {
  return (await adminFirestore().doc(`orgs/${orgId}/dataSubjects/${dataSubjectId}`).get()).get('state') === 'active';
}

/** Waits, by another try, for a job that works on the person: it would write what was just erased. */
async function needsUnblocked(orgId: string, dataSubjectId: DataSubjectId): Promise<void> {
  if ((await blockersOf(orgId, dataSubjectId)).length === 0) return;
  throw new AppError('shared/unavailable', 'another job works on this person', { service: 'jobs' });
}

/** The tombstone, which the start of a single erasure sets under the rules: from here on nobody can change the person. */
function markErasing(batch: WriteBatch, actor: JobActor, dataSubjectId: DataSubjectId): void {
  const db = adminFirestore();
  const happening = { action: 'privacy.erasure.start', targetKind: 'dataSubject', targetIds: [dataSubjectId] } as const;
  const lastEventId = addJobEvent(batch, db, actor, happening);
  const updatedAt = FieldValue.serverTimestamp();
  const person = db.doc(`orgs/${actor.orgId}/dataSubjects/${dataSubjectId}`);
  batch.update(person, { state: 'erasing', version: FieldValue.increment(1), updatedAt, lastEventId });
}

function finish(batch: WriteBatch, actor: JobActor): void {
  addJobEvent(batch, adminFirestore(), actor, { action: 'privacy.massErasure.finish', targetKind: 'job', targetIds: [actor.jobId] });
}
