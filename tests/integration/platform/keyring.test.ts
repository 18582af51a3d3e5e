/** Keys: one KMS call an organisation, instance and ten minutes; a destroyed key opens nothing from that moment on. */
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  createSubjectKey,
  createSubjectKeys,
  destroySubjectKey,
  orgKey,
  subjectKey,
  subjectKeys,
} from '../../../functions/src/platform/keyring.ts';
import { wrapDek } from '../../../functions/src/crypto/keys.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addPerson,
  builtFunctions,
  database,
  getPerson,
  listPersons,
  newOrganisation,
  refusedWith,
  stored,
  type Organisation,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
beforeAll(async () => {
  at = await newOrganisation(local);
});
afterEach(() => void vi.useRealTimers());
const decrypts = (): number => local.cloud.counters('kms')['decrypt'] ?? 0;
const id = (letter: string) => letter.repeat(20);

test('fifty parallel calls cost one KMS call, and fifty more none', async () => {
  const before = decrypts();
  await Promise.all(Array.from({ length: 50 }, () => listPersons(local, at.orgId, at.owner)));
  expect(decrypts() - before).toBe(1);
  await Promise.all(Array.from({ length: 50 }, () => listPersons(local, at.orgId, at.owner)));
  expect(decrypts() - before).toBe(1);
});

test('a key is asked for again after ten minutes', async () => {
  await orgKey(at.orgId);
  const before = decrypts();
  await orgKey(at.orgId);
  expect(decrypts() - before).toBe(0);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 599_000 });
  await orgKey(at.orgId);
  expect(decrypts() - before).toBe(0);
  vi.setSystemTime(Date.now() + 2000);
  await Promise.all([orgKey(at.orgId), orgKey(at.orgId)]);
  expect(decrypts() - before).toBe(1);
});

test('a failure of KMS is not kept', async () => {
  const other = await newOrganisation(local);
  local.cloud.faults.inject({ service: 'kms', match: 'decrypt', kind: '500', times: 1 });
  await expect(orgKey(other.orgId)).rejects.toMatchObject({ code: 'shared/unavailable' });
  await orgKey(other.orgId);
});

test('a key that exists is kept, also when two make it at once', async () => {
  const made = await Promise.all([1, 2, 3].map(() => createSubjectKey(at.orgId, 'dataSubject', id('k'))));
  const parent = await orgKey(at.orgId);
  const place = { orgId: at.orgId, dataSubjectId: id('k') };
  const wrapped = (await stored(local, `subjectKeys/${id('k')}`, 'keys'))?.['wrapped'];
  expect(wrapped).toBeInstanceOf(Uint8Array);
  expect(made).toHaveLength(3);
  expect(wrapDek(parent, await subjectKey(at.orgId, id('k')), place).length).toBe(wrapped.length);
  const mixed = await createSubjectKeys(at.orgId, 'dataSubject', [id('k'), id('l')]);
  expect([...mixed.keys()].toSorted()).toEqual([id('k'), id('l')]);
  expect((await stored(local, `subjectKeys/${id('k')}`, 'keys'))?.['wrapped']).toEqual(wrapped);
});

test('a destroyed key opens nothing at once, though the organisation’s key is cached', async () => {
  const person = await addPerson(local, at, { givenName: 'Ada' });
  await getPerson(local, at.orgId, person, at.owner);
  await destroySubjectKey(at.orgId, 'dataSubject', person);
  await destroySubjectKey(at.orgId, 'dataSubject', person);
  expect(await refusedWith(getPerson(local, at.orgId, person, at.owner))).toBe('shared/not-found');
  expect((await listPersons(local, at.orgId, at.owner)).items.map(({ dataSubjectId }) => dataSubjectId)).not.toContain(person);
});

test('a key is destroyed only by its own organisation and as what it is', async () => {
  const person = await addPerson(local, at, { givenName: 'Bo' });
  const other = await newOrganisation(local);
  await destroySubjectKey(other.orgId, 'dataSubject', person);
  await destroySubjectKey(at.orgId, 'upload', person);
  await destroySubjectKey(at.orgId, 'account', person);
  expect((await getPerson(local, at.orgId, person, at.owner)).fields.givenName).toBe('Bo');
});

test('a key of another organisation does not open, nor one that was changed', async () => {
  const other = await newOrganisation(local);
  await createSubjectKey(other.orgId, 'dataSubject', id('m'));
  await expect(subjectKeys(at.orgId, [id('m')])).rejects.toMatchObject({ code: 'crypto/cannot-open' });
  const wrapped = Buffer.from((await stored(local, `subjectKeys/${id('m')}`, 'keys'))?.['wrapped']);
  wrapped[wrapped.length - 1]! ^= 1;
  await database(local, 'keys')
    .doc(`subjectKeys/${id('m')}`)
    .update({ wrapped });
  await expect(subjectKey(other.orgId, id('m'))).rejects.toMatchObject({ code: 'crypto/cannot-open' });
});
