/** Limits of trying: alike for every address, exact under parallel calls, and never the owner's door. */
import { Timestamp } from 'firebase-admin/firestore';
import { describe, expect, test } from 'vitest';
import { exactToken } from '../../../functions/src/crypto/blindIndex.ts';
import type { Normalised } from '../../../functions/src/crypto/normalise.ts';
import { accountsKey, emailIndexOf } from '../../../functions/src/identity/accountStore.ts';
import { takeToken } from '../../../functions/src/identity/rateLimit.ts';
import { isAppError } from '../../../functions/src/shared/errors.ts';
import { bankIdPhone, somebodyNew } from '../../support/bankIdPhone.ts';
import { withLocalCloud, type TestCloud } from '../../support/localCloud.ts';
import {
  builtFunctions,
  database,
  deviceOf,
  newEmail,
  password,
  refusal,
  refusedWith,
  signIn,
  signUp,
  useEnvironmentOf,
} from '../../support/valv.ts';

const local: TestCloud = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);

const tries = (email: string, more: object = {}) =>
  local.callable('signInBegin', { email, password: 'fel lösenord', locale: 'sv', ...more });
const codeOf = async (asked: Promise<unknown>): Promise<string> => refusedWith(asked).catch(() => 'accepted');

const bucket = async (kind: string, subject: string) =>
  database(local).doc(`rateLimits/${exactToken(await accountsKey(), `rateLimit.${kind}`, subject as Normalised)}`);

/** Leaves so many tokens in a bucket, as if somebody had used the others a minute from now: meanwhile nothing comes back. */
async function leave(tokens: number, kind: string, subject: string): Promise<void> {
  const now = Timestamp.fromMillis(Date.now() + 60_000);
  await (await bucket(kind, subject)).set({ tokens, updatedAt: now, expiresAt: Timestamp.fromMillis(now.toMillis() + 3_600_000) });
}

/** As {@link leave}, in a bucket that is somebody's own. */
const leaveForLong = async (tokens: number, kind: string, subject: string): Promise<void> =>
  void (await (await bucket(kind, subject)).update({ tokens, updatedAt: Timestamp.now() }));

/** The buckets that all unknown devices of this machine take from. */
const common = [
  ...['127.0.0.1', '::1', '::ffff:127.0.0.1'].map((address) => ['signInByAddress', address] as const),
  ...Array.from({ length: 16 }, (_, shard) => ['signInOverall', `all ${shard}`] as const),
];

describe('a limit', () => {
  test('gives exactly its tokens to parallel calls, and refuses the others in words', async () => {
    const clock = () => new Date('2026-11-21T12:00:00Z');
    const answers = await Promise.all(
      Array.from({ length: 25 }, () =>
        takeToken('signUpMail', 'one subject', clock).then(
          () => 'taken',
          (thrown: unknown) => (isAppError(thrown) ? thrown.code : String(thrown)),
        ),
      ),
    );
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'identity/too-many-attempts')).toHaveLength(20);
  });

  test('refills with time, up to its size', async () => {
    let now = new Date('2026-11-21T12:00:00Z');
    const take = () => codeOfThrown(takeToken('recoveryMail', 'another subject', () => now));
    for (let count = 0; count < 5; count += 1) expect(await take()).toBe('taken');
    expect(await take()).toBe('identity/too-many-attempts');
    now = new Date(now.getTime() + 13 * 60_000); // a fifth of an hour and a bit
    expect(await take()).toBe('taken');
    expect(await take()).toBe('identity/too-many-attempts');
    now = new Date(now.getTime() + 10 * 3_600_000);
    for (let count = 0; count < 5; count += 1) expect(await take()).toBe('taken');
    expect(await take()).toBe('identity/too-many-attempts');
  });
});

async function codeOfThrown(asked: Promise<void>): Promise<string> {
  try {
    await asked;
    return 'taken';
  } catch (thrown) {
    return isAppError(thrown) ? thrown.code : String(thrown);
  }
}

describe('guessing a password', () => {
  test('ends after the same number of tries, in the same words, with and without account', async () => {
    const answers = [];
    for (const email of [(await signUp(local)).email, newEmail()]) {
      await leave(8.5, 'signInFromNewDevice', await emailIndexOf(email));
      const told = await Promise.all(Array.from({ length: 12 }, () => refusal(tries(email))));
      answers.push(told.map(({ code, status, message }) => `${code} ${status} ${message}`).toSorted());
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.filter((answer) => answer.startsWith('identity/wrong-credentials'))).toHaveLength(8);
  });

  test('does not keep the owner out, whatever else is used up', async () => {
    const owner = await signUp(local);
    for (const [kind, subject] of common) await leave(0, kind, subject);
    expect(await codeOf(tries(newEmail()))).toBe('identity/too-many-attempts');
    expect((await signIn(local, owner.email)).accountId).toBe(owner.accountId);
    for (const [kind, subject] of common) await (await bucket(kind, subject)).delete();
    await leave(0, 'signInFromNewDevice', await emailIndexOf(owner.email));
    expect(await codeOf(tries(owner.email))).toBe('identity/too-many-attempts');
    expect((await signIn(local, owner.email)).accountId).toBe(owner.accountId);
  });

  test('from a known device is limited too, by that device alone', async () => {
    const owner = await signUp(local);
    const known = { deviceId: deviceOf(owner.email) };
    const answers = [];
    for (let count = 0; count < 22; count += 1) answers.push(await codeOf(tries(owner.email, known)));
    expect(answers.filter((code) => code === 'identity/wrong-credentials')).toHaveLength(20);
    expect(answers.at(-1)).toBe('identity/too-many-attempts');
    expect(await codeOf(tries(owner.email))).toBe('identity/wrong-credentials');
  });

  test('with the id of a device that another account knows is guessing from a new one', async () => {
    const [owner, other] = [await signUp(local), await signUp(local)];
    await leave(0, 'signInFromNewDevice', await emailIndexOf(owner.email));
    expect(await codeOf(tries(owner.email, { deviceId: deviceOf(other.email) }))).toBe('identity/too-many-attempts');
  });

  test.each([[''], ['short'], ['x'.repeat(65)], ['with blanks in it, many of them'], [17], [{}]])(
    'with the ill-formed device %j is refused as input',
    async (deviceId) => {
      const refused = await refusal(tries(newEmail(), { deviceId }));
      expect(refused).toMatchObject({ code: 'shared/invalid-input', details: { field: 'deviceId' } });
    },
  );
});

describe('BankID, when strangers have used up what they share', () => {
  const bankId = bankIdPhone(local);
  const machine = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].map((address) => ['bankIdByAddress', address] as const);
  const everywhere = Array.from({ length: 16 }, (_, shard) => ['bankIdOverall', `all ${shard}`] as const);

  test.each([
    ['for an address', machine],
    ['for all', everywhere],
  ])('%s, still begins in a browser where it was used before and in a session, and nowhere else', async (_which, shared) => {
    const [used, unused] = [deviceOf(newEmail()), deviceOf(newEmail())];
    await bankId.through('signIn', somebodyNew(), { deviceId: used });
    const abandoned = await bankId.start('signIn', { deviceId: unused });
    expect((await bankId.collect(abandoned.orderId)).status).toBe('pending');
    const caller = await signUp(local);
    for (const [kind, subject] of shared) await leave(0, kind, subject);
    for (const over of [{}, { deviceId: unused }]) expect(await codeOf(bankId.start('signIn', over))).toBe('identity/too-many-attempts');
    expect((await bankId.through('signIn', somebodyNew(), { deviceId: used })).status).toBe('complete');
    await bankId.start('addFactor', {}, caller.idToken);
    for (const [kind, subject] of shared) await (await bucket(kind, subject)).delete();
  });

  test('is limited in a session by the account alone, and in such a browser shares with strangers when its own turns are used up', async () => {
    const [used, caller] = [deviceOf(newEmail()), await signUp(local)];
    await bankId.through('signIn', somebodyNew(), { deviceId: used });
    await leaveForLong(0, 'bankIdFromKnownDevice', used);
    await bankId.start('signIn', { deviceId: used });
    for (const [kind, subject] of everywhere) await leave(0, kind, subject);
    expect(await codeOf(bankId.start('signIn', { deviceId: used }))).toBe('identity/too-many-attempts');
    for (const [kind, subject] of everywhere) await (await bucket(kind, subject)).delete();
    await leave(0, 'bankIdByAccount', caller.accountId);
    expect(await codeOf(bankId.start('addFactor', {}, caller.idToken))).toBe('identity/too-many-attempts');
    await bankId.start('signIn', { deviceId: deviceOf(newEmail()) });
  });

  test('is not known to a browser for ever', async () => {
    const used = deviceOf(newEmail());
    await bankId.through('signIn', somebodyNew(), { deviceId: used });
    const own = await bucket('bankIdFromKnownDevice', used);
    const keptUntil = (await own.get()).get('expiresAt') as Timestamp; // written by the functions
    expect((keptUntil.toMillis() - Date.now()) / 86_400_000).toBeCloseTo(90, 0);
    await own.update({ tokens: 0, expiresAt: Timestamp.fromMillis(Date.now() - 1) });
    await bankId.start('signIn', { deviceId: used }); // from what strangers share
  });
});

test('a passkey is asked for without a token of anybody’s, so that no flood uses them up', async () => {
  const buckets = async () => (await database(local).collection('rateLimits').get()).docs.map((one) => [one.id, one.data()]);
  const before = await buckets();
  await local.callable('passkeyOptions', {});
  expect(await buckets()).toEqual(before);
});

test('others who use up the recovery mail of an address do not keep the owner’s own device from it', async () => {
  const owner = await signUp(local);
  const begin = (more: object = {}) => local.callable('recoveryBegin', { email: owner.email, locale: 'sv', ...more });
  for (let count = 0; count < 5; count += 1) await begin();
  expect(await codeOf(begin())).toBe('identity/too-many-attempts');
  await begin({ deviceId: deviceOf(owner.email) });
});

test('a sign-up that is flooded stops nobody from signing in', async () => {
  const owner = await signUp(local);
  const again = () => local.callable('signUpBegin', { email: owner.email, password, displayName: 'Någon', locale: 'sv' });
  const answers = await Promise.all(Array.from({ length: 8 }, () => codeOf(again())));
  expect(answers.filter((code) => code === 'accepted').length).toBeLessThanOrEqual(5);
  expect(new Set(answers.filter((code) => code !== 'accepted'))).toEqual(new Set(['identity/too-many-attempts']));
  expect((await signIn(local, owner.email)).accountId).toBe(owner.accountId);
});
