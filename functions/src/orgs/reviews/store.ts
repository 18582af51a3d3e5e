/** Access reviews in Firestore, under the caller's token. */
import {
  collection,
  doc,
  getDoc,
  getDocs,
  limit,
  orderBy,
  query,
  serverTimestamp,
  writeBatch,
  type DocumentSnapshot,
  type Timestamp,
} from 'firebase/firestore/lite';
import { addMemberEvent } from '../../audit/event.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccessReviewId, AccountId, OrgId } from '../../shared/ids.ts';
import type { OrgActor } from '../memberCallable.ts';
import type { AccessDecision } from './contract.ts';

/** Decisions by account. */
export type Decisions = Readonly<Record<string, AccessDecision>>;

/** A review as stored. */
export type StoredReview = {
  readonly reviewId: AccessReviewId;
  readonly state: 'open' | 'completed';
  readonly startedBy: AccountId;
  readonly startedAt: Date;
  readonly completedBy: AccountId | null;
  readonly completedAt: Date | null;
  readonly decisions: Decisions;
  readonly evidenceId: string | null;
  readonly version: number;
};

const reviewPath = (orgId: OrgId, reviewId: AccessReviewId): string => `orgs/${orgId}/accessReviews/${reviewId}`;

/** The newest reviews, newest first. */
export async function latestReviews(actor: OrgActor, most: number): Promise<readonly StoredReview[]> {
  const latest = query(collection(actor.db, `orgs/${actor.orgId}/accessReviews`), orderBy('startedAt', 'desc'), limit(most));
  return (await asCaller('orgs/not-allowed', () => getDocs(latest))).docs.map(storedReview);
}

/** An open review that is at `version`. Throws `shared/not-found` for an absent or completed one, `shared/conflict`. */
export async function openReviewAt(actor: OrgActor, reviewId: AccessReviewId, version: number): Promise<StoredReview> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, reviewPath(actor.orgId, reviewId))));
  if (snapshot.get('state') !== 'open') throw new AppError('shared/not-found', 'not found');
  const review = storedReview(snapshot);
  if (review.version !== version) throw new AppError('shared/conflict', 'changed by somebody else meanwhile', { version: review.version });
  return review;
}

function storedReview(snapshot: DocumentSnapshot): StoredReview {
  // Stored in this form by the rules' leave only.
  const stored = snapshot.data() as Omit<StoredReview, 'reviewId' | 'startedAt' | 'completedAt'> & {
    startedAt: Timestamp;
    completedAt: Timestamp | null;
  };
  return {
    ...stored,
    reviewId: snapshot.id as AccessReviewId,
    startedAt: stored.startedAt.toDate(),
    completedAt: stored.completedAt?.toDate() ?? null,
  };
}

/** Stores a new review with its event. */
export async function createReviewDoc(actor: OrgActor, reviewId: AccessReviewId): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addReviewEvent(batch, actor, 'orgs.accessReview.start', reviewId);
  const started = { startedBy: actor.accountId, startedAt: serverTimestamp(), completedAt: null, completedBy: null };
  const review = { v: 1, state: 'open', ...started, decisions: {}, evidenceId: null, version: 1, lastEventId };
  batch.set(doc(actor.db, reviewPath(actor.orgId, reviewId)), review);
  await asCaller('orgs/not-allowed', () => batch.commit());
}

/** Stores what was decided, if the review still is at its version. Throws `shared/conflict`. */
export async function writeDecisions(actor: OrgActor, review: StoredReview, decisions: Decisions): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addReviewEvent(batch, actor, 'orgs.accessReview.decide', review.reviewId);
  batch.update(doc(actor.db, reviewPath(actor.orgId, review.reviewId)), { decisions, version: review.version + 1, lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
}

/** Completes a review and notes the time of it in the organisation, in one commit. Throws `shared/conflict`. */
export async function completeReviewDoc(actor: OrgActor, review: StoredReview, evidenceId: string | null): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addReviewEvent(batch, actor, 'orgs.accessReview.complete', review.reviewId);
  const completed = { state: 'completed', completedAt: serverTimestamp(), completedBy: actor.accountId, evidenceId };
  batch.update(doc(actor.db, reviewPath(actor.orgId, review.reviewId)), { ...completed, version: review.version + 1, lastEventId });
  batch.update(doc(actor.db, `orgs/${actor.orgId}`), { lastAccessReviewAt: serverTimestamp(), lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
}

function addReviewEvent(
  batch: ReturnType<typeof writeBatch>,
  actor: OrgActor,
  action: 'orgs.accessReview.start' | 'orgs.accessReview.decide' | 'orgs.accessReview.complete',
  reviewId: AccessReviewId,
) {
  const fields = action === 'orgs.accessReview.decide' ? ['decision'] : [];
  return addMemberEvent(batch, actor.db, actor, { action, targetKind: 'accessReview', targetIds: [reviewId], fields });
}
