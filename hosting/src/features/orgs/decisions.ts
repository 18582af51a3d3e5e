/**
 * What is known of an open review's decisions: those that are stored, and over them those that wait for the server. A decision
 * that could not be saved leaves no trace, so that what is shown is what a completion would carry out.
 */
import type { AccessDecision } from '../../../../functions/src/orgs/reviews/contract.ts';
import type { Output } from '../../api/callables.ts';

/** What the server answers about reviews. */
export type Reviews = Output<'getAccessReview'>;
/** A review that can be worked on. */
export type Review = NonNullable<Reviews['review']>;
/** Decisions that are saved together, about each member at most one. */
export type Decided = Review['decisions'];

/** What to show, by account: the stored decisions, and over them the unsaved ones in the order in which they were made. */
export function shownDecisions(stored: Review, unsaved: readonly Decided[]): Readonly<Record<string, AccessDecision>> {
  return Object.fromEntries([stored.decisions, ...unsaved].flat().map(({ accountId, decision }) => [accountId, decision]));
}

/** The answer about reviews once `saved` is stored at `version`; unchanged when it is about another review, or as new already. */
export function withSaved(answer: Reviews, reviewId: string, saved: Decided, version: number): Reviews {
  const { review } = answer;
  if (review?.reviewId !== reviewId || review.version >= version) return answer;
  const kept = review.decisions.filter(({ accountId }) => !saved.some((one) => one.accountId === accountId));
  return { ...answer, review: { ...review, version, decisions: [...kept, ...saved] } };
}
