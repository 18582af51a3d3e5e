/** Decisions of an access review as the page shows them: stored ones, waiting ones, and what becomes of those that fail. */
import { describe, expect, it } from 'vitest';
import type { AccessReviewId, AccountId } from '../../../functions/src/shared/ids.ts';
import type { AccessDecision } from '../../../functions/src/orgs/reviews/contract.ts';
import { shownDecisions, withSaved, type Decided, type Reviews } from '../../../hosting/src/features/orgs/decisions.ts';

const reviewId = 'R'.repeat(20) as AccessReviewId;
const [anna, bo] = ['A'.repeat(20) as AccountId, 'B'.repeat(20) as AccountId];
const that = (accountId: AccountId, decision: AccessDecision): Decided => [{ accountId, decision }];
const answerAt = (version: number, decisions: Decided): Reviews => ({
  dueAt: '2027-01-01T00:00:00Z',
  review: {
    reviewId,
    state: 'open',
    startedBy: anna,
    startedAt: '2026-11-01T00:00:00Z',
    completedBy: null,
    completedAt: null,
    decisions,
    evidenceId: null,
    version,
  },
  history: [],
});
const shown = ({ review }: Reviews, unsaved: readonly Decided[] = []) => review && shownDecisions(review, unsaved);

describe('decisions of a review', () => {
  const stored = answerAt(3, that(anna, 'keep'));

  it('are shown at once, the last about somebody on top', () => {
    expect(shown(stored, [that(anna, 'remove'), that(bo, 'change'), that(anna, 'change')])).toEqual({ [anna]: 'change', [bo]: 'change' });
  });

  it('that fail after a success leave what is stored', () => {
    const after = withSaved(stored, reviewId, that(bo, 'remove'), 4);
    expect(shown(after, [that(bo, 'keep')])).toEqual({ [anna]: 'keep', [bo]: 'keep' });
    expect(shown(after)).toEqual({ [anna]: 'keep', [bo]: 'remove' });
  });

  it('that are saved after a failure do not bring the failed one back', () => {
    // 'remove' for Anna failed and is gone from those that wait.
    const after = withSaved(stored, reviewId, that(bo, 'keep'), 4);
    expect(shown(after)).toEqual({ [anna]: 'keep', [bo]: 'keep' });
    expect(after.review?.version).toBe(4);
  });

  it('that are answered after something newer was fetched change nothing', () => {
    const newer = answerAt(6, that(anna, 'change'));
    expect(withSaved(newer, reviewId, that(anna, 'remove'), 5)).toBe(newer);
    expect(withSaved(newer, reviewId, that(anna, 'change'), 6)).toBe(newer);
  });

  it('of another review are none of this one, nor is there one to change where none is known', () => {
    expect(withSaved(stored, 'S'.repeat(20), that(anna, 'remove'), 9)).toBe(stored);
    const none = { ...stored, review: null };
    expect(withSaved(none, reviewId, that(anna, 'remove'), 9)).toBe(none);
  });
});
