/**
 * Finds jobs that nobody works on and hands them over again: the worker was killed, or the task was never enqueued.
 * Guarantees: a job that is queued or running and silent for two minutes is enqueued anew; a second enqueueing of a job
 * that does have a task changes nothing, because the lease lets one worker in.
 */
import { Timestamp, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { AppError } from '../shared/errors.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { adminFirestore, isOutdated } from './firestore.ts';
import type { JobKind } from './jobContract.ts';
import { logFailure } from './log.ts';
import { enqueueJob } from './tasks.ts';

const silence = 2 * ms.minute;
const mostInOneRun = 500;

/** Hands stalled jobs over again; answers how many. Throws at the end if any could not be. */
export async function sweepJobs(clock: Clock): Promise<{ resumed: number }> {
  const before = Timestamp.fromDate(after(clock(), -silence));
  const jobs = adminFirestore().collection('jobs');
  const stalled = await jobs
    .where('state', 'in', ['queued', 'running'])
    .where('updatedAt', '<', before)
    .orderBy('updatedAt')
    .limit(mostInOneRun)
    .get();
  let resumed = 0;
  let failures = 0;
  for (const job of stalled.docs) {
    try {
      if (await handOver(job)) resumed += 1;
    } catch (thrown) {
      failures += 1;
      logFailure('job not handed over', thrown, { jobId: job.id });
    }
  }
  if (failures > 0) throw new AppError('shared/unavailable', `${failures} jobs could not be handed over`, { service: 'tasks' });
  return { resumed };
}

/** Counts the round first, and only if nobody took the job up meanwhile: a worker's checkpoint must not find it changed. */
async function handOver(job: QueryDocumentSnapshot): Promise<boolean> {
  const known: unknown = job.get('round');
  const round = (typeof known === 'number' ? known : 0) + 1;
  try {
    await job.ref.update({ round }, { lastUpdateTime: job.updateTime });
  } catch (thrown) {
    if (isOutdated(thrown)) return false;
    throw thrown;
  }
  await enqueueJob(job.get('kind') as JobKind, job.id, round); // the rules let no other kind be stored
  return true;
}
