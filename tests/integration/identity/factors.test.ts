/** Authenticator apps, recovery codes, and every change of how an account is entered. */
import { describe, expect, test } from 'vitest';
import { changeAccountData, newCredentials } from '../../../functions/src/identity/accountStore.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { addTotp, ask, beginSignIn, growOld, outcomes, totpPassword } from '../../support/factors.ts';
import {
  builtFunctions,
  database,
  deviceOf,
  everyDocument,
  newEmail,
  password,
  refusal,
  refusedWith,
  signIn,
  signUp,
  stored,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
const newPassword = 'en annan lång ramsa att minnas';
const wrongThan = (code: string) => String((Number(code) + 7) % 1_000_000).padStart(6, '0');
const factorsOf = async (by: Awaited<ReturnType<typeof signUp>>) => (await ask(local, 'listFactors', {}, by)).factors;
const isOver = (by: Awaited<ReturnType<typeof signUp>>) => refusedWith(local.callable('getAccount', {}, by.idToken));

describe('an authenticator app', () => {
  test('is the second step of a sign-in, which is stronger then, and no code is mailed', async () => {
    const ada = await signUp(local);
    const { secret } = await addTotp(local, ada);
    const begun = await beginSignIn(local, ada.email);
    expect(begun).toMatchObject({ secondFactors: ['totp', 'emailCode'], mailed: false });
    const { customToken, sessionId } = await ask(local, 'totpConfirm', { attemptId: begun.attemptId, code: totpPassword(secret, 1) });
    const idToken = await local.signIn(customToken);
    const { session } = await ask(local, 'getAccount', {}, { ...ada, idToken });
    expect(session).toMatchObject({ method: 'totp', strength: 2 });
    expect(await stored(local, `sessions/${sessionId}`)).toMatchObject({ method: 'totp', strength: 2 });
  });

  test('has passwords that count once, in parallel and in other attempts too', async () => {
    const ada = await signUp(local);
    const { secret } = await addTotp(local, ada);
    const code = totpPassword(secret, 1);
    const attempts = await Promise.all([1, 2, 3, 4].map(() => beginSignIn(local, ada.email)));
    const ended = await outcomes(
      attempts.map(({ attemptId }) => ask(local, 'totpConfirm', { attemptId, code })),
      refusedWith,
    );
    expect(ended.toSorted()).toEqual(['identity/wrong-code', 'identity/wrong-code', 'identity/wrong-code', 'ok']);
  });

  test('does not count with the password by which it was added', async () => {
    const ada = await signUp(local);
    const { enrolmentId, secret } = await ask(local, 'totpEnrolBegin', {}, ada);
    const code = totpPassword(secret);
    await ask(local, 'totpEnrolConfirm', { enrolmentId, code }, ada);
    const { attemptId } = await beginSignIn(local, ada.email);
    expect(await refusedWith(ask(local, 'totpConfirm', { attemptId, code }))).toBe('identity/wrong-code');
  });

  test('and the mailed code share five tries, and a code can be asked for', async () => {
    const ada = await signUp(local);
    const { secret } = await addTotp(local, ada);
    const { attemptId } = await beginSignIn(local, ada.email);
    const left: unknown[] = [];
    for (let by = 1; by <= 2; by += 1)
      left.push((await refusal(ask(local, 'totpConfirm', { attemptId, code: wrongThan(totpPassword(secret)) }))).details['triesLeft']);
    expect(await ask(local, 'codeResend', { attemptId })).toMatchObject({ attemptId, mailed: true, secondFactors: ['totp', 'emailCode'] });
    const mailed = await local.mailbox.latestCode(ada.email);
    for (let by = 1; by <= 3; by += 1)
      left.push((await refusal(ask(local, 'codeConfirm', { attemptId, code: wrongThan(mailed) }))).details['triesLeft']);
    expect(left).toEqual([4, 3, 2, 1, 0]);
    expect(await refusedWith(ask(local, 'codeConfirm', { attemptId, code: mailed }))).toBe('identity/attempt-ended');
    expect(await refusedWith(ask(local, 'totpConfirm', { attemptId, code: totpPassword(secret, 1) }))).toBe('identity/attempt-ended');
    await local.mailbox.about(ada.email, /^Någon kan ditt lösenord$/);
  });

  test('is added once, by its own account, and only with a right password', async () => {
    const [ada, eva] = [await signUp(local), await signUp(local)];
    const { enrolmentId, secret } = await ask(local, 'totpEnrolBegin', {}, ada);
    const code = totpPassword(secret);
    expect(await refusedWith(ask(local, 'totpEnrolConfirm', { enrolmentId, code }, eva))).toBe('identity/attempt-ended');
    expect(await refusal(ask(local, 'totpEnrolConfirm', { enrolmentId, code: wrongThan(code) }, ada))).toMatchObject({
      code: 'identity/wrong-code',
      details: { triesLeft: 4 },
    });
    const twice = [1, 2].map(() => ask(local, 'totpEnrolConfirm', { enrolmentId, code: totpPassword(secret) }, ada));
    expect((await outcomes(twice, refusedWith)).filter((outcome) => outcome === 'ok')).toHaveLength(1);
    expect(await refusedWith(ask(local, 'totpEnrolBegin', {}, ada))).toBe('identity/factor-exists');
    expect((await factorsOf(eva)).map(({ kind }) => kind)).toEqual(['password', 'emailCode']);
  });
});

describe('recovery codes', () => {
  test('are ten, each counts once as the second step, and what is left is told', async () => {
    const ada = await signUp(local);
    const { codes } = await ask(local, 'createRecoveryCodes', {}, ada);
    expect(codes).toHaveLength(10);
    const begun = await beginSignIn(local, ada.email);
    expect(begun).toMatchObject({ secondFactors: ['emailCode', 'recoveryCode'], mailed: true });
    const again = await beginSignIn(local, ada.email);
    const calls = [begun, again].map(({ attemptId }) => ask(local, 'recoveryCodeConfirm', { attemptId, recoveryCode: codes[0] }));
    expect((await outcomes(calls, refusedWith)).toSorted()).toEqual(['identity/wrong-recovery-code', 'ok']);
    expect((await factorsOf(ada)).find(({ kind }) => kind === 'recoveryCodes')).toMatchObject({ remaining: 9, strength: 1 });
  });

  test('from before stop working when new ones are made', async () => {
    const ada = await signUp(local);
    const before = await ask(local, 'createRecoveryCodes', {}, ada);
    await ask(local, 'createRecoveryCodes', {}, ada);
    const { attemptId } = await beginSignIn(local, ada.email);
    expect(await refusal(ask(local, 'recoveryCodeConfirm', { attemptId, recoveryCode: before.codes[0] }))).toMatchObject({
      code: 'identity/wrong-recovery-code',
      details: { triesLeft: 4 },
    });
  });
});

test('whoever has the password begins twenty second steps a day from new devices, and the owner’s device goes on', async () => {
  const ada = await signUp(local);
  await addTotp(local, ada);
  const begin = () => beginSignIn(local, ada.email);
  for (let count = 0; count < 20; count += 1) await begin();
  expect(await refusedWith(begin())).toBe('identity/too-many-attempts');
  await ask(local, 'signInBegin', { email: ada.email, password, locale: 'sv', deviceId: deviceOf(ada.email) });
});

describe('a session that is not fresh', () => {
  const changes = [
    ['totpEnrolBegin', {}],
    ['totpEnrolConfirm', { enrolmentId: 'A'.repeat(20), code: '123456' }],
    ['passkeyEnrolBegin', {}],
    ['createRecoveryCodes', {}],
    ['removeFactor', { factorId: 'A'.repeat(20) }],
    ['changePassword', { newPassword }],
    ['changeEmailBegin', { email: 'new@example.org' }],
    ['changeEmailConfirm', { attemptId: 'A'.repeat(20), code: '123456' }],
  ] as const;

  test('changes nothing', async () => {
    const ada = await signUp(local);
    await growOld(local, ada);
    for (const [name, input] of changes)
      expect([name, await refusedWith(local.callable(name, input, ada.idToken))]).toEqual([name, 'identity/reauthentication-needed']);
    expect(await factorsOf(ada)).toHaveLength(2);
  });

  test('is made fresh by password and second factor, without a new token', async () => {
    const ada = await signUp(local);
    const { secret } = await addTotp(local, ada);
    await growOld(local, ada);
    expect(await refusedWith(ask(local, 'reauthBegin', { password: newPassword }, ada))).toBe('identity/wrong-credentials');
    const { attemptId } = await ask(local, 'reauthBegin', { password }, ada);
    expect(await ask(local, 'totpConfirm', { attemptId, code: totpPassword(secret, 1) })).toEqual({
      customToken: null,
      sessionId: ada.sessionId,
    });
    expect((await ask(local, 'getAccount', {}, ada)).session).toMatchObject({ strength: 2, method: 'totp' });
    await ask(local, 'createRecoveryCodes', {}, ada);
  });

  test('that was ended meanwhile is not revived', async () => {
    const ada = await signUp(local);
    const { attemptId } = await ask(local, 'reauthBegin', { password }, ada);
    const code = await local.mailbox.latestCode(ada.email);
    await local.callable('signOut', {}, ada.idToken);
    expect(await refusedWith(ask(local, 'codeConfirm', { attemptId, code }))).toBe('identity/attempt-ended');
    expect(await isOver(ada)).toBe('identity/session-ended');
  });
});

describe('a change', () => {
  test('of the password ends other sessions and open attempts, and the old one opens nothing', async () => {
    const ada = await signUp(local);
    const elsewhere = await signIn(local, ada.email);
    const { attemptId } = await beginSignIn(local, ada.email);
    const code = await local.mailbox.latestCode(ada.email);
    expect(await refusedWith(local.callable('changePassword', { newPassword: 'password1' }, ada.idToken))).toBe(
      'identity/password-too-common',
    );
    await ask(local, 'changePassword', { newPassword }, ada);
    expect(await isOver(elsewhere)).toBe('identity/session-ended');
    expect(await stored(local, `sessions/${elsewhere.sessionId}`)).toMatchObject({ endedReason: 'credentialsChanged' });
    expect(await refusedWith(ask(local, 'codeConfirm', { attemptId, code }))).toBe('identity/attempt-ended');
    expect(await refusedWith(beginSignIn(local, ada.email))).toBe('identity/wrong-credentials');
    await beginSignIn(local, ada.email, newPassword);
    expect((await ask(local, 'getAccount', {}, ada)).accountId).toBe(ada.accountId);
  });

  test('of the password between the two steps of a sign-in, or of a confirmation, ends it even where nobody ended the attempt', async () => {
    const ada = await signUp(local);
    const signingIn = await beginSignIn(local, ada.email);
    const forSignIn = await local.mailbox.latestCode(ada.email);
    const confirming = await ask(local, 'reauthBegin', { password }, ada);
    const forConfirming = await local.mailbox.latestCode(ada.email);
    await changeAccountData(ada.accountId, {}, newCredentials());
    for (const [{ attemptId }, code] of [
      [signingIn, forSignIn],
      [confirming, forConfirming],
    ] as const)
      expect(await refusedWith(ask(local, 'codeConfirm', { attemptId, code }))).toBe('identity/attempt-ended');
    await signIn(local, ada.email);
  });

  test.each<[string, (by: Awaited<ReturnType<typeof signUp>>) => Promise<unknown>]>([
    ['the password', (by) => ask(local, 'changePassword', { newPassword }, by)],
    ['an authenticator app', (by) => addTotp(local, by)],
    ['recovery codes', (by) => ask(local, 'createRecoveryCodes', {}, by)],
  ])('of %s ends what was begun before', async (_what, change) => {
    const ada = await signUp(local);
    const { attemptId } = await beginSignIn(local, ada.email);
    const code = await local.mailbox.latestCode(ada.email);
    const version = async () => Number((await stored(local, `accounts/${ada.accountId}`))?.['credentialsVersion']);
    const before = await version();
    await change(ada);
    expect(await version()).toBe(before + 1);
    expect(await stored(local, `attempts/${attemptId}`)).toMatchObject({ state: 'used' });
    expect(await refusedWith(ask(local, 'codeConfirm', { attemptId, code }))).toBe('identity/attempt-ended');
  });

  test('of the address counts only with the code that the new one got; the old one is told', async () => {
    const [ada, email] = [await signUp(local), newEmail()];
    const { attemptId } = await ask(local, 'changeEmailBegin', { email }, ada);
    const code = await local.mailbox.latestCode(email);
    expect(await refusedWith(ask(local, 'codeConfirm', { attemptId, code }))).toBe('identity/attempt-ended');
    const eva = await signUp(local);
    expect(await refusedWith(ask(local, 'changeEmailConfirm', { attemptId, code }, eva))).toBe('identity/attempt-ended');
    expect((await refusal(ask(local, 'changeEmailConfirm', { attemptId, code: wrongThan(code) }, ada))).details['triesLeft']).toBe(4);
    await ask(local, 'changeEmailConfirm', { attemptId, code }, ada);
    expect((await ask(local, 'getAccount', {}, ada)).email).toBe(email);
    expect(local.cloud.mail.find({ to: ada.email }).map(({ subject }) => subject)).toContain(
      'Ditt konto i Valv har fått en ny e-postadress',
    );
    expect(await refusedWith(beginSignIn(local, ada.email))).toBe('identity/wrong-credentials');
    await beginSignIn(local, email);
  });

  test('to an address that has an account is answered alike and comes to nothing', async () => {
    const [ada, eva] = [await signUp(local), await signUp(local)];
    const { attemptId } = await ask(local, 'changeEmailBegin', { email: eva.email }, ada);
    expect((await local.mailbox.next(eva.email)).subject).toBe('Du har redan ett konto i Valv');
    expect(await refusedWith(ask(local, 'changeEmailConfirm', { attemptId, code: '123456' }, ada))).toBe('identity/wrong-code');
    expect((await ask(local, 'getAccount', {}, ada)).email).toBe(ada.email);
  });

  test('of factors ends other sessions; what is another account’s is not there', async () => {
    const [ada, eva] = [await signUp(local), await signUp(local)];
    const { factorId } = await addTotp(local, ada);
    const elsewhere = await signIn(local, eva.email);
    expect(await refusedWith(ask(local, 'removeFactor', { factorId }, eva))).toBe('shared/not-found');
    await ask(local, 'createRecoveryCodes', {}, eva);
    expect(await isOver(elsewhere)).toBe('identity/session-ended');
    await ask(local, 'removeFactor', { factorId }, ada);
    expect((await factorsOf(ada)).map(({ kind }) => kind)).toEqual(['password', 'emailCode']);
    expect((await beginSignIn(local, ada.email)).secondFactors).toEqual(['emailCode']);
  });

  test('leaves the last way in: an account without a password keeps its BankID', async () => {
    const ada = await signUp(local);
    await changeAccountData(ada.accountId, { passwordHash: null }, { bankIdIndex: 'keyed-hash-of-a-test' });
    const byMail = refusedWith(ask(local, 'removeFactor', { factorId: 'bankId' }, ada));
    expect(await byMail).toBe('identity/stronger-factor-needed');
    await database(local).doc(`sessions/${ada.sessionId}`).update({ method: 'bankId', strength: 3 });
    expect((await factorsOf(ada)).map(({ kind }) => kind)).toEqual(['bankId']);
    expect(await refusedWith(beginSignIn(local, ada.email))).toBe('identity/wrong-credentials');
    expect(await refusedWith(ask(local, 'removeFactor', { factorId: 'bankId' }, ada))).toBe('identity/last-factor');
    await ask(local, 'changePassword', { newPassword }, ada);
    await ask(local, 'removeFactor', { factorId: 'bankId' }, ada);
    expect((await stored(local, `accounts/${ada.accountId}`))?.['bankIdIndex']).toBeNull();
    await beginSignIn(local, ada.email, newPassword);
  });
});

test('a disabled account is not entered by an attempt that was open', async () => {
  const ada = await signUp(local);
  const { attemptId } = await beginSignIn(local, ada.email);
  const code = await local.mailbox.latestCode(ada.email);
  await database(local).doc(`accounts/${ada.accountId}`).update({ state: 'disabled' });
  expect(await refusedWith(ask(local, 'codeConfirm', { attemptId, code }))).toBe('identity/attempt-ended');
});

test('no secret of a factor is stored in the clear', async () => {
  const ada = await signUp(local);
  const { secret } = await addTotp(local, ada);
  const pending = await signUp(local);
  const begun = await ask(local, 'totpEnrolBegin', {}, pending);
  const { codes } = await ask(local, 'createRecoveryCodes', {}, ada);
  const text = JSON.stringify(await everyDocument(local));
  const found = [secret, begun.secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))].filter((value) => text.includes(value));
  expect(found).toEqual([]);
  expect(text).toContain(ada.accountId);
});

describe('hostile input', () => {
  const id = 'A'.repeat(20);
  const huge = 'x'.repeat(100_000);
  test.each([
    ['totpConfirm', { attemptId: id, code: huge }],
    ['totpConfirm', { attemptId: id, code: 123_456 }],
    ['recoveryCodeConfirm', { attemptId: id, recoveryCode: huge }],
    ['recoveryCodeConfirm', { attemptId: id, recoveryCode: '\ud800'.repeat(16) }],
    ['recoveryCodeConfirm', { attemptId: { toString: 'x' }, recoveryCode: 'A'.repeat(16) }],
    ['passkeyOptions', { attemptId: '__proto__' }],
    ['passkeyConfirm', { challengeId: id, response: huge }],
    ['passkeyConfirm', { challengeId: id, response: { id: huge, rawId: huge, type: 'public-key', response: {} } }],
    ['signInBegin', { email: 'a@example.org', password: huge, locale: 'sv' }],
    ['signInBegin', { email: 'a@example.org', password, locale: 'sv', deviceId: 'short' }],
  ])('to %s is refused as input', async (name, input) => {
    expect(await refusedWith(local.callable(name, input))).toBe('shared/invalid-input');
  });

  test('of the right form for things that are not there is refused in one way', async () => {
    expect(await refusedWith(local.callable('totpConfirm', { attemptId: id, code: '123456' }))).toBe('identity/attempt-ended');
    expect(await refusedWith(local.callable('recoveryCodeConfirm', { attemptId: id, recoveryCode: 'A'.repeat(16) }))).toBe(
      'identity/attempt-ended',
    );
    expect(await refusedWith(local.callable('passkeyOptions', { attemptId: id }))).toBe('identity/attempt-ended');
  });

  test('without a session changes nothing', async () => {
    for (const name of ['listFactors', 'totpEnrolBegin', 'passkeyEnrolBegin', 'createRecoveryCodes', 'reauthPasskeyOptions'])
      expect([name, await refusedWith(local.callable(name, {}))]).toEqual([name, 'identity/not-signed-in']);
  });
});
