/** Binds the callables and the schedule of access reviews to their use cases. */
import { systemClock } from '../../platform/clock.ts';
import { scheduled } from '../../platform/scheduled.ts';
import { memberCallable } from '../memberCallable.ts';
import { reviewsCallables } from './contract.ts';
import { remindOfReviews } from './remindOfReviews.ts';
import { completeAccessReview as complete, decideAccess as decide, getAccessReview as get, startAccessReview as start } from './reviews.ts';

export const startAccessReview = /* @__PURE__ */ memberCallable(reviewsCallables, 'startAccessReview', 'orgs.review', {}, (actor) =>
  start(actor),
);

export const decideAccess = /* @__PURE__ */ memberCallable(
  reviewsCallables,
  'decideAccess',
  'orgs.review',
  {},
  async (actor, { reviewId, version, decisions }) => ({ version: await decide(actor, reviewId, version, decisions) }),
);

export const completeAccessReview = /* @__PURE__ */ memberCallable(
  reviewsCallables,
  'completeAccessReview',
  'orgs.review',
  {},
  async (actor, { reviewId, version, evidenceId }) => ({ removed: [...(await complete(actor, reviewId, version, evidenceId))] }),
);

export const getAccessReview = /* @__PURE__ */ memberCallable(reviewsCallables, 'getAccessReview', 'orgs.readReviews', {}, (actor) =>
  get(actor),
);

export const accessReviewReminders = /* @__PURE__ */ scheduled('accessReviewReminders', {}, () => remindOfReviews(systemClock));
