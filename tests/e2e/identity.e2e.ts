// Ways to sign in, in the browser: BankID on both devices, passkeys, an authenticator app, recovery codes, and one's own
// account. Every state is sound: axe, the policy, the console, the width of a phone, the language.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { recoveriesCallables } from '../../functions/src/orgs/recoveries/contract.ts';
import { somebodyNew } from '../support/bankIdPhone.ts';
import { signUp as signUpByCalls } from '../support/valv.ts';
import { holdBack } from './support/holdBack.ts';
import {
  addAuthenticator,
  appCode,
  giveEmailAndPassword,
  letSessionAge,
  openAccount,
  scanFrom,
  signOut,
  useBankId,
} from './support/identity.ts';
import { colleagueByCalls, foundByCalls } from './support/people.ts';
import { withStage } from './support/stage.ts';
import { addressOf, atRest, enterCode, expectSoundPage, newEmail, signUp, type Visitor } from './support/visitor.ts';

const stage = withStage();
const phone = () => stage.app().cloud.bankId.phone;

describe('BankID', () => {
  it('makes an account of a newcomer, by a code that changes on the screen, and lets them in again', async () => {
    const visitor = await stage.open({ width: 390 });
    const { page, text } = visitor;
    const person = somebodyNew('Vera', 'Nykomling');
    await page.goto(addressOf(visitor, '/sign-in'));
    await page.getByRole('button', { name: text.bankId.otherDevice }).click();
    const code = page.getByRole('img', { name: text.bankId.qrLabel });
    await code.waitFor();
    expect(await page.getByRole('status').textContent()).toContain(text.bankId.pending.waiting);
    await expectSoundPage(visitor);
    const drawn = () => code.locator('path').last().getAttribute('d');
    const before = await drawn();
    await expect.poll(drawn).not.toBe(before);
    const order = await scanFrom(visitor, person);
    await page.getByText(text.bankId.pending.userSign).waitFor();
    await expectSoundPage(visitor);
    phone().approve(order);
    await page.getByRole('heading', { level: 1, name: text.identity.emailTitle('Vera Nykomling') }).waitFor();
    expect(await page.title()).not.toContain('Vera');
    await expectSoundPage(visitor);
    const email = newEmail();
    await page.getByLabel(text.identity.email).fill(email);
    await page.getByRole('button', { name: text.identity.continue }).click();
    await enterCode(visitor, email);
    await page.getByRole('heading', { level: 1, name: text.orgs.createTitle }).waitFor();
    await signOut(visitor);
    await useBankId(visitor, person);
    await page.getByRole('banner').getByRole('button', { name: text.app.account }).waitFor();
  });

  it('on the same device opens the app, tells why it failed, and offers another try and another way', async () => {
    const visitor = await stage.open({ locale: 'en' });
    const { page, text } = visitor;
    await page.goto(addressOf(visitor, '/sign-up'));
    const waitsFor = () => page.evaluate("sessionStorage.getItem('valv.bankid')");
    // An order that is left before it has begun is cancelled, and the one after it is the one that the tab waits for.
    const letGo = await holdBack(page, '**/api/bankIdStart');
    await page.getByRole('button', { name: text.bankId.thisDevice }).click();
    await page.getByRole('button', { name: text.bankId.cancel }).click();
    await page.getByRole('button', { name: text.bankId.thisDevice }).click();
    await page.getByText(text.bankId.pending.searching).waitFor();
    const waited = await waitsFor();
    const cancelled = page.waitForResponse('**/api/bankIdCancel');
    letGo();
    await cancelled;
    expect([typeof waited, await waitsFor()]).toEqual(['string', waited]);
    const open = page.getByRole('link', { name: text.bankId.open });
    const addressed = async () => new URL((await open.getAttribute('href')) ?? '').searchParams.get('autostarttoken') ?? '';
    /** The phone opens the order that the link leads to; one that nobody opened in time is followed by another. */
    const opened = async (triesLeft = 10): Promise<string> => {
      const order = await addressed();
      try {
        phone().autostart(order, somebodyNew());
        return order;
      } catch (thrown) {
        if (triesLeft === 0) throw thrown;
        await sleep(1_000);
        return opened(triesLeft - 1);
      }
    };
    await page.getByText(text.bankId.pending.searching).waitFor();
    await expectSoundPage(visitor);
    const first = await opened();
    phone().decline(first);
    await page.getByText(text.bankId.failed.userCancel).waitFor();
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: text.bankId.again }).click();
    const second = await opened();
    expect(second).not.toBe(first);
    phone().hint(second, 'somethingNew', true);
    await page.getByText(text.bankId.failed.unknown).waitFor();
    await page.getByRole('button', { name: text.bankId.otherWay }).click();
    await page.getByRole('heading', { level: 1, name: text.identity.signUpTitle }).waitFor();
  });
});

describe('one’s own account', () => {
  it('gets a passkey, which signs in without a password and confirms again', async () => {
    const visitor = await stage.open({ locale: 'en' });
    const { page, text } = visitor;
    await addAuthenticator(visitor);
    await signUp(visitor);
    await openAccount(visitor);
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: text.ownAccount.addPasskey }).click();
    await page.getByLabel(text.ownAccount.passkeyLabel).fill('The desk');
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: text.ownAccount.passkeyCreate }).click();
    const name = text.ownAccount.labelled(text.ownAccount.kinds.passkey, 'The desk');
    await page.getByText(text.ownAccount.addedNow(name)).waitFor();
    await page.getByRole('listitem').filter({ hasText: name }).filter({ hasText: text.identity.strengths[3] }).waitFor();
    await signOut(visitor);
    await page.getByRole('button', { name: text.identity.usePasskey }).click();
    await page.getByRole('banner').getByRole('button', { name: text.app.account }).waitFor();
    // Long afterwards a change needs a fresh proof, and then goes on by itself with what was typed.
    await letSessionAge(visitor);
    await openAccount(visitor);
    await page.getByLabel(text.ownAccount.newPassword).fill('en helt ny lång fras');
    await page.getByRole('button', { name: text.ownAccount.changePassword }).click();
    const dialog = page.getByRole('dialog', { name: text.identity.reauthTitle });
    await dialog.getByRole('button', { name: text.identity.usePasskey }).waitFor();
    visitor.watch.expected(/status of 400/);
    await expectSoundPage(visitor);
    await dialog.getByRole('button', { name: text.identity.usePasskey }).click();
    await page.getByText(text.ownAccount.passwordChanged).waitFor();
    expect(await dialog.count()).toBe(0);
  });

  it('gets an authenticator app and recovery codes, each of which is a second step', async () => {
    const visitor = await stage.open({ width: 390 });
    const { page, text } = visitor;
    const email = await signUp(visitor);
    await openAccount(visitor);
    await page.getByRole('button', { name: text.ownAccount.addTotp }).click();
    const secret = String(await page.locator('.enrolment code').textContent());
    await page.getByRole('img', { name: text.ownAccount.totpQr }).waitFor();
    await expectSoundPage(visitor);
    await page.getByLabel(text.identity.totpLabel).fill(appCode(secret));
    await page.getByRole('button', { name: text.ownAccount.totpConfirm }).click();
    await page.getByText(text.ownAccount.addedNow(text.ownAccount.kinds.totp)).waitFor();
    await page.getByRole('button', { name: text.ownAccount.makeCodes }).click();
    await page.getByRole('heading', { name: text.ownAccount.codesTitle }).waitFor();
    const codes = await page.locator('.codes code').allTextContents();
    expect(codes).toHaveLength(10);
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: text.ownAccount.codesDone }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: text.ownAccount.remaining(10) })
      .waitFor();
    await expectSoundPage(visitor);
    await signOut(visitor);
    await giveEmailAndPassword(visitor, email);
    await page.getByRole('heading', { level: 1, name: text.identity.totpTitle }).waitFor();
    await expectSoundPage(visitor);
    await page.getByLabel(text.identity.totpLabel).fill('000000');
    await page.getByRole('button', { name: text.identity.confirmCode }).click();
    await page.getByText(text.identity.triesLeft(4)).waitFor();
    visitor.watch.expected(/status of 403/);
    await page.getByLabel(text.identity.totpLabel).fill(appCode(secret, 1));
    await page.getByRole('button', { name: text.identity.confirmCode }).click();
    await page.getByRole('banner').getByRole('button', { name: text.app.account }).waitFor();
    await signOut(visitor);
    await giveEmailAndPassword(visitor, email);
    // A mail that is long in coming calls nobody back from the way that was chosen instead.
    const letGo = await holdBack(page, '**/api/codeResend');
    const mailed = page.waitForResponse('**/api/codeResend');
    await page.getByRole('button', { name: text.identity.ways.emailCode }).click();
    await page.getByRole('button', { name: text.identity.ways.recoveryCode }).click();
    await page.getByLabel(text.identity.recoveryCodeLabel).fill(codes[0]!);
    letGo();
    await mailed;
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: text.identity.confirmCode }).click();
    await openAccountAfterSignIn(visitor);
    await page
      .getByRole('listitem')
      .filter({ hasText: text.ownAccount.remaining(9) })
      .waitFor();
  });

  it('shows its sessions, and ends the others', async () => {
    const visitor = await stage.open();
    const { page, text } = visitor;
    const email = await signUp(visitor);
    const other = await stage.open({ locale: 'en' });
    await other.page.goto(addressOf(other, '/sign-in'));
    await giveEmailAndPassword(other, email);
    await enterCode(other, email);
    await other.page.getByRole('banner').getByRole('button', { name: other.text.app.account }).waitFor();
    await openAccount(visitor);
    await atRest(other);
    const sessions = page.getByRole('list', { name: text.ownAccount.sessionsTitle });
    await sessions.getByText(text.ownAccount.thisSession).waitFor();
    expect(await sessions.getByRole('listitem').count()).toBe(2);
    await page.getByRole('button', { name: text.ownAccount.endOthers }).click();
    await page.getByText(text.ownAccount.othersEnded(1)).waitFor();
    await expectSoundPage(visitor);
    await other.page.goto(addressOf(other, '/account'));
    await other.page.getByText(other.text.identity.ended).waitFor();
  });

  it('changes name, language and e-mail address, and is closed', async () => {
    const visitor = await stage.open({ locale: 'en', width: 390 });
    const { page, text } = visitor;
    await signUp(visitor);
    await openAccount(visitor);
    await page.getByLabel(text.identity.displayName).fill('Ada Annan');
    await page.getByLabel(text.ownAccount.language).selectOption('sv');
    await page.getByRole('button', { name: text.app.save }).click();
    await page.getByText(text.ownAccount.saved).waitFor();
    const next = newEmail();
    await page.getByLabel(text.ownAccount.newEmail).fill(next);
    await page.getByRole('button', { name: text.ownAccount.changeEmail }).click();
    await page.getByLabel(text.identity.codeLabel).waitFor();
    await expectSoundPage(visitor);
    await enterCode(visitor, next);
    await page.getByText(text.ownAccount.emailChanged).waitFor();
    await page.getByText(text.ownAccount.emailNow(next)).waitFor();
    await page.getByRole('button', { name: text.ownAccount.closeButton }).click();
    const dialog = page.getByRole('dialog', { name: text.ownAccount.closeSure });
    await dialog.waitFor();
    await expectSoundPage(visitor);
    await dialog.getByRole('button', { name: text.ownAccount.closeConfirm }).click();
    await page.getByText(text.identity.signedOut).waitFor();
    await giveEmailAndPassword(visitor, next);
    await page.getByText(text.errors['identity/wrong-credentials']).waitFor();
  });
});

async function openAccountAfterSignIn(visitor: Visitor): Promise<void> {
  await visitor.page.getByRole('banner').getByRole('button', { name: visitor.text.app.account }).waitFor();
  await openAccount(visitor);
}

describe('who cannot sign in', () => {
  it('gets a new password when two administrators heard the reference, and waits for them meanwhile', async () => {
    const visitor = await stage.open({ locale: 'en', width: 390 });
    const { page, text } = visitor;
    const { local } = visitor.app;
    const { recovery } = text;
    const owner = await signUpByCalls(local);
    const orgId = await foundByCalls(visitor.app, owner);
    const administrator = await colleagueByCalls(visitor.app, orgId, owner, 'administrator', 'Bo Andre');
    const person = await colleagueByCalls(visitor.app, orgId, owner, 'reader', 'Cia Läsare');
    await page.goto(addressOf(visitor, '/sign-in'));
    await page.getByRole('link', { name: text.identity.toRecovery }).click();
    await page.getByRole('heading', { level: 1, name: recovery.title }).waitFor();
    await page.getByLabel(text.identity.email).fill(person.email);
    await page.getByRole('button', { name: recovery.start }).click();
    await page.getByLabel(text.identity.codeLabel).waitFor();
    await expectSoundPage(visitor);
    await enterCode(visitor, person.email);
    await page.getByRole('button', { name: recovery.withAdmins }).click();
    await page.getByRole('heading', { level: 1, name: recovery.waitTitle }).waitFor();
    await page.getByText(recovery.approvals('0', '2')).waitFor();
    await expectSoundPage(visitor);
    // The tab may be reloaded while it waits.
    await page.reload();
    const reference = String(await page.locator('.reference').textContent());
    for (const approver of [owner, administrator]) {
      const { recoveries } = z.parse(
        recoveriesCallables.listRecoveries.output,
        await local.callable('listRecoveries', { orgId }, approver.idToken),
      );
      await local.callable('approveRecovery', { orgId, recoveryId: recoveries[0]!.recoveryId, reference }, approver.idToken);
    }
    await page.getByRole('heading', { level: 1, name: recovery.approvedTitle }).waitFor();
    await page.getByLabel(recovery.passwordTitle).fill('password');
    await page.getByRole('button', { name: recovery.finish }).click();
    await page.getByText(text.errors['identity/password-too-common']).waitFor();
    visitor.watch.expected(/status of 400/);
    await page.getByLabel(recovery.passwordTitle).fill('en helt ny lång fras');
    await page.getByRole('button', { name: recovery.finish }).click();
    await page.getByText(recovery.doneApprovedText).waitFor();
    await expectSoundPage(visitor);
    await page.getByRole('link', { name: text.identity.toSignIn }).click();
    await page.getByLabel(text.identity.email).fill(person.email);
    await page.getByLabel(text.identity.password, { exact: true }).fill('en helt ny lång fras');
    await page.getByRole('button', { name: text.identity.continue }).click();
    await enterCode(visitor, person.email);
    await page.getByRole('banner').getByRole('button', { name: text.app.account }).waitFor();
  });
});
