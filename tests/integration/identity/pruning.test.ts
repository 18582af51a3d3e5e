/** What signing in leaves behind goes in time, keys first; what is in use stays. */
import { Timestamp } from 'firebase-admin/firestore';
import { expect, test } from 'vitest';
import { pruneIdentity } from '../../../functions/src/identity/pruneIdentity.ts';
import { createSubjectKey } from '../../../functions/src/platform/keyring.ts';
import { withLocalCloud, type TestCloud } from '../../support/localCloud.ts';
import { builtFunctions, database, newEmail, password, signUp, stored, useEnvironmentOf } from '../../support/valv.ts';

const local: TestCloud = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);

const inDays = (days: number): Timestamp => Timestamp.fromMillis(Date.now() + days * 86_400_000);
const accounts = 'valv-accounts-of-members';
const keyIsThere = async (id: string): Promise<boolean> => (await stored(local, `subjectKeys/${id}`, 'keys')) !== undefined;
const put = (path: string, fields: object) => database(local).doc(path).set(fields);
const isThere = async (path: string): Promise<boolean> => (await stored(local, path)) !== undefined;
const prune = () => local.cloud.runSchedule('pruneExpired');

test.each([
  ['enrolments', -0.01, 0.01],
  ['passkeyChallenges', -0.01, 0.01],
  ['recoveries', -31, -29],
  ['rateLimits', -0.01, 0.01],
  ['attempts', -1.1, -0.9],
] as const)('%s go when their time is over, not before', async (collection, over, running) => {
  await put(`${collection}/over`, { kind: 'signIn', state: 'open', accountId: 'nobody', expiresAt: inDays(over) });
  await put(`${collection}/running`, { kind: 'signIn', state: 'open', accountId: 'nobody', expiresAt: inDays(running) });
  await prune();
  expect([await isThere(`${collection}/over`), await isThere(`${collection}/running`)]).toEqual([false, true]);
});

test('however many there are, all go in one run, unless it takes too long', async () => {
  const many = 1001; // more than one round
  const flood = async () => {
    const writer = database(local).bulkWriter({ throttling: false });
    for (let index = 0; index < many; index += 1)
      void writer.set(database(local).doc(`passkeyChallenges/flood-${index}`), { expiresAt: inDays(-1) });
    await writer.close();
  };
  const left = async () => (await database(local).collection('passkeyChallenges').where('expiresAt', '<', inDays(-0.5)).get()).size;
  await flood();
  let now = new Date();
  const jumping = () => {
    const before = now;
    now = new Date(now.getTime() + 3_600_000);
    return before;
  };
  expect((await pruneIdentity(jumping)).passkeyChallenges).toBe(many - 1);
  expect(await left()).toBe(1);
  await flood();
  await prune();
  expect(await left()).toBe(0);
});

test('a session goes thirty days after its last possible use', async () => {
  const who = await signUp(local);
  await database(local)
    .doc(`sessions/${who.sessionId}`)
    .update({ absoluteExpiresAt: inDays(-29) });
  await prune();
  expect(await isThere(`sessions/${who.sessionId}`)).toBe(true);
  await database(local)
    .doc(`sessions/${who.sessionId}`)
    .update({ absoluteExpiresAt: inDays(-31) });
  await prune();
  expect(await isThere(`sessions/${who.sessionId}`)).toBe(false);
});

test('an order at BankID takes its key along', async () => {
  await createSubjectKey(accounts, 'bankIdOrder', 'order-that-is-over-01');
  await put('bankIdOrders/order-that-is-over-01', { expiresAt: inDays(-0.01) });
  await prune();
  expect([await isThere('bankIdOrders/order-that-is-over-01'), await keyIsThere('order-that-is-over-01')]).toEqual([false, false]);
});

test('a sign-up that nobody finished takes key and evidence along; one that was finished keeps its account', async () => {
  const email = newEmail();
  const input = { email, password, displayName: 'Halvvägs Prov', locale: 'sv' };
  const { attemptId } = (await local.callable('signUpBegin', input)) as { attemptId: string }; // the contract's answer
  const accountId = String((await stored(local, `attempts/${attemptId}`))?.['accountId']);
  await put(`accounts/${accountId}/signatures/some-order`, { v: 1 });
  await database(local)
    .doc(`attempts/${attemptId}`)
    .update({ expiresAt: inDays(-2) });
  const member = await signUp(local);
  const [finished] = (await database(local).collection('attempts').where('accountId', '==', member.accountId).get()).docs;
  await finished?.ref.update({ expiresAt: inDays(-2), state: 'open' });
  await prune();
  expect([await isThere(`attempts/${attemptId}`), await keyIsThere(accountId)]).toEqual([false, false]);
  expect(await isThere(`accounts/${accountId}/signatures/some-order`)).toBe(false);
  expect([await keyIsThere(member.accountId), await isThere(`accounts/${member.accountId}`)]).toEqual([true, true]);
  await local.callable('getAccount', {}, member.idToken);
});

test('a closing that was interrupted is finished', async () => {
  const who = await signUp(local);
  await put(`accounts/${who.accountId}/factors/some-factor`, { v: 1 });
  await database(local)
    .doc(`accounts/${who.accountId}`)
    .update({ state: 'closed', closedAt: inDays(-1) });
  await prune();
  for (const path of ['', '/factors/some-factor']) expect(await isThere(`accounts/${who.accountId}${path}`)).toBe(false);
  expect(await keyIsThere(who.accountId)).toBe(false);
});
