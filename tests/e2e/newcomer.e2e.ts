// A newcomer by the keyboard alone: signs up by BankID, founds an organisation, gives it a team with one folder, and invites
// a colleague, who signs up by password and code and finds the folder. In both languages.
import { describe, expect, it } from 'vitest';
import { somebodyNew } from '../support/bankIdPhone.ts';
import { organisationNumbers } from '../support/organisationNumbers.ts';
import { arriveAt, hasFocus, press, tabTo, type } from './support/keyboard.ts';
import { mailedInvitation, roleRadio } from './support/people.ts';
import { withStage } from './support/stage.ts';
import { addressOf, expectSoundPage, newEmail, password, type Visitor, type Window } from './support/visitor.ts';

const stage = withStage();

/** Tabs to a field that is already in view and types the code that was mailed. */
async function typeCode(visitor: Visitor, email: string): Promise<void> {
  const { page, text } = visitor;
  await page.getByLabel(text.identity.codeLabel).waitFor();
  await type(visitor, text.identity.codeLabel, await stage.app().local.mailbox.latestCode(email));
  await page.keyboard.press('Enter');
}

async function signUpByBankId(visitor: Visitor): Promise<void> {
  const { page, text } = visitor;
  const { phone } = stage.app().cloud.bankId;
  await page.goto(addressOf(visitor, '/sign-up'));
  const known = new Set(phone.waiting().map(({ order }) => order));
  await press(visitor, 'button', text.bankId.otherDevice);
  await page.getByRole('img', { name: text.bankId.qrLabel }).waitFor();
  // The only order that was not there before: the newcomer's phone opens it and approves.
  const order = phone.waiting().find((one) => !known.has(one.order))?.order;
  if (order === undefined) throw new Error('no order waits at BankID');
  phone.autostart(order, somebodyNew('Vera', 'Nykomling'));
  phone.approve(order);
  await page.getByRole('heading', { level: 1, name: text.identity.emailTitle('Vera Nykomling') }).waitFor();
  await expectSoundPage(visitor);
  const email = newEmail();
  await type(visitor, text.identity.email, email);
  await page.keyboard.press('Enter');
  await typeCode(visitor, email);
}

async function foundAnOrganisation(visitor: Visitor): Promise<void> {
  const { text } = visitor;
  await arriveAt(visitor, text.orgs.createTitle);
  await type(visitor, text.orgs.name, 'Nykomlingarna');
  await type(visitor, text.orgs.number, organisationNumbers.next());
  await press(visitor, 'button', text.orgs.create);
  await arriveAt(visitor, text.register.title);
}

async function makeATeamWithAFolder(visitor: Visitor): Promise<void> {
  const { page, text } = visitor;
  const { documents, members } = text;
  await press(visitor, 'link', text.app.navSettings);
  await arriveAt(visitor, text.orgs.membersTitle);
  await press(visitor, 'link', members.teamsTitle);
  await arriveAt(visitor, members.teamsTitle);
  await type(visitor, members.teamName, 'Styrelsen');
  await page.keyboard.press('Enter');
  const said = page.locator('.banner').filter({ hasText: members.teamCreated('Styrelsen') });
  await said.waitFor();
  await expect.poll(() => said.evaluate(hasFocus)).toBe(true);
  await tabTo(visitor, page.getByRole('link', { name: text.app.navDocuments }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await arriveAt(visitor, documents.title);
  await press(visitor, 'link', documents.create);
  await arriveAt(visitor, documents.createTitle);
  await type(visitor, documents.name, 'Protokoll');
  await tabTo(visitor, page.getByLabel(documents.audiences.everyone));
  await page.keyboard.press('ArrowDown');
  await tabTo(visitor, page.getByRole('group', { name: documents.writeTeams }).getByLabel('Styrelsen'));
  await page.keyboard.press('Space');
  await press(visitor, 'button', documents.createTitle);
  await page.getByRole('heading', { level: 1, name: 'Protokoll' }).waitFor();
  // What has been done is read out first.
  await expect.poll(() => page.locator('.banner').filter({ hasText: documents.created }).evaluate(hasFocus)).toBe(true);
  await expectSoundPage(visitor);
}

async function inviteAColleague(visitor: Visitor, email: string): Promise<void> {
  const { page, text } = visitor;
  const { members } = text;
  await tabTo(visitor, page.getByRole('link', { name: text.app.navSettings }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await arriveAt(visitor, text.orgs.membersTitle);
  await press(visitor, 'link', members.invite);
  await arriveAt(visitor, members.inviteTitle);
  await type(visitor, members.inviteEmail, email);
  // A group of radio buttons is one stop, at the chosen one; the arrows choose.
  await tabTo(visitor, roleRadio(page, 'reader'));
  await page.keyboard.press('ArrowUp');
  expect(await roleRadio(page, 'editor').isChecked()).toBe(true);
  await tabTo(visitor, page.getByRole('checkbox', { name: 'Styrelsen' }));
  await page.keyboard.press('Space');
  await press(visitor, 'button', members.inviteSend);
  await page.getByText(members.invited).waitFor();
}

async function joinByPassword(visitor: Visitor, path: string, email: string): Promise<void> {
  const { page, text } = visitor;
  const { identity, members } = text;
  await page.goto(addressOf(visitor, path));
  await press(visitor, 'link', members.landingSignUp);
  await arriveAt(visitor, identity.signUpTitle);
  await type(visitor, identity.displayName, 'Kim Kollega');
  await type(visitor, identity.email, email);
  await type(visitor, identity.password, password);
  await page.keyboard.press('Enter');
  await typeCode(visitor, email);
  await page.getByText(members.landingAs(email)).waitFor();
  await press(visitor, 'button', members.accept);
  await arriveAt(visitor, text.register.title);
}

describe('a newcomer', () => {
  it.each<Window>([{ locale: 'sv' }, { locale: 'en', width: 390 }])(
    'founds an organisation and shares a folder with a colleague, by keyboard alone (%o)',
    async (window) => {
      const newcomer = await stage.open({ ...window, width: 1280 });
      await signUpByBankId(newcomer);
      await foundAnOrganisation(newcomer);
      await makeATeamWithAFolder(newcomer);
      const email = newEmail();
      await inviteAColleague(newcomer, email);
      const { path } = await mailedInvitation(newcomer, email);
      const colleague = await stage.open(window);
      await joinByPassword(colleague, path, email);
      const { text } = colleague;
      await tabTo(colleague, colleague.page.getByRole('link', { name: text.app.navDocuments }), 'Shift+Tab');
      await colleague.page.keyboard.press('Enter');
      await arriveAt(colleague, text.documents.title);
      await press(colleague, 'link', 'Protokoll');
      await arriveAt(colleague, 'Protokoll');
      await colleague.page.getByText(text.documents.mayWrite, { exact: true }).waitFor();
      await expectSoundPage(colleague);
      expect(newcomer.watch.problems).toEqual([]);
    },
  );
});
