/**
 * Jobs of what is being restored are held: nothing writes while documents are made as they were.
 *
 * Guarantees: from the hold on no job is taken up, and whoever works on one commits nothing more, because its document is no
 * longer as that worker left it. An erasure waits and goes on afterwards; import, extract and export of the register are ended,
 * with an error that says why, because what they were reading or had written is another. Every step may run again.
 */
import { FieldValue, type DocumentReference, type Query } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import type { JobKind } from '../../platform/jobContract.ts';
import { everyOrganisation, holdPath } from '../../platform/restoreHold.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Target } from './restorePlan.ts';

/** What becomes of an unfinished job of each kind. */
const outcomes = {
  import: 'ended',
  extract: 'ended',
  registerExport: 'ended',
  erasure: 'waits',
  massErasure: 'waits',
} as const satisfies Record<JobKind, 'ended' | 'waits'>;

const restoredMeanwhile = 'backup/restored-meanwhile' satisfies ErrorCode;

/** Holds the jobs of a target; answers how many were ended and how many wait. */
export async function holdJobs(target: Target, restoreId: string): Promise<{ ended: number; waiting: number }> {
  await holdOf(target).set({ v: 1, restoreId, since: FieldValue.serverTimestamp() });
  const { docs } = await unfinishedOf(target).get();
  const counted = { ended: 0, waiting: 0 };
  for (const { ref, data } of docs.map((job) => ({ ref: job.ref, data: job.data() }))) {
    const updatedAt = FieldValue.serverTimestamp();
    const isEnded = outcomes[data['kind'] as JobKind] === 'ended'; // the rules let no other kind be stored
    const end = { state: 'failed', error: { code: restoredMeanwhile, details: {} } };
    // Either way the document changes, so that a worker's next commit finds its lease lost.
    await ref.update({ updatedAt, leaseUntil: FieldValue.delete(), ...(isEnded ? end : {}) });
    counted[isEnded ? 'ended' : 'waiting'] += 1;
  }
  return counted;
}

/** Lets jobs run again. `sweepJobs` finds those that waited. */
export async function releaseJobs(target: Target): Promise<void> {
  await holdOf(target).delete();
}

const holdOf = (target: Target): DocumentReference =>
  adminFirestore().doc(holdPath(target.kind === 'organisation' ? target.orgId : everyOrganisation));

function unfinishedOf(target: Target): Query {
  const jobs = adminFirestore().collection('jobs').where('state', 'in', ['queued', 'running']);
  return target.kind === 'organisation' ? jobs.where('orgId', '==', target.orgId) : jobs;
}
