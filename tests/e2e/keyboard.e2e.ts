// The main journey with the keyboard alone: nothing is clicked, and focus is always somewhere sensible.
import { describe, expect, it } from 'vitest';
import { organisationNumbers } from '../support/organisationNumbers.ts';
import { sampleCsv } from '../support/sampleCsv.ts';
import { arriveAt, hasFocus, press, tabTo, type } from './support/keyboard.ts';
import { withStage } from './support/stage.ts';
import { addressOf, newEmail, password, type Visitor } from './support/visitor.ts';

const stage = withStage();

async function signUpByKeyboard(visitor: Visitor): Promise<void> {
  const { page, text } = visitor;
  const { identity, orgs } = text;
  const email = newEmail();
  await page.goto(addressOf(visitor, '/sign-in'));
  await press(visitor, 'link', identity.createAccount);
  await arriveAt(visitor, identity.signUpTitle);
  // An empty form sends the reader to its first field.
  await press(visitor, 'button', identity.continue);
  await expect.poll(() => page.getByLabel(identity.displayName).evaluate(hasFocus)).toBe(true);
  await type(visitor, identity.displayName, 'Ada Prov');
  await type(visitor, identity.email, email);
  await type(visitor, identity.password, password);
  await page.keyboard.press('Enter');
  await page.getByLabel(identity.codeLabel).waitFor();
  await type(visitor, identity.codeLabel, await stage.app().local.mailbox.latestCode(email));
  await page.keyboard.press('Enter');
  await arriveAt(visitor, orgs.createTitle);
  await type(visitor, orgs.name, 'Tangentföreningen');
  await type(visitor, orgs.number, organisationNumbers.next());
  await tabTo(visitor, page.getByLabel(orgs.groundNone));
  for (let count = 0; count < 3; count += 1) await page.keyboard.press('ArrowDown');
  expect(await page.getByLabel(orgs.grounds.secureIdentification).isChecked()).toBe(true);
  await type(visitor, orgs.explanation, 'Medlemmar måste kunna skiljas åt säkert.');
  await press(visitor, 'button', orgs.create);
  await arriveAt(visitor, text.register.title);
}

async function importByKeyboard(visitor: Visitor): Promise<void> {
  const { page, text } = visitor;
  const { importing } = text;
  await press(visitor, 'link', text.register.import);
  await arriveAt(visitor, importing.title);
  const button = page.getByRole('button', { name: importing.choose });
  await tabTo(visitor, button);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
  await chooser.setFiles({ name: 'medlemmar.csv', mimeType: 'text/csv', buffer: Buffer.from(sampleCsv(20)) });
  await press(visitor, 'button', importing.start('20'));
  await page.getByText(importing.doneTitle).waitFor();
  await press(visitor, 'link', importing.toRegister);
  await arriveAt(visitor, text.register.title);
}

async function eraseByKeyboard(visitor: Visitor): Promise<void> {
  const { page, text } = visitor;
  const { privacy, register } = text;
  await type(visitor, register.search, 'anna andersson');
  await page.keyboard.press('Enter');
  await page.getByText(register.searchedBy.name(register.hits(1))).waitFor();
  await press(visitor, 'link', 'Anna Andersson');
  await arriveAt(visitor, 'Anna Andersson');
  await press(visitor, 'button', register.revealField('Personnummer'));
  // Focus follows to the button that takes the place of the pressed one.
  const hide = page.getByRole('button', { name: register.hideField('Personnummer') });
  await hide.waitFor();
  await expect.poll(() => hide.evaluate(hasFocus)).toBe(true);
  await page.keyboard.press('Enter');
  await page.getByText(register.hiddenAgain).waitFor();
  await tabTo(visitor, page.getByRole('link', { name: register.erase, exact: true }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await arriveAt(visitor, privacy.erasureTitle);
  await tabTo(visitor, page.getByLabel(privacy.reason));
  await page.keyboard.press('ArrowDown');
  await type(visitor, privacy.confirmLabel(privacy.confirmWord), privacy.confirmWord);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: privacy.certificateTitle }).waitFor();
}

describe('the keyboard alone', () => {
  it('leads from sign-up to a certificate of erasure and out again', async () => {
    const visitor = await stage.open();
    const { page, text, watch } = visitor;
    await signUpByKeyboard(visitor);
    await importByKeyboard(visitor);
    await eraseByKeyboard(visitor);
    const account = page.getByRole('banner').getByRole('button', { name: text.app.account });
    await tabTo(visitor, account, 'Shift+Tab');
    await page.keyboard.press('Enter');
    const items = page.getByRole('menuitem');
    await expect.poll(() => items.first().evaluate(hasFocus)).toBe(true);
    // Signing out is the last of the menu.
    await page.keyboard.press('End');
    await expect.poll(() => page.getByRole('menuitem', { name: text.app.signOut }).evaluate(hasFocus)).toBe(true);
    await page.keyboard.press('Enter');
    await arriveAt(visitor, text.identity.signInTitle);
    expect(watch.problems).toEqual([]);
  });

  it('skips the navigation', async () => {
    const visitor = await stage.open({ locale: 'en' });
    const { page, text } = visitor;
    await signUpByKeyboard(visitor);
    await page.reload();
    await page.getByRole('heading', { name: text.register.emptyTitle }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.getByRole('link', { name: text.app.skipLink }).evaluate(hasFocus)).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.getByRole('main').getByRole('link', { name: text.register.import }).evaluate(hasFocus)).toBe(true);
  });
});
