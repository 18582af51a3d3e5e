// The organisation's own pages, by an owner at one window and colleagues at others: access that is given, changed, taken
// away, watched and decided by two. One organisation serves all tests, since test numbers of organisations are few.
// Every page on the way is sound: axe, the policy, the console, the width, the language.
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleCsv } from '../support/sampleCsv.ts';
import type { SignedIn } from '../support/valv.ts';
import { makeFresh } from './support/cloud.ts';
import { sessionIdOf } from './support/identity.ts';
import { hasFocus } from './support/keyboard.ts';
import { cardOf, decidesThroughFailure, meetsChangedAccess, meetsChangedFolder, meetsChangedSettings } from './support/meanwhile.ts';
import { colleague, invite, mailedInvitation, roleRadio } from './support/people.ts';
import { withStage } from './support/stage.ts';
import {
  addressOf,
  chooseFile,
  enterCode,
  expectSoundPage,
  found,
  password,
  signIn,
  signUp,
  type Visitor,
  type Window,
} from './support/visitor.ts';

const stage = withStage();

/** An organisation with its owner at a window, a second person who decides, and sixty persons in the register. */
type Company = { readonly visitor: Visitor; readonly orgId: string; readonly administrator: SignedIn };
let company: Company;

beforeAll(async () => {
  const visitor = await stage.open();
  await signUp(visitor, 'Ada Ägare');
  const orgId = await found(visitor);
  await open(visitor, orgId, 'approvals', visitor.text.approvals.title);
  await visitor.page.getByText(visitor.text.approvals.alone).waitFor();
  await expectSoundPage(visitor);
  await importPersons(visitor, orgId, 60);
  company = { visitor, orgId, administrator: await colleague(visitor, orgId, 'administrator', 'Bo Andre') };
});

/** Opens a page of the organisation; answers when it has shown what it has. */
async function open(visitor: Visitor, orgId: string, path: string, heading: string): Promise<void> {
  await visitor.page.goto(addressOf(visitor, `/o/${orgId}/${path}`));
  await visitor.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  await visitor.page.getByText(visitor.text.app.loading).first().waitFor({ state: 'detached' });
}

/** A window in which somebody made by the calls of the app is signed in, at a page of the organisation. */
async function windowOf(email: string, orgId: string, path: string, window: Window = {}): Promise<Visitor> {
  const visitor = await stage.open(window);
  await visitor.page.goto(addressOf(visitor, `/o/${orgId}/${path}`));
  await signIn(visitor, email);
  return visitor;
}

async function importPersons(visitor: Visitor, orgId: string, count: number): Promise<void> {
  const { page, text } = visitor;
  await page.goto(addressOf(visitor, `/o/${orgId}/import`));
  await chooseFile(visitor, sampleCsv(count));
  await page.getByRole('button', { name: text.importing.start(String(count)) }).click();
  await page.getByText(text.importing.doneTitle).waitFor();
}

async function createTeam({ visitor, orgId }: Company, name: string): Promise<void> {
  const { page, text } = visitor;
  await open(visitor, orgId, 'teams', text.members.teamsTitle);
  await page.getByLabel(text.members.teamName).fill(name);
  await page.getByRole('button', { name: text.members.teamCreate }).click();
  await page.getByText(text.members.teamCreated(name)).waitFor();
  await expectSoundPage(visitor);
}

/** Signs up by password and code on the page that is shown. */
async function signUpHere(visitor: Visitor, email: string, displayName: string): Promise<void> {
  const { page, text } = visitor;
  await page.getByLabel(text.identity.displayName).fill(displayName);
  await page.getByLabel(text.identity.email).fill(email);
  await page.getByLabel(text.identity.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: text.identity.continue }).click();
  await enterCode(visitor, email);
}

describe('an invitation', () => {
  it('leads a stranger through sign-up into the organisation, once, and nobody else', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    await createTeam(company, 'Styrelsen');
    const email = `cia-${orgId.slice(0, 6).toLowerCase()}@example.org`;
    await invite(visitor, orgId, email, 'editor', ['Styrelsen']);
    await expectSoundPage(visitor);
    const { path } = await mailedInvitation(visitor, email);

    // Whoever is signed in with another address is told so.
    await page.goto(addressOf(visitor, path));
    await page.getByRole('button', { name: text.members.accept }).click();
    await page.getByText(text.members.wrongAccountTitle).waitFor();
    visitor.watch.expected(/status of 403/);
    await expectSoundPage(visitor);

    const stranger = await stage.open({ locale: 'en', width: 390 });
    await stranger.page.goto(addressOf(stranger, path));
    await stranger.page.getByText(stranger.text.members.landingText('Ada Ägare', 'Föreningen Prov')).waitFor();
    expect(await stranger.page.getByText(email).count()).toBe(0);
    await expectSoundPage(stranger);
    await stranger.page.getByRole('link', { name: stranger.text.members.landingSignUp }).click();
    await signUpHere(stranger, email, 'Cia Inbjuden');
    await stranger.page.getByText(stranger.text.members.landingAs(email)).waitFor();
    await expectSoundPage(stranger);
    await stranger.page.getByRole('button', { name: stranger.text.members.accept }).click();
    await stranger.page.getByRole('table', { name: stranger.text.register.tableLabel }).waitFor();
    await expectSoundPage(stranger);
    await stranger.page.goto(addressOf(stranger, path));
    await stranger.page.getByRole('heading', { name: stranger.text.members.landingEnded }).waitFor();
    await stranger.context.close();

    await open(visitor, orgId, 'members', text.orgs.membersTitle);
    await page.getByRole('row').filter({ hasText: 'Cia Inbjuden' }).filter({ hasText: 'Styrelsen' }).waitFor();
    expect(await page.getByRole('button', { name: text.members.withdrawFrom(email) }).count()).toBe(0);
    await expectSoundPage(visitor);
  });

  it('is sent again with another link, and withdrawn', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    const email = `dag-${orgId.slice(0, 6).toLowerCase()}@example.org`;
    await invite(visitor, orgId, email, 'reader');
    const first = await mailedInvitation(visitor, email);
    await page.getByRole('button', { name: text.members.resendTo(email) }).click();
    await page.getByText(text.members.resent).waitFor();
    expect((await mailedInvitation(visitor, email)).token).not.toBe(first.token);
    await page.getByRole('button', { name: text.members.withdrawFrom(email) }).click();
    await page.getByText(text.members.withdrawn).waitFor();
    await page.getByRole('button', { name: text.members.withdrawFrom(email) }).waitFor({ state: 'detached' });
  });
});

describe('a member', () => {
  it('gets another role, sees the folders of the team, and nothing more once removed', async () => {
    const { visitor, orgId, administrator } = company;
    const { page, text } = visitor;
    const { documents, members } = text;
    await createTeam(company, 'Valberedningen');
    const reader = await colleague(visitor, orgId, 'reader', 'Eva Läsare');
    await open(visitor, orgId, 'documents/new', documents.createTitle);
    await page.getByLabel(documents.name).fill('Nomineringar');
    await page.getByLabel(documents.audiences.teams).check();
    await page.getByRole('button', { name: documents.createTitle }).click();
    await page.getByText(documents.chooseTeam).waitFor();
    await expectSoundPage(visitor);
    await page.getByRole('group', { name: documents.readTeams }).getByLabel('Valberedningen').check();
    await page.getByRole('button', { name: documents.createTitle }).click();
    await page.getByRole('heading', { level: 1, name: 'Nomineringar' }).waitFor();
    await expectSoundPage(visitor);
    await meetsChangedFolder(visitor, orgId, administrator);

    const other = await windowOf(reader.email, orgId, 'documents', { locale: 'en', width: 390 });
    await other.page.getByText(other.text.documents.emptyMember).waitFor();
    await expectSoundPage(other);
    await page.goto(addressOf(visitor, `/o/${orgId}/members/${reader.accountId}`));
    await meetsChangedAccess(visitor, orgId, reader, administrator);
    await page.getByRole('checkbox', { name: 'Valberedningen' }).check();
    await roleRadio(page, 'editor').check();
    await page.getByRole('button', { name: text.app.save }).click();
    await page.getByText(members.accessSaved).waitFor();
    await expectSoundPage(visitor);
    await other.page.reload();
    await other.page.getByRole('link', { name: 'Nomineringar' }).click();
    await other.page.getByText(other.text.documents.mayRead, { exact: true }).waitFor();
    await expectSoundPage(other);

    await page.getByRole('button', { name: members.remove, exact: true }).click();
    await page
      .getByRole('dialog', { name: members.removeAsk('Eva Läsare') })
      .getByRole('button', { name: members.remove })
      .click();
    await page.getByText(members.removed).waitFor();
    await expectSoundPage(visitor);
    await other.page.reload();
    await other.page.getByRole('heading', { level: 1, name: other.text.orgs.notYoursTitle }).waitFor();
  });
});

describe('four eyes', () => {
  it('let the register out and many persons be erased only when a second person agrees', async () => {
    const { visitor, orgId, administrator } = company;
    const { page, text } = visitor;
    const { approvals } = text;
    await makeFresh(visitor.app, await sessionIdOf(visitor));
    await page.goto(addressOf(visitor, `/o/${orgId}/persons`));
    await page.getByRole('link', { name: approvals.requestExport }).click();
    await page.getByRole('button', { name: approvals.request }).click();
    await page.getByText(approvals.requested).waitFor();
    await page.getByText(approvals.waitsForOther).waitFor();
    expect(await page.getByRole('button', { name: approvals.approve }).count()).toBe(0);
    await page.goto(addressOf(visitor, `/o/${orgId}/persons`));
    await page.getByRole('button', { name: approvals.select, exact: true }).click();
    await page.getByText(approvals.selectFew).waitFor();
    const boxes = page.getByRole('checkbox', { name: /^Markera / });
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await expectSoundPage(visitor);
    await page.getByRole('link', { name: approvals.requestErasure }).click();
    await page.getByLabel(text.privacy.reason).selectOption('notNeeded');
    await page.getByRole('button', { name: approvals.request }).click();
    await page.getByText(approvals.requested).waitFor();
    await expectSoundPage(visitor);

    const other = await windowOf(administrator.email, orgId, 'approvals', { locale: 'en', width: 390 });
    const approve = other.page.getByRole('button', { name: other.text.approvals.approve });
    await other.page.getByText(other.text.approvals.persons('2')).waitFor();
    await expectSoundPage(other);
    for (const left of [1, 0]) {
      await approve.first().click();
      await other.page.getByRole('dialog').getByRole('button', { name: other.text.approvals.approve }).click();
      await expect.poll(() => approve.count()).toBe(left);
    }
    await other.context.close();

    await page.reload();
    await page.getByRole('button', { name: approvals.startErasure }).click();
    await page.getByRole('dialog').getByRole('button', { name: approvals.startErasure }).click();
    await page.getByText(approvals.erased('2')).waitFor();
    await page.getByRole('button', { name: approvals.startExport }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: approvals.exportDownload }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(approvals.exportFile);
    await page.getByText(approvals.exportDownloaded).waitFor();
    await expectSoundPage(visitor);
  });
});

describe('oversight', () => {
  it('reviews who has access, removes one, and keeps the review', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    const { reviews } = text;
    await colleague(visitor, orgId, 'auditor', 'Frej Avgår');
    await page.setViewportSize({ width: 390, height: 844 });
    await open(visitor, orgId, 'access-review', reviews.heading);
    await page.getByText(reviews.never).waitFor();
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: reviews.start }).click();
    await decidesThroughFailure(visitor, 'Frej Avgår', 'Bo Andre');
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: reviews.keepRest }).click();
    await page.getByRole('button', { name: reviews.complete }).click();
    await page.getByRole('dialog').getByText('Frej Avgår').waitFor();
    await expectSoundPage(visitor);
    await page.getByRole('dialog').getByRole('button', { name: reviews.complete }).click();
    const completed = page.getByRole('status').filter({ hasText: reviews.completedRemoved('1') });
    await completed.waitFor();
    await expect.poll(() => completed.evaluate(hasFocus)).toBe(true);
    await page.getByRole('table', { name: reviews.historyTitle }).waitFor();
    await expectSoundPage(visitor);
  });

  it('is within reach on a phone, by keyboard too', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    await page.setViewportSize({ width: 390, height: 844 });
    await open(visitor, orgId, 'members', text.orgs.membersTitle);
    const toggle = page.getByRole('button', { name: text.app.navWithin(text.orgs.membersTitle) });
    await toggle.focus();
    await page.keyboard.press('Enter');
    await expectSoundPage(visitor);
    const menu = page.getByRole('navigation', { name: text.app.organisationNavigation });
    expect(await menu.getByRole('link').count()).toBe(8);
    await menu.getByRole('link', { name: text.support.title }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: text.support.title }).waitFor();
    await expect.poll(() => menu.getByRole('link').count()).toBe(0);
  });

  it('lets support in for one problem and ends it', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    const { support } = text;
    await page.setViewportSize({ width: 390, height: 844 });
    await open(visitor, orgId, 'support', support.title);
    await page.getByRole('button', { name: support.grant }).click();
    await page.getByText(support.problemLength).waitFor();
    await expectSoundPage(visitor);
    await page.getByLabel(support.problem).fill('Importen stannar på rad 12.');
    await makeFresh(visitor.app, await sessionIdOf(visitor));
    await page.getByRole('button', { name: support.grant }).click();
    await page.getByText(support.granted).waitFor();
    await page.getByRole('button', { name: support.endOf('Importen stannar på rad 12.') }).click();
    await page.getByRole('dialog').getByRole('button', { name: support.end }).click();
    await page.getByText(support.ended).waitFor();
    await expectSoundPage(visitor);
    await page.goto(addressOf(visitor, '/support-cases'));
    await page.getByText(support.notTechnician).waitFor();
    await expectSoundPage(visitor);
  });
});

describe('reading', () => {
  it('leaves protected identities out unless an owner asks for them', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    const { register } = text;
    await page.goto(addressOf(visitor, `/o/${orgId}/persons/new`));
    await page.getByLabel('Förnamn').fill('Hemlighet');
    await page.getByLabel(register.isProtected).check();
    await page.getByRole('button', { name: register.addButton }).click();
    await page.getByText(register.added).waitFor();
    await open(visitor, orgId, 'persons', register.title);
    await page.getByLabel(register.search).fill('hemlighet');
    await page.getByRole('button', { name: register.searchButton, exact: true }).click();
    await page.getByRole('heading', { name: register.noHitsTitle }).waitFor();
    await page.getByLabel(register.includeProtected).check();
    await page.getByRole('link', { name: register.protectedIdentity }).waitFor();
    await expectSoundPage(visitor);
  });

  it('stops at the limit and hides masked fields; an owner sees the alarm and lifts the limit', async () => {
    const { visitor, orgId, administrator } = company;
    const { page, text } = visitor;
    const { settings } = text;
    await page.setViewportSize({ width: 1280, height: 800 });
    const reader = await colleague(visitor, orgId, 'reader', 'Gun Läsare');
    await open(visitor, orgId, 'settings', text.orgs.settingsTitle);
    await page.getByRole('button', { name: settings.canaryPlant }).click();
    await page.getByText(settings.canaryPlanted).waitFor();
    await page.getByLabel(settings.perHour).fill('10');
    await page.getByText(settings.perHourInvalid('50', '20 000')).waitFor();
    await expectSoundPage(visitor);
    await page.getByLabel(settings.perHour).fill('50');
    await makeFresh(visitor.app, await sessionIdOf(visitor));
    await cardOf(visitor, settings.budgetTitle).getByRole('button', { name: text.app.save }).click();
    await cardOf(visitor, settings.budgetTitle).getByText(text.orgs.saved).waitFor();
    await page.getByRole('group', { name: settings.maskFor.reader }).getByLabel('E-post').check();
    await meetsChangedSettings(visitor, orgId, administrator);
    await page.getByRole('button', { name: new RegExp(`^${settings.canaryRemove}`) }).click();
    await page.getByText(settings.canaryRemoved).waitFor();

    const other = await windowOf(reader.email, orgId, 'persons', { locale: 'en' });
    const table = other.page.getByRole('table', { name: other.text.register.tableLabel });
    await table.waitFor();
    expect(await table.getByText('@example').count()).toBe(0);
    expect(await table.getByText(other.text.register.hidden).count()).toBe(50);
    await other.page.getByRole('button', { name: other.text.register.next }).click();
    const alert = other.page.getByRole('alert').filter({ hasText: other.text.alarms.budgetTitle });
    await alert.getByText(other.text.alarms.budgetText('50', other.text.alarms.budgetPer.hour)).waitFor();
    await alert.getByText(other.text.alarms.budgetLift).waitFor();
    other.watch.expected(/status of 429/);
    await expectSoundPage(other);

    await open(visitor, orgId, 'alarms', text.alarms.title);
    const entry = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: text.alarms.kinds.readBudgetSpent }) });
    await entry.getByText(text.alarms.texts.readBudgetSpent('Gun Läsare')).waitFor();
    await expectSoundPage(visitor);
    const count = page.getByRole('navigation', { name: text.app.mainNavigation }).getByRole('link', { name: text.app.navSettings });
    const before = await count.textContent();
    await entry.getByRole('button').click();
    await page.getByText(text.alarms.acknowledged).waitFor();
    await expect.poll(() => count.textContent()).not.toBe(before);
    await entry.getByRole('link', { name: text.alarms.toMember }).click();
    await page.getByRole('button', { name: text.members.budgetLift }).click();
    await page.getByText(text.members.budgetLifted).waitFor();
    await alert.getByRole('button', { name: other.text.app.retry }).click();
    await table.waitFor();
  });
});

describe('the ownership', () => {
  it('passes to another, after which the former owner may leave; the last one may not', async () => {
    const { visitor, orgId, administrator } = company;
    const { page, text } = visitor;
    const { members } = text;
    await open(visitor, orgId, 'members', text.orgs.membersTitle);
    await page.getByRole('link', { name: members.you('Ada Ägare') }).click();
    await page.getByText(members.leaveLastOwner).waitFor();
    expect(await page.getByRole('button', { name: members.leave }).count()).toBe(0);
    await page.goto(addressOf(visitor, `/o/${orgId}/members/${administrator.accountId}`));
    await page.getByRole('button', { name: members.transfer }).click();
    const dialog = page.getByRole('dialog', { name: members.transferTo('Bo Andre') });
    await dialog.getByText(members.transferKeeps).waitFor();
    await expectSoundPage(visitor);
    await makeFresh(visitor.app, await sessionIdOf(visitor));
    await dialog.getByRole('button', { name: members.transfer }).click();
    await page.getByText(members.transferred('Bo Andre')).waitFor();
    await page.getByRole('link', { name: members.you('Ada Ägare') }).click();
    await page.getByRole('button', { name: members.leave }).click();
    await page.getByRole('dialog').getByRole('button', { name: members.leave }).click();
    await page.getByRole('heading', { name: text.orgs.noneTitle }).waitFor();
    await expectSoundPage(visitor);
  });
});
