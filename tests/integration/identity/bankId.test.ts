/** BankID through the callables: who comes in, who does not, and what is left behind. */
import { Timestamp } from 'firebase-admin/firestore';
import { format } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openEvidence, signedBy } from '../../../functions/src/identity/bankId/evidence.ts';
import type { BankIdCollected } from '../../../functions/src/identity/bankId/contract.ts';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import type { AccountId } from '../../../functions/src/shared/ids.ts';
import type { Person } from '../../../infra/local/bankid/persons.ts';
import { bankIdPhone, somebodyNew } from '../../support/bankIdPhone.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  builtFunctions,
  database,
  everyDocument,
  newEmail,
  newOrganisation,
  refusal,
  refusedWith,
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
const bankId = bankIdPhone(local);
const failed = (hintCode: string) => ({ status: 'failed', hintCode, outcome: null });

type Outcome = NonNullable<BankIdCollected['outcome']>;
function outcome<K extends Outcome['kind']>(collected: BankIdCollected, kind: K): Extract<Outcome, { kind: K }> {
  if (collected.outcome?.kind !== kind) throw new Error(`expected ${kind}: ${JSON.stringify(collected)}`);
  return collected.outcome as Extract<Outcome, { kind: K }>; // just compared
}

const account = async (idToken: string) => identityCallables.getAccount.output.parse(await local.callable('getAccount', {}, idToken));
const confirmed = async (attemptId: string, code: string) => {
  const { customToken } = identityCallables.codeConfirm.output.parse(await local.callable('codeConfirm', { attemptId, code }));
  return local.signIn(customToken ?? '');
};
const signUpWith = async (person: Person, email = newEmail()) => {
  const { attemptId } = outcome(await bankId.through('signIn', person), 'needsEmail');
  const opened = identityCallables.bankIdSignUp.output.parse(await local.callable('bankIdSignUp', { attemptId, email, locale: 'sv' }));
  const idToken = await confirmed(opened.attemptId, await local.mailbox.latestCode(email));
  return { person, idToken, ...(await account(idToken)) };
};
const enter = async (person: Person) => {
  const { customToken } = outcome(await bankId.through('signIn', person), 'signedIn');
  return local.signIn(customToken);
};
/** Lets the five minutes pass in which somebody counts as just signed in. */
const letAge = (sessionId: string) =>
  database(local)
    .doc(`sessions/${sessionId}`)
    .update({ authenticatedAt: Timestamp.fromMillis(Date.now() - 600_000) });

describe('coming in', () => {
  test('for the first time, by the code on the screen, asks for an address and makes an account that is as strong as BankID', async () => {
    const person = somebodyNew('Ylva', 'Första');
    const order = await bankId.start('signIn');
    const { qr, hintCode, outcome: none } = await bankId.poll(order.orderId);
    expect([hintCode, none]).toEqual(['outstandingTransaction', null]);
    local.cloud.bankId.phone.scan(qr ?? '', person);
    expect(await bankId.collect(order.orderId)).toMatchObject({ status: 'pending', hintCode: 'userSign', qr: null, launchUrls: null });
    local.cloud.bankId.phone.approve(order.autoStartToken);
    const { attemptId, displayName } = outcome(await bankId.collect(order.orderId), 'needsEmail');
    expect(displayName).toBe('Ylva Första');
    const email = newEmail();
    const opened = identityCallables.bankIdSignUp.output.parse(await local.callable('bankIdSignUp', { attemptId, email, locale: 'sv' }));
    const idToken = await confirmed(opened.attemptId, await local.mailbox.latestCode(email));
    expect(await account(idToken)).toMatchObject({ displayName: 'Ylva Första', email, session: { method: 'bankId', strength: 3 } });
  });

  test('again goes straight in, and leaves evidence that can be verified', async () => {
    const { person, accountId } = await signUpWith(somebodyNew());
    const order = await bankId.start('signIn');
    bankId.approve(order, person);
    const { customToken } = outcome(await bankId.collect(order.orderId), 'signedIn');
    expect(await account(await local.signIn(customToken))).toMatchObject({ accountId, session: { method: 'bankId', strength: 3 } });
    const { completionData, text } = await openEvidence(accountId, order.orderId);
    expect(bankId.verify(completionData)).toEqual({ personalNumber: person.personalNumber, userVisibleText: text });
    expect(text).toContain('Logga in i Valv');
    await expect(signedBy(accountId, order.orderId)).rejects.toThrow('not found'); // an identification is no signature
  });

  test('with an address that has an account answers alike and mails another text', async () => {
    const other = await signUp(local);
    const { attemptId } = outcome(await bankId.through('signUp', somebodyNew()), 'needsEmail');
    const opened = identityCallables.bankIdSignUp.output.parse(
      await local.callable('bankIdSignUp', { attemptId, email: other.email, locale: 'sv' }),
    );
    expect((await local.mailbox.next(other.email)).subject).toBe('Du har redan ett konto i Valv');
    expect(await refusedWith(local.callable('codeConfirm', { attemptId: opened.attemptId, code: '000000' }))).toBe('identity/wrong-code');
    // The address can be corrected.
    const email = newEmail();
    const again = identityCallables.bankIdSignUp.output.parse(await local.callable('bankIdSignUp', { attemptId, email, locale: 'sv' }));
    expect((await account(await confirmed(again.attemptId, await local.mailbox.latestCode(email)))).email).toBe(email);
  });

  test('twice at once as the same new person makes one account', async () => {
    const person = somebodyNew();
    const attempts = [];
    for (const email of [newEmail(), newEmail()]) {
      const { attemptId } = outcome(await bankId.through('signIn', person), 'needsEmail');
      const opened = identityCallables.bankIdSignUp.output.parse(await local.callable('bankIdSignUp', { attemptId, email, locale: 'sv' }));
      attempts.push({ attemptId: opened.attemptId, code: await local.mailbox.latestCode(email) });
    }
    const outcomes = await Promise.allSettled(attempts.map((attempt) => local.callable('codeConfirm', attempt)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await bankId.through('signIn', person)).outcome?.kind).toBe('signedIn');
  });

  test('leaves nothing of a person whose address gets no mail', async () => {
    const kept = async () => [
      (await database(local).collectionGroup('signatures').count().get()).data().count,
      (await database(local, 'keys').collection('subjectKeys').where('kind', '==', 'account').count().get()).data().count,
    ];
    const email = newEmail();
    for (let mails = 0; mails < 5; mails += 1)
      await local.callable('signUpBegin', { email, password: 'korrekt häst batteri klammer', displayName: 'Någon', locale: 'sv' });
    const { attemptId } = outcome(await bankId.through('signIn', somebodyNew()), 'needsEmail');
    const before = await kept();
    expect(await refusedWith(local.callable('bankIdSignUp', { attemptId, email, locale: 'sv' }))).toBe('identity/too-many-attempts');
    expect(await kept()).toEqual(before);
  });

  test('does not work for an account that is disabled', async () => {
    const { person, accountId } = await signUpWith(somebodyNew());
    await database(local).doc(`accounts/${accountId}`).update({ state: 'disabled' });
    expect(await bankId.through('signIn', person)).toMatchObject(failed('accountClosed'));
  });

  test('a sign-up is not for anybody who knows no identified order, nor for ever', async () => {
    const pending = await bankId.start('signIn');
    const input = { email: newEmail(), locale: 'sv' };
    expect(await refusedWith(local.callable('bankIdSignUp', { ...input, attemptId: pending.orderId }))).toBe('identity/attempt-ended');
    const { attemptId } = outcome(await bankId.through('signIn', somebodyNew()), 'needsEmail');
    await database(local)
      .doc(`bankIdOrders/${attemptId}`)
      .update({ expiresAt: Timestamp.fromMillis(Date.now() - 1) });
    expect(await refusedWith(local.callable('bankIdSignUp', { ...input, attemptId }))).toBe('identity/attempt-ended');
  });
});

describe('an outcome', () => {
  test('happens once among many calls at the same time, and is told once', async () => {
    const { person, accountId } = await signUpWith(somebodyNew());
    const before = (await database(local).collection('sessions').where('accountId', '==', accountId).get()).size;
    const order = await bankId.start('signIn');
    bankId.approve(order, person);
    await bankId.letPass(order.orderId);
    const asked = local.cloud.counters('bankidApi')['collect'] ?? 0;
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => bankId.poll(order.orderId)));
    const told = answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value.status === 'complete' ? [answer.value] : []));
    expect(told).toHaveLength(1);
    expect((local.cloud.counters('bankidApi')['collect'] ?? 0) - asked).toBe(1);
    expect((await database(local).collection('sessions').where('accountId', '==', accountId).get()).size).toBe(before + 1);
    expect(await refusedWith(bankId.collect(order.orderId))).toBe('identity/attempt-ended');
    expect(await stored(local, `bankIdOrders/${order.orderId}`)).toMatchObject({ state: 'complete', sealed: null });
  });

  test('of a cancelled order never comes', async () => {
    const { person } = await signUpWith(somebodyNew());
    const order = await bankId.start('signIn');
    local.cloud.bankId.phone.autostart(order.autoStartToken, person);
    expect(await local.callable('bankIdCancel', { orderId: order.orderId })).toEqual({});
    expect(() => local.cloud.bankId.phone.approve(order.autoStartToken)).toThrow('No such order');
    expect(await bankId.poll(order.orderId)).toMatchObject(failed('cancelled'));
    expect(await refusedWith(local.callable('bankIdCancel', { orderId: order.orderId }))).toBe('identity/attempt-ended');
  });

  test('a person who declines is told so', async () => {
    const order = await bankId.start('signIn');
    local.cloud.bankId.phone.decline(order.autoStartToken);
    expect(await bankId.collect(order.orderId)).toMatchObject(failed('userCancel'));
    expect(await bankId.poll(order.orderId)).toMatchObject(failed('userCancel')); // as often as it is asked
  });
});

describe('with a session', () => {
  test('somebody shows again who it is; another person does not', async () => {
    const { person, idToken, session } = await signUpWith(somebodyNew());
    const sessionId = (await sessionsOf(session.authenticatedAt)) ?? '';
    await letAge(sessionId);
    expect(await bankId.through('reauth', somebodyNew(), {}, idToken)).toMatchObject(failed('wrongPerson'));
    const stale = (await account(idToken)).session.authenticatedAt;
    expect(outcome(await bankId.through('reauth', person, {}, idToken), 'reauthenticated')).toEqual({ kind: 'reauthenticated' });
    expect(Date.parse((await account(idToken)).session.authenticatedAt)).toBeGreaterThan(Date.parse(stale) + 500_000);
  });

  /** The session that began at an instant. */
  async function sessionsOf(authenticatedAt: string): Promise<string | undefined> {
    const found = await database(local).collection('sessions').where('authenticatedAt', '==', new Date(authenticatedAt)).get();
    return found.docs[0]?.id;
  }

  test('a password account gets a BankID, which then opens it; its other sessions end, and a mail says so', async () => {
    const ada = await signUp(local);
    const begun = identityCallables.signInBegin.output.parse(
      await local.callable('signInBegin', { email: ada.email, password: ada.password, locale: 'sv' }),
    );
    const elsewhere = await confirmed(begun.attemptId, await local.mailbox.latestCode(ada.email));
    const open = identityCallables.signInBegin.output.parse(
      await local.callable('signInBegin', { email: ada.email, password: ada.password, locale: 'sv' }),
    );
    const code = await local.mailbox.latestCode(ada.email);
    const person = somebodyNew();
    expect(outcome(await bankId.through('addFactor', person, {}, ada.idToken), 'factorAdded').kind).toBe('factorAdded');
    expect(await stored(local, `sessions/${ada.sessionId}`)).toMatchObject({ state: 'active', method: 'bankId', strength: 3 });
    expect(await refusedWith(confirmed(open.attemptId, code))).toBe('identity/attempt-ended');
    expect(await refusedWith(account(elsewhere))).toBe('identity/session-ended');
    expect((await account(ada.idToken)).accountId).toBe(ada.accountId);
    expect((await local.mailbox.next(ada.email)).subject).toMatch(/nytt sätt att logga in|ny enhet/);
    expect((await account(await enter(person))).accountId).toBe(ada.accountId);
    expect(await refusedWith(bankId.start('addFactor', {}, ada.idToken))).toBe('identity/factor-exists');
  });

  test('a BankID belongs to one account, also when two claim it at once', async () => {
    const person = somebodyNew();
    const claimants = [await signUp(local), await signUp(local)];
    const results = await Promise.all(claimants.map(({ idToken }) => bankId.through('addFactor', person, {}, idToken)));
    expect(results.map(({ status, hintCode }) => [status, hintCode]).toSorted()).toEqual([
      ['complete', null],
      ['failed', 'factorExists'],
    ]);
    const third = await signUp(local);
    const owner = await signUpWith(somebodyNew());
    expect(await bankId.through('addFactor', owner.person, {}, third.idToken)).toMatchObject(failed('factorExists'));
    expect((await database(local).collection(`accounts/${third.accountId}/signatures`).get()).size).toBe(0);
    const holders = await database(local)
      .collection('accounts')
      .where('bankIdIndex', '==', (await stored(local, `accounts/${owner.accountId}`))?.['bankIdIndex'])
      .get();
    expect(holders.size).toBe(1);
  });

  test('adding needs a fresh session; the rest needs an added BankID; all need a session', async () => {
    const ada = await signUp(local);
    await letAge(ada.sessionId);
    expect(await refusedWith(bankId.start('addFactor', {}, ada.idToken))).toBe('identity/reauthentication-needed');
    expect(await refusal(bankId.start('reauth', {}, ada.idToken))).toMatchObject({
      code: 'identity/bankid-failed',
      details: { hintCode: 'notAdded' },
    });
    for (const purpose of ['reauth', 'addFactor', 'sign'] as const)
      expect(await refusedWith(bankId.start(purpose))).toBe('identity/not-signed-in');
  });

  test('an order is answered to the session that began it and to nobody else', async () => {
    const [ada, bea] = [await signUp(local), await signUp(local)];
    const order = await bankId.start('addFactor', {}, ada.idToken);
    bankId.approve(order, somebodyNew());
    await bankId.letPass(order.orderId);
    for (const token of [undefined, bea.idToken])
      expect(await refusedWith(bankId.poll(order.orderId, token))).toBe('identity/attempt-ended');
    expect(await refusedWith(local.callable('bankIdCancel', { orderId: order.orderId }, bea.idToken))).toBe('identity/attempt-ended');
    await local.callable('signOut', {}, ada.idToken);
    expect(await refusedWith(bankId.poll(order.orderId, ada.idToken))).toBe('identity/attempt-ended');
    expect((await stored(local, `accounts/${ada.accountId}`))?.['bankIdIndex']).toBeNull();
  });
});

describe('signing', () => {
  const reviewOf = async (orgId: string, state = 'open') => {
    const review = database(local).doc(`orgs/${orgId}/accessReviews/review-to-be-signed-1`);
    const now = Timestamp.now();
    const decisions = { a: 'keep', b: 'keep', c: 'remove' };
    await review.set({
      v: 1,
      state,
      startedBy: 'somebody',
      startedAt: now,
      completedAt: null,
      completedBy: null,
      decisions,
      evidenceId: null,
      version: 4,
      lastEventId: 'written-by-a-test-of-valv',
    });
    return { orgId, kind: 'orgs.accessReview', id: review.id };
  };

  test('an access review is signed in words that name what is signed; the evidence says which version', async () => {
    const { owner, orgId } = await newOrganisation(local);
    const person = somebodyNew();
    await bankId.through('addFactor', person, {}, owner.idToken);
    const signing = await reviewOf(orgId);
    expect(await bankId.through('sign', somebodyNew(), { signing }, owner.idToken)).toMatchObject(failed('wrongPerson'));
    const { evidenceId } = outcome(await bankId.through('sign', person, { signing }, owner.idToken), 'signed');
    const accountId = owner.accountId as AccountId; // of a test account
    expect(await signedBy(accountId, evidenceId)).toEqual({ ...signing, version: 4 });
    const { completionData, text } = await openEvidence(accountId, evidenceId);
    expect(bankId.verify(completionData)).toEqual({ personalNumber: person.personalNumber, userVisibleText: text });
    expect(text).toMatch(/Föreningen Prov[^]*Behåller åtkomst: 2[^]*Förlorar åtkomst: 1/);
  });

  test('nothing is signed that the caller may not see, is completed, or was not named', async () => {
    const { owner, orgId } = await newOrganisation(local);
    const stranger = await signUpWith(somebodyNew());
    const signing = await reviewOf(orgId);
    expect(await refusedWith(bankId.start('sign', { signing }, stranger.idToken))).toBe('shared/not-found');
    expect(await refusedWith(bankId.start('sign', {}, stranger.idToken))).toBe('shared/invalid-input');
    await bankId.through('addFactor', somebodyNew(), {}, owner.idToken);
    expect(await refusedWith(bankId.start('sign', { signing: await reviewOf(orgId, 'completed') }, owner.idToken))).toBe(
      'shared/not-found',
    );
  });
});

test('no number, name, token or code is in the clear in any document or log line, whatever goes wrong', async () => {
  const person = somebodyNew('Öllegård', 'Klartextsson');
  const order = await bankId.start('signIn', { deviceId: 'a-device-of-a-test-of-valv-0002' });
  const { qr } = await bankId.poll(order.orderId);
  bankId.approve(order, person);
  local.cloud.faults.inject({ service: 'bankid', match: 'collect', kind: '503', times: 1 });
  expect(await refusal(bankId.collect(order.orderId))).toMatchObject({
    code: 'identity/bankid-unavailable',
    details: { hintCode: 'Maintenance' },
  });
  local.cloud.faults.inject({ service: 'bankid', match: 'auth', kind: 'reset', times: 2 });
  expect(await refusedWith(bankId.start('signIn'))).toBe('identity/bankid-unavailable');
  local.cloud.faults.inject({ service: 'bankid', match: 'cancel', kind: '503', times: 1 });
  const other = await bankId.start('signIn');
  await local.callable('bankIdCancel', { orderId: other.orderId });
  expect((await bankId.collect(order.orderId)).outcome?.kind).toBe('needsEmail');
  const documents = JSON.stringify(await everyDocument(local));
  const logs = logged.join('\n');
  expect(logs).toContain('order not cancelled at BankID'); // so the logs are seen here
  const [, qrToken = '', , mac = ''] = qr?.split('.') ?? [];
  const { personalNumber } = person;
  for (const secret of [personalNumber, personalNumber.slice(2), 'Öllegård', 'Klartextsson', order.autoStartToken, qrToken, mac]) {
    for (const form of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')]) {
      expect(documents.includes(form)).toBe(false);
      expect(logs.includes(form)).toBe(false);
    }
  }
});
