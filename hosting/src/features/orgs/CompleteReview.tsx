/** The end of a review: who is removed by it, and that it is kept. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import type { Member } from './data.ts';
import type { Review } from './useDecisions.ts';

type CompleteReviewProps = {
  readonly review: Review;
  readonly undecided: number;
  readonly removed: readonly Member[];
  /** Waits for the decisions; the version to complete, or null when one could not be saved. */
  readonly settled: () => Promise<number | null>;
  readonly onCompleted: (words: string) => Promise<void>;
};

/** The buttons below the members. */
export function CompleteReview({ review, undecided, removed, settled, onCompleted }: CompleteReviewProps) {
  const { locale, text } = useLanguage();
  const { reviews } = text;
  const { orgId } = useMembership();
  const [isAsked, setIsAsked] = useState(false);
  const complete = useMutation({
    mutationFn: async (evidenceId: string | null) => {
      const version = await settled();
      // The page already says what could not be saved.
      if (version === null) return setIsAsked(false);
      const answer = await call('completeAccessReview', { orgId, reviewId: review.reviewId, version, evidenceId });
      await onCompleted(
        answer.removed.length === 0 ? reviews.completed : reviews.completedRemoved(formatNumber(locale, answer.removed.length)),
      );
    },
    gcTime: 0,
  });
  return (
    <>
      {undecided > 0 && (
        <p className="field-hint">{undecided === 1 ? reviews.missingOne : reviews.missing(formatNumber(locale, undecided))}</p>
      )}
      <div className="actions">
        <Button isDisabled={undecided > 0} onPress={() => setIsAsked(true)}>
          {reviews.complete}
        </Button>
      </div>
      <Confirm
        title={reviews.completeAsk}
        isOpen={isAsked}
        action={reviews.complete}
        isDanger={removed.length > 0}
        isPending={complete.isPending}
        error={complete.error}
        onConfirm={() => complete.mutate(null)}
        onClose={() => setIsAsked(false)}
      >
        {removed.length === 0 ? (
          <p>{reviews.completeNone}</p>
        ) : (
          <>
            <p>{reviews.completeRemoves}</p>
            <ul>
              {removed.map(({ accountId, displayName }) => (
                <li key={accountId}>{displayName}</li>
              ))}
            </ul>
          </>
        )}
      </Confirm>
    </>
  );
}
