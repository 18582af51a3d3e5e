import { Timestamp } from 'firebase/firestore/lite';
import { bentBefore, bentFields, type HostileCase, type Suite, suiteAdder, without } from '../support/bends.ts';
import type { MatrixRole } from '../matrix.ts';
import { prepareChange } from '../support/changes.ts';
import { acknowledgeAlarm, completeReview, grantSupport, plantCanary, startReview } from '../support/commitsOfOversight.ts';
import { alarmDoc, canaryDoc, type Fields, grantDoc, minutesFromNow, reviewDoc, sealedBytes } from '../support/documents.ts';
import type { Seed } from '../support/environment.ts';
import { randomId } from '../support/ids.ts';
import { organisationOf, type Scene } from '../support/scene.ts';
import { wire, type Write } from '../support/wire.ts';
import { here } from './settings.ts';

/** The suites of this file. */
export const oversightSuites: Suite[] = [];
const add = suiteAdder(oversightSuites);

/** Alarms, canaries, access reviews and support grants: closed forms and one way through their states. */

type Prepare = HostileCase['prepare'];
const bentBy = (prepare: Prepare, cases: Record<string, Fields>): HostileCase[] =>
  Object.entries(cases).map(([what, over]) => bentFields(prepare, `with ${what}`, (data) => ({ ...data, ...over })));
const incomplete = (prepare: Prepare, stored: Fields): HostileCase[] =>
  Object.keys(stored).map((key) => bentFields(prepare, `without "${key}"`, (data) => without(data, key)));
const over = (prepare: Prepare, stored: Fields): HostileCase => ({
  title: 'over one that is there',
  prepare,
  bend: ({ writes }) => ({ writes, seeds: writes.slice(0, 1).map(({ path }) => [path, stored]) }),
});
const shortId = (prepare: Prepare, make: (scene: Scene) => Write[]): HostileCase => ({
  title: 'under an id of another form',
  prepare,
  bend: (_, scene) => ({ writes: make(scene) }),
});
const elsewhere = { isProvenElsewhere: true } as const;

const acknowledge = prepareChange('orgs.alarm.acknowledge');
add(
  'an alarm is refused to be acknowledged',
  [
    bentBefore(acknowledge, 'twice', { state: 'acknowledged' }),
    ...bentBy(acknowledge, {
      'another state': { state: 'closed' },
      'the open state': { state: 'open' },
      'another hand': { acknowledgedBy: randomId() },
      'the client clock': { acknowledgedAt: Timestamp.now() },
      'another count': { count: 0 },
      'another kind': { kind: 'accessReviewDue' },
      'other targets': { targetIds: [] },
    }),
  ],
  [],
  elsewhere,
);

/** An acknowledgement in an organisation of its own, of an alarm that is about its author. */
const acknowledging =
  (role: 'owner' | 'administrator', about: (accountId: string) => Fields, organisation: Fields = {}): Prepare =>
  (scene) => {
    const [orgId, id] = [randomId(), randomId()];
    const writer = scene.writers[role];
    const stored = alarmDoc(about(writer.accountId));
    return {
      role,
      writes: acknowledgeAlarm(writer, orgId, id),
      seeds: [...organisationOf(scene, orgId, organisation), [`orgs/${orgId}/alarms/${id}`, stored]],
    };
  };
const tripped = (actorId: string): Fields => ({ actorId });
const concerned = (accountId: string): Fields => ({ targetIds: [randomId(), accountId] });
const single = { ownerCount: 1 };
add(
  'an alarm is refused to be acknowledged by whom it is about:',
  [
    here('an administrator who tripped it', acknowledging('administrator', tripped, single)),
    here('an administrator whom it concerns', acknowledging('administrator', concerned, single)),
    here('an owner who tripped it, beside another owner', acknowledging('owner', tripped)),
    here('an owner whom it concerns, beside another owner', acknowledging('owner', concerned)),
  ],
  [
    { title: 'the only owner', prepare: acknowledging('owner', tripped, single) },
    { title: 'whoever watches over another', prepare: acknowledging('administrator', () => ({})) },
  ],
  elsewhere,
);

const plant = prepareChange('register.canary.create');
const unplant = prepareChange('register.canary.remove');
add(
  'a canary is refused',
  [
    ...bentBy(plant, {
      'another format version': { v: 2 },
      'a format version with decimals': { v: wire({ doubleValue: 1 }) },
      'the state of a removed one': { state: 'removed' },
      'another author': { createdBy: randomId() },
      'a creation by the client clock': { createdAt: Timestamp.now() },
      'a name': { name: 'Anna Andersson' },
    }),
    ...incomplete(plant, canaryDoc('')),
    over(plant, canaryDoc(randomId())),
    shortId(plant, ({ writers, orgId }) => plantCanary(writers.administrator, orgId, {}, `__${randomId()}`)),
    bentBefore(unplant, 'to be removed twice', { state: 'removed' }),
    bentFields(unplant, 'to be removed into another state', (data) => ({ ...data, state: 'gone' })),
    bentFields(unplant, 'to be left', (data) => ({ ...data, state: 'active' })),
    bentFields(unplant, 'to be removed with another author', (data) => ({ ...data, createdBy: randomId() })),
  ],
  [],
  elsewhere,
);

const start = prepareChange('orgs.accessReview.start');
const decide = prepareChange('orgs.accessReview.decide');
const complete = prepareChange('orgs.accessReview.complete');
const decisions = (count: number): Fields => Object.fromEntries(Array.from({ length: count }, () => [randomId(), 'keep']));
const sameVersion = { version: 1 };
const versions: Record<string, Fields> = {
  'the same version': sameVersion,
  'a version jumped over': { version: 3 },
  'a version with decimals': { version: wire({ doubleValue: 2 }) },
};

add(
  'an access review is refused to start',
  [
    ...bentBy(start, {
      'another format version': { v: 2 },
      'a format version with decimals': { v: wire({ doubleValue: 1 }) },
      'version 2': { version: 2 },
      'a version with decimals': { version: wire({ doubleValue: 1 }) },
      'the state of a completed one': { state: 'completed' },
      'another author': { startedBy: randomId() },
      'a start by the client clock': { startedAt: Timestamp.now() },
      'an end': { completedAt: minutesFromNow(0) },
      'somebody who completed it': { completedBy: randomId() },
      'a decision': { decisions: decisions(1) },
      'decisions that are no map': { decisions: [] },
      evidence: { evidenceId: randomId() },
      'a remark': { remark: 'Anna Andersson' },
    }),
    ...incomplete(start, reviewDoc('')),
    over(start, reviewDoc(randomId())),
    shortId(start, ({ writers, orgId }) => startReview(writers.administrator, orgId, {}, `__${randomId()}`)),
  ],
  [],
  elsewhere,
);

add(
  'an access review is refused to go on',
  [
    bentBefore(decide, 'after its completion', { state: 'completed' }),
    ...bentBy(decide, {
      ...versions,
      'a remark for a decision': { decisions: { [randomId()]: 'remark' } },
      'a decision of nobody': { decisions: { [randomId()]: 'promote' } },
      'a decision that is no text': { decisions: { [randomId()]: true } },
      'a decision about a name': { decisions: { 'Anna Andersson': 'keep' } },
      'decisions that are no map': { decisions: ['keep'] },
      'no decision': { decisions: {} },
      '1,001 decisions': { decisions: decisions(1001) },
      'another state': { state: 'closed' },
      'another author': { startedBy: randomId() },
      evidence: { evidenceId: randomId() },
    }),
  ],
  [
    { title: 'with 1,000 decisions', prepare: prepareChange('orgs.accessReview.decide', { decisions: decisions(1000) }) },
    {
      title: 'with every kind of decision',
      prepare: prepareChange('orgs.accessReview.decide', {
        decisions: { [randomId()]: 'keep', [randomId()]: 'change', [randomId()]: 'remove' },
      }),
    },
  ],
  elsewhere,
);

/** A completion in an organisation of its own, where the writes are bent. */
const completing =
  (bend: (writes: Write[], orgId: string) => Write[]): Prepare =>
  (scene) => {
    const [orgId, id] = [randomId(), randomId()];
    return {
      role: 'administrator',
      writes: bend(completeReview(scene.writers.administrator, orgId, id), orgId),
      seeds: [...organisationOf(scene, orgId), [`orgs/${orgId}/accessReviews/${id}`, reviewDoc(randomId())]],
    };
  };
const ofOrganisation = (over: Fields): Prepare =>
  completing((writes, orgId) =>
    writes.map((write) => (write.path === `orgs/${orgId}` ? { ...write, data: { ...write.data, ...over } } : write)),
  );

add(
  'an access review is refused to be completed',
  [
    bentBefore(complete, 'twice', { state: 'completed' }),
    ...bentBy(complete, {
      ...versions,
      'another hand': { completedBy: randomId() },
      'the client clock': { completedAt: Timestamp.now() },
      'evidence that is no id': { evidenceId: 'signed by Anna' },
      'another state': { state: 'open' },
      'other decisions': { decisions: decisions(1) },
      'a remark': { remark: 'Anna Andersson' },
    }),
    here(
      'unknown to the organisation',
      completing((writes, orgId) => writes.filter(({ path }) => path !== `orgs/${orgId}`)),
    ),
    here('with a time that the client gives the organisation', ofOrganisation({ lastAccessReviewAt: Timestamp.now() })),
    here('with no time in the organisation', ofOrganisation({ lastAccessReviewAt: null })),
    here('with another event in the organisation', ofOrganisation({ lastEventId: randomId() })),
    here('with another name of the organisation', ofOrganisation({ name: 'Föreningen Ändrad' })),
    here('with another number of owners', ofOrganisation({ ownerCount: 3 })),
    here('with a remark in the organisation', ofOrganisation({ remark: 'Anna Andersson' })),
  ],
  // Whether it is a signature only a function can see, and does whenever it shows the review.
  [{ title: 'with evidence', prepare: prepareChange('orgs.accessReview.complete', { evidenceId: randomId() }) }],
  elsewhere,
);

/** A completion of which one part stands already, by an event of which nothing is kept or which is there before. */
const partly =
  (role: MatrixRole, part: 'review' | 'organisation', isKept: boolean): Prepare =>
  (scene) => {
    const [orgId, id] = [randomId(), randomId()];
    const all = completeReview(scene.writers[role], orgId, id);
    const [review, organisation, event] = all;
    if (review === undefined || organisation === undefined || event === undefined) throw new TypeError('three writes');
    const { lastEventId } = review.data;
    const completed = { state: 'completed', completedBy: randomId(), completedAt: minutesFromNow(-1), version: 2, lastEventId };
    return {
      role,
      writes: [part === 'review' ? review : organisation, ...(isKept ? [] : [event])],
      seeds: [
        ...organisationOf(scene, orgId, part === 'review' ? { lastEventId } : {}),
        [`orgs/${orgId}/accessReviews/${id}`, reviewDoc(randomId(), part === 'review' ? {} : completed)],
        ...(isKept ? [[event.path, { ...event.data, at: minutesFromNow(-1) }] satisfies Seed] : []),
      ],
    };
  };

add(
  'the completion of an access review is refused in part',
  [
    here('to the review alone, under an event from before', partly('administrator', 'review', true)),
    here('to the organisation alone, under an event from before', partly('administrator', 'organisation', true)),
    here('to the review alone, by who may not review', partly('reader', 'review', false)),
    here('to the organisation alone, by who may not review', partly('reader', 'organisation', false)),
  ],
  [],
  elsewhere,
);

const open = prepareChange('support.grant.create');
const end = prepareChange('support.grant.end');
add(
  'a support grant is refused',
  [
    ...bentBy(open, {
      'another format version': { v: 2 },
      'a format version with decimals': { v: wire({ doubleValue: 1 }) },
      'the state of a claimed one': { state: 'claimed' },
      'the problem in clear': { problem: 'the search does not find Anna' },
      'a problem beyond the limit': { problem: sealedBytes(16_385) },
      '0 hours': { hours: 0, expiresAt: minutesFromNow(1) },
      '73 hours': { hours: 73 },
      'hours with decimals': { hours: wire({ doubleValue: 24 }) },
      'hours in text': { hours: '24' },
      'another author': { createdBy: randomId() },
      'a creation by the client clock': { createdAt: Timestamp.now() },
      'an end in the past': { expiresAt: minutesFromNow(-1) },
      'an end after its hours': { expiresAt: minutesFromNow(24 * 60 + 8) },
      'an end in text': { expiresAt: '2030-01-01T00:00:00Z' },
      'somebody who claimed it': { claimedBy: randomId() },
      'a time of the claim': { claimedAt: minutesFromNow(0) },
      'a time of its end': { endedAt: minutesFromNow(0) },
      'a remark': { remark: 'Anna Andersson' },
    }),
    ...incomplete(open, grantDoc('')),
    over(open, grantDoc(randomId())),
    shortId(open, ({ writers, orgId }) => grantSupport(writers.administrator, orgId, {}, `__${randomId()}`)),
    bentBefore(end, 'to be ended twice', { state: 'ended' }),
    ...bentBy(end, {
      'the state of a claimed one': { state: 'claimed' },
      'an end by the client clock': { endedAt: Timestamp.now() },
      'more hours': { hours: 72 },
      'another problem': { problem: sealedBytes(200) },
      'somebody who claimed it as well': { claimedBy: randomId() },
    }),
  ],
  [
    { title: 'for 72 hours', prepare: prepareChange('support.grant.create', { hours: 72, expiresAt: minutesFromNow(72 * 60) }) },
    { title: 'for one hour', prepare: prepareChange('support.grant.create', { hours: 1, expiresAt: minutesFromNow(60) }) },
    { title: 'with a long problem', prepare: prepareChange('support.grant.create', { problem: sealedBytes(16_384) }) },
  ],
  elsewhere,
);
