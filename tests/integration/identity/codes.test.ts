/** The e-mailed code: single use, five tries, ten minutes, bound to its attempt, also under parallel guesses. */
import { Timestamp } from 'firebase-admin/firestore';
import { describe, expect, test } from 'vitest';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { builtFunctions, database, newEmail, password, refusal, refusedWith, signUp, stored } from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
const confirm = (attemptId: string, code: string) => local.callable('codeConfirm', { attemptId, code });
const other = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

async function begunSignIn() {
  const { email } = await signUp(local);
  const { attemptId } = identityCallables.signInBegin.output.parse(await local.callable('signInBegin', { email, password, locale: 'sv' }));
  return { email, attemptId, code: await local.mailbox.latestCode(email) };
}

describe('a code', () => {
  test('works once', async () => {
    const { attemptId, code } = await begunSignIn();
    await confirm(attemptId, code);
    expect(await refusedWith(confirm(attemptId, code))).toBe('identity/attempt-ended');
  });

  test('of one attempt does not fit another', async () => {
    const [first, second] = [await begunSignIn(), await begunSignIn()];
    expect(await refusedWith(confirm(first.attemptId, second.code === first.code ? other(second.code) : second.code))).toBe(
      'identity/wrong-code',
    );
  });

  test('is over after five wrong tries, the right one included', async () => {
    const { attemptId, code } = await begunSignIn();
    const left: unknown[] = [];
    for (let guess = 1; guess <= 5; guess += 1) left.push((await refusal(confirm(attemptId, other(code, guess)))).details['triesLeft']);
    expect(left).toEqual([4, 3, 2, 1, 0]);
    expect(await refusedWith(confirm(attemptId, code))).toBe('identity/attempt-ended');
  });

  test('is evaluated at most five times among forty parallel guesses', async () => {
    const { attemptId, code } = await begunSignIn();
    const guesses = Array.from({ length: 40 }, (_, index) => (index === 20 ? code : other(code, index + 1)));
    const outcomes: string[] = await Promise.all(
      guesses.map((guess) =>
        confirm(attemptId, guess).then(
          () => 'confirmed',
          async (thrown: unknown) => refusedWith(Promise.reject(thrown)),
        ),
      ),
    );
    const evaluated: string[] = outcomes.filter((outcome) => outcome === 'confirmed' || outcome === 'identity/wrong-code');
    expect(evaluated.length).toBeLessThanOrEqual(5);
    expect(evaluated.length).toBeGreaterThanOrEqual(1);
    expect(outcomes.filter((outcome) => outcome === 'confirmed').length).toBeLessThanOrEqual(1);
    expect(new Set(outcomes.filter((outcome) => !evaluated.includes(outcome)))).toEqual(new Set(['identity/attempt-ended']));
    const { tries } = (await stored(local, `attempts/${attemptId}`)) as { tries: number }; // written by the functions
    expect(tries).toBe(evaluated.length);
  });

  test('is over when its ten minutes have passed', async () => {
    const { attemptId, code } = await begunSignIn();
    await database(local)
      .doc(`attempts/${attemptId}`)
      .update({ expiresAt: Timestamp.fromMillis(Date.now() - 1) });
    expect(await refusedWith(confirm(attemptId, code))).toBe('identity/attempt-ended');
    expect(await refusedWith(local.callable('codeResend', { attemptId }))).toBe('identity/attempt-ended');
  });

  test('sent again replaces the old one, four times at most, and gives no more tries', async () => {
    const { email, attemptId, code } = await begunSignIn();
    await refusedWith(confirm(attemptId, other(code)));
    await local.callable('codeResend', { attemptId });
    let newest = await local.mailbox.latestCode(email);
    if (newest !== code)
      expect(await refusal(confirm(attemptId, code))).toMatchObject({ code: 'identity/wrong-code', details: { triesLeft: 3 } });
    for (let resend = 2; resend <= 4; resend += 1) {
      await local.callable('codeResend', { attemptId });
      newest = await local.mailbox.latestCode(email);
    }
    expect(await refusedWith(local.callable('codeResend', { attemptId }))).toBe('identity/attempt-ended');
    await confirm(attemptId, newest);
  });

  test('of an attempt that does not exist is refused like one that has ended', async () => {
    expect(await refusedWith(confirm('A'.repeat(20), '123456'))).toBe('identity/attempt-ended');
  });

  test.each(['12345', '1234567', '12345a', '١٢٣٤٥٦', ' 12345'])('must be six digits, not %s', async (code) => {
    expect(await refusal(confirm('A'.repeat(20), code))).toMatchObject({ code: 'shared/invalid-input', details: { field: 'code' } });
  });
});

describe('the first factor', () => {
  test('is refused alike for an unknown account and a wrong password', async () => {
    const { email } = await signUp(local);
    const wrong = await refusal(local.callable('signInBegin', { email, password: 'inte rätt alls', locale: 'sv' }));
    const unknown = await refusal(local.callable('signInBegin', { email: newEmail(), password, locale: 'sv' }));
    expect(wrong).toEqual(unknown);
    expect(wrong).toMatchObject({ code: 'identity/wrong-credentials', status: 403 });
  });

  test('of a disabled account is refused like a wrong password', async () => {
    const ada = await signUp(local);
    await database(local).doc(`accounts/${ada.accountId}`).update({ state: 'disabled' });
    expect(await refusedWith(local.callable('signInBegin', { email: ada.email, password, locale: 'sv' }))).toBe(
      'identity/wrong-credentials',
    );
  });
});
