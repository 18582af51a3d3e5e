/**
 * How many single erasures a member has started in 24 hours, counted over the jobs themselves.
 *
 * Guarantees: the jobs' times are the database's own, so whoever starts one past the callable, under the rules, is counted
 * too; of many that are started at once, exactly the first twenty run.
 */
import { Timestamp, type Query } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import type { RunningJob } from '../platform/jobs.ts';
import { after, ms } from '../shared/time.ts';
import { mostErasuresADay } from './approvals/contract.ts';

/** The erasures that a member started since, by their time. */
function erasuresSince(orgId: string, createdBy: string, since: Date): Query {
  const erasures = adminFirestore().collection('jobs').where('orgId', '==', orgId).where('kind', '==', 'erasure');
  return erasures.where('createdBy', '==', createdBy).where('createdAt', '>', Timestamp.fromDate(since)).orderBy('createdAt');
}

/** Whether a member may start no more single erasures now. */
export async function hasSpentDay(orgId: string, createdBy: string, now: Date): Promise<boolean> {
  const counted = await erasuresSince(orgId, createdBy, after(now, -ms.day)).count().get();
  return counted.data().count >= mostErasuresADay;
}

/** Whether a job is none of the first twenty of the day that ends with it. */
export async function isBeyondDay({ jobId, doc }: RunningJob): Promise<boolean> {
  const dayBefore = after(doc.createdAt.toDate(), -ms.day);
  const first = await erasuresSince(doc.orgId, doc.createdBy, dayBefore).limit(mostErasuresADay).select().get();
  return first.docs.every(({ id }) => id !== jobId);
}
