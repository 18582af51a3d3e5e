/**
 * The access review: somebody goes through who has access and decides about each.
 *
 * Guarantees: a review is completed only when there is a decision about every active member and whoever is to be removed is
 * removed; one that is interrupted between removals is completed by calling it again. A signature counts only when it is
 * the caller's own, of this review, at this version; it is looked up each time a review is shown, and is gone with the account
 * that signed. Does not change roles: `change` notes that somebody has done so. Does not hold a manager who writes past these
 * functions to deciding about everybody: the rules cannot count members. What was decided is shown, and who completed it.
 */
import type { Timestamp } from 'firebase/firestore/lite';
import type * as z from 'zod/mini';
import { signedBy } from '../../identity/bankId/evidence.ts';
import { newId } from '../../platform/random.ts';
import { AppError, invalidInput, isAppError } from '../../shared/errors.ts';
import type { AccessReviewId, AccountId } from '../../shared/ids.ts';
import type { OrgActor } from '../memberCallable.ts';
import { removeMember } from '../members/changeMembers.ts';
import { mayGive } from '../members/membership.ts';
import { activeMembers, type StoredMember } from '../members/store.ts';
import type { AccessDecision, reviewsCallables } from './contract.ts';
import { reviewDueAt } from './dueDate.ts';
import {
  completeReviewDoc,
  createReviewDoc,
  latestReviews,
  openReviewAt,
  writeDecisions,
  type Decisions,
  type StoredReview,
} from './store.ts';

const mostShown = 20;

/** Begins a review; answers the open one when there is one already. */
export async function startAccessReview(actor: OrgActor): Promise<{ reviewId: AccessReviewId; version: number }> {
  const open = (await latestReviews(actor, mostShown + 1)).find(({ state }) => state === 'open');
  if (open !== undefined) return open;
  const reviewId = newId<AccessReviewId>();
  await createReviewDoc(actor, reviewId);
  return { reviewId, version: 1 };
}

/** One decision. */
export type Decided = { readonly accountId: AccountId; readonly decision: AccessDecision };

/**
 * Notes decisions; answers the review's new version. Throws `shared/conflict`, `shared/invalid-input` for somebody who is no
 * member or for removing oneself, `orgs/not-allowed` for removing somebody whom the actor may not remove.
 */
export async function decideAccess(
  actor: OrgActor,
  reviewId: AccessReviewId,
  version: number,
  decided: readonly Decided[],
): Promise<number> {
  const [review, members] = await Promise.all([openReviewAt(actor, reviewId, version), reviewedMembers(actor)]);
  for (const { accountId, decision } of decided) {
    const member = members.find((known) => known.accountId === accountId);
    if (member === undefined) throw invalidInput('decisions', 'must be about members');
    if (decision === 'remove') needsRemovable(actor, member);
  }
  const all = { ...review.decisions, ...Object.fromEntries(decided.map(({ accountId, decision }) => [accountId, decision])) };
  // Who has left meanwhile needs no decision, and must not keep one who is there from getting theirs.
  const decisions = Object.fromEntries(Object.entries(all).filter(([id]) => members.some(({ accountId }) => accountId === id)));
  await writeDecisions(actor, review, decisions);
  return version + 1;
}

function needsRemovable(actor: OrgActor, { accountId, role }: StoredMember): void {
  if (accountId === actor.accountId) throw invalidInput('decisions', 'must not remove oneself');
  if (!mayGive(actor.role, role)) throw new AppError('orgs/not-allowed', 'your role does not allow this');
}

/** Everybody whose access is reviewed: support is there by its grant, for hours. */
const reviewedMembers = async (actor: OrgActor): Promise<readonly StoredMember[]> =>
  (await activeMembers(actor)).filter(({ role }) => role !== 'support');

/**
 * Removes whom the review removes, and completes it. Answers who lost access. Throws `shared/invalid-input` naming
 * `decisions` while some are missing, or `evidenceId` for a signature that is not the caller's of this version.
 */
export async function completeAccessReview(
  actor: OrgActor,
  reviewId: AccessReviewId,
  version: number,
  evidenceId: string | null,
): Promise<readonly AccountId[]> {
  const review = await openReviewAt(actor, reviewId, version);
  if (evidenceId !== null) await needsOwnSignature(actor, review, evidenceId);
  const members = await reviewedMembers(actor);
  if (!members.every(({ accountId }) => accountId in review.decisions)) throw invalidInput('decisions', 'must be about every member');
  const leaving = members.filter(({ accountId }) => review.decisions[accountId] === 'remove');
  for (const member of leaving) needsRemovable(actor, member);
  for (const { accountId } of leaving) await removeMember(actor, accountId);
  await completeReviewDoc(actor, review, evidenceId);
  return accountsWith(review.decisions, 'remove');
}

async function needsOwnSignature(actor: OrgActor, review: StoredReview, evidenceId: string): Promise<void> {
  if (!(await isSignature(actor, review, { by: actor.accountId, evidenceId, version: review.version })))
    throw invalidInput('evidenceId', 'must be your signature of this review as it is now');
}

/** Whether the account has signed this review at this version. */
async function isSignature(
  { orgId }: OrgActor,
  { reviewId }: StoredReview,
  { by, evidenceId, version }: { readonly by: AccountId; readonly evidenceId: string; readonly version: number },
): Promise<boolean> {
  try {
    const signed = await signedBy(by, evidenceId);
    return signed.kind === 'orgs.accessReview' && signed.orgId === orgId && signed.id === reviewId && signed.version === version;
  } catch (thrown) {
    if (isAppError(thrown, 'shared/not-found')) return false;
    throw thrown;
  }
}

/** The review, its evidence left out unless it is a signature of what was completed: the rules let any id be written there. */
async function withRealEvidence(actor: OrgActor, review: StoredReview): Promise<StoredReview> {
  const { completedBy: by, evidenceId, version } = review;
  if (evidenceId === null) return review;
  // Completing was one version on from what was signed.
  const isReal = by !== null && (await isSignature(actor, review, { by, evidenceId, version: version - 1 }));
  return isReal ? review : { ...review, evidenceId: null };
}

const accountsWith = (decisions: Decisions, wanted: AccessDecision): AccountId[] =>
  // The rules accept account ids only.
  Object.entries(decisions).flatMap(([accountId, decision]) => (decision === wanted ? [accountId as AccountId] : []));

type Shown = z.input<(typeof reviewsCallables)['getAccessReview']['output']>;

/** The open review or the latest, those before, and when the next is due. */
export async function getAccessReview(actor: OrgActor): Promise<Shown> {
  const stored = await latestReviews(actor, mostShown + 1);
  const reviews = await Promise.all(stored.map((review) => withRealEvidence(actor, review)));
  const review = reviews.find(({ state }) => state === 'open') ?? reviews[0];
  return {
    dueAt: reviewDueAt(timesOf(actor)).toISOString(),
    review: review === undefined ? null : shown(review),
    history: reviews.flatMap((past) => historyOf(past)).slice(0, mostShown),
  };
}

function timesOf({ organisation }: OrgActor) {
  // Stored by the founding and, later, by the rules' leave only.
  const { createdAt, lastAccessReviewAt } = organisation as unknown as { createdAt: Timestamp; lastAccessReviewAt: Timestamp | null };
  return {
    createdAt: createdAt.toDate(),
    lastAccessReviewAt: lastAccessReviewAt?.toDate() ?? null,
    reviewEveryMonths: organisation.reviewEveryMonths,
  };
}

function shown({ startedAt, completedAt, decisions, ...review }: StoredReview): NonNullable<Shown['review']> {
  return {
    ...review,
    startedAt: startedAt.toISOString(),
    completedAt: completedAt?.toISOString() ?? null,
    decisions: Object.entries(decisions).map(([accountId, decision]) => ({ accountId, decision })),
  };
}

function historyOf({ reviewId, completedBy, completedAt, decisions, evidenceId }: StoredReview): Shown['history'] {
  if (completedBy === null || completedAt === null) return [];
  const counted = {
    kept: accountsWith(decisions, 'keep').length,
    changed: accountsWith(decisions, 'change').length,
    removed: accountsWith(decisions, 'remove').length,
  };
  return [{ reviewId, completedBy, completedAt: completedAt.toISOString(), ...counted, isSigned: evidenceId !== null }];
}
