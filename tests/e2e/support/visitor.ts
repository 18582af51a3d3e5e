/** Somebody at a browser: finds everything by role and label, in the language of the page. */
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Locale } from '../../../functions/src/identity/contract.ts';
import { en } from '../../../hosting/src/i18n/en/catalogue.ts';
import type { Messages } from '../../../hosting/src/i18n/messages.ts';
import { sv } from '../../../hosting/src/i18n/sv/catalogue.ts';
import { organisationNumbers } from '../../support/organisationNumbers.ts';
import type { AppCloud } from './cloud.ts';
import { axeViolations, overflowPx, watchPage, type Watch } from './watch.ts';

/** The texts of the app by language. */
export const catalogues: Readonly<Record<Locale, Messages>> = { sv, en };

/** A browser window with its language, its texts and what has gone wrong in it. */
export type Visitor = {
  readonly app: AppCloud;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly locale: Locale;
  readonly text: Messages;
  readonly watch: Watch;
};

/** How a window is opened. */
export type Window = { readonly locale?: Locale; readonly width?: number; readonly colorScheme?: 'light' | 'dark' };

/** The password of everybody in the tests. */
export const password = 'korrekt häst batteri klammer';

/** Opens a window of its own, with nothing remembered. */
export async function openWindow(
  browser: Browser,
  app: AppCloud,
  { locale = 'sv', width = 1280, colorScheme = 'light' }: Window = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    locale: locale === 'sv' ? 'sv-SE' : 'en-GB',
    timezoneId: 'Europe/Stockholm',
    viewport: { width, height: width < 600 ? 844 : 800 },
    colorScheme,
    acceptDownloads: true,
  });
  if (slowMs > 0) await slowDown(context);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return { app, context, page, locale, text: catalogues[locale], watch: watchPage(page) };
}

/**
 * Lets each request to functions and database leave up to so much later, each by a chance of its own: what a test does not wait for
 * comes out of order then.
 */
const slowMs = Number(process.env['VALV_E2E_SLOW_MS'] ?? '0');

async function slowDown(context: BrowserContext): Promise<void> {
  await context.route(/\/api\/|google\.firestore/, async (route) => {
    await sleep(randomInt(slowMs));
    // A window that was closed meanwhile asks for nothing any more.
    await route.fallback().catch(() => undefined);
  });
}

/** Waits until the page has asked for nothing for a quarter of a second: before something happens behind its back. */
export async function atRest({ watch }: Visitor): Promise<void> {
  for (let quiet = 0; quiet < 5; quiet = watch.underway.size === 0 ? quiet + 1 : 0) await sleep(50);
}

/** A path of the app as an address. */
export function addressOf({ app }: Visitor, path: string): string {
  return `${app.cloud.urls.app}${path}`;
}

/** Fails unless the page is free of violations, errors and sideways scrolling, and is in its language. */
export async function expectSoundPage({ page, locale, watch }: Visitor): Promise<void> {
  expect(await axeViolations(page)).toEqual([]);
  expect(await overflowPx(page)).toBe(0);
  expect(await page.getAttribute('html', 'lang')).toBe(locale);
  expect(await page.title()).toMatch(/ – Valv$/);
  expect(watch.problems).toEqual([]);
}

/** An address that nobody has used. */
export function newEmail(): string {
  return `person-${randomBytes(5).toString('hex')}@example.org`;
}

/** Fills in the code from the newest mail, on the page or in a dialog, and sends it. */
export async function enterCode({ app, page, text }: Visitor, email: string, place: Page | Locator = page): Promise<void> {
  await place.getByLabel(text.identity.codeLabel).fill(await app.local.mailbox.latestCode(email));
  await place.getByLabel(text.identity.codeLabel).press('Enter');
}

/** The first step of sign-up; ends at the code. */
export async function beginSignUp(visitor: Visitor, email: string, displayName = 'Ada Prov'): Promise<void> {
  const { page, text } = visitor;
  await page.goto(addressOf(visitor, '/sign-up'));
  await page.getByLabel(text.identity.displayName).fill(displayName);
  await page.getByLabel(text.identity.email).fill(email);
  await page.getByLabel(text.identity.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: text.identity.continue }).click();
  await page.getByLabel(text.identity.codeLabel).waitFor();
}

/** Signs up a new account by the screens; ends at the form for an organisation. Answers the e-mail address. */
export async function signUp(visitor: Visitor, displayName = 'Ada Prov'): Promise<string> {
  const email = newEmail();
  await beginSignUp(visitor, email, displayName);
  await enterCode(visitor, email);
  await visitor.page.getByRole('heading', { level: 1, name: visitor.text.orgs.createTitle }).waitFor();
  return email;
}

/** Signs in by the screens from wherever the page is; ends when the sign-in page is gone. */
export async function signIn(visitor: Visitor, email: string): Promise<void> {
  const { page, text } = visitor;
  await page.getByLabel(text.identity.email).fill(email);
  await page.getByLabel(text.identity.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: text.identity.continue }).click();
  await enterCode(visitor, email);
  await page.getByRole('banner').getByRole('button', { name: text.app.account }).waitFor();
}

/** Founds an organisation by the form that the page shows; ends at its empty register. Answers its id. */
export async function found({ page, text }: Visitor, name = 'Föreningen Prov'): Promise<string> {
  await page.getByLabel(text.orgs.name).fill(name);
  await page.getByLabel(text.orgs.number).fill(organisationNumbers.next());
  await page.getByLabel(text.orgs.grounds.secureIdentification).check();
  await page.getByLabel(text.orgs.explanation).fill('Medlemmar måste kunna skiljas åt säkert.');
  await page.getByRole('button', { name: text.orgs.create }).click();
  await page.getByRole('heading', { name: text.register.emptyTitle }).waitFor();
  const orgId = /\/o\/([^/]+)\/persons/.exec(page.url())?.[1];
  if (orgId === undefined) throw new Error(`no organisation in ${page.url()}`);
  return orgId;
}

/** Chooses a file in the first step of the import. */
export async function chooseFile({ page, text }: Visitor, file: Uint8Array, name = 'medlemmar.csv'): Promise<void> {
  await page.getByLabel(text.importing.fileLabel).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(file) });
}
