/** When an access review is due. */
import { describe, expect, test } from 'vitest';
import { monthsAfter, reviewDueAt } from '../../../functions/src/orgs/reviews/dueDate.ts';

describe('calendar months', () => {
  test.each([
    ['2026-01-15T10:00:00.000Z', 12, '2027-01-15T10:00:00.000Z'],
    ['2026-01-31T10:00:00.000Z', 1, '2026-02-28T10:00:00.000Z'],
    ['2028-01-31T23:59:59.000Z', 1, '2028-02-29T23:59:59.000Z'],
    ['2028-02-29T00:00:00.000Z', 12, '2029-02-28T00:00:00.000Z'],
    ['2026-12-31T00:00:00.000Z', 2, '2027-02-28T00:00:00.000Z'],
    ['2026-08-31T00:00:00.000Z', 1, '2026-09-30T00:00:00.000Z'],
  ])('%s and %i months is %s', (since, months, due) => {
    expect(monthsAfter(new Date(since), months).toISOString()).toBe(due);
  });

  test('leave the given instant as it is', () => {
    const since = new Date('2026-01-31T10:00:00.000Z');
    monthsAfter(since, 5);
    expect(since.toISOString()).toBe('2026-01-31T10:00:00.000Z');
  });
});

describe('a review is due', () => {
  const createdAt = new Date('2026-03-01T08:00:00.000Z');
  test('months after the founding when there was none', () => {
    expect(reviewDueAt({ createdAt, lastAccessReviewAt: null, reviewEveryMonths: 6 }).toISOString()).toBe('2026-09-01T08:00:00.000Z');
  });

  test('months after the last one', () => {
    const lastAccessReviewAt = new Date('2026-10-10T08:00:00.000Z');
    expect(reviewDueAt({ createdAt, lastAccessReviewAt, reviewEveryMonths: 12 }).toISOString()).toBe('2027-10-10T08:00:00.000Z');
  });
});
