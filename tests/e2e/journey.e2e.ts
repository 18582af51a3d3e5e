// The main journey, from sign-up to the certificate of an erasure, in both languages, widths and colour schemes. Every page and
// state on the way is checked: axe, the policy, the console, foreign hosts, sideways scrolling, the language.
import { describe, expect, it } from 'vitest';
import { sampleCsv } from '../support/sampleCsv.ts';
import { holdBack } from './support/holdBack.ts';
import { withStage } from './support/stage.ts';
import {
  addressOf,
  beginSignUp,
  chooseFile,
  enterCode,
  expectSoundPage,
  found,
  newEmail,
  type Visitor,
  type Window,
} from './support/visitor.ts';

const stage = withStage();

async function entersWithBothFactors(visitor: Visitor): Promise<string> {
  const { page, text, watch } = visitor;
  await page.goto(addressOf(visitor, '/sign-in'));
  await page.getByRole('button', { name: text.identity.continue }).click();
  await page.getByText(text.app.required).first().waitFor();
  await expectSoundPage(visitor);
  const email = newEmail();
  await beginSignUp(visitor, email);
  await expectSoundPage(visitor);
  await page.getByLabel(text.identity.codeLabel).fill('000000');
  await page.getByRole('button', { name: text.identity.confirmCode }).click();
  await page.getByText(text.identity.triesLeft(4)).waitFor();
  watch.expected(/status of 403/);
  await expectSoundPage(visitor);
  await enterCode(visitor, email);
  await page.getByRole('heading', { level: 1, name: text.orgs.createTitle }).waitFor();
  await page.getByLabel(text.orgs.number).fill('556703-7486');
  await page.getByLabel(text.orgs.name).fill('');
  await page.getByText(text.orgs.numberInvalid).waitFor();
  await expectSoundPage(visitor);
  const orgId = await found(visitor);
  await expectSoundPage(visitor);
  return orgId;
}

async function importsAFile(visitor: Visitor, orgId: string): Promise<void> {
  const { page, text, watch } = visitor;
  const { importing } = text;
  await page.goto(addressOf(visitor, `/o/${orgId}/import`));
  await page.getByRole('button', { name: importing.choose }).waitFor();
  await expectSoundPage(visitor);
  await chooseFile(visitor, Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 1, 2, 3]));
  await page.getByRole('alert').waitFor();
  watch.expected(/status of 400/);
  await page.goto(addressOf(visitor, `/o/${orgId}/import`));
  await chooseFile(visitor, Buffer.concat([sampleCsv(120), Buffer.from('Åsa;Öberg;;inte en adress;;;;;;;;;\r\n', 'latin1')]));
  await page.getByRole('table', { name: importing.errorsTitle }).getByRole('row').filter({ hasText: '122' }).waitFor();
  await expectSoundPage(visitor);
  const [report] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: importing.downloadErrors }).click()]);
  expect(report.suggestedFilename()).toBe(importing.reportName);
  await page.getByLabel(importing.skipInvalid).check();
  await page.getByRole('button', { name: importing.start('120') }).click();
  await page.waitForURL(/job=/);
  // The page may be left: the address alone leads back to the job.
  await page.reload();
  await page.getByText(importing.doneTitle).waitFor();
  await page.getByText(importing.doneCount('120')).waitFor();
  await expectSoundPage(visitor);
  await page.getByRole('link', { name: importing.toRegister }).click();
}

/** Searches; while the answer is on its way, the persons of the page before can neither be seen nor be selected. */
async function selectsOnlyWhatIsShown({ page, text }: Visitor): Promise<void> {
  const { app, approvals, register } = text;
  await page.getByRole('button', { name: approvals.select, exact: true }).click();
  const letGo = await holdBack(page, '**/api/listDataSubjects');
  await page.getByLabel(register.search).fill('anna andersson');
  await page.getByRole('button', { name: register.searchButton, exact: true }).click();
  await page.getByText(app.loading).waitFor();
  expect(await page.getByRole('table', { name: register.tableLabel }).count()).toBe(0);
  const selectPage = page.getByRole('button', { name: approvals.selectPage });
  await selectPage.click({ force: true });
  await page.getByText(approvals.selected('0')).waitFor();
  letGo();
  await page.getByRole('table', { name: register.tableLabel }).waitFor();
  await selectPage.click();
  await page.getByText(approvals.selected('1')).waitFor();
  await page.getByRole('button', { name: approvals.selectDone }).click();
}

async function findsAPerson(visitor: Visitor): Promise<string> {
  const { page, text } = visitor;
  const { register } = text;
  const table = page.getByRole('table', { name: register.tableLabel });
  await table.waitFor();
  await expectSoundPage(visitor);
  await page.getByRole('button', { name: register.next }).click();
  await page.getByText(register.page('2')).waitFor();
  await selectsOnlyWhatIsShown(visitor);
  await page.getByText(register.searchedBy.name(register.hits(1))).waitFor();
  await expectSoundPage(visitor);
  expect(page.url()).not.toMatch(/anna/i);
  await table.getByRole('link', { name: 'Anna Andersson' }).click();
  const heading = page.getByRole('heading', { level: 1, name: 'Anna Andersson' });
  await heading.waitFor();
  await expectSoundPage(visitor);
  expect(await page.title()).not.toContain('Anna');
  return page.url();
}

async function revealsAndCorrects(visitor: Visitor, personUrl: string): Promise<void> {
  const { page, text, locale } = visitor;
  const { register } = text;
  const number = locale === 'sv' ? 'Personnummer' : 'Personal identity number';
  expect(await page.getByText(/^\d{8}-\d{4}$/).count()).toBe(0);
  await page.getByRole('button', { name: register.revealField(number) }).click();
  await page.getByText(/^\d{8}-\d{4}$/).waitFor();
  await expectSoundPage(visitor);
  await page.getByRole('button', { name: register.hideField(number) }).click();
  await page.getByText(register.hiddenAgain).waitFor();
  expect(await page.getByText(/^\d{8}-\d{4}$/).count()).toBe(0);
  await page.getByRole('link', { name: register.edit, exact: true }).click();
  const email = page.getByLabel(locale === 'sv' ? 'E-post' : 'E-mail', { exact: true });
  await email.fill('inte en adress');
  await page.getByRole('button', { name: text.app.save }).click();
  await page.getByText(register.problems.email).waitFor();
  visitor.watch.expected(/status of 400/);
  expect(await email.inputValue()).toBe('inte en adress');
  await expectSoundPage(visitor);
  await email.fill('anna@example.org');
  await page.getByRole('button', { name: text.app.save }).click();
  await page.getByText(register.saved).waitFor();
  await page.getByText('anna@example.org').waitFor();
  expect(page.url()).toBe(personUrl);
  await expectSoundPage(visitor);
}

async function makesAnExtract(visitor: Visitor): Promise<void> {
  const { page, text } = visitor;
  const { privacy } = text;
  await page.getByRole('link', { name: privacy.extractTitle }).click();
  await page.getByRole('button', { name: privacy.extractStart }).waitFor();
  await expectSoundPage(visitor);
  await page.getByRole('button', { name: privacy.extractStart }).click();
  const button = page.getByRole('button', { name: privacy.extractDownload });
  await button.waitFor();
  await expectSoundPage(visitor);
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  expect(download.suggestedFilename()).toBe(privacy.extractFile);
  await page.getByText(privacy.extractDownloaded).waitFor();
}

async function erases(visitor: Visitor, personUrl: string): Promise<void> {
  const { page, text } = visitor;
  const { privacy, register } = text;
  await page.goto(personUrl);
  await page.getByRole('link', { name: register.erase, exact: true }).click();
  const button = page.getByRole('button', { name: privacy.eraseButton });
  await button.click();
  await page.getByText(privacy.confirmWrong(privacy.confirmWord)).waitFor();
  await expectSoundPage(visitor);
  await page.getByLabel(privacy.reason).selectOption('request');
  await page.getByLabel(privacy.confirmLabel(privacy.confirmWord)).fill(privacy.confirmWord);
  await button.click();
  await page.getByRole('heading', { name: privacy.certificateTitle }).waitFor();
  await expectSoundPage(visitor);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: privacy.certificateDownload }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(privacy.certificateFile);
  // Back leads to a person who is no more, and of whom nothing is left in the tab.
  await page.goBack();
  await page.getByText(text.errors['shared/not-found']).waitFor();
  expect(page.url()).toBe(personUrl);
  expect(await page.getByText('anna@example.org').count()).toBe(0);
  visitor.watch.expected(/status of 404/);
  await expectSoundPage(visitor);
}

async function readsTheLog(visitor: Visitor, orgId: string, personUrl: string): Promise<void> {
  const { page, text } = visitor;
  const { audit } = text;
  const personId = personUrl.split('/').at(-1) ?? '';
  await page.goto(addressOf(visitor, `/o/${orgId}/audit?person=${personId}`));
  const table = page.getByRole('table', { name: audit.tableLabel });
  await table.waitFor();
  for (const action of [
    'register.dataSubject.reveal',
    'register.dataSubject.correct',
    'privacy.extract.download',
    'privacy.erasure.finish',
  ] as const) {
    expect(await table.getByText(audit.actions[action]).count()).toBeGreaterThan(0);
  }
  await expectSoundPage(visitor);
  await page.getByLabel(audit.action, { exact: true }).selectOption('register.dataSubject.reveal');
  await page.getByRole('button', { name: audit.apply, exact: true }).click();
  await page.waitForURL(/action=register/);
  await page.getByText(audit.shown('1')).waitFor();
  await page.getByRole('button', { name: audit.clear }).click();
  await page.getByRole('button', { name: audit.older }).click();
  await page.getByText(audit.shown('100')).waitFor();
  await page.getByRole('link', { name: text.app.navSettings }).click();
  await page.getByRole('table', { name: text.orgs.membersTitle }).waitFor();
  await expectSoundPage(visitor);
}

describe('the main journey', () => {
  it.each<Window>([
    { locale: 'sv', width: 1280 },
    { locale: 'en', width: 390, colorScheme: 'dark' },
  ])('leads from sign-up to a certificate of erasure, sound on every page (%o)', async (window) => {
    const visitor = await stage.open(window);
    const orgId = await entersWithBothFactors(visitor);
    await importsAFile(visitor, orgId);
    const personUrl = await findsAPerson(visitor);
    await revealsAndCorrects(visitor, personUrl);
    await makesAnExtract(visitor);
    await erases(visitor, personUrl);
    await readsTheLog(visitor, orgId, personUrl);
  });
});
