// A session warns before it ends, ends everywhere at once, and leads back to the same place. No work is lost on the way.
import { describe, expect, it } from 'vitest';
import { letSessionEnd } from './support/cloud.ts';
import { somebodyNew } from '../support/bankIdPhone.ts';
import { confirmInDialog, sessionIdOf, useBankId } from './support/identity.ts';
import { withStage } from './support/stage.ts';
import {
  addressOf,
  atRest,
  enterCode,
  expectSoundPage,
  found,
  newEmail,
  password,
  signIn,
  signUp,
  type Visitor,
} from './support/visitor.ts';
import { watchPage } from './support/watch.ts';

const stage = withStage();

async function addPerson({ page, text, locale }: Visitor, orgId: string, address: string): Promise<string> {
  await page.goto(`${address}/o/${orgId}/persons/new`);
  await page.getByLabel(locale === 'sv' ? 'Förnamn' : 'Given name').fill('Åsa');
  await page.getByLabel(locale === 'sv' ? 'Postort' : 'City').fill('Kiruna');
  await page.getByRole('button', { name: text.register.addButton }).click();
  await page.getByText(text.register.added).waitFor();
  return page.url();
}

/** Waits for the answer that names the account and tells when its session ends, and for all others. */
async function sessionIsKnown(visitor: Visitor, givenName = 'Ada'): Promise<void> {
  const { page, text } = visitor;
  await page
    .getByRole('banner')
    .getByRole('button', { name: text.app.accountOf(givenName) })
    .waitFor();
  await atRest(visitor);
}

/** A second tab of the same session, as a duplicated tab is. */
async function duplicateTab(visitor: Visitor, url: string): Promise<Visitor> {
  const [page] = await Promise.all([visitor.page.waitForEvent('popup'), visitor.page.evaluate(`void window.open(${JSON.stringify(url)})`)]);
  page.setDefaultTimeout(60_000);
  return { ...visitor, page, watch: watchPage(page) };
}

describe('a session', () => {
  it('warns two minutes before it ends, and staying keeps what was typed', async () => {
    const visitor = await stage.open();
    const { page, text } = visitor;
    await page.clock.install();
    await signUp(visitor);
    const orgId = await found(visitor);
    await page.goto(addressOf(visitor, `/o/${orgId}/persons/new`));
    await page.getByLabel('Förnamn').fill('Halvfärdig');
    await sessionIsKnown(visitor);
    await page.clock.fastForward('28:05');
    const dialog = page.getByRole('dialog', { name: text.app.sessionTitle });
    await dialog.waitFor();
    await expectSoundPage(visitor);
    await dialog.getByRole('button', { name: text.app.staySignedIn }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Förnamn').inputValue()).toBe('Halvfärdig');
    await page.clock.fastForward('05:00');
    expect(await dialog.isVisible()).toBe(false);
  });

  it('signs out when nobody answers, says why, and leads back to the same place', async () => {
    const visitor = await stage.open({ locale: 'en' });
    const { page, text } = visitor;
    await page.clock.install();
    const email = await signUp(visitor);
    const orgId = await found(visitor);
    await page.goto(addressOf(visitor, `/o/${orgId}/members`));
    await page.getByRole('table', { name: text.orgs.membersTitle }).waitFor();
    await sessionIsKnown(visitor);
    await page.clock.fastForward('31:00');
    await page.getByText(text.identity.timeout).waitFor();
    await expectSoundPage(visitor);
    await signIn(visitor, email);
    await page.getByRole('table', { name: text.orgs.membersTitle }).waitFor();
    expect(page.url()).toBe(addressOf(visitor, `/o/${orgId}/members`));
  });

  it('that ends in the middle of work keeps it out of sight, and gives it back to the same person', async () => {
    const visitor = await stage.open({ locale: 'en', width: 390 });
    const { page, text, watch } = visitor;
    await page.clock.install();
    const email = await signUp(visitor);
    const orgId = await found(visitor);
    await page.goto(addressOf(visitor, `/o/${orgId}/persons/new`));
    await page.getByLabel('Given name').fill('Halvfärdig');
    await sessionIsKnown(visitor);
    await page.clock.fastForward('31:00');
    const dialog = page.getByRole('dialog', { name: text.identity.againTitle });
    await dialog.getByText(text.identity.againAs(email)).waitFor();
    expect(await page.locator('#content').isVisible()).toBe(false);
    expect(await page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('firebase:authUser'))")).toEqual([]);
    await expectSoundPage(visitor);
    await confirmInDialog(visitor, dialog, email);
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Given name').inputValue()).toBe('Halvfärdig');
    // The server ends the next one while the work is being saved: the saving waits, and goes on by itself.
    const sessionId = await sessionIdOf(visitor);
    let isEnded = false;
    const ended = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    await page.route('**/api/sessionExtend', async (route) => {
      if (isEnded) return route.continue();
      isEnded = true;
      await letSessionEnd(stage.app(), sessionId);
      const refusal = await route.fetch();
      ended.resolve();
      await late.promise;
      await route.fulfill({ response: refusal });
    });
    await page.route('**/api/createDataSubject', (route) => ended.promise.then(() => route.continue()));
    await page.clock.fastForward('01:01'); // so that the click also extends the session
    await page.getByRole('button', { name: text.register.addButton }).click();
    await confirmInDialog(visitor, dialog, email);
    await page.getByText(text.register.added).waitFor();
    // A refusal of the session before it does not end the one that has begun: what it refused is sent again.
    const extended = page.waitForResponse((response) => response.url().endsWith('/api/sessionExtend') && response.ok());
    late.resolve();
    await extended;
    await page.getByRole('heading', { level: 1, name: 'Halvfärdig' }).waitFor();
    watch.expected(/status of 401/);
    expect(watch.problems).toEqual([]);
  });

  it('that ends in the middle of work gives it to nobody else, nor after leaving', async () => {
    const visitor = await stage.open();
    const { page, text } = visitor;
    const person = somebodyNew();
    await page.clock.install();
    await signUp(visitor);
    await page.getByLabel(text.orgs.name).fill('Halvfärdiga föreningen');
    await sessionIsKnown(visitor);
    await page.clock.fastForward('31:00');
    const dialog = page.getByRole('dialog', { name: text.identity.againTitle });
    await dialog.getByRole('button', { name: text.bankId.otherDevice }).waitFor();
    await useBankId(visitor, person);
    const stranger = newEmail();
    await dialog.getByLabel(text.identity.email).fill(stranger);
    await dialog.getByRole('button', { name: text.identity.continue }).click();
    await dialog.getByLabel(text.identity.codeLabel).waitFor();
    await enterCode(visitor, stranger, dialog);
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { level: 1, name: text.orgs.createTitle }).waitFor();
    expect(await page.getByLabel(text.orgs.name).inputValue()).toBe('');
    await page.getByLabel(text.orgs.name).fill('En annan förening');
    await sessionIsKnown(visitor, 'Prov');
    await page.clock.fastForward('31:00');
    await dialog.getByRole('button', { name: text.identity.againLeave }).click();
    await page.getByRole('heading', { level: 1, name: text.identity.signInTitle }).waitFor();
    expect(await page.getByText('En annan förening').count()).toBe(0);
  });

  it('that the server ended stops the next reading, and sign-in leads back', async () => {
    const visitor = await stage.open();
    const { page, text, watch } = visitor;
    const email = await signUp(visitor);
    const orgId = await found(visitor);
    await sessionIsKnown(visitor);
    await letSessionEnd(stage.app(), await sessionIdOf(visitor));
    await page.getByRole('link', { name: text.app.navSettings }).click();
    await page.getByText(text.identity.ended).waitFor();
    watch.problems.splice(0);
    await signIn(visitor, email);
    await page.getByRole('table', { name: text.orgs.membersTitle }).waitFor();
    expect(page.url()).toBe(addressOf(visitor, `/o/${orgId}/members`));
  });

  it('that is ended in one tab is ended in the other, and lives in both while one of them works', async () => {
    const visitor = await stage.open();
    const { page, text } = visitor;
    await page.clock.install();
    await signUp(visitor);
    const orgId = await found(visitor);
    const other = await duplicateTab(visitor, addressOf(visitor, `/o/${orgId}/persons`));
    await other.page.getByRole('heading', { name: text.register.emptyTitle }).waitFor();
    await Promise.all([sessionIsKnown(visitor), sessionIsKnown(other)]);
    await page.clock.fastForward('20:00');
    const heard = other.page.evaluate("new Promise((heard) => (new BroadcastChannel('valv.sessionTimes').onmessage = () => heard(true)))");
    await page.getByRole('heading', { level: 1 }).click();
    await heard;
    await page.clock.fastForward('15:00');
    await page.clock.runFor(2_000);
    expect(await other.page.getByRole('dialog').count()).toBe(0);
    expect(await other.page.getByRole('heading', { name: text.register.emptyTitle }).isVisible()).toBe(true);
    await page.getByRole('banner').getByRole('button', { name: text.app.account }).click();
    await page.getByRole('menuitem', { name: text.app.signOut }).click();
    await page.getByText(text.identity.signedOut).waitFor();
    await other.page.getByText(text.identity.signedOut).waitFor();
  });

  it('begins only with both factors: the password alone reads nothing', async () => {
    const visitor = await stage.open();
    const { page, text } = visitor;
    const email = await signUp(visitor);
    const stranger = await stage.open();
    await stranger.page.goto(addressOf(visitor, '/organisations/new'));
    await stranger.page.getByLabel(text.identity.email).fill(email);
    await stranger.page.getByLabel(text.identity.password, { exact: true }).fill(password);
    await stranger.page.getByRole('button', { name: text.identity.continue }).click();
    await stranger.page.getByLabel(text.identity.codeLabel).waitFor();
    expect(await stranger.page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('firebase:authUser'))")).toEqual([]);
    await stranger.page.goto(addressOf(visitor, '/organisations/new'));
    await stranger.page.getByRole('heading', { name: text.identity.signInTitle }).waitFor();
    await stranger.context.close();
    expect(await page.getByRole('heading', { name: text.orgs.createTitle }).isVisible()).toBe(true);
  });

  it('a new code replaces the old one', async () => {
    const visitor = await stage.open();
    const { page, text } = visitor;
    const email = await signUp(visitor);
    const again = await stage.open();
    await again.page.goto(addressOf(again, '/sign-in'));
    await again.page.getByLabel(text.identity.email).fill(email);
    await again.page.getByLabel(text.identity.password, { exact: true }).fill(password);
    await again.page.getByRole('button', { name: text.identity.continue }).click();
    await again.page.getByLabel(text.identity.codeLabel).waitFor();
    const old = await stage.app().local.mailbox.latestCode(email);
    await again.page.getByRole('button', { name: text.identity.resend }).click();
    await again.page.getByText(text.identity.resent).waitFor();
    await again.page.getByLabel(text.identity.codeLabel).fill(old);
    await again.page.getByRole('button', { name: text.identity.confirmCode }).click();
    await again.page.getByText(text.identity.triesLeft(4)).waitFor();
    await enterCode(again, email);
    await again.page.getByRole('heading', { level: 1, name: text.orgs.chooseTitle }).waitFor();
    await again.context.close();
    expect(page.isClosed()).toBe(false);
  });

  it('lets two tabs correct one person: the slower one is told, loses nothing and saves on top', async () => {
    const visitor = await stage.open();
    const { page, text, watch } = visitor;
    const { register } = text;
    await signUp(visitor);
    const orgId = await found(visitor);
    const personUrl = await addPerson(visitor, orgId, stage.app().cloud.urls.app);
    await page.goto(`${personUrl}/edit`);
    await page.getByLabel('Postort').fill('Luleå');
    const other = await duplicateTab(visitor, `${personUrl}/edit`);
    await other.page.getByLabel('Postort').fill('Umeå');
    await other.page.getByRole('button', { name: text.app.save }).click();
    await other.page.getByText(register.saved).waitFor();
    await page.bringToFront();
    await page.getByRole('button', { name: text.app.save }).click();
    await page.getByText(register.conflictTitle).first().waitFor();
    watch.expected(/status of 409/);
    await page.getByRole('row').filter({ hasText: 'Umeå' }).filter({ hasText: 'Luleå' }).waitFor();
    expect(await page.getByLabel('Postort').inputValue()).toBe('Luleå');
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: register.saveOnTop }).click();
    await page.getByText(register.saved).waitFor();
    await page.getByText('Luleå').waitFor();
  });
});
