/** When access is to be reviewed again. */

/**
 * The instant some calendar months (UTC) after `since`, on the last day of a month that has no such day: 31 January plus one
 * month is 28 or 29 February.
 */
export function monthsAfter(since: Date, months: number): Date {
  const first = new Date(since);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() + months);
  const daysInMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(since.getUTCDate(), daysInMonth));
  return first;
}

/** What an organisation's due date depends on. */
export type ReviewTimes = { readonly createdAt: Date; readonly lastAccessReviewAt: Date | null; readonly reviewEveryMonths: number };

/** When the next review is due: months after the last one, or after the founding. */
export function reviewDueAt({ createdAt, lastAccessReviewAt, reviewEveryMonths }: ReviewTimes): Date {
  return monthsAfter(lastAccessReviewAt ?? createdAt, reviewEveryMonths);
}
