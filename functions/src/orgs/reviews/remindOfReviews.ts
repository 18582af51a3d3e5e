/**
 * Reminding organisations that access is to be reviewed, by a schedule.
 *
 * Guarantees: an organisation whose review is due gets an alarm, with mail to everybody who can do it, at once and then once
 * a week until it is done; a failure at one organisation does not keep the others, and is thrown at the end.
 */
import { Timestamp, type DocumentSnapshot } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import { logFailure } from '../../platform/log.ts';
import { pagesOf } from '../../platform/queryPages.ts';
import { AppError } from '../../shared/errors.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { raiseAlarm } from '../alarms/raiseAlarm.ts';
import { reviewDueAt } from './dueDate.ts';

const pageSize = 300;
const remindEvery = 7 * ms.day;

/** Raises the alarms that are due; answers how many organisations were looked at and reminded. */
export async function remindOfReviews(clock: Clock): Promise<{ organisations: number; reminded: number }> {
  const counts = { organisations: 0, reminded: 0, failed: 0 };
  for await (const organisation of organisations()) {
    counts.organisations += 1;
    try {
      if (await remind(organisation, clock)) counts.reminded += 1;
    } catch (thrown) {
      counts.failed += 1;
      logFailure('reminder of an access review failed', thrown, { orgId: organisation.id });
    }
  }
  const { failed, ...done } = counts;
  if (failed > 0) throw new AppError('shared/unavailable', `${failed} organisations were not reminded`, { failed });
  return done;
}

async function remind(organisation: DocumentSnapshot, clock: Clock): Promise<boolean> {
  const now = clock();
  const lastAccessReviewAt = instantOf(organisation, 'lastAccessReviewAt');
  const createdAt = instantOf(organisation, 'createdAt');
  if (createdAt === null) throw new TypeError('an organisation without "createdAt"');
  const reviewEveryMonths = Number(organisation.get('reviewEveryMonths'));
  if (reviewDueAt({ createdAt, lastAccessReviewAt, reviewEveryMonths }) > now) return false;
  if (await wasRemindedLately(organisation, now)) return false;
  await raiseAlarm(organisation.id, { kind: 'accessReviewDue', actorId: null, targetIds: [organisation.id], count: 1 }, clock);
  return true;
}

async function wasRemindedLately(organisation: DocumentSnapshot, now: Date): Promise<boolean> {
  const alarms = organisation.ref.collection('alarms').where('kind', '==', 'accessReviewDue');
  // An hour less: the schedule does not run at the same second each day.
  const since = Timestamp.fromDate(after(now, ms.hour - remindEvery));
  return !(await alarms.where('at', '>', since).limit(1).get()).empty;
}

function instantOf(document: DocumentSnapshot, field: string): Date | null {
  const at: unknown = document.get(field);
  return at instanceof Timestamp ? at.toDate() : null;
}

async function* organisations(): AsyncGenerator<DocumentSnapshot> {
  const all = adminFirestore().collection('orgs').select('createdAt', 'lastAccessReviewAt', 'reviewEveryMonths').orderBy('__name__');
  for await (const page of pagesOf(all, pageSize)) yield* page;
}
