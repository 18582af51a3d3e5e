/** Getting back into an account: never past the second factor, and alike for addresses with and without account. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { recoveryCallables } from '../../../functions/src/identity/recovery/contract.ts';
import { recoveriesCallables } from '../../../functions/src/orgs/recoveries/contract.ts';
import { CallableError, withLocalCloud, type TestCloud } from '../../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  everyDocument,
  newEmail,
  newOrganisation,
  password,
  refusal,
  refusedWith,
  signIn,
  signUp,
  stored,
  useEnvironmentOf,
  type SignedIn,
} from '../../support/valv.ts';

const local: TestCloud = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);

const newPassword = 'ett helt nytt lösen om moln';
type Held = { readonly recoveryId: string; readonly secret: string };

async function begin(email: string): Promise<{ attemptId: string; code: string }> {
  const input = { email, locale: 'sv' };
  const { attemptId } = z.parse(recoveryCallables.recoveryBegin.output, await local.callable('recoveryBegin', input));
  return { attemptId, code: await local.mailbox.latestCode(email) };
}

/** Begins a recovery and shows the mailed code. */
async function recovering(email: string): Promise<{ held: Held; reference: string }> {
  const answer = await local.callable('recoveryConfirm', await begin(email));
  const { recoveryId, secret, reference } = z.parse(recoveryCallables.recoveryConfirm.output, answer);
  return { held: { recoveryId, secret }, reference };
}

const stateOf = async (held: Held) => z.parse(recoveryCallables.recoveryState.output, await local.callable('recoveryState', held));
const finish = (held: Held, more: object = {}) => local.callable('recoveryFinish', { ...held, newPassword, ...more });
const signsInWith = async (email: string, with_: string) =>
  refusedWith(local.callable('signInBegin', { email, password: with_, locale: 'sv' })).catch(() => 'signed in');

/** An organisation with an owner, two administrators and a member whose password is lost. */
async function organisationOfFour() {
  const { owner, orgId } = await newOrganisation(local);
  const administrators = [await addMember(local, orgId, 'administrator'), await addMember(local, orgId, 'administrator')] as const;
  return { orgId, owner, administrators, member: await addMember(local, orgId, 'editor', { displayName: 'Glömska Prov' }) };
}

const waiting = async (orgId: string, by: SignedIn) =>
  z.parse(recoveriesCallables.listRecoveries.output, await local.callable('listRecoveries', { orgId }, by.idToken)).recoveries;
const approve = (orgId: string, by: SignedIn, recoveryId: string, reference: string) =>
  local.callable('approveRecovery', { orgId, recoveryId, reference }, by.idToken);

describe('the beginning of a recovery', () => {
  test('answers alike with and without account, and mails both', async () => {
    const [known, unknown] = [(await signUp(local)).email, newEmail()];
    const answers = await Promise.all([known, unknown].map((email) => local.callable('recoveryBegin', { email, locale: 'sv' })));
    for (const answer of answers) expect(Object.keys(answer as object).toSorted()).toEqual(['attemptId', 'expiresAt']);
    expect((await local.mailbox.about(unknown, /inget konto/)).text).not.toMatch(/\d{6}/);
    await local.mailbox.about(known, /kod/);
    const { attemptId } = answers[1] as { attemptId: string }; // checked above
    expect(await refusal(local.callable('recoveryConfirm', { attemptId, code: '123456' }))).toMatchObject({ code: 'identity/wrong-code' });
  });

  test('is limited for an address, with and without account', async () => {
    for (const email of [(await signUp(local)).email, newEmail()]) {
      const answers = [];
      for (let count = 0; count < 6; count += 1)
        answers.push(await refusedWith(local.callable('recoveryBegin', { email, locale: 'sv' })).catch(() => 'begun'));
      expect(answers).toEqual([...Array.from({ length: 5 }, () => 'begun'), 'identity/too-many-attempts']);
    }
  });

  test('gives a code that signs nobody in, and a code of a sign-in recovers nothing', async () => {
    const { email } = await signUp(local);
    const recovery = await begin(email);
    expect(await refusedWith(local.callable('codeConfirm', recovery))).toBe('identity/attempt-ended');
    expect(await refusedWith(local.callable('codeResend', { attemptId: recovery.attemptId }))).toBe('identity/attempt-ended');
    const signingIn = z.parse(identityCallables.signInBegin.output, await local.callable('signInBegin', { email, password, locale: 'sv' }));
    const code = await local.mailbox.latestCode(email);
    expect(await refusedWith(local.callable('recoveryConfirm', { attemptId: signingIn.attemptId, code }))).toBe('identity/attempt-ended');
  });

  test('takes a code once, and five at most', async () => {
    const { email } = await signUp(local);
    const used = await begin(email);
    await local.callable('recoveryConfirm', used);
    expect(await refusedWith(local.callable('recoveryConfirm', used))).toBe('identity/attempt-ended');
    const guessed = await begin(email);
    const wrong = guessed.code === '000000' ? '000001' : '000000';
    for (let tries = 4; tries >= 0; tries -= 1)
      expect(await refusal(local.callable('recoveryConfirm', { ...guessed, code: wrong }))).toMatchObject({
        code: 'identity/wrong-code',
        details: { triesLeft: tries },
      });
    expect(await refusedWith(local.callable('recoveryConfirm', guessed))).toBe('identity/attempt-ended');
  });
});

describe('e-mail alone', () => {
  test('is enough for an account with nothing behind it; its sessions end', async () => {
    const who = await signUp(local);
    const { held } = await recovering(who.email);
    expect(await stateOf(held)).toMatchObject({ state: 'open', needed: 0, hasRecoveryCodes: false });
    await finish(held);
    expect(await refusedWith(local.callable('getAccount', {}, who.idToken))).toBe('identity/session-ended');
    expect(await stored(local, `sessions/${who.sessionId}`)).toMatchObject({ endedReason: 'recovered' });
    expect(await signsInWith(who.email, password)).toBe('identity/wrong-credentials');
    expect(await signsInWith(who.email, newPassword)).toBe('signed in');
    await local.mailbox.about(who.email, /återställt/);
    expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
  });

  test('opens nothing of a member of an organisation', async () => {
    const { member } = await organisationOfFour();
    const { held } = await recovering(member.email);
    expect(await stateOf(held)).toMatchObject({ state: 'open', approvals: 0, needed: 2 });
    expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
    expect(await signsInWith(member.email, newPassword)).toBe('identity/wrong-credentials');
    await local.callable('getAccount', {}, member.idToken);
  });

  test('cannot ask where nobody could approve', async () => {
    const { owner } = await newOrganisation(local);
    const { held } = await recovering(owner.email);
    expect(await refusedWith(local.callable('recoveryAsk', held))).toBe('orgs/needs-second-person');
    expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
  });

  test('does not end what was begun with the old password: that ends too', async () => {
    const who = await signUp(local);
    const { attemptId } = z.parse(
      identityCallables.signInBegin.output,
      await local.callable('signInBegin', { email: who.email, password, locale: 'sv' }),
    );
    const code = await local.mailbox.latestCode(who.email);
    await finish((await recovering(who.email)).held);
    expect(await refusedWith(local.callable('codeConfirm', { attemptId, code }))).toBe('identity/attempt-ended');
  });
});

test('administrators approve for no technician, nor for who becomes one meanwhile', async () => {
  const { orgId, owner, administrators, member } = await organisationOfFour();
  const mark = (isSupport: boolean) => database(local).doc(`accounts/${member.accountId}`).update({ isSupport });
  const { held, reference } = await recovering(member.email);
  await mark(true);
  expect(await refusedWith(local.callable('recoveryAsk', held))).toBe('orgs/needs-second-person');
  await mark(false);
  await local.callable('recoveryAsk', held);
  for (const by of [owner, administrators[0]]) await approve(orgId, by, held.recoveryId, reference);
  await mark(true);
  expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
  expect(await signsInWith(member.email, newPassword)).toBe('identity/wrong-credentials');
});

describe('e-mail alone opens nothing of a technician', () => {
  test.each([
    ['whom operators have marked', async (who: SignedIn) => database(local).doc(`accounts/${who.accountId}`).update({ isSupport: true })],
    [
      'who is no longer marked but still has a case',
      async ({ accountId }: SignedIn) => {
        const expiresAt = Timestamp.fromMillis(Date.now() + 3_600_000);
        const member = { v: 1, role: 'support', state: 'active', accountId, expiresAt, grantId: 'some-grant', teamIds: [] };
        await database(local).doc(`orgs/org-of-the-case/members/${accountId}`).set(member);
      },
    ],
  ])('%s', async (_which, mark) => {
    const who = await signUp(local);
    await mark(who);
    const { held } = await recovering(who.email);
    expect(await stateOf(held)).toMatchObject({ state: 'open', needed: 1 });
    expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
    expect(await signsInWith(who.email, newPassword)).toBe('identity/wrong-credentials');
  });
});

describe('a recovery code', () => {
  test('together with the e-mail gives a new password; the other factors stay, the code is used up', async () => {
    const { member } = await organisationOfFour();
    const { codes } = z.parse(
      identityCallables.createRecoveryCodes.output,
      await local.callable('createRecoveryCodes', {}, member.idToken),
    );
    const { held } = await recovering(member.email);
    expect(await stateOf(held)).toMatchObject({ hasRecoveryCodes: true });
    expect(await refusal(finish(held, { recoveryCode: 'AAAA-AAAA-AAAA-AAAA' }))).toMatchObject({
      code: 'identity/wrong-recovery-code',
      details: { triesLeft: 4 },
    });
    await finish(held, { recoveryCode: codes[3] });
    const again = await recovering(member.email);
    expect(await stateOf(again.held)).toMatchObject({ hasRecoveryCodes: true });
    expect(await refusedWith(finish(again.held, { recoveryCode: codes[3] }))).toBe('identity/wrong-recovery-code');
    expect(await signsInWith(member.email, newPassword)).toBe('signed in');
  });

  test('may be tried five times', async () => {
    const { member } = await organisationOfFour();
    const { held } = await recovering(member.email);
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await refusedWith(finish(held, { recoveryCode: 'BBBB-BBBB-BBBB-BBBB' })));
    expect(answers).toEqual([...Array.from({ length: 5 }, () => 'identity/wrong-recovery-code'), 'identity/recovery-ended']);
    expect(await stateOf(held)).toMatchObject({ state: 'declined' });
  });
});

describe('administrators', () => {
  let at: Awaited<ReturnType<typeof organisationOfFour>>;
  let asked: Awaited<ReturnType<typeof recovering>>;
  // Every account of this file comes from one address, which has a limit.
  beforeEach(() => database(local).recursiveDelete(database(local).collection('rateLimits')));
  beforeAll(async () => {
    at = await organisationOfFour();
    asked = await recovering(at.member.email);
    await local.callable('recoveryAsk', asked.held);
  });

  test('are asked by mail, and the person is told', async () => {
    for (const { email } of [at.owner, ...at.administrators])
      expect((await local.mailbox.about(email, /behöver hjälp/)).text).toContain(`/o/${at.orgId}/members`);
    await local.mailbox.about(at.member.email, /vill återställa/);
    expect(await stateOf(asked.held)).toMatchObject({ state: 'waiting', approvals: 0, needed: 2 });
    await local.callable('recoveryAsk', asked.held);
  });

  test('see who waits, under an event; others see nothing', async () => {
    expect(await waiting(at.orgId, at.owner)).toMatchObject([
      { recoveryId: asked.held.recoveryId, accountId: at.member.accountId, displayName: 'Glömska Prov', approvals: 0, approvedByMe: false },
    ]);
    const events = await database(local).collection(`orgs/${at.orgId}/auditEvents`).where('action', '==', 'orgs.recoveries.read').get();
    expect(events.docs[0]?.data()).toMatchObject({
      actorId: at.owner.accountId,
      targetIds: [at.member.accountId],
      fields: ['displayName'],
    });
    expect(await refusedWith(waiting(at.orgId, at.member))).toBe('orgs/not-allowed');
    const elsewhere = await newOrganisation(local);
    expect(await waiting(elsewhere.orgId, elsewhere.owner)).toEqual([]);
    expect(await refusedWith(approve(elsewhere.orgId, elsewhere.owner, asked.held.recoveryId, asked.reference))).toBe('shared/not-found');
  });

  test('of whom one is not enough, not even twice; the second opens the way to a new password and nothing else', async () => {
    const { recoveryId } = asked.held;
    await approve(at.orgId, at.administrators[0], recoveryId, asked.reference);
    await approve(at.orgId, at.administrators[0], recoveryId, asked.reference.replace(' ', ''));
    expect(await stateOf(asked.held)).toMatchObject({ state: 'waiting', approvals: 1 });
    expect(await refusedWith(finish(asked.held))).toBe('identity/recovery-ended');
    await approve(at.orgId, at.owner, recoveryId, asked.reference);
    expect(await stateOf(asked.held)).toMatchObject({ state: 'approved', approvals: 2 });
    await local.callable('getAccount', {}, at.member.idToken);
    await finish(asked.held);
    expect(await refusedWith(local.callable('getAccount', {}, at.member.idToken))).toBe('identity/session-ended');
    expect(await signsInWith(at.member.email, newPassword)).toBe('signed in');
    const events = await database(local).collection(`orgs/${at.orgId}/auditEvents`).where('action', '==', 'orgs.recovery.approve').get();
    expect(events.docs.map((event) => event.get('actorId') as unknown).toSorted()).toEqual(
      [at.owner.accountId, at.administrators[0].accountId].toSorted(),
    );
    await local.mailbox.about(at.owner.email, /Larm: ett konto har återställts/);
    await local.mailbox.about(at.member.email, /kan återställas/);
    expect(await refusedWith(finish(asked.held))).toBe('identity/recovery-ended');
  });

  test('take every other factor away', async () => {
    const { orgId, owner, administrators, member } = await organisationOfFour();
    await local.callable('createRecoveryCodes', {}, member.idToken);
    await database(local).doc(`accounts/${member.accountId}`).update({ bankIdIndex: 'somebodys-number-by-hash' });
    const { held, reference } = await recovering(member.email);
    await local.callable('recoveryAsk', held);
    await approve(orgId, owner, held.recoveryId, reference);
    await approve(orgId, administrators[1], held.recoveryId, reference);
    await finish(held);
    expect(await stored(local, `accounts/${member.accountId}`)).toMatchObject({ bankIdIndex: null, state: 'active' });
    expect((await database(local).collection(`accounts/${member.accountId}/factors`).get()).size).toBe(0);
  });

  test('need a fresh sign-in, and may not decide about themselves', async () => {
    const { orgId, owner, administrators } = await organisationOfFour();
    const { held, reference } = await recovering(administrators[0].email);
    await local.callable('recoveryAsk', held);
    expect(await refusedWith(approve(orgId, administrators[0], held.recoveryId, reference))).toBe('orgs/not-allowed');
    const past = Timestamp.fromMillis(Date.now() - 6 * 60_000);
    await database(local).doc(`sessions/${owner.sessionId}`).update({ authenticatedAt: past });
    expect(await refusedWith(approve(orgId, owner, held.recoveryId, reference))).toBe('identity/reauthentication-needed');
  });

  test('are refused with wrong references: after five the recovery is over', async () => {
    const { orgId, owner, administrators, member } = await organisationOfFour();
    const { held, reference } = await recovering(member.email);
    await local.callable('recoveryAsk', held);
    const wrong = reference.startsWith('1') ? '22222222' : '11111111';
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        refusedWith(approve(orgId, index % 2 === 0 ? owner : administrators[0], held.recoveryId, wrong)),
      ),
    );
    expect(answers.filter((code) => code === 'identity/wrong-code')).toHaveLength(5);
    expect(answers.filter((code) => code === 'shared/not-found')).toHaveLength(7);
    expect(await refusedWith(approve(orgId, owner, held.recoveryId, reference))).toBe('shared/not-found');
    expect(await stateOf(held)).toMatchObject({ state: 'declined', approvals: 0 });
  });

  test('of every organisation must approve, and one who declines ends it', async () => {
    const [here, there] = [await organisationOfFour(), await organisationOfFour()];
    await addMember(local, there.orgId, 'reader', { account: here.member });
    const { held, reference } = await recovering(here.member.email);
    await local.callable('recoveryAsk', held);
    for (const by of [here.owner, here.administrators[0]]) await approve(here.orgId, by, held.recoveryId, reference);
    expect(await stateOf(held)).toMatchObject({ state: 'waiting', approvals: 2, needed: 4 });
    expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
    await local.callable('declineRecovery', { orgId: there.orgId, recoveryId: held.recoveryId }, there.owner.idToken);
    expect(await stateOf(held)).toMatchObject({ state: 'declined' });
    await local.mailbox.about(here.member.email, /återställs inte/);
    expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
  });
});

describe('an approval of an account that has joined another organisation since', () => {
  test('is not enough; a recovery code is, or the approval of that one too', async () => {
    const [here, there] = [await organisationOfFour(), await organisationOfFour()];
    const made = await local.callable('createRecoveryCodes', {}, here.member.idToken);
    const { codes } = z.parse(identityCallables.createRecoveryCodes.output, made);
    const { held, reference } = await recovering(here.member.email);
    await local.callable('recoveryAsk', held);
    for (const by of [here.owner, here.administrators[0]]) await approve(here.orgId, by, held.recoveryId, reference);
    await addMember(local, there.orgId, 'reader', { account: here.member });
    expect(await stateOf(held)).toMatchObject({ state: 'open', approvals: 2, needed: 4 });
    expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
    await local.callable('recoveryAsk', held);
    expect(await stateOf(held)).toMatchObject({ state: 'waiting', approvals: 2, needed: 4 });
    expect(await waiting(there.orgId, there.owner)).toMatchObject([{ recoveryId: held.recoveryId }]);
    await database(local).doc(`recoveries/${held.recoveryId}`).update({ state: 'approved' });
    await finish(held, { recoveryCode: codes[0] });
    expect(await signsInWith(here.member.email, newPassword)).toBe('signed in');
    const factors = await database(local).collection(`accounts/${here.member.accountId}/factors`).get();
    expect(factors.size).toBe(1); // the codes are still there: nobody's approval took them away
  });
});

describe('a recovery', () => {
  test('is nobody’s without its secret, and over when its time is', async () => {
    const { email } = await signUp(local);
    const { held } = await recovering(email);
    for (const secret of ['A'.repeat(43), `${held.secret.slice(0, -1)}${held.secret.endsWith('A') ? 'B' : 'A'}`])
      for (const name of ['recoveryState', 'recoveryAsk'] as const)
        expect(await refusedWith(local.callable(name, { ...held, secret }))).toBe('identity/recovery-ended');
    expect(await refusedWith(local.callable('recoveryState', { ...held, recoveryId: 'D'.repeat(20) }))).toBe('identity/recovery-ended');
    await database(local)
      .doc(`recoveries/${held.recoveryId}`)
      .update({ expiresAt: Timestamp.fromMillis(Date.now() - 1000) });
    expect(await stateOf(held)).toMatchObject({ state: 'expired' });
    expect(await refusedWith(finish(held))).toBe('identity/recovery-ended');
  });

  test('refuses a common password, and goes on', async () => {
    const { email } = await signUp(local);
    const { held } = await recovering(email);
    expect(await refusedWith(finish(held, { newPassword: 'password123' }))).toBe('identity/password-too-common');
    await finish(held);
    expect((await signIn(local, email).catch((thrown: unknown) => thrown)) instanceof CallableError).toBe(true);
  });

  test('finished twice at once is finished once', async () => {
    const { email } = await signUp(local);
    const { held } = await recovering(email);
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        finish(held).then(
          () => 'finished',
          () => 'refused',
        ),
      ),
    );
    expect(answers.toSorted()).toEqual(['finished', 'refused', 'refused']);
  });

  test('leaves neither secret nor reference nor code in the database', async () => {
    const { email } = await signUp(local);
    const { attemptId, code } = await begin(email);
    const answer = await local.callable('recoveryConfirm', { attemptId, code });
    const { secret, reference } = z.parse(recoveryCallables.recoveryConfirm.output, answer);
    const all = JSON.stringify(await everyDocument(local));
    for (const value of [secret, reference, reference.replace(' ', ''), `"${code}"`]) expect(all).not.toContain(value);
  });
});
