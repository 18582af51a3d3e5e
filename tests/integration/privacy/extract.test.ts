/** The register extract: complete, genuine, for those who may, for an hour. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { extractSchema, type ExtractModel } from '../../../functions/src/privacy/extractModel.ts';
import { allPassed } from '../../../infra/verify/checks.ts';
import { readZip } from '../../../infra/verify/readZip.ts';
import { verifyExtract } from '../../../infra/verify/verifyExtract.ts';
import { keysOf } from '../../faults/support/campaign.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { testPersonalNumbers } from '../../support/testNumbers.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  downloadExtract,
  eventsOf,
  getPerson,
  jobEnded,
  listPersons,
  logOf,
  newOrganisation,
  objectsIn,
  refusal,
  refusedWith,
  signUp,
  startJob,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let reader: SignedIn;
let id: string;
const fields = {
  givenName: 'Åsa',
  familyName: 'Öberg-Ström',
  personalIdentityNumber: testPersonalNumbers[40]!,
  email: 'asa@example.se',
  phone: '070-174 06 05',
  street: 'Ågatan 1 B',
  postalCode: '123 45',
  city: 'Örebro',
  country: 'Sverige',
  memberNumber: 'M-1',
  memberSince: '2020-02-29',
  note: 'rad ett\nrad två',
};
beforeAll(async () => {
  at = await newOrganisation(local);
  reader = await addMember(local, at.orgId, 'reader');
  id = await addPerson(local, at, fields);
});

const make = async (locale: 'sv' | 'en' = 'sv', dataSubjectId = id) => {
  const jobId = await startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId, locale }, at.owner);
  return { jobId, job: await jobEnded(local, jobId) };
};
const model = (zip: Buffer): ExtractModel =>
  extractSchema.parse(
    JSON.parse(
      readZip(zip)
        .find(({ name }) => name === 'extract.json')!
        .bytes.toString('utf8'),
    ),
  );

describe('an extract', () => {
  test.each([
    ['sv', 'utdrag.pdf', 'Förnamn'],
    ['en', 'extract.pdf', 'Given name'],
  ] as const)('in %s holds every field and every event, and verifies offline', async (locale, pdf, label) => {
    await getPerson(local, at.orgId, id, reader);
    await listPersons(local, at.orgId, reader, { search: 'asa@example.se' });
    const reveal = { orgId: at.orgId, dataSubjectId: id, fields: ['note'] };
    expect(await refusedWith(local.callable('revealFields', reveal, reader.idToken))).toBe('orgs/not-allowed');
    const stranger = await signUp(local);
    expect(await refusedWith(getPerson(local, at.orgId, id, stranger))).toBe('shared/not-found');
    const known = await logOf(local, at.orgId);
    const { jobId, job } = await make(locale);
    expect(job).toMatchObject({ state: 'succeeded', result: { sizeBytes: expect.any(Number) } });
    const zip = await downloadExtract(local, at.orgId, jobId, at.owner);
    expect(allPassed(await verifyExtract(zip, await keysOf(local)))).toBe(true);
    expect(readZip(zip).map(({ name }) => name)).toContain(pdf);
    const { sections, accessLog, organisation, dataSubjectId } = model(zip);
    expect({ organisation: organisation.orgId, dataSubjectId }).toEqual({ organisation: at.orgId, dataSubjectId: id });
    const held = sections.flatMap(({ records }) => records.flatMap((record) => record.fields));
    expect(Object.fromEntries(held.map(({ name, value }) => [name, value]))).toEqual(fields);
    expect(held.every(({ purpose }) => purpose !== '')).toBe(true);
    expect(held[0]?.label).toBe(label);
    const about = known
      .filter(({ targetIds }) => targetIds.includes(id))
      .map(({ action, actorId, jobId: by, actorKind }) => `${action} ${actorKind === 'job' ? by : actorId}`);
    expect(accessLog.map(({ action, actor }) => `${action} ${actor.id}`).toSorted()).toEqual(
      [...about, `privacy.extract.start ${at.owner.accountId}`].toSorted(),
    );
    expect(accessLog.map(({ actor }) => actor.role)).toContain('reader');
    const refused = accessLog.find(({ outcome }) => outcome !== 'done');
    expect(refused).toMatchObject({ outcome: 'orgs/not-allowed', actor: { id: reader.accountId, role: 'reader' } });
    // Whom a stranger asks about, the log does not keep.
    expect(JSON.stringify(accessLog)).not.toContain(stranger.accountId);
    // Where an employee was is not the person's to know.
    expect(JSON.stringify(accessLog)).not.toContain('/24');
  });

  test('says of each event whether it is as it was sealed', async () => {
    await getPerson(local, at.orgId, id, reader);
    await local.cloud.runSchedule('sealAuditEvents');
    const events = database(local).collection(`orgs/${at.orgId}/auditEvents`).where('targetIds', 'array-contains', id);
    const [first, second] = (await events.orderBy('at').get()).docs;
    const { actorId } = first!.data();
    await first!.ref.update({ actorId: reader.accountId === actorId ? at.owner.accountId : reader.accountId });
    const claimed = { ...second!.data(), fields: ['note'] };
    await second!.ref.parent.doc('made-up-by-somebody').set(claimed);
    const { jobId } = await make();
    const { accessLog } = model(await downloadExtract(local, at.orgId, jobId, at.owner));
    const [newest, ...sealed] = accessLog;
    expect(newest).toMatchObject({ action: 'privacy.extract.start', evidence: 'notYetSealed' });
    expect(sealed.filter(({ evidence }) => evidence === 'notAsSealed')).toHaveLength(2);
    expect(sealed.filter(({ evidence }) => evidence === 'sealed')).toHaveLength(sealed.length - 2);
    await first!.ref.update({ actorId });
    await second!.ref.parent.doc('made-up-by-somebody').delete();
  });

  test('is stored sealed, replaced by none, and each step leaves its event', async () => {
    const before = (await eventsOf(local, at.orgId)).length;
    const { jobId } = await make();
    const path = `orgs/${at.orgId}/extracts/${id}/${jobId}.zip`;
    const bytes = local.cloud.storage.read(local.cloud.storage.objects(local.cloud.env['FILES_BUCKET'] ?? '').get(path)!);
    expect(bytes.subarray(0, 2).toString()).not.toBe('PK');
    expect(bytes.toString('latin1')).not.toMatch(/extract\.json|Ågatan|asa@/);
    await downloadExtract(local, at.orgId, jobId, at.owner);
    const events = (await eventsOf(local, at.orgId)).slice(before);
    expect(events.map(({ action, actorKind, jobId: by }) => [action, actorKind, by])).toEqual([
      ['privacy.extract.start', 'member', jobId],
      ['privacy.extract.finish', 'job', jobId],
      ['privacy.extract.download', 'member', null],
    ]);
    expect(events.every(({ targetIds }) => targetIds.length === 1 && targetIds[0] === id)).toBe(true);
  });

  test('says that a protected identity is one', async () => {
    const hidden = await addPerson(local, at, { givenName: 'Dold' }, true);
    const { jobId } = await make('sv', hidden);
    const held = model(await downloadExtract(local, at.orgId, jobId, at.owner)).sections.flatMap(({ records }) =>
      records.flatMap((record) => record.fields),
    );
    expect(Object.fromEntries(held.map(({ name, value }) => [name, value]))).toEqual({ givenName: 'Dold', isProtected: 'ja' });
  });

  test('whose last write was lost in a kill is not finished twice', async () => {
    const { jobId } = await make();
    const job = database(local).doc(`jobs/${jobId}`);
    await job.update({ state: 'running', result: null, leaseUntil: Timestamp.fromMillis(0), updatedAt: Timestamp.fromMillis(0) });
    await local.cloud.runSchedule('sweepJobs');
    expect(await jobEnded(local, jobId)).toMatchObject({ state: 'succeeded', result: { sizeBytes: expect.any(Number) } });
    expect(
      (await eventsOf(local, at.orgId)).filter(({ action, jobId: by }) => action === 'privacy.extract.finish' && by === jobId),
    ).toHaveLength(1);
    await downloadExtract(local, at.orgId, jobId, at.owner);
  });
});

describe('fetching', () => {
  test('is refused without a session, to other roles, other organisations and for other jobs', async () => {
    const { jobId } = await make();
    const other = await newOrganisation(local);
    expect((await fetch(`${local.cloud.urls.functions}/downloadExtract?orgId=${at.orgId}&jobId=${jobId}`)).status).toBe(401);
    for (const role of ['editor', 'auditor', 'billing'] as const) {
      const who = await addMember(local, at.orgId, role);
      expect(await refusedWith(downloadExtract(local, at.orgId, jobId, who))).toBe('orgs/not-allowed');
      expect(await refusedWith(startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: id, locale: 'sv' }, who))).toBe(
        'orgs/not-allowed',
      );
    }
    expect(await refusedWith(downloadExtract(local, at.orgId, jobId, other.owner))).toBe('shared/not-found');
    expect(await refusedWith(downloadExtract(local, other.orgId, jobId, other.owner))).toBe('shared/not-found');
    expect(await refusedWith(downloadExtract(local, at.orgId, 'A'.repeat(20), at.owner))).toBe('shared/not-found');
    expect(await refusal(downloadExtract(local, at.orgId, '../x', at.owner))).toMatchObject({
      code: 'shared/invalid-input',
      details: { field: 'jobId' },
    });
    await downloadExtract(local, at.orgId, jobId, await addMember(local, at.orgId, 'administrator'));
  });

  test('is over after an hour, and the file is removed by the schedule', async () => {
    const { jobId } = await make();
    await database(local)
      .doc(`jobs/${jobId}`)
      .update({ 'result.expiresAt': Timestamp.fromMillis(Date.now() - 1) });
    expect(await refusedWith(downloadExtract(local, at.orgId, jobId, at.owner))).toBe('privacy/extract-expired');
    await local.cloud.runSchedule('pruneExpired');
    expect(objectsIn(local, 'FILES_BUCKET').filter((name) => name.includes(jobId))).toEqual([]);
    expect(await refusedWith(downloadExtract(local, at.orgId, jobId, at.owner))).toBe('privacy/extract-expired');
  });

  test('of a damaged file is cut off, never a short file', async () => {
    const { jobId } = await make();
    const store = local.cloud.storage;
    const object = store.objects(local.cloud.env['FILES_BUCKET'] ?? '').get(`orgs/${at.orgId}/extracts/${id}/${jobId}.zip`)!;
    const bytes = store.read(object);
    bytes[bytes.length - 5]! ^= 1;
    store.put(object.bucket, object.name, bytes, {});
    await expect(downloadExtract(local, at.orgId, jobId, at.owner)).rejects.toThrow();
  });
});

test('nobody is found who does not exist', async () => {
  expect(
    await refusedWith(startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: 'A'.repeat(20), locale: 'sv' }, at.owner)),
  ).toBe('shared/not-found');
  expect(await refusedWith(startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: id, locale: 'fi' }, at.owner))).toBe(
    'shared/invalid-input',
  );
  expect(await stored(local, 'jobs/none')).toBeUndefined();
});
