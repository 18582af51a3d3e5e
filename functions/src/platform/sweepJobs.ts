/**
 * Finds jobs that nobody works on and hands them over again: the worker was killed, or the task was never enqueued.
 * Guarantees: a job that is queued or running and silent for two minutes is enqueued anew; a second enqueueing of a job
 * that does have a task changes nothing, because the lease lets one worker in.
 */
import { FieldValue, Timestamp } from 'firebase-admin/firestore';
import { after, ms, type Clock } from '../shared/time.ts';
import { adminFirestore } from './firestore.ts';
import type { JobKind } from './jobContract.ts';
import { enqueueJob } from './tasks.ts';

const silence = 2 * ms.minute;

/** Hands stalled jobs over again; answers how many. */
export async function sweepJobs(clock: Clock): Promise<{ resumed: number }> {
  const before = Timestamp.fromDate(after(clock(), -silence));
  const stalled = await adminFirestore()
    .collection('jobs')
    .where('state', 'in', ['queued', 'running'])
    .where('updatedAt', '<', before)
    .limit(100)
    .get();
  for (const job of stalled.docs) {
    const round: unknown = job.get('round');
    const next = (typeof round === 'number' ? round : 0) + 1;
    await enqueueJob(job.get('kind') as JobKind, job.id, next); // the rules let no other kind be stored
    await job.ref.update({ round: FieldValue.increment(1) });
  }
  return { resumed: stalled.size };
}
