/** Sign-up: both factors, alike for known and unknown addresses, and nothing left in the clear. */
import { getAuth } from 'firebase-admin/auth';
import { getApps } from 'firebase-admin/app';
import { format } from 'node:util';
import { describe, expect, test } from 'vitest';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  builtFunctions,
  database,
  everyDocument,
  newEmail,
  password,
  refusal,
  refusedWith,
  signIn,
  signUp,
  stored,
} from '../../support/valv.ts';

// The functions' logger takes hold of the console when it is first loaded, so this comes before.
const logged: string[] = [];
for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
  const write = console[method];
  console[method] = (...parts: unknown[]) => {
    logged.push(format(...parts));
    write(...parts);
  };
}

const local = withLocalCloud({ functionsEntry: builtFunctions });
const begin = async (over: object = {}) => {
  const email = newEmail();
  const input = { email, password, displayName: 'Åsa Prov', locale: 'sv', ...over };
  return { ...identityCallables.signUpBegin.output.parse(await local.callable('signUpBegin', input)), email };
};
const confirm = (attemptId: string, code: string) => local.callable('codeConfirm', { attemptId, code });
const another = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('sign-up', () => {
  test('ends in an account and a session only after the code', async () => {
    const begun = await begin();
    const db = database(local);
    expect((await db.collection('accounts').get()).size + (await db.collection('sessions').get()).size).toBe(0);
    const code = await local.mailbox.latestCode(begun.email);
    const { customToken, sessionId } = identityCallables.codeConfirm.output.parse(await confirm(begun.attemptId, code));
    const idToken = await local.signIn(customToken);
    const account = identityCallables.getAccount.output.parse(await local.callable('getAccount', {}, idToken));
    expect(account).toMatchObject({ displayName: 'Åsa Prov', email: begun.email, locale: 'sv' });
    expect(await stored(local, `sessions/${sessionId}`)).toMatchObject({ accountId: account.accountId, state: 'active' });
  });

  test('makes no user in Firebase Auth before the second factor, and one without any data after it', async () => {
    const auth = getAuth(getApps().find(({ name }) => name === local.cloud.projectId));
    const before = (await auth.listUsers()).users.length;
    const begun = await begin();
    await local.mailbox.latestCode(begun.email);
    expect((await auth.listUsers()).users).toHaveLength(before);
    const made = await signUp(local);
    const user = await auth.getUser(made.accountId);
    expect({ email: user.email, displayName: user.displayName, phone: user.phoneNumber }).toEqual({
      email: undefined,
      displayName: undefined,
      phone: undefined,
    });
  });

  test('with an address that has an account answers alike and mails another text', async () => {
    const ada = await signUp(local);
    const fresh = await begin();
    const again = await begin({ email: ada.email });
    expect(Object.keys(again).toSorted()).toEqual(Object.keys(fresh).toSorted());
    const mail = await local.mailbox.next(ada.email);
    expect(mail.subject).toBe('Du har redan ett konto i Valv');
    expect(mail.text).not.toMatch(/\d{6}/);
    const wrong = await refusal(confirm(again.attemptId, '000000'));
    const code = await local.mailbox.latestCode(fresh.email);
    const wrongForFresh = await refusal(confirm(fresh.attemptId, another(code)));
    expect(wrong).toEqual(wrongForFresh);
    // The account is as it was: its password still opens it.
    expect((await signIn(local, ada.email)).accountId).toBe(ada.accountId);
  });

  test('of one address in two attempts makes one account', async () => {
    const first = await begin();
    const firstCode = await local.mailbox.latestCode(first.email);
    const second = await begin({ email: first.email });
    const secondCode = await local.mailbox.latestCode(first.email);
    const outcomes = await Promise.allSettled([confirm(first.attemptId, firstCode), confirm(second.attemptId, secondCode)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const attempt = await stored(local, `attempts/${first.attemptId}`);
    const accounts = await database(local).collection('accounts').where('emailIndex', '==', attempt?.['emailIndex']).get();
    expect(accounts.size).toBe(1);
  });

  test.each(['password', 'PASSWORD', '12345678', 'qwertyuiop', 'aaaaaaaaaaaa', 'Lösenord', 'sommar2026!'])(
    'refuses the common password %s',
    async (common) => {
      expect(await refusal(begin({ password: common }))).toMatchObject({
        code: 'identity/password-too-common',
        details: { field: 'password' },
      });
    },
  );

  test('refuses the own address as password', async () => {
    const email = newEmail();
    expect(await refusedWith(begin({ email, password: email.toUpperCase() }))).toBe('identity/password-too-common');
  });

  test('accepts an address in another case as the same account', async () => {
    const ada = await signUp(local);
    const begun = identityCallables.signInBegin.output.parse(
      await local.callable('signInBegin', { email: ada.email.toUpperCase(), password, locale: 'en' }),
    );
    expect((await local.mailbox.next(ada.email)).subject).toMatch(/^Your security code: \d{6}$/);
    expect(begun.attemptId).toMatch(/^[\w-]{20}$/);
  });
});

test('no password, code, e-mail address or name is in the clear in any document or log line', async () => {
  const ada = await signUp(local, 'Öresund Klartext');
  const begun = identityCallables.signInBegin.output.parse(
    await local.callable('signInBegin', { email: ada.email, password, locale: 'sv' }),
  );
  const code = await local.mailbox.latestCode(ada.email);
  await refusedWith(confirm(begun.attemptId, another(code)));
  await refusedWith(local.callable('signInBegin', { email: ada.email, password: 'fel lösenord helt', locale: 'sv' }));
  await refusedWith(local.callable('getAccount', {}, `${ada.idToken}x`));
  const documents = JSON.stringify(await everyDocument(local));
  const logs = logged.join('\n');
  expect(documents).toContain('codeHash');
  expect(logs).toContain('verification'); // The refused token was logged, so the logs are seen here.
  for (const secret of [ada.email, ada.email.split('@')[0]!, 'Öresund', password, 'fel lösenord', ada.idToken]) {
    const forms = [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), JSON.stringify(secret).slice(1, -1)];
    for (const form of forms) {
      expect(documents.includes(form)).toBe(false);
      expect(logs.includes(form)).toBe(false);
    }
  }
  expect(new RegExp(`(?<![0-9])${code}(?![0-9])`).test(logs)).toBe(false);
  expect(new RegExp(`"${code}"`).test(documents)).toBe(false);
});
