/** The decisions of an open review: shown at once, saved one after another upon the version that the last saving gave. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AccessDecision } from '../../../../functions/src/orgs/reviews/contract.ts';
import { call } from '../../api/call.ts';
import type { Output } from '../../api/callables.ts';

/** A review that can be worked on. */
export type Review = NonNullable<Output<'getAccessReview'>['review']>;
type Decisions = Readonly<Record<string, AccessDecision>>;

const byAccount = (review: Review): Decisions =>
  Object.fromEntries(review.decisions.map(({ accountId, decision }) => [accountId, decision]));

/** `decide` saves; `settled` waits for all savings and answers the version, or null after a failure. */
export function useDecisions(orgId: string, review: Review) {
  const queries = useQueryClient();
  const [decisions, setDecisions] = useState<Decisions>(() => byAccount(review));
  const [error, setError] = useState<unknown>(null);
  const version = useRef(review.version);
  const saving = useRef<Promise<boolean>>(Promise.resolve(true));
  useEffect(() => {
    // Another version than the one saved last is somebody else's, or the one fetched after a refusal.
    if (review.version === version.current) return;
    version.current = review.version;
    setDecisions(byAccount(review));
  }, [review]);
  const save = async (accountIds: readonly string[], decision: AccessDecision): Promise<boolean> => {
    try {
      const answer = await call('decideAccess', {
        orgId,
        reviewId: review.reviewId,
        version: version.current,
        decisions: accountIds.map((accountId) => ({ accountId, decision })),
      });
      version.current = answer.version;
      return true;
    } catch (thrown) {
      setError(thrown);
      await queries.invalidateQueries({ queryKey: ['accessReview', orgId] });
      return false;
    }
  };
  const decide = (accountIds: readonly string[], decision: AccessDecision) => {
    setError(null);
    setDecisions((before) => ({ ...before, ...Object.fromEntries(accountIds.map((accountId) => [accountId, decision])) }));
    for (let first = 0; first < accountIds.length; first += 100) {
      const part = accountIds.slice(first, first + 100);
      saving.current = saving.current.then(() => save(part, decision));
    }
  };
  const settled = async () => ((await saving.current) ? version.current : null);
  return { decisions, decide, settled, error };
}
