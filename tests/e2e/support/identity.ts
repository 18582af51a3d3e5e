/** What tests do with factors: a phone with BankID, an authenticator, an app that makes codes, time that has passed. */
import { Secret, TOTP } from 'otpauth';
import type { Locator } from 'playwright-core';
import type { Person } from '../../../infra/local/bankid/persons.ts';
import { makeStale } from './cloud.ts';
import { addressOf, atRest, enterCode, password, type Visitor } from './visitor.ts';

/** Scans what the page shows now: the text of the code is in the answer that it was drawn from. Answers the order. */
export async function scanFrom(visitor: Visitor, person: Person, triesLeft = 5): Promise<string> {
  const { app, page } = visitor;
  const answer = await page.waitForResponse(async (response) => {
    if (!response.url().endsWith('/api/bankIdCollect') || !response.ok()) return false;
    const { result } = (await response.json()) as { result: { qr: string | null } }; // as the callable answers
    return result.qr !== null;
  });
  const { result } = (await answer.json()) as { result: { qr: string } }; // checked above
  try {
    return app.cloud.bankId.phone.scan(result.qr, person).order;
  } catch (thrown) {
    if (triesLeft === 0) throw thrown;
    return scanFrom(visitor, person, triesLeft - 1); // a code is taken for some seconds only; the next is there
  }
}

/** Begins with BankID on another device, by the button that is shown, and approves on the phone. */
export async function useBankId(visitor: Visitor, person: Person): Promise<void> {
  const { app, page, text } = visitor;
  const [order] = await Promise.all([scanFrom(visitor, person), page.getByRole('button', { name: text.bankId.otherDevice }).click()]);
  app.cloud.bankId.phone.approve(order);
}

/** An authenticator within the browser that makes and uses passkeys by itself, as a phone with a fingerprint does. */
export async function addAuthenticator({ context, page }: Visitor): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** The code that an authenticator app shows for a secret in base32; `stepsAhead` thirty seconds later each. */
export function appCode(secret: string, stepsAhead = 0): string {
  const timestamp = Date.now() + stepsAhead * 30_000;
  return new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp });
}

/** The session id of the tab. */
export const sessionIdOf = async ({ page }: Visitor): Promise<string> =>
  String(await page.evaluate("sessionStorage.getItem('valv.session')"));

/** Lets the tab's session be one that began hours ago, so that it is no longer fresh. */
export async function letSessionAge(visitor: Visitor): Promise<void> {
  await makeStale(visitor.app, await sessionIdOf(visitor));
}

/** Opens the page of one's own account; answers when its ways to sign in are there. */
export async function openAccount(visitor: Visitor): Promise<void> {
  const { page, text } = visitor;
  await page.goto(addressOf(visitor, '/account'));
  await page.getByRole('list', { name: text.ownAccount.factorsTitle }).waitFor();
}

/** Signs out by the menu; ends at the sign-in page. */
export async function signOut(visitor: Visitor): Promise<void> {
  const { page, text } = visitor;
  await atRest(visitor);
  await page.getByRole('banner').getByRole('button', { name: text.app.account }).click();
  await page.getByRole('menuitem', { name: text.app.signOut }).click();
  await page.getByText(text.identity.signedOut).waitFor();
}

/** Gives the password; ends at the second step. */
export async function giveEmailAndPassword({ page, text }: Visitor, email: string): Promise<void> {
  await page.getByLabel(text.identity.email).fill(email);
  await page.getByLabel(text.identity.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: text.identity.continue }).click();
}

/** Confirms by password and e-mailed code in the dialog that asks for it. */
export async function confirmInDialog(visitor: Visitor, dialog: Locator, email: string): Promise<void> {
  const { text } = visitor;
  await dialog.getByLabel(text.identity.password, { exact: true }).fill(password);
  await dialog.getByRole('button', { name: text.identity.continue }).click();
  await dialog.getByLabel(text.identity.codeLabel).waitFor();
  await enterCode(visitor, email, dialog);
}

/** At the local identity provider's own page: says who one is, and comes back to the app. */
export async function passProvider({ page }: Visitor, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Back to Valv' }).click();
}
