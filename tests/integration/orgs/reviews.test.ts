/** Access reviews: everybody is decided about, whoever is to leave is removed, and whoever forgets is reminded. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { reviewsCallables, type AccessDecision } from '../../../functions/src/orgs/reviews/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  eventsOf,
  newOrganisation,
  refusal,
  refusedWith,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });

const start = async (at: Organisation, by = at.owner) =>
  reviewsCallables.startAccessReview.output.parse(await local.callable('startAccessReview', { orgId: at.orgId }, by.idToken));
const decide = async (
  at: Organisation,
  review: { reviewId: string; version: number },
  decided: readonly (readonly [SignedIn | { accountId: string }, AccessDecision])[],
  by = at.owner,
): Promise<number> => {
  const decisions = decided.map(([{ accountId }, decision]) => ({ accountId, decision }));
  const input = { orgId: at.orgId, reviewId: review.reviewId, version: review.version, decisions };
  return reviewsCallables.decideAccess.output.parse(await local.callable('decideAccess', input, by.idToken)).version;
};
const complete = async (at: Organisation, reviewId: string, version: number, evidenceId: string | null = null, by = at.owner) =>
  reviewsCallables.completeAccessReview.output.parse(
    await local.callable('completeAccessReview', { orgId: at.orgId, reviewId, version, evidenceId }, by.idToken),
  ).removed;
const get = async (at: Organisation, by = at.owner) =>
  reviewsCallables.getAccessReview.output.parse(await local.callable('getAccessReview', { orgId: at.orgId }, by.idToken));

/** Evidence of a signature, as the end of a BankID order leaves it. */
async function signed(by: SignedIn, over: object): Promise<string> {
  const evidenceId = `evidence-${Math.random().toString(36).slice(2).padEnd(14, '0')}`;
  const about = { orgId: 'O'.repeat(20), kind: 'orgs.accessReview', id: 'R'.repeat(20), version: 1, ...over };
  const evidence = { v: 1, purpose: 'sign', signed: about, sealed: Buffer.alloc(40), createdAt: Timestamp.now() };
  await database(local).doc(`accounts/${by.accountId}/signatures/${evidenceId}`).set(evidence);
  return evidenceId;
}

const daysAgo = (days: number): Timestamp => Timestamp.fromMillis(Date.now() - days * 86_400_000);

describe('a review', () => {
  let at: Organisation;
  let administrator: SignedIn;
  let leaving: SignedIn;
  beforeAll(async () => {
    at = await newOrganisation(local);
    administrator = await addMember(local, at.orgId, 'administrator');
    leaving = await addMember(local, at.orgId, 'editor');
  });

  test('is due a year after the founding, and not there before it is started', async () => {
    const { dueAt, review, history } = await get(at);
    expect(new Date(dueAt).getTime() - Date.now()).toBeGreaterThan(360 * 86_400_000);
    expect([review, history]).toEqual([null, []]);
  });

  test('goes from its start by decisions to its completion, which removes and is remembered', async () => {
    const review = await start(at, administrator);
    expect(await start(at)).toEqual(review); // the same one
    expect(await refusal(complete(at, review.reviewId, review.version))).toMatchObject({
      code: 'shared/invalid-input',
      details: { field: 'decisions' },
    });
    const second = await decide(at, review, [[at.owner, 'keep']], at.owner);
    const third = await decide(at, { ...review, version: second }, [
      [administrator, 'change'],
      [leaving, 'remove'],
    ]);
    expect((await get(at, administrator)).review?.decisions).toHaveLength(3);
    expect(await stored(local, `orgs/${at.orgId}/members/${leaving.accountId}`)).toMatchObject({ state: 'active' });
    expect(await complete(at, review.reviewId, third)).toEqual([leaving.accountId]);
    expect(await stored(local, `orgs/${at.orgId}/members/${leaving.accountId}`)).toMatchObject({ state: 'removed' });
    const { dueAt, review: latest, history } = await get(at);
    expect(latest).toMatchObject({ state: 'completed', startedBy: administrator.accountId, completedBy: at.owner.accountId });
    expect(history).toMatchObject([{ kept: 1, changed: 1, removed: 1, isSigned: false }]);
    const reviewedAt: unknown = (await stored(local, `orgs/${at.orgId}`))?.['lastAccessReviewAt'];
    expect(reviewedAt).toBeInstanceOf(Timestamp);
    expect(new Date(dueAt).getTime()).toBeGreaterThan(Date.now() + 360 * 86_400_000);
    const actions = (await eventsOf(local, at.orgId)).map(({ action }) => String(action)).filter((action) => action.includes('eview'));
    expect(actions).toEqual([
      'orgs.accessReview.start',
      'orgs.accessReview.decide',
      'orgs.accessReview.decide',
      'orgs.accessReview.complete',
    ]);
    expect(await refusedWith(complete(at, review.reviewId, third + 1))).toBe('shared/not-found');
    expect(await refusedWith(decide(at, { ...review, version: third + 1 }, [[at.owner, 'keep']]))).toBe('shared/not-found');
  });

  test('of an older version is a conflict, and of two at once one wins', async () => {
    const review = await start(at);
    const outcomes = await Promise.allSettled([
      decide(at, review, [[at.owner, 'keep']]),
      decide(at, review, [[administrator, 'keep']], administrator),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusal(decide(at, review, [[at.owner, 'keep']]))).toMatchObject({ code: 'shared/conflict', details: { version: 2 } });
  });

  test('refuses decisions about strangers, about oneself leaving, and about whom one may not remove', async () => {
    const review = await get(at).then(({ review: open }) => ({ reviewId: open?.reviewId ?? '', version: open?.version ?? 0 }));
    expect(await refusedWith(decide(at, review, [[{ accountId: 'N'.repeat(20) }, 'keep']]))).toBe('shared/invalid-input');
    expect(await refusedWith(decide(at, review, [[leaving, 'keep']]))).toBe('shared/invalid-input');
    expect(await refusedWith(decide(at, review, [[at.owner, 'remove']]))).toBe('shared/invalid-input');
    expect(await refusedWith(decide(at, review, [[at.owner, 'remove']], administrator))).toBe('orgs/not-allowed');
    expect(await refusedWith(decide(at, review, []))).toBe('shared/invalid-input');
  });

  test('forgets what was decided about somebody who has left', async () => {
    const own = await newOrganisation(local);
    const gone = await addMember(local, own.orgId, 'reader');
    const review = await start(own);
    const second = await decide(own, review, [[gone, 'keep']]);
    await local.callable('removeMember', { orgId: own.orgId, accountId: gone.accountId }, own.owner.idToken);
    await decide(own, { ...review, version: second }, [[own.owner, 'keep']]);
    expect((await get(own)).review?.decisions).toEqual([{ accountId: own.owner.accountId, decision: 'keep' }]);
  });

  test('is read by auditors too, and made by owners and administrators only', async () => {
    const [auditor, editor] = [await addMember(local, at.orgId, 'auditor'), await addMember(local, at.orgId, 'editor')];
    const { review } = await get(at, auditor);
    for (const who of [auditor, editor]) {
      expect(await refusedWith(start(at, who))).toBe('orgs/not-allowed');
      expect(await refusedWith(complete(at, review?.reviewId ?? '', review?.version ?? 0, null, who))).toBe('orgs/not-allowed');
    }
    expect(await refusedWith(get(at, editor))).toBe('orgs/not-allowed');
  });
});

describe('a signature', () => {
  test('counts when it is the caller’s own, of this review, as it is now', async () => {
    const at = await newOrganisation(local);
    const administrator = await addMember(local, at.orgId, 'administrator');
    const review = await start(at);
    const version = await decide(at, review, [
      [at.owner, 'keep'],
      [administrator, 'keep'],
    ]);
    const right = { orgId: at.orgId, id: review.reviewId, version };
    const wrong = [
      await signed(administrator, right),
      await signed(at.owner, { ...right, orgId: 'X'.repeat(20) }),
      await signed(at.owner, { ...right, id: 'X'.repeat(20) }),
      await signed(at.owner, { ...right, version: version - 1 }),
      await signed(at.owner, { ...right, kind: 'something.else' }),
      'N'.repeat(20),
    ];
    for (const evidenceId of wrong)
      expect(await refusal(complete(at, review.reviewId, version, evidenceId))).toMatchObject({
        code: 'shared/invalid-input',
        details: { field: 'evidenceId' },
      });
    const evidenceId = await signed(at.owner, right);
    await complete(at, review.reviewId, version, evidenceId);
    expect((await get(at)).history).toMatchObject([{ isSigned: true }]);
    expect((await get(at)).review).toMatchObject({ evidenceId });
  });

  test('that is none is not shown as one, whatever was written under the rules', async () => {
    const at = await newOrganisation(local);
    const review = await start(at);
    const version = await decide(at, review, [[at.owner, 'keep']]);
    await complete(at, review.reviewId, version);
    const right = { orgId: at.orgId, id: review.reviewId, version };
    const another = await addMember(local, at.orgId, 'administrator');
    const forged = ['N'.repeat(20), await signed(another, right), await signed(at.owner, { ...right, version: version - 1 })];
    for (const evidenceId of forged) {
      await database(local).doc(`orgs/${at.orgId}/accessReviews/${review.reviewId}`).update({ evidenceId });
      expect((await get(at)).history).toMatchObject([{ isSigned: false }]);
      expect((await get(at)).review).toMatchObject({ evidenceId: null });
    }
  });
});

describe('a completion that was interrupted', () => {
  test('after a removal is completed by calling it again', async () => {
    const at = await newOrganisation(local);
    const [first, second] = [await addMember(local, at.orgId, 'reader'), await addMember(local, at.orgId, 'reader')];
    const review = await start(at);
    const version = await decide(at, review, [
      [at.owner, 'keep'],
      [first, 'remove'],
      [second, 'remove'],
    ]);
    await local.callable('removeMember', { orgId: at.orgId, accountId: first.accountId }, at.owner.idToken); // as far as it came
    expect((await complete(at, review.reviewId, version)).toSorted()).toEqual([first.accountId, second.accountId].toSorted());
    expect(await stored(local, `orgs/${at.orgId}/members/${second.accountId}`)).toMatchObject({ state: 'removed' });
  });
});

describe('the reminder', () => {
  const alarmsOf = async ({ orgId }: Organisation) => {
    const alarms = await database(local).collection(`orgs/${orgId}/alarms`).where('kind', '==', 'accessReviewDue').get();
    return alarms.docs;
  };

  test('comes when a review is due, to owners and administrators, and again after a week', async () => {
    const [due, early] = [await newOrganisation(local), await newOrganisation(local)];
    const administrator = await addMember(local, due.orgId, 'administrator');
    await database(local)
      .doc(`orgs/${due.orgId}`)
      .update({ createdAt: daysAgo(370) });
    await database(local)
      .doc(`orgs/${early.orgId}`)
      .update({ createdAt: daysAgo(370), lastAccessReviewAt: daysAgo(300) });
    await local.cloud.runSchedule('accessReviewReminders');
    expect(await alarmsOf(due)).toHaveLength(1);
    expect(await alarmsOf(early)).toHaveLength(0);
    for (const { email } of [due.owner, administrator])
      expect((await local.mailbox.next(email)).subject).toBe('Dags att granska åtkomster (Föreningen Prov)');
    await local.cloud.runSchedule('accessReviewReminders');
    expect(await alarmsOf(due)).toHaveLength(1);
    const [alarm] = await alarmsOf(due);
    await alarm?.ref.update({ at: daysAgo(7), state: 'acknowledged' });
    await local.cloud.runSchedule('accessReviewReminders');
    expect((await alarmsOf(due)).length + ((await alarm?.ref.get())?.get('count') === 2 ? 1 : 0)).toBe(2);
  });

  test('follows the organisation’s own interval', async () => {
    const at = await newOrganisation(local);
    await database(local)
      .doc(`orgs/${at.orgId}`)
      .update({ createdAt: daysAgo(40), reviewEveryMonths: 2 });
    await local.cloud.runSchedule('accessReviewReminders');
    expect(await alarmsOf(at)).toHaveLength(0);
    await database(local).doc(`orgs/${at.orgId}`).update({ reviewEveryMonths: 1 });
    await local.cloud.runSchedule('accessReviewReminders');
    expect(await alarmsOf(at)).toHaveLength(1);
  });
});
