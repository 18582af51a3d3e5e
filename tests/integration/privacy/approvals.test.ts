/** Four eyes: what one asks for another decides; mass erasure, the export of a register, and what happens to jobs of those who lost the right. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { approvalCallables, mostErasuresADay } from '../../../functions/src/privacy/approvals/contract.ts';
import { privacyCallables } from '../../../functions/src/privacy/contract.ts';
import { allPassed } from '../../../infra/verify/checks.ts';
import { verifyCertificate } from '../../../infra/verify/verifyCertificate.ts';
import { keysOf } from '../../faults/support/campaign.ts';
import { CallableError, withLocalCloud } from '../../support/localCloud.ts';
import { textsInZip } from '../../support/privacy/textsInZip.ts';
import { seedPersons } from '../../support/register/scrape.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  eventsOf,
  getPerson,
  jobEnded,
  newOrganisation,
  objectsIn,
  refusal,
  refusedWith,
  startJob,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let second: SignedIn;
let auditor: SignedIn;
let persons: string[];
beforeAll(async () => {
  at = await newOrganisation(local);
  [second, auditor] = [await addMember(local, at.orgId, 'administrator'), await addMember(local, at.orgId, 'auditor')];
  persons = await seedPersons(local, at.orgId, 12);
});

const call = (name: string, input: object, by: SignedIn, into: { orgId: string } = at) =>
  local.callable(name, { orgId: into.orgId, ...input }, by.idToken);
const approvalOf = async (asked: Promise<unknown>): Promise<string> =>
  z.parse(approvalCallables.requestMassErasure.output, await asked).approvalId;
const jobOf = async (asked: Promise<unknown>): Promise<string> => z.parse(approvalCallables.startApproved.output, await asked).jobId;
const requestErasure = (ids: readonly string[], by = at.owner) =>
  approvalOf(call('requestMassErasure', { dataSubjectIds: ids, reason: 'notNeeded' }, by));
const requestExport = (includeProtected: boolean, by = at.owner) => approvalOf(call('requestRegisterExport', { includeProtected }, by));
const decide = (approvalId: string, approve: boolean, by = second) => call('decideApproval', { approvalId, approve }, by);
const start = (approvalId: string, by = at.owner) => call('startApproved', { approvalId }, by);
const list = async (by: SignedIn) => z.parse(approvalCallables.listApprovals.output, await call('listApprovals', {}, by));
const approvalDoc = (approvalId: string) => database(local).doc(`orgs/${at.orgId}/approvals/${approvalId}`);
const download = (jobId: string, by: SignedIn) =>
  fetch(`${local.cloud.urls.functions}/downloadRegisterExport?orgId=${at.orgId}&jobId=${jobId}`, {
    headers: { authorization: `Bearer ${by.idToken}` },
  });

describe('a request', () => {
  test('is decided by somebody else who has just signed in, once, and whoever asked hears nothing but no', async () => {
    const approvalId = await requestExport(false);
    expect((await local.mailbox.next(second.email)).subject).toContain('godkännande');
    expect(await refusedWith(start(approvalId))).toBe('orgs/approval-ended');
    expect(await refusedWith(decide(approvalId, true, at.owner))).toBe('orgs/not-allowed');
    expect(await refusedWith(decide(approvalId, true, auditor))).toBe('orgs/not-allowed');
    expect(await refusedWith(call('withdrawApproval', { approvalId }, second))).toBe('orgs/not-allowed');
    const mine = (await list(at.owner)).approvals.find((approval) => approval.approvalId === approvalId);
    expect(mine).toMatchObject({ state: 'waiting', may: { decide: false, withdraw: true, start: false } });
    const theirs = (await list(second)).approvals.find((approval) => approval.approvalId === approvalId);
    expect(theirs?.may).toEqual({ decide: true, withdraw: false, start: false });
    expect((await list(auditor)).approvals[0]?.may).toEqual({ decide: false, withdraw: false, start: false });
    const session = database(local).doc(`sessions/${second.sessionId}`);
    const signedInAt = (await session.get()).get('authenticatedAt') as Timestamp;
    await session.update({ authenticatedAt: Timestamp.fromMillis(signedInAt.toMillis() - 6 * 60_000) });
    expect(await refusedWith(decide(approvalId, true))).toBe('identity/reauthentication-needed');
    await session.update({ authenticatedAt: signedInAt });
    const outcomes = await Promise.allSettled([decide(approvalId, true), decide(approvalId, false)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusedWith(decide(approvalId, false))).toBe('orgs/approval-ended');
    expect(await refusedWith(call('withdrawApproval', { approvalId }, at.owner))).toBe('orgs/approval-ended');
  });

  test('can be withdrawn, declined, and runs out; then nothing is started', async () => {
    const [withdrawn, declined, old] = [await requestExport(false), await requestExport(false), await requestExport(false)];
    await call('withdrawApproval', { approvalId: withdrawn }, at.owner);
    await decide(declined, false);
    await decide(old, true);
    await approvalDoc(old).update({ expiresAt: Timestamp.fromMillis(Date.now() - 1000) });
    for (const approvalId of [withdrawn, declined, old]) expect(await refusedWith(start(approvalId))).toBe('orgs/approval-ended');
    const states = new Map<string, string>((await list(at.owner)).approvals.map(({ approvalId, state }) => [approvalId, state]));
    expect([withdrawn, declined, old].map((id) => states.get(id))).toEqual(['withdrawn', 'declined', 'expired']);
  });

  test('needs a second person, and persons who are there', async () => {
    const alone = await newOrganisation(local);
    const asked = call('requestRegisterExport', { includeProtected: false }, alone.owner, alone);
    expect(await refusedWith(asked)).toBe('orgs/needs-second-person');
    expect(z.parse(approvalCallables.listApprovals.output, await call('listApprovals', {}, alone.owner, alone)).hasSecondPerson).toBe(
      false,
    );
    expect(await refusal(requestErasure([persons[0]!, 'nobody-has-this-id-at-all']))).toMatchObject({
      code: 'shared/not-found',
      details: { missing: 1 },
    });
    for (const ids of [[persons[0]!], [persons[0]!, persons[0]!]])
      expect(await refusedWith(requestErasure(ids))).toBe('shared/invalid-input');
    const editor = await addMember(local, at.orgId, 'editor');
    expect(await refusedWith(requestErasure(persons.slice(0, 2), editor))).toBe('orgs/not-allowed');
    expect(await refusedWith(list(editor))).toBe('orgs/not-allowed');
  });
});

describe('a mass erasure', () => {
  test('erases exactly who was agreed on, each with ledger entry, certificate and events, and is started once', async () => {
    const [gone, ...others] = persons.slice(0, 5);
    const approvalId = await requestErasure([gone!, ...others]);
    await decide(approvalId, true);
    // Somebody is erased alone before the job runs.
    const alone = await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId: gone, reason: 'request', version: 1 }, second);
    await jobEnded(local, alone);
    const outcomes = await Promise.allSettled([start(approvalId), start(approvalId, second)]);
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(started).toHaveLength(1);
    const jobId = await jobOf(Promise.resolve(started[0]));
    const job = await jobEnded(local, jobId);
    expect(job).toMatchObject({ state: 'succeeded', done: 5, total: 5, result: { erased: 4, skipped: 1 } });
    const events = await eventsOf(local, at.orgId);
    for (const id of others) {
      expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${id}`)).toBeUndefined();
      expect(await stored(local, `subjectKeys/${id}`, 'keys')).toBeUndefined();
      expect(await stored(local, `erasureLedger/${jobId}-${id}`)).toMatchObject({ dataSubjectId: id });
      const about = events
        .filter(({ targetIds, jobId: by }) => targetIds.includes(id) && by === jobId)
        .map(({ action }) => action as string);
      expect(about).toEqual(['privacy.erasure.start', 'privacy.erasure.finish']);
      const certificate = await call('getErasureCertificate', { jobId, dataSubjectId: id }, second);
      expect(allPassed(await verifyCertificate(JSON.stringify(certificate), await keysOf(local)))).toBe(true);
      expect(privacyCallables.getErasureCertificate.output.parse(certificate).certificate).toMatchObject({
        dataSubjectId: id,
        reason: 'notNeeded',
      });
    }
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${persons[5]}`)).toMatchObject({ state: 'active' });
    expect(await stored(local, `orgs/${at.orgId}/approvals/${approvalId}`)).toMatchObject({ state: 'used', jobId });
    expect(events.filter(({ action }) => action === 'privacy.massErasure.finish')).toHaveLength(1);
  });

  test('that is taken up again goes on where it was, and doubles nobody', async () => {
    const ids = persons.slice(6, 8);
    const approvalId = await requestErasure(ids);
    await decide(approvalId, true);
    // The key service fails in the middle of the second person, again and again.
    local.cloud.faults.inject({ service: 'kms', match: 'asymmetricSign', kind: '500', times: 9 });
    const jobId = await jobOf(start(approvalId));
    const job = await jobEnded(local, jobId);
    expect(job).toMatchObject({ state: 'succeeded', result: { erased: 2, skipped: 0 } });
    expect(job['attempts']).toBeGreaterThan(1);
    const finishes = (await eventsOf(local, at.orgId)).filter(
      ({ action, jobId: by }) => action === 'privacy.erasure.finish' && by === jobId,
    );
    expect(finishes.map(({ targetIds }) => (targetIds as string[])[0]).toSorted()).toEqual(ids.toSorted());
  });
});

describe('an export of the register', () => {
  test('holds everybody, protected ones only if that was agreed on, for an hour, for owners and administrators', async () => {
    const hidden = await addPerson(local, at, { givenName: 'Skyddad', familyName: '=Formel' }, true);
    for (const includeProtected of [false, true]) {
      const approvalId = await requestExport(includeProtected);
      await decide(approvalId, true);
      const jobId = await jobOf(start(approvalId, second));
      const { result, state } = await jobEnded(local, jobId);
      expect(state).toBe('succeeded');
      const answer = await download(jobId, at.owner);
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="register-\d{4}-\d\d-\d\d\.zip"$/);
      const files = textsInZip(Buffer.from(await answer.arrayBuffer()));
      expect([...files.keys()]).toEqual(['register.csv', 'register.json', 'README.txt']);
      const active = await database(local).collection(`orgs/${at.orgId}/dataSubjects`).where('state', '==', 'active').get();
      const expected = active.docs.flatMap(({ id }) => (id === hidden && !includeProtected ? [] : [id]));
      const json = JSON.parse(files.get('register.json') ?? '') as {
        persons: { dataSubjectId: string; fields: { familyName?: string } }[];
      };
      expect(json.persons.map(({ dataSubjectId }) => dataSubjectId).toSorted()).toEqual(expected.toSorted());
      expect((result as { persons: number }).persons).toBe(expected.length);
      expect(files.get('register.csv')?.trimEnd().split('\r\n')).toHaveLength(expected.length + 1);
      expect(files.get('register.csv')?.includes(`"'=Formel"`)).toBe(includeProtected);
      // Sealed in the bucket.
      const [object] = objectsIn(local, 'FILES_BUCKET', `orgs/${at.orgId}/registerExports/${jobId}`);
      const bytes = local.cloud.storage.read(local.cloud.storage.objects(local.cloud.env['FILES_BUCKET']!).get(object!)!);
      expect(Buffer.from(bytes).subarray(0, 4).toString('latin1')).not.toBe('PK\x03\x04');
      expect((await download(jobId, auditor)).status).toBe(403);
      expect((await eventsOf(local, at.orgId)).at(-1)).toMatchObject({
        action: 'privacy.registerExport.download',
        targetIds: [jobId],
        actorId: at.owner.accountId,
      });
      if (includeProtected) await expires(jobId, object!);
    }
  });

  async function expires(jobId: string, object: string): Promise<void> {
    await database(local)
      .doc(`jobs/${jobId}`)
      .update({ 'result.expiresAt': Timestamp.fromMillis(Date.now() - 1000) });
    expect((await download(jobId, at.owner)).status).toBe(400);
    await local.cloud.runSchedule('pruneExpired');
    expect(objectsIn(local, 'FILES_BUCKET', object)).toEqual([]);
    expect(await stored(local, `subjectKeys/${jobId}`, 'keys')).toBeUndefined();
  }
});

describe('a job whose starter lost the right meanwhile', () => {
  test('does not run: extract and export end, a person whose erasure had not begun is given back', async () => {
    const fallen = await addMember(local, at.orgId, 'administrator');
    const [first, other] = [await addPerson(local, at, { givenName: 'Kvar' }), await addPerson(local, at, { givenName: 'Borta' })];
    local.cloud.tasks.hold();
    const extract = await startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: other, locale: 'sv' }, fallen);
    const erasure = await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId: first, reason: 'request', version: 1 }, fallen);
    const approvalId = await requestExport(false);
    await decide(approvalId, true);
    const register = await jobOf(start(approvalId, fallen));
    await database(local).doc(`orgs/${at.orgId}/members/${fallen.accountId}`).update({ role: 'editor' });
    local.cloud.tasks.release();
    for (const jobId of [extract, erasure, register])
      expect(await jobEnded(local, jobId)).toMatchObject({ state: 'failed', error: { code: 'orgs/not-allowed' } });
    expect(await getPerson(local, at.orgId, first, at.owner)).toMatchObject({ state: 'active', version: 3 });
    const about = (await eventsOf(local, at.orgId))
      .filter(({ targetIds }) => targetIds.includes(first))
      .map(({ action }) => action as string);
    expect(about).toContain('privacy.erasure.refuse');
    expect(await stored(local, `erasureLedger/${erasure}`)).toBeUndefined();
    // Given back is given back: it can be corrected and erased like anybody.
    await call('correctDataSubject', { dataSubjectId: first, version: 3, changes: { city: 'Umeå' } }, at.owner);
  });

  test('is finished when its destruction had begun', async () => {
    const fallen = await addMember(local, at.orgId, 'administrator');
    const id = await addPerson(local, at, { givenName: 'Halvt' });
    const failing = local.cloud.faults.inject({ service: 'kms', match: 'asymmetricSign', kind: '500', times: 10_000 });
    const jobId = await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId: id, reason: 'request', version: 1 }, fallen);
    // In the ledger; its copy outside cannot be signed.
    await expect.poll(async () => (await stored(local, `jobs/${jobId}`))?.['step'] as unknown).toBe('destroyingKey');
    await database(local).doc(`orgs/${at.orgId}/members/${fallen.accountId}`).update({ state: 'removed' });
    failing();
    expect(await jobEnded(local, jobId)).toMatchObject({ state: 'succeeded' });
  });
});

describe('single erasures', () => {
  test('are twenty a day by one member, also for who starts them past the callable', async () => {
    const busy = await newOrganisation(local);
    const ids = await seedPersons(local, busy.orgId, mostErasuresADay + 3);
    local.cloud.tasks.hold();
    const erase = (dataSubjectId: string | undefined) =>
      startJob(local, 'startErasure', { orgId: busy.orgId, dataSubjectId, reason: 'request', version: 1 }, busy.owner);
    const before = await Promise.all(ids.slice(0, mostErasuresADay - 1).map(erase));
    // Under the rules, as the member's own client could: they count nothing.
    const past = [await eraseUnderRules(busy, ids[mostErasuresADay - 1]!), await eraseUnderRules(busy, ids[mostErasuresADay]!)];
    expect(await refusal(erase(ids[mostErasuresADay + 1]))).toMatchObject({
      code: 'privacy/erasures-need-approval',
      details: { max: mostErasuresADay },
    });
    local.cloud.tasks.release();
    await local.cloud.runSchedule('sweepJobs'); // hands over what was started past the callable
    const ended = await Promise.all([...before, ...past].map((jobId) => jobEnded(local, jobId, 120)));
    expect(ended.map(({ state }) => state as string)).toEqual([...Array.from({ length: mostErasuresADay }, () => 'succeeded'), 'failed']);
    expect(ended.at(-1)).toMatchObject({ error: { code: 'privacy/erasures-need-approval' } });
    expect(await stored(local, `orgs/${busy.orgId}/dataSubjects/${ids[mostErasuresADay]!}`)).toMatchObject({ state: 'active' });
    // Somebody else, and the same member a day later, may.
    const jobs = await database(local).collection('jobs').where('orgId', '==', busy.orgId).get();
    const dayBefore = Timestamp.fromMillis(Date.now() - 25 * 3_600_000);
    await Promise.all(jobs.docs.map((job) => job.ref.update({ createdAt: dayBefore })));
    await jobEnded(local, await erase(ids[mostErasuresADay + 1]));
  });

  /** The commit that startErasure makes, sent as the browser's SDK would. */
  async function eraseUnderRules({ orgId, owner }: Organisation, dataSubjectId: string): Promise<string> {
    const { urls, projectId } = local.cloud;
    const root = `projects/${projectId}/databases/(default)/documents`;
    const newId = () => `id${Math.random().toString(36).slice(2).padEnd(11, '0')}${Math.random().toString(36).slice(2).padEnd(11, '0')}`;
    const [jobId, eventId] = [newId(), newId()];
    const text = (value: string) => ({ stringValue: value });
    const whole = (value: number) => ({ integerValue: value });
    const now = (...fields: string[]) => fields.map((fieldPath) => ({ fieldPath, setToServerValue: 'REQUEST_TIME' }));
    const nothing = { nullValue: null };
    const event = {
      v: whole(1),
      actorKind: text('member'),
      actorId: text(owner.accountId),
      sessionId: text(owner.sessionId),
      jobId: text(jobId),
      action: text('privacy.erasure.start'),
      targetKind: text('dataSubject'),
      targetIds: { arrayValue: { values: [text(dataSubjectId)] } },
      fields: { arrayValue: { values: [] } },
      from: nothing,
      grantId: nothing,
      outcome: text('done'),
      sealSeq: nothing,
    };
    const job = {
      orgId: text(orgId),
      kind: text('erasure'),
      state: text('queued'),
      step: text('queued'),
      done: whole(0),
      total: whole(0),
      attempts: whole(0),
      createdBy: text(owner.accountId),
      error: nothing,
      result: nothing,
      input: { mapValue: { fields: { dataSubjectId: text(dataSubjectId), reason: text('request') } } },
      lastEventId: text(eventId),
    };
    const tombstone = { state: text('erasing'), version: whole(2), lastEventId: text(eventId) };
    const writes = [
      { update: { name: `${root}/orgs/${orgId}/auditEvents/${eventId}`, fields: event }, updateTransforms: now('at') },
      { update: { name: `${root}/jobs/${jobId}`, fields: job }, updateTransforms: now('createdAt', 'updatedAt') },
      {
        update: { name: `${root}/orgs/${orgId}/dataSubjects/${dataSubjectId}`, fields: tombstone },
        updateMask: { fieldPaths: Object.keys(tombstone) },
        updateTransforms: now('updatedAt'),
      },
    ];
    const headers = { authorization: `Bearer ${owner.idToken}`, 'content-type': 'application/json' };
    const response = await fetch(`${urls.firestore}/v1/${root}:commit`, { method: 'POST', headers, body: JSON.stringify({ writes }) });
    if (!response.ok) throw new CallableError(response.status, { message: await response.text() });
    // A job that nobody enqueued is found by the sweep when it has been silent for two minutes.
    await database(local)
      .doc(`jobs/${jobId}`)
      .update({ updatedAt: Timestamp.fromMillis(Date.now() - 180_000) });
    return jobId;
  }
});

test('approvals and exports are read by nobody else', async () => {
  const approvalId = await requestExport(false);
  const [other, reader] = [await newOrganisation(local), await addMember(local, at.orgId, 'reader')];
  const path = `orgs/${at.orgId}/approvals/${approvalId}`;
  expect(await statusOfRead(local, path, auditor.idToken)).toBe(200);
  for (const who of [other.owner, reader]) expect(await statusOfRead(local, path, who.idToken)).toBe(403);
  expect(await refusedWith(decide(approvalId, true, other.owner))).toBe('shared/not-found');
});
