/**
 * Jobs of what is being restored are held: nothing writes while documents are made as they were.
 *
 * Guarantees: from the hold (fence.ts) on no job is taken up, and whoever works on one commits nothing more, because its document is no
 * longer as that worker left it. An erasure waits and goes on afterwards; import, extract and export of the register are ended,
 * with an error that says why, because what they were reading or had written is another. A job that ends by itself at that moment
 * stays ended. Every step may run again.
 */
import { FieldValue, type DocumentSnapshot, type Query } from 'firebase-admin/firestore';
import { adminFirestore, isOutdated } from '../../platform/firestore.ts';
import type { JobKind } from '../../platform/jobContract.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { nothing } from './commit.ts';
import type { Fence } from './fence.ts';
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

/** Holds the jobs of a target that is held; answers how many were ended and how many wait. Throws as the fence does, also when there are none. */
export async function holdJobs(target: Target, fence: Fence): Promise<{ ended: number; waiting: number }> {
  await fence.commit(nothing);
  const counted = { ended: 0, waiting: 0 };
  for (const job of (await unfinishedOf(target).get()).docs) {
    const outcome = await holdJob(job, fence);
    if (outcome !== 'finished') counted[outcome === 'ended' ? 'ended' : 'waiting'] += 1;
  }
  return counted;
}

/** Ends a job, or lets it wait; one that has finished since it was read stays as it is. */
export async function holdJob(job: DocumentSnapshot, fence: Pick<Fence, 'commit'>): Promise<'ended' | 'waits' | 'finished'> {
  const state: unknown = job.get('state');
  const { updateTime: lastUpdateTime } = job;
  if (lastUpdateTime === undefined || (state !== 'queued' && state !== 'running')) return 'finished';
  const outcome = outcomes[job.get('kind') as JobKind]; // the rules let no other kind be stored
  const end = outcome === 'ended' ? { state: 'failed', error: { code: restoredMeanwhile, details: {} } } : {};
  // Either way the document changes, so that a worker's next commit finds its lease lost.
  const changes = { updatedAt: FieldValue.serverTimestamp(), leaseUntil: FieldValue.delete(), ...end };
  try {
    await fence.commit((batch) => batch.update(job.ref, changes, { lastUpdateTime }));
    return outcome;
  } catch (thrown) {
    if (!isOutdated(thrown)) throw thrown;
    return holdJob(await job.ref.get(), fence); // its worker was at work
  }
}

/**
 * Notes that from now on documents of what is held are written: audit/reconciling then takes every change for the restore's. When an earlier
 * restore has written some, that stays.
 */
export async function beginWriting(fence: Fence): Promise<void> {
  if (!fence.isWriting) await fence.commit(nothing, { writingSince: FieldValue.serverTimestamp() });
}

function unfinishedOf(target: Target): Query {
  const jobs = adminFirestore().collection('jobs').where('state', 'in', ['queued', 'running']);
  return target.kind === 'organisation' ? jobs.where('orgId', '==', target.orgId) : jobs;
}
