/** Erasure: blocked while something works on the person, at once for everybody, whole, once, provable. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { copyLifetimeDays } from '../../../functions/src/privacy/erasurePlan.ts';
import { privacyCallables } from '../../../functions/src/privacy/contract.ts';
import { expectErased } from '../../faults/support/campaign.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { testPersonalNumbers } from '../../support/testNumbers.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  downloadExtract,
  eventsOf,
  everyDocument,
  getPerson,
  jobEnded,
  listPersons,
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
let used = 60;
const values = () => ({
  givenName: 'Utplåna',
  familyName: 'Spårlöst',
  email: `borta${(used += 1)}@example.se`,
  personalIdentityNumber: testPersonalNumbers[used]!,
  note: 'hemlig anteckning',
});
beforeAll(async () => {
  at = await newOrganisation(local);
});

const preview = async (dataSubjectId: string, by = at.owner) =>
  privacyCallables.previewErasure.output.parse(await local.callable('previewErasure', { orgId: at.orgId, dataSubjectId }, by.idToken));
const erase = (dataSubjectId: string, version = 1, by: SignedIn = at.owner) =>
  startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId, reason: 'request', version }, by);

describe('an erasure', () => {
  test('is previewed, destroys everything about the person, and leaves evidence without any value', async () => {
    const person = values();
    const id = await addPerson(local, at, person);
    const extract = await startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: id, locale: 'sv' }, at.owner);
    await jobEnded(local, extract);
    const seen = await preview(id);
    expect(seen).toMatchObject({
      blockers: [],
      willErase: [
        { collection: 'orgs/{orgId}/dataSubjects/{dataSubjectId}', count: 1 },
        { collection: 'orgs/{orgId}/extracts/{dataSubjectId}/{jobId}', count: 1 },
      ],
      willKeep: [{ collection: 'orgs/{orgId}/auditEvents/{eventId}', count: 4 }],
    });
    const eventsBefore = (await eventsOf(local, at.orgId)).filter(({ targetIds }) => targetIds.includes(id));
    const jobId = await erase(id);
    expect(await jobEnded(local, jobId)).toMatchObject({ state: 'succeeded', done: 4, total: 4 });
    await expectErased(local, at, id, jobId);

    const { certificate } = privacyCallables.getErasureCertificate.output.parse(
      await local.callable('getErasureCertificate', { orgId: at.orgId, jobId }, at.owner.idToken),
    );
    expect(certificate).toMatchObject({ dataSubjectId: id, reason: 'request', requestedBy: at.owner.accountId, erased: seen.willErase });
    const days = (copy: string) =>
      (Date.parse(certificate.copies.find((line) => line.copy === copy)!.goneBy) - Date.parse(certificate.keyDestroyedAt)) / 86_400_000;
    expect(certificate.copies.map(({ copy }) => copy).toSorted()).toEqual(seen.copies.map(({ copy }) => copy).toSorted());
    expect(Object.fromEntries(Object.keys(copyLifetimeDays).map((copy) => [copy, days(copy)]))).toEqual(copyLifetimeDays);
    expect([days('database'), days('subjectKey'), days('storedFiles')]).toEqual([0, 0, 0]);

    const eventsAfter = (await eventsOf(local, at.orgId)).filter(({ targetIds }) => targetIds.includes(id));
    expect(eventsAfter.slice(0, eventsBefore.length)).toEqual(eventsBefore);
    expect(eventsAfter.slice(eventsBefore.length).map(({ action }) => action)).toEqual(['privacy.erasure.start', 'privacy.erasure.finish']);

    const left =
      JSON.stringify(await everyDocument(local)) +
      objectsIn(local, 'FILES_BUCKET')
        .map(
          (name) =>
            name + local.cloud.storage.read(local.cloud.storage.objects(local.cloud.env['FILES_BUCKET']!).get(name)!).toString('latin1'),
        )
        .join('');
    for (const value of Object.values(person)) {
      expect(left.includes(value)).toBe(false);
      expect(left.includes(Buffer.from(value).toString('base64').replace(/=+$/, ''))).toBe(false);
    }
    for (const asked of [
      () => getPerson(local, at.orgId, id, at.owner),
      () => startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: id, locale: 'sv' }, at.owner),
      () => downloadExtract(local, at.orgId, extract, at.owner),
      () => preview(id),
      () => erase(id),
    ])
      expect(await refusedWith(asked())).toBe('shared/not-found');
    for (const search of [person.personalIdentityNumber, person.email])
      expect((await listPersons(local, at.orgId, at.owner, { search })).items).toEqual([]);
    // The number is free for somebody new, who gets an id and a key of their own.
    expect(await addPerson(local, at, { givenName: 'Ny', personalIdentityNumber: person.personalIdentityNumber })).not.toBe(id);
  });

  test('stops correcting, revealing, extracting and listing at once, before the job has begun', async () => {
    const id = await addPerson(local, at, values());
    local.cloud.tasks.hold();
    const jobId = await erase(id);
    const call = (name: string, input: object) =>
      refusedWith(local.callable(name, { orgId: at.orgId, dataSubjectId: id, ...input }, at.owner.idToken));
    expect(await call('correctDataSubject', { version: 2, changes: { city: 'Umeå' } })).toBe('register/not-editable');
    expect(await call('revealFields', { fields: ['personalIdentityNumber'] })).toBe('register/not-editable');
    expect(await call('startExtract', { locale: 'sv' })).toBe('privacy/erasure-already-running');
    expect(await refusedWith(erase(id, 2))).toBe('privacy/erasure-already-running');
    expect((await listPersons(local, at.orgId, at.owner)).items.map(({ dataSubjectId }) => dataSubjectId)).not.toContain(id);
    expect(await refusedWith(local.callable('getErasureCertificate', { orgId: at.orgId, jobId }, at.owner.idToken))).toBe(
      'shared/not-found',
    );
    local.cloud.tasks.release();
    await jobEnded(local, jobId);
    await expectErased(local, at, id, jobId);
  });

  test('is blocked while an extract is being made', async () => {
    const id = await addPerson(local, at, values());
    local.cloud.tasks.hold();
    const extract = await startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: id, locale: 'sv' }, at.owner);
    expect((await preview(id)).blockers).toEqual([{ kind: 'jobRunning', detail: 'extract' }]);
    expect(await refusal(erase(id))).toMatchObject({ code: 'privacy/erasure-blocked', details: { blockers: ['jobRunning'] } });
    local.cloud.tasks.release();
    await jobEnded(local, extract);
    const jobId = await erase(id);
    await jobEnded(local, jobId);
    await expectErased(local, at, id, jobId);
  });

  test('started twice at once is one erasure', async () => {
    const id = await addPerson(local, at, values());
    const outcomes = await Promise.allSettled([erase(id), erase(id), erase(id)]);
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(started).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(['shared/conflict', 'privacy/erasure-already-running', 'privacy/erasure-blocked', 'shared/not-found']).toContain(
          await refusedWith(Promise.reject(outcome.reason as unknown)),
        );
    await jobEnded(local, started[0]!);
    await expectErased(local, at, id, started[0]!);
  });

  test('of a stale version is a conflict; for others it is refused', async () => {
    const id = await addPerson(local, at, values());
    const other = await newOrganisation(local);
    expect(await refusal(erase(id, 7))).toMatchObject({ code: 'shared/conflict', details: { version: 1 } });
    for (const role of ['editor', 'reader', 'auditor', 'billing'] as const) {
      const who = await addMember(local, at.orgId, role);
      expect(await refusedWith(erase(id, 1, who))).toBe('orgs/not-allowed');
      expect(await refusedWith(preview(id, who))).toBe('orgs/not-allowed');
    }
    expect(await refusedWith(erase(id, 1, other.owner))).toBe('shared/not-found');
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${id}`)).toMatchObject({ state: 'active', version: 1 });
  });

  test('is not seen by others: job, certificate and ledger', async () => {
    const id = await addPerson(local, at, values());
    const jobId = await erase(id);
    await jobEnded(local, jobId);
    const [reader, auditor, other] = [
      await addMember(local, at.orgId, 'reader'),
      await addMember(local, at.orgId, 'auditor'),
      await newOrganisation(local),
    ];
    const certificate = `orgs/${at.orgId}/erasureCertificates/${jobId}`;
    expect(await statusOfRead(local, certificate, auditor.idToken)).toBe(200);
    expect(await statusOfRead(local, `jobs/${jobId}`, at.owner.idToken)).toBe(200);
    for (const who of [reader, other.owner]) {
      expect(await statusOfRead(local, certificate, who.idToken)).toBe(403);
      expect(await statusOfRead(local, `jobs/${jobId}`, who.idToken)).toBe(403);
    }
    expect(await statusOfRead(local, `erasureLedger/${jobId}`, at.owner.idToken)).toBe(403);
    expect(await refusedWith(local.callable('getErasureCertificate', { orgId: other.orgId, jobId }, other.owner.idToken))).toBe(
      'shared/not-found',
    );
  });

  test('whose last write was lost in a kill is certified once', async () => {
    const id = await addPerson(local, at, values());
    const jobId = await erase(id);
    await jobEnded(local, jobId);
    const before = await stored(local, `orgs/${at.orgId}/erasureCertificates/${jobId}`);
    await database(local)
      .doc(`jobs/${jobId}`)
      .update({ state: 'running', result: null, leaseUntil: Timestamp.fromMillis(0), updatedAt: Timestamp.fromMillis(0) });
    await local.cloud.runSchedule('sweepJobs');
    await jobEnded(local, jobId);
    expect(await stored(local, `orgs/${at.orgId}/erasureCertificates/${jobId}`)).toEqual(before);
    await expectErased(local, at, id, jobId);
  });

  test('outlasts more failures than other jobs are given', async () => {
    const id = await addPerson(local, at, values());
    local.cloud.faults.inject({ service: 'kms', match: 'asymmetricSign', kind: '500', times: 10 });
    const jobId = await erase(id);
    expect(await jobEnded(local, jobId)).toMatchObject({ state: 'succeeded', attempts: 11 });
    await expectErased(local, at, id, jobId);
  });
});
