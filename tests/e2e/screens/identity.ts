/** The walk through sign-in by every way, one's own account, confirming again, a locked tab and recovery, for the pictures. */
import { oidcClient } from '../../../infra/local/oidc/oidcService.ts';
import { somebodyNew } from '../../support/bankIdPhone.ts';
import {
  addAuthenticator,
  appCode,
  confirmInDialog,
  letSessionAge,
  openAccount,
  passProvider,
  sessionIdOf,
  signOut,
} from '../support/identity.ts';
import { letSessionEnd } from '../support/cloud.ts';
import type { Camera } from '../support/scenes.ts';
import { addressOf, beginSignUp, enterCode, found, newEmail, signUp } from '../support/visitor.ts';

/** BankID from the first code to the e-mail address of a new account. */
export async function photographBankId(camera: Camera): Promise<void> {
  const { app, page, text, shoot } = camera;
  const { phone } = app.cloud.bankId;
  const newestOrder = async () => {
    await page.getByText(text.bankId.starting).waitFor({ state: 'hidden' });
    const order = phone.waiting().at(-1)?.order;
    if (order === undefined) throw new Error('no order waits');
    return order;
  };
  await page.goto(addressOf(camera, '/sign-in'));
  await page.getByRole('button', { name: text.bankId.otherDevice }).click();
  await page.getByRole('img', { name: text.bankId.qrLabel }).waitFor();
  await shoot('100-bankid-code');
  const declined = await newestOrder();
  phone.autostart(declined, somebodyNew());
  await page.getByText(text.bankId.pending.userSign).waitFor();
  await shoot('101-bankid-opened');
  phone.decline(declined);
  await page.getByText(text.bankId.failed.userCancel).waitFor();
  await shoot('102-bankid-declined');
  await page.getByRole('button', { name: text.bankId.otherWay }).click();
  await page.getByRole('button', { name: text.bankId.thisDevice }).click();
  await page.getByRole('link', { name: text.bankId.open }).waitFor();
  await shoot('103-bankid-this-device');
  const order = await newestOrder();
  phone.autostart(order, somebodyNew('Vera', 'Nykomling'));
  phone.approve(order);
  await page.getByRole('heading', { level: 1, name: text.identity.emailTitle('Vera Nykomling') }).waitFor();
  await shoot('104-bankid-new-account');
  await page.goto('about:blank');
  await page.goto(addressOf(camera, '/sign-in#bankid'));
  await page.getByRole('heading', { name: text.bankId.returnedTitle }).waitFor();
  await shoot('105-bankid-other-tab');
}

/** One's own account while every way is added, confirming again, the second steps, and a recovery. */
export async function photographAccount(camera: Camera): Promise<void> {
  const { page, text, shoot } = camera;
  const { identity, ownAccount } = text;
  await addAuthenticator(camera);
  const email = await signUp(camera);
  await openAccount(camera);
  await shoot('110-account');
  await page.getByRole('button', { name: ownAccount.addPasskey }).click();
  await shoot('111-add-passkey');
  await page.getByRole('button', { name: ownAccount.passkeyCreate }).click();
  await page.getByRole('button', { name: ownAccount.addTotp }).click();
  const secret = String(await page.locator('.enrolment code').textContent());
  await shoot('112-add-app');
  await page.getByLabel(identity.totpLabel).fill(appCode(secret));
  await page.getByRole('button', { name: ownAccount.totpConfirm }).click();
  await page.getByRole('button', { name: ownAccount.makeCodes }).click();
  await page.getByRole('heading', { name: ownAccount.codesTitle }).waitFor();
  await shoot('113-recovery-codes');
  const [recoveryCode = ''] = await page.locator('.codes code').allTextContents();
  await page.getByRole('button', { name: ownAccount.codesDone }).click();
  await page
    .getByRole('listitem')
    .filter({ hasText: ownAccount.remaining(10) })
    .waitFor();
  await shoot('114-account-full');
  await page.getByRole('button', { name: ownAccount.removeOf(ownAccount.kinds.totp) }).click();
  await page.getByRole('dialog').waitFor();
  await shoot('115-remove-app');
  await page.keyboard.press('Escape');
  await letSessionAge(camera);
  await page.getByLabel(ownAccount.newPassword).fill('en helt ny lång fras');
  await page.getByRole('button', { name: ownAccount.changePassword }).click();
  const dialog = page.getByRole('dialog', { name: identity.reauthTitle });
  await dialog.getByRole('button', { name: identity.usePasskey }).waitFor();
  await shoot('116-confirm-again');
  await dialog.getByRole('button', { name: identity.usePasskey }).click();
  await page.getByText(ownAccount.passwordChanged).waitFor();
  await shoot('117-password-changed');
  await signOut(camera);
  await photographSecondSteps(camera, email);
  await photographRecovery(camera, email, recoveryCode);
}

async function photographSecondSteps(camera: Camera, email: string): Promise<void> {
  const { page, text, shoot } = camera;
  const { identity } = text;
  await page.getByLabel(identity.email).fill(email);
  await page.getByLabel(identity.password, { exact: true }).fill('en helt ny lång fras');
  await page.getByRole('button', { name: identity.continue }).click();
  await page.getByRole('heading', { level: 1, name: identity.passkeyTitle }).waitFor();
  await shoot('120-second-step-passkey');
  await page.getByRole('button', { name: identity.ways.totp }).click();
  await page.getByLabel(identity.totpLabel).fill('000000');
  await page.getByRole('button', { name: identity.confirmCode }).click();
  await page.getByText(identity.triesLeft(4)).waitFor();
  await shoot('121-second-step-app-wrong');
  await page.getByRole('button', { name: identity.ways.recoveryCode }).click();
  await shoot('122-second-step-recovery-code');
  await page.getByRole('button', { name: identity.ways.emailCode }).click();
  await page.getByLabel(identity.codeLabel).waitFor();
  await shoot('123-second-step-email');
}

async function photographRecovery(camera: Camera, email: string, recoveryCode: string): Promise<void> {
  const { page, text, shoot } = camera;
  const { recovery } = text;
  await page.goto(addressOf(camera, '/recovery'));
  await page.getByLabel(text.identity.email).fill(email);
  await shoot('130-recovery');
  await page.getByRole('button', { name: recovery.start }).click();
  await page.getByLabel(text.identity.codeLabel).waitFor();
  await shoot('131-recovery-code');
  await enterCode(camera, email);
  await page.getByRole('heading', { level: 1, name: recovery.howTitle }).waitFor();
  await shoot('132-recovery-how');
  await page.getByLabel(text.identity.recoveryCodeLabel).fill(recoveryCode);
  await page.getByLabel(recovery.passwordTitle).fill('ännu en ny lång fras');
  await page.getByRole('button', { name: recovery.finish }).click();
  await page.getByRole('heading', { level: 1, name: recovery.doneTitle }).waitFor();
  await shoot('133-recovery-done');
}

/** A session that ends in the middle of unsaved work. */
export async function photographLock(camera: Camera): Promise<void> {
  const { page, text, shoot } = camera;
  const { identity } = text;
  const email = newEmail();
  await beginSignUp(camera, email);
  await enterCode(camera, email);
  await page.getByRole('heading', { level: 1, name: text.orgs.createTitle }).waitFor();
  await page.getByLabel(text.orgs.name).fill('Halvfärdiga föreningen');
  await page.getByLabel(text.orgs.number).fill('556703-7485');
  await page.getByLabel(text.orgs.groundNone).check();
  await letSessionEnd(camera.app, await sessionIdOf(camera));
  await page.getByRole('button', { name: text.orgs.create }).click();
  const dialog = page.getByRole('dialog', { name: identity.againTitle });
  await dialog.getByText(identity.againAs(email)).waitFor();
  await shoot('140-sign-in-again');
  await confirmInDialog(camera, dialog, email);
  await dialog.waitFor({ state: 'hidden' });
  await shoot('141-work-kept');
}

/** An organisation's own identity provider: its settings, the way out and back, and a session that reaches one organisation. */
export async function photographProvider(camera: Camera): Promise<void> {
  const { app, page, text, shoot } = camera;
  const { identityProvider: words } = text;
  const email = await signUp(camera);
  const orgId = await found(camera);
  await page.goto(addressOf(camera, `/o/${orgId}/settings`));
  const card = page.locator('section').filter({ has: page.getByRole('heading', { name: words.title }) });
  await card.getByText(words.none).waitFor();
  await card.getByRole('button', { name: text.app.save }).click();
  await shoot('150-provider-errors');
  await card.getByLabel(words.issuer).fill(app.cloud.urls.oidc);
  await card.getByLabel(words.clientId).fill(oidcClient.clientId);
  await card.getByLabel(words.clientSecret, { exact: true }).fill(oidcClient.clientSecret);
  await card.getByLabel(words.allowedDomains).fill('example.org');
  await card.getByRole('button', { name: text.app.save }).click();
  await card.getByText(words.saved).waitFor();
  await shoot('151-provider-saved');
  await card.getByRole('button', { name: words.remove }).click();
  await page.getByRole('dialog').waitFor();
  await shoot('152-provider-remove');
  await page.keyboard.press('Escape');
  await signOut(camera);
  await page.goto(addressOf(camera, '/sign-in'));
  await page.getByRole('button', { name: words.signIn }).click();
  await page.getByLabel(words.which).waitFor();
  await shoot('153-which-organisation');
  const come = async (whose: string): Promise<void> => {
    await page.goto(addressOf(camera, `/sign-in?organisation=${orgId}`));
    await page.getByRole('button', { name: words.leave }).waitFor();
    await shoot('154-organisation-named');
    await page.getByRole('button', { name: words.leave }).click();
    await passProvider(camera, whose);
  };
  await come('nobody@example.org');
  await page.getByText(words.notVouched).waitFor();
  await shoot('155-not-vouched');
  await come(email);
  await page.getByRole('heading', { name: text.register.emptyTitle }).waitFor();
  await page.goto(addressOf(camera, '/account'));
  await page.getByRole('dialog').getByLabel(text.identity.password, { exact: true }).waitFor();
  await shoot('156-account-asks-own-way');
}
