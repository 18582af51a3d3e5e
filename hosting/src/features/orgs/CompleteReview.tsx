/** The end of a review: who is removed by it, that it is kept, and, for whoever wants, a signature by BankID. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useLocation } from 'react-router';
import { call } from '../../api/call.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { ErrorBoundary, NotLoaded } from '../../app/ErrorBoundary.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { lazily } from '../../app/lazily.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { isConflict } from '../../app/useChange.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { hasReturnedHere } from '../identity/bankId/returning.ts';
import { DialogStep } from '../identity/flow/frames.tsx';
import type { Member } from './data.ts';
import type { Review } from './decisions.ts';

const BankIdStep = lazily(async () => (await import('../identity/bankId/BankIdStep.tsx')).BankIdStep);

type CompleteReviewProps = {
  readonly review: Review;
  readonly undecided: number;
  readonly removed: readonly Member[];
  /** Waits for the decisions; the version to complete, or null when one could not be saved. */
  readonly settled: () => Promise<number | null>;
  readonly onCompleted: (words: string) => Promise<void>;
};

/** What stands below the members. */
export function CompleteReview({ review, undecided, removed, settled, onCompleted }: CompleteReviewProps) {
  const { locale, text } = useLanguage();
  const { bankId, reviews } = text;
  const { orgId } = useMembership();
  const { hash } = useLocation();
  const queries = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  // A phone comes back from the BankID app to this page.
  const [signingOn, setSigningOn] = useState<'this' | 'other' | null>(() => (hasReturnedHere(hash, 'sign') ? 'this' : null));
  const complete = useMutation({
    mutationFn: async (evidenceId: string | null) => {
      const version = await settled();
      // The page already says what could not be saved.
      if (version === null) return setIsAsked(false);
      const answer = await call('completeAccessReview', { orgId, reviewId: review.reviewId, version, evidenceId });
      const count = answer.removed.length;
      await onCompleted(count === 0 ? reviews.completed : reviews.completedRemoved(formatNumber(locale, count)));
    },
    gcTime: 0,
    onError: (error) => (isConflict(error) ? queries.invalidateQueries({ queryKey: ['accessReview', orgId] }) : undefined),
  });
  const sign = async (device: 'this' | 'other') => {
    setIsAsked(false);
    // What is signed names the counts as they are stored.
    if ((await settled()) !== null) setSigningOn(device);
  };
  const missing = undecided === 1 ? reviews.missingOne : reviews.missing(formatNumber(locale, undecided));
  if (signingOn !== null) {
    return (
      <>
        {complete.isError && <ErrorPanel error={complete.error} />}
        <ErrorBoundary instead={NotLoaded}>
          <Suspense>
            <BankIdStep
              Frame={DialogStep}
              purpose="sign"
              sameDevice={signingOn === 'this'}
              signing={{ orgId, kind: 'orgs.accessReview', id: review.reviewId }}
              onOutcome={(outcome) => {
                setSigningOn(null);
                if (outcome.kind === 'signed') complete.mutate(outcome.evidenceId);
              }}
              onBack={() => setSigningOn(null)}
            />
          </Suspense>
        </ErrorBoundary>
      </>
    );
  }
  return (
    <>
      {undecided > 0 && <p className="field-hint">{missing}</p>}
      {complete.isError && !isAsked && <ErrorPanel error={complete.error} />}
      <div className="actions">
        <Button
          isDisabled={undecided > 0}
          isPending={complete.isPending}
          onPress={() => {
            complete.reset();
            setIsAsked(true);
          }}
        >
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
        <Consequences removed={removed} />
        <h3>{reviews.signTitle}</h3>
        <p>{reviews.signHint}</p>
        <div className="actions">
          <Button variant="secondary" onPress={() => void sign('this')}>
            {bankId.thisDevice}
          </Button>
          <Button variant="secondary" onPress={() => void sign('other')}>
            {bankId.otherDevice}
          </Button>
        </div>
      </Confirm>
    </>
  );
}

/** Whom the completion removes. */
function Consequences({ removed }: { readonly removed: readonly Member[] }) {
  const { reviews } = useLanguage().text;
  if (removed.length === 0) return <p>{reviews.completeNone}</p>;
  return (
    <>
      <p>{reviews.completeRemoves}</p>
      <ul>
        {removed.map(({ accountId, displayName }) => (
          <li key={accountId}>{displayName}</li>
        ))}
      </ul>
    </>
  );
}
