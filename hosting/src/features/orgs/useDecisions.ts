/** The decisions of an open review: shown at once, saved one after another upon the version that is stored by then. */
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { AccessDecision } from '../../../../functions/src/orgs/reviews/contract.ts';
import { call } from '../../api/call.ts';
import { workIsSent } from '../../app/unsavedWork.ts';
import type { Member } from './data.ts';
import { shownDecisions, withSaved, type Decided, type Review, type Reviews } from './decisions.ts';

/** `decide` saves; `settled` waits for all savings and answers the version, or null when one of them failed. */
export function useDecisions(orgId: string, review: Review) {
  const queries = useQueryClient();
  const queryKey = ['accessReview', orgId];
  const [unsaved, setUnsaved] = useState<readonly Decided[]>([]);
  const [error, setError] = useState<unknown>(null);
  const failures = useRef(0);
  const saving = useRef(Promise.resolve());
  const latest = useRef<Decided>([]);
  /** As in the cache, into which each saving is written: the page hears of that a moment later. */
  const stored = (): Review => {
    const known = queries.getQueryData<Reviews>(queryKey)?.review;
    return known?.reviewId === review.reviewId ? known : review;
  };
  const save = async (part: Decided): Promise<void> => {
    const { reviewId, version } = stored();
    const isDone = () => setUnsaved((before) => before.filter((one) => one !== part));
    try {
      const answer = await call('decideAccess', { orgId, reviewId, version, decisions: part });
      // While others wait, the page still holds what the server has not taken.
      if (part === latest.current) workIsSent();
      // An answer that is under way may be older than this.
      await queries.cancelQueries({ queryKey });
      queries.setQueryData<Reviews>(queryKey, (known) => known && withSaved(known, reviewId, part, answer.version));
      isDone();
    } catch (thrown) {
      failures.current += 1;
      setError(thrown);
      isDone();
      await queries.invalidateQueries({ queryKey });
    }
  };
  const decide = (accountIds: readonly Member['accountId'][], decision: AccessDecision) => {
    setError(null);
    for (let first = 0; first < accountIds.length; first += 100) {
      const part = accountIds.slice(first, first + 100).map((accountId) => ({ accountId, decision }));
      latest.current = part;
      setUnsaved((before) => [...before, part]);
      saving.current = saving.current.then(() => save(part));
    }
  };
  const settled = async () => {
    const before = failures.current;
    await saving.current;
    return failures.current === before ? stored().version : null;
  };
  return { decisions: shownDecisions(stored(), unsaved), decide, settled, error };
}
