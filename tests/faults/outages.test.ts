/** Services that fail: the caller is told so, nothing is stored half, nothing that was stored becomes unreadable. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { identityCallables } from '../../functions/src/identity/contract.ts';
import type { LocalCloud } from '../../infra/local/cloudTypes.ts';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';
import { startLocalCloud } from '../../infra/local/localCloud.ts';
import { organisationNumbers } from '../support/organisationNumbers.ts';
import { testCloud } from '../support/localCloud.ts';
import {
  addPerson,
  builtFunctions,
  database,
  eventsOf,
  getPerson,
  listPersons,
  newEmail,
  newOrganisation,
  objectsIn,
  password,
  previewImport,
  refusal,
  refusedWith,
  signUp,
  stored,
  uploadFile,
  type Organisation,
} from '../support/valv.ts';
import { startCutProxy, type CutProxy } from './support/cutProxy.ts';

let cloud: LocalCloud;
let proxy: CutProxy;
let at: Organisation;
const undo: (() => Promise<void>)[] = [];
const local = testCloud(() => cloud);

beforeAll(async () => {
  proxy = await startCutProxy(await emulatorUrl());
  const projectId = `valv-test-${randomBytes(4).toString('hex')}`;
  cloud = await startLocalCloud({
    projectId,
    stateDir: null,
    functionsEntry: builtFunctions,
    hostingDir: null,
    attach: { firestore: proxy.url },
  });
  at = await newOrganisation(local);
}, 120_000);
afterAll(async () => {
  await cloud.stop();
  await proxy.stop();
  for (const step of undo) await step();
});
afterEach(() => {
  cloud.faults.clear();
  proxy.cut('request', 0);
});

/** The run's shared emulator, or one of our own. */
async function emulatorUrl(): Promise<string> {
  const shared: string | undefined = inject('firestoreEmulatorUrl');
  if (shared !== undefined) return shared;
  const own = await startFirestoreEmulator({ rulesFile: null });
  undo.push(() => own.stop());
  return own.url;
}

const keyCount = async (): Promise<number> => (await database(local, 'keys').collection('subjectKeys').count().get()).data().count;
const personCount = async (): Promise<number> =>
  (await database(local).collection(`orgs/${at.orgId}/dataSubjects`).count().get()).data().count;

describe('without the key service', () => {
  test.each(['500', 'garbage', '429'] as const)('founding an organisation (%s) is unavailable and stores none', async (kind) => {
    const organisationNumber = organisationNumbers.next();
    cloud.faults.inject({ service: 'kms', match: 'encrypt', kind, times: 100 });
    const input = { name: 'Ingen förening', organisationNumber, identityNumberGround: null };
    expect(await refusal(local.callable('createOrganisation', input, at.owner.idToken))).toMatchObject({
      code: 'shared/unavailable',
      status: 503,
      details: { service: 'kms' },
    });
    expect((await database(local).collection('orgs').where('name', '==', 'Ingen förening').get()).size).toBe(0);
    cloud.faults.clear();
    await local.callable('createOrganisation', { ...input, name: 'En förening' }, at.owner.idToken);
  });

  test('an organisation’s data is unavailable, also when the answer is damaged, and is there again afterwards', async () => {
    const other = await newOrganisation(local);
    for (const kind of ['500', 'garbage'] as const) {
      cloud.faults.inject({ service: 'kms', match: 'decrypt', kind, times: 100 });
      expect(await refusal(local.callable('listDataSubjects', { orgId: other.orgId, pageSize: 5 }, other.owner.idToken))).toMatchObject({
        code: 'shared/unavailable',
        details: { service: 'kms' },
      });
      cloud.faults.clear();
    }
    await listPersons(local, other.orgId, other.owner);
  });

  test('a key service that never answers is given up in less time than the caller waits', async () => {
    const other = await newOrganisation(local);
    cloud.faults.inject({ service: 'kms', match: 'decrypt', kind: 'timeout', times: 100 });
    const begun = performance.now();
    expect(
      await refusedWith(
        local.callable('createDataSubject', { orgId: other.orgId, isProtected: false, fields: { givenName: 'Ada' } }, other.owner.idToken),
      ),
    ).toBe('shared/unavailable');
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect((await database(local).collection(`orgs/${other.orgId}/dataSubjects`).get()).size).toBe(0);
  });
});

describe('without the mail server', () => {
  test.each(['500', '503', 'timeout'] as const)('a sign-in (%s) is unavailable and its attempt opens nothing', async (kind) => {
    const { email } = await signUp(local);
    await database(local).recursiveDelete(database(local).collection('attempts'));
    cloud.faults.inject({ service: 'mail', kind, times: 100 });
    expect(await refusal(local.callable('signInBegin', { email, password, locale: 'sv' }))).toMatchObject({
      code: 'shared/unavailable',
      details: { service: 'email' },
    });
    const [attempt] = (await database(local).collection('attempts').get()).docs;
    expect(attempt?.data()).toMatchObject({ state: 'open', tries: 0 });
    expect((await database(local).collection('sessions').where('accountId', '==', attempt?.get('accountId')).get()).size).toBe(1);
  });

  test('a sign-up may simply be begun again', async () => {
    const input = { email: newEmail(), password, displayName: 'Ada Prov', locale: 'sv' };
    cloud.faults.inject({ service: 'mail', kind: '500', times: 1 });
    expect(await refusedWith(local.callable('signUpBegin', input))).toBe('shared/unavailable');
    const { attemptId } = identityCallables.signUpBegin.output.parse(await local.callable('signUpBegin', input));
    await local.callable('codeConfirm', { attemptId, code: await local.mailbox.latestCode(input.email) });
  });
});

describe('without the file store', () => {
  const file = 'Förnamn;Efternamn\r\nAda;Prov\r\n';
  test.each(['503', 'reset', 'late-success', 'garbage', 'timeout'] as const)(
    'an upload (%s) is unavailable and leaves no key, no object and no document',
    async (kind) => {
      const before = [await keyCount(), objectsIn(local, 'FILES_BUCKET').length];
      cloud.faults.inject({ service: 'storage', match: 'insertObject', kind, times: 100 });
      expect(await refusal(uploadFile(local, at.orgId, at.owner, file))).toMatchObject({
        code: 'shared/unavailable',
        status: 503,
        details: { service: 'storage' },
      });
      expect([await keyCount(), objectsIn(local, 'FILES_BUCKET').length]).toEqual(before);
      expect((await database(local).collection(`orgs/${at.orgId}/uploads`).get()).size).toBe(0);
    },
    90_000,
  );

  test.each(['503', 'garbage', 'timeout'] as const)(
    'a dry run (%s) is unavailable, and works afterwards',
    async (kind) => {
      const uploadId = await uploadFile(local, at.orgId, at.owner, file);
      cloud.faults.inject({ service: 'storage', match: 'getObject', kind, times: 100 });
      expect(await refusedWith(previewImport(local, at.orgId, at.owner, uploadId))).toBe('shared/unavailable');
      cloud.faults.clear();
      expect(await previewImport(local, at.orgId, at.owner, uploadId)).toMatchObject({ rowCount: 1, validCount: 1 });
    },
    120_000,
  );
});

describe('when the database does not answer a commit', () => {
  test('nothing is shown, because the reading could not be recorded', async () => {
    const id = await addPerson(local, at, { givenName: 'Hemlig', personalIdentityNumber: '189001019802' });
    const before = (await eventsOf(local, at.orgId)).length;
    proxy.cut('request', 20);
    for (const [name, input] of [
      ['getDataSubject', { dataSubjectId: id }],
      ['revealFields', { dataSubjectId: id, fields: ['personalIdentityNumber'] }],
      ['listDataSubjects', { pageSize: 5 }],
      ['listMembers', {}],
      ['previewErasure', { dataSubjectId: id }],
    ] as const) {
      const refused = await refusal(local.callable(name, { orgId: at.orgId, ...input }, at.owner.idToken));
      expect(refused.code).toBe('shared/unavailable');
      expect(JSON.stringify(refused)).not.toMatch(/Hemlig|9802/);
    }
    expect((await eventsOf(local, at.orgId)).length).toBe(before);
  });

  test('a person that was not stored leaves neither document nor event', async () => {
    const before = await personCount();
    proxy.cut('request', 1);
    expect(await refusedWith(addPerson(local, at, { givenName: 'Aldrig' }))).toBe('shared/unavailable');
    expect(proxy.left()).toBe(0);
    expect(await personCount()).toBe(before);
  });

  test('a person that was stored, though nobody was told, stays readable', async () => {
    const before = await personCount();
    proxy.cut('answer', 1);
    expect(await refusedWith(addPerson(local, at, { givenName: 'Ovisshet', familyName: 'Okänd' }))).toBe('shared/unavailable');
    expect(await personCount()).toBe(before + 1);
    const { items } = await listPersons(local, at.orgId, at.owner, { search: 'Ovisshet' });
    expect(items).toHaveLength(1);
    expect((await getPerson(local, at.orgId, items[0]!.dataSubjectId, at.owner)).fields.familyName).toBe('Okänd');
  });

  test('a correction that was stored, though nobody was told, is a conflict when it is tried again', async () => {
    const id = await addPerson(local, at, { givenName: 'Ada', city: 'Umeå' });
    const correct = () =>
      local.callable(
        'correctDataSubject',
        { orgId: at.orgId, dataSubjectId: id, version: 1, changes: { city: 'Luleå' } },
        at.owner.idToken,
      );
    proxy.cut('answer', 1);
    expect(await refusedWith(correct())).toBe('shared/unavailable');
    expect(await refusedWith(correct())).toBe('shared/conflict');
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${id}`)).toMatchObject({ version: 2 });
    expect(
      (await eventsOf(local, at.orgId)).filter(
        ({ action, targetIds }) => action === 'register.dataSubject.correct' && targetIds.includes(id),
      ),
    ).toHaveLength(1);
  });
});
