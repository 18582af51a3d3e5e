/** Passkeys with a device in software: as a sign-in, as a second step, to be fresh again; and everything that is refused. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { withLocalCloud } from '../../support/localCloud.ts';
import { ask, beginSignIn, growOld, outcomes } from '../../support/factors.ts';
import { softAuthenticator, type Bend, type SoftAuthenticator } from '../../support/softAuthenticator.ts';
import { builtFunctions, database, everyDocument, refusedWith, signUp, stored, type SignedIn } from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
const origin = () => new URL(local.cloud.env['APP_URL'] ?? '').origin;
const deviceId = 'a-device-of-a-test-00000';

async function addPasskey(by: SignedIn, device: SoftAuthenticator, label = 'Nyckel'): Promise<string> {
  const { enrolmentId, options } = await ask(local, 'passkeyEnrolBegin', {}, by);
  return (await ask(local, 'passkeyEnrolConfirm', { enrolmentId, response: device.create(options), label }, by)).factorId;
}

async function withPasskey(): Promise<{ ada: SignedIn; device: SoftAuthenticator; factorId: string }> {
  const [ada, device] = [await signUp(local), softAuthenticator(origin())];
  return { ada, device, factorId: await addPasskey(ada, device) };
}

/** One sign-in by passkey alone. */
async function enter(device: SoftAuthenticator, bend: Bend = {}) {
  const { challengeId, options } = await ask(local, 'passkeyOptions', {});
  return ask(local, 'passkeyConfirm', { challengeId, response: device.answer(options, bend), deviceId });
}

describe('a passkey', () => {
  test('is a whole sign-in, which is strong, and no code is mailed', async () => {
    const { ada, device } = await withPasskey();
    const known = async () =>
      Number(((await stored(local, `accounts/${ada.accountId}`))?.['knownDevices'] as unknown[] | undefined)?.length); // written by the functions
    const before = await known();
    const { challengeId, options } = await ask(local, 'passkeyOptions', {});
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(options.allowCredentials).toBeUndefined();
    const { customToken } = await ask(local, 'passkeyConfirm', { challengeId, response: device.answer(options), deviceId });
    const { accountId, session } = await ask(local, 'getAccount', {}, { ...ada, idToken: await local.signIn(customToken) });
    expect([accountId, session.method, session.strength]).toEqual([ada.accountId, 'passkey', 3]);
    expect(await known()).toBe(before + 1);
  });

  test('is the second step after a password, and only one of that account', async () => {
    const { ada, device } = await withPasskey();
    const other = await withPasskey();
    const begun = await beginSignIn(local, ada.email);
    expect(begun).toMatchObject({ secondFactors: ['passkey', 'emailCode'], mailed: false });
    const { attemptId } = begun;
    const asked = await ask(local, 'passkeyOptions', { attemptId });
    expect(asked.options.allowCredentials).toHaveLength(1);
    const foreign = other.device.answer({ ...asked.options, allowCredentials: undefined });
    expect(await refusedWith(ask(local, 'passkeyConfirm', { challengeId: asked.challengeId, response: foreign }))).toBe(
      'identity/passkey-refused',
    );
    const again = await ask(local, 'passkeyOptions', { attemptId });
    const { sessionId } = await ask(local, 'passkeyConfirm', { challengeId: again.challengeId, response: device.answer(again.options) });
    expect(await stored(local, `sessions/${sessionId}`)).toMatchObject({ accountId: ada.accountId, method: 'passkey', strength: 3 });
    expect(await stored(local, `attempts/${attemptId}`)).toMatchObject({ state: 'used', tries: 2 });
  });

  test('makes a session fresh, and as strong as a passkey', async () => {
    const { ada, device } = await withPasskey();
    await growOld(local, ada);
    const { challengeId, options } = await ask(local, 'reauthPasskeyOptions', {}, ada);
    expect(await ask(local, 'passkeyConfirm', { challengeId, response: device.answer(options) })).toEqual({
      customToken: null,
      sessionId: ada.sessionId,
    });
    expect((await ask(local, 'getAccount', {}, ada)).session).toMatchObject({ strength: 3, method: 'passkey' });
    await ask(local, 'passkeyEnrolBegin', {}, ada);
  });

  test('is listed with its name and strength, and opens nothing once removed', async () => {
    const { ada, device, factorId } = await withPasskey();
    const { factors } = await ask(local, 'listFactors', {}, ada);
    expect(factors.find((factor) => factor.factorId === factorId)).toMatchObject({ kind: 'passkey', strength: 3, label: 'Nyckel' });
    await ask(local, 'removeFactor', { factorId }, ada);
    expect(await refusedWith(enter(device))).toBe('identity/passkey-refused');
  });

  test('is not asked for where there is none: an empty list would mean any', async () => {
    const ada = await signUp(local);
    expect(await refusedWith(ask(local, 'reauthPasskeyOptions', {}, ada))).toBe('shared/not-found');
    const { ada: eva } = await withPasskey();
    const { attemptId } = await beginSignIn(local, eva.email);
    const passkeys = await database(local).collection(`accounts/${eva.accountId}/factors`).get();
    for (const { ref } of passkeys.docs) await ref.delete();
    expect(await refusedWith(ask(local, 'passkeyOptions', { attemptId }))).toBe('identity/attempt-ended');
  });

  test('added on a second device ends other sessions; the same one is not added twice', async () => {
    const { ada, device } = await withPasskey();
    const elsewhere = await local.signIn((await enter(device)).customToken);
    const { options } = await ask(local, 'passkeyEnrolBegin', {}, ada);
    expect(options.excludeCredentials).toHaveLength(1);
    const second = softAuthenticator(origin(), { counts: false });
    await addPasskey(ada, second, 'Telefon');
    expect(await refusedWith(local.callable('getAccount', {}, elsewhere))).toBe('identity/session-ended');
    await enter(device);
    await enter(second);
    await enter(second);
  });
});

describe('refused is', () => {
  let ada: SignedIn;
  let device: SoftAuthenticator;
  beforeAll(async () => {
    ({ ada, device } = await withPasskey());
  });

  test.each<[string, Bend]>([
    ['another origin', { origin: 'https://valv.example.com' }],
    ['another name', { rpId: 'example.com' }],
    ['another challenge', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
    ['an answer made for adding a passkey', { type: 'webauthn.create' }],
    ['a device that nobody touched', { isPresent: false, isVerified: false }],
    ['a device that did not verify the person', { isVerified: false }],
    ['a forged signature', { isForged: true }],
    ['an answer without account', { userHandle: null }],
    ['an answer for another account', { userHandle: Buffer.from('A'.repeat(20)).toString('base64url') }],
    ['an answer for what is no account', { userHandle: Buffer.from('../../accounts').toString('base64url') }],
  ])('%s', async (_what, bend) => {
    expect(await refusedWith(enter(device, bend))).toBe('identity/passkey-refused');
  });

  test('a passkey whose counter does not grow: one of two copies', async () => {
    const thief = device.copy();
    await enter(device);
    await enter(device);
    expect(await refusedWith(enter(thief))).toBe('identity/passkey-refused');
    await enter(device);
  });

  test('an answer that was used, in parallel too', async () => {
    const { challengeId, options } = await ask(local, 'passkeyOptions', {});
    const response = device.answer(options);
    const calls = [1, 2, 3, 4, 5].map(() => ask(local, 'passkeyConfirm', { challengeId, response }));
    const ended = await outcomes(calls, refusedWith);
    expect(ended.toSorted()).toEqual([...Array.from({ length: 4 }, () => 'identity/passkey-refused'), 'ok']);
    expect(await refusedWith(ask(local, 'passkeyConfirm', { challengeId, response }))).toBe('identity/passkey-refused');
  });

  test('a challenge after a wrong answer, and after five minutes', async () => {
    const first = await ask(local, 'passkeyOptions', {});
    const wrong = device.answer(first.options, { isForged: true });
    expect(await refusedWith(ask(local, 'passkeyConfirm', { challengeId: first.challengeId, response: wrong }))).toBe(
      'identity/passkey-refused',
    );
    const right = device.answer(first.options);
    expect(await refusedWith(ask(local, 'passkeyConfirm', { challengeId: first.challengeId, response: right }))).toBe(
      'identity/passkey-refused',
    );
    const late = await ask(local, 'passkeyOptions', {});
    await database(local)
      .doc(`passkeyChallenges/${late.challengeId}`)
      .update({ expiresAt: Timestamp.fromMillis(Date.now() - 1) });
    const response = device.answer(late.options);
    expect(await refusedWith(ask(local, 'passkeyConfirm', { challengeId: late.challengeId, response }))).toBe('identity/passkey-refused');
  });

  test('an answer to somebody else’s challenge of an attempt', async () => {
    const { attemptId } = await beginSignIn(local, ada.email);
    const other = await withPasskey();
    const theirs = await beginSignIn(local, other.ada.email);
    const asked = await ask(local, 'passkeyOptions', { attemptId: theirs.attemptId });
    const response = device.answer({ ...asked.options, allowCredentials: undefined });
    expect(await refusedWith(ask(local, 'passkeyConfirm', { challengeId: asked.challengeId, response }))).toBe('identity/passkey-refused');
    expect(await stored(local, `attempts/${attemptId}`)).toMatchObject({ state: 'open', tries: 0 });
  });

  test('a disabled account', async () => {
    const { ada: eva, device: hers } = await withPasskey();
    await database(local).doc(`accounts/${eva.accountId}`).update({ state: 'disabled' });
    expect(await refusedWith(enter(hers))).toBe('identity/passkey-refused');
  });

  test('a new passkey that was not verified, of another origin, or for another enrolment; the enrolment is over then', async () => {
    const eva = await signUp(local);
    const bends: Bend[] = [
      { isVerified: false },
      { origin: 'https://valv.example.com' },
      { rpId: 'example.com' },
      { challenge: 'x'.repeat(43) },
    ];
    for (const bend of bends) {
      const { enrolmentId, options } = await ask(local, 'passkeyEnrolBegin', {}, eva);
      const made = (over: Bend) => ({ enrolmentId, response: softAuthenticator(origin()).create(options, over), label: 'Nyckel' });
      expect(await refusedWith(ask(local, 'passkeyEnrolConfirm', made(bend), eva))).toBe('identity/passkey-refused');
      expect(await refusedWith(ask(local, 'passkeyEnrolConfirm', made({}), eva))).toBe('identity/attempt-ended');
    }
    const theirs = await ask(local, 'passkeyEnrolBegin', {}, eva);
    const response = softAuthenticator(origin()).create(theirs.options);
    const input = { enrolmentId: theirs.enrolmentId, response, label: 'Nyckel' };
    expect(await refusedWith(ask(local, 'passkeyEnrolConfirm', input, ada))).toBe('identity/attempt-ended');
    expect((await ask(local, 'listFactors', {}, eva)).factors).toHaveLength(2);
  });
});

test('neither public key, credential nor name of a passkey is stored in the clear', async () => {
  const [ada, device] = [await signUp(local), softAuthenticator(origin())];
  await addPasskey(ada, device, 'Adas säkerhetsnyckel');
  const { options } = await ask(local, 'passkeyOptions', {});
  const text = JSON.stringify(await everyDocument(local));
  expect([device.answer(options).id, 'Adas säkerhetsnyckel'].filter((value) => text.includes(value))).toEqual([]);
});
