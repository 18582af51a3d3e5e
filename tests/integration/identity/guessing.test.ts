import { expect, test } from 'vitest';
import { withLocalCloud } from '../../support/localCloud.ts';
import { builtFunctions, refusedWith, signIn, signUp } from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });

/** Tries a password as somebody who forges the address that the front end would report. */
async function guess(email: string, address: string): Promise<string> {
  const response = await fetch(`${local.cloud.urls.functions}/signInBegin`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
    body: JSON.stringify({ data: { email, password: 'fel lösenord', locale: 'sv' } }),
  });
  const { error } = (await response.json()) as { error: { details: { code: string } } }; // a wrong password is always refused
  return error.details.code;
}

test('guessing from ever new addresses ends after a hundred, and the owner at home still signs in', async () => {
  const owner = await signUp(local);
  const answers: string[] = [];
  for (let batch = 0; batch < 11; batch += 1)
    answers.push(...(await Promise.all(Array.from({ length: 10 }, (_, index) => guess(owner.email, `198.51.${batch}.${index}`)))));
  expect(answers.filter((code) => code === 'identity/wrong-credentials')).toHaveLength(100);
  expect(answers.filter((code) => code === 'identity/too-many-attempts')).toHaveLength(10);
  expect((await signIn(local, owner.email)).accountId).toBe(owner.accountId);
});

test('sign-ups with somebody’s address are stopped, and do not stop the owner', async () => {
  const owner = await signUp(local);
  const again = () =>
    local.callable('signUpBegin', { email: owner.email, password: 'ett annat fint lösen', displayName: 'Någon', locale: 'sv' });
  for (let count = 0; count < 4; count += 1) {
    await again();
    expect((await local.mailbox.next(owner.email)).subject).not.toMatch(/\d{6}/);
  }
  expect(await refusedWith(again())).toBe('identity/too-many-attempts');
  expect((await signIn(local, owner.email)).accountId).toBe(owner.accountId);
});

test('a body that is no call is refused without being logged', async () => {
  const response = await fetch(`${local.cloud.urls.functions}/signInBegin`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: 'a@example.org', password: 'hemligt i loggen' }),
  });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error: { details: { code: 'shared/invalid-input', field: 'data' } } },
  ]);
});
