// The log as its readers see it: what was refused, from where, about whom, and that nobody has changed it since; and the
// backups. One organisation serves all tests; its log is sealed and signed, and the database exported and restored, by the
// real schedules, and logs are tampered with as files can be.
// Every page on the way is sound: axe, the policy, the console, the width, the language.
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleCsv } from '../support/sampleCsv.ts';
import type { SignedIn } from '../support/valv.ts';
import { hasFocus, press, tabTo } from './support/keyboard.ts';
import { colleague } from './support/people.ts';
import { withStage } from './support/stage.ts';
import { addressOf, chooseFile, expectSoundPage, found, signIn, signUp, type Visitor, type Window } from './support/visitor.ts';

const stage = withStage();
type Company = { readonly visitor: Visitor; readonly orgId: string; readonly reader: SignedIn; readonly auditor: SignedIn };
let company: Company;

beforeAll(async () => {
  const visitor = await stage.open();
  await signUp(visitor, 'Ada Ägare');
  const orgId = await found(visitor);
  const { page, text } = visitor;
  await page.goto(addressOf(visitor, `/o/${orgId}/import`));
  await chooseFile(visitor, sampleCsv(60));
  await page.getByRole('button', { name: text.importing.start('60') }).click();
  await page.getByText(text.importing.doneTitle).waitFor();
  const reader = await colleague(visitor, orgId, 'reader', 'Eva Läsare');
  const auditor = await colleague(visitor, orgId, 'auditor', 'Gun Granskare');
  company = { visitor, orgId, reader, auditor };
});

async function windowOf({ email }: SignedIn, path: string, window: Window = {}): Promise<Visitor> {
  const visitor = await stage.open(window);
  await visitor.page.goto(addressOf(visitor, `/o/${company.orgId}/${path}`));
  await signIn(visitor, email);
  return visitor;
}

/** Seals and signs what there is, as each minute does. */
const seal = (): Promise<void> => stage.app().cloud.runSchedule('sealAuditEvents');

describe('the log', () => {
  it('marks what was refused, and narrows to it and to a network', async () => {
    const { visitor, orgId, reader } = company;
    const { page, text } = visitor;
    const { audit } = text;
    const refused = stage.app().local.callable('createTeam', { orgId, name: 'Falska' }, reader.idToken);
    await expect(refused).rejects.toThrow();
    await page.goto(addressOf(visitor, `/o/${orgId}/audit`));
    await page.getByLabel(audit.outcome).selectOption('refused');
    await page.getByRole('button', { name: audit.apply }).click();
    const rows = page.getByRole('table', { name: audit.tableLabel }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.nth(1).textContent()).toMatch(new RegExp(`Eva Läsare.*${audit.actions['orgs.team.create']}.*${audit.refused}`));
    await expectSoundPage(visitor);

    await rows.nth(1).getByRole('button').click();
    const dialog = page.getByRole('dialog', { name: audit.actions['orgs.team.create'] });
    await dialog.getByText(audit.refusedWhy(audit.reasons['orgs/not-allowed'])).waitFor();
    await expectSoundPage(visitor);
    await dialog.getByRole('link', { name: '127.0.0.0/24' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => page.getByLabel(audit.network).inputValue()).toBe('127.0.0.0/24');
    await page.getByText(audit.end).waitFor();
    // What jobs did came from nowhere.
    expect(await rows.filter({ hasText: `(${audit.job})` }).count()).toBe(0);
    await expectSoundPage(visitor);

    await page.getByLabel(audit.network).fill('ingenstans');
    await page.getByRole('button', { name: audit.apply }).click();
    await page.getByText(audit.networkWrong).waitFor();
    await page.getByLabel(audit.person).fill('anna@example.org');
    await page.getByRole('button', { name: audit.apply }).click();
    await page.getByText(audit.personWrong).waitFor();
    expect(await page.getByLabel(audit.person).inputValue()).toBe('anna@example.org');
    await expectSoundPage(visitor);
    await page.getByLabel(audit.person).fill('');
    await page.getByLabel(audit.network).fill('198.51.100.7');
    await page.getByRole('button', { name: audit.apply }).click();
    await page.getByRole('heading', { name: audit.emptyTitle }).waitFor();
    expect(new URL(page.url()).searchParams.get('network')).toBe('198.51.100.0/24');
    expect(await page.getByRole('button', { name: audit.apply }).evaluate(hasFocus)).toBe(true);
    await expectSoundPage(visitor);
  });

  it('narrows to refusals of a member, though no index leads there', async () => {
    const { visitor, orgId, reader } = company;
    const { page, text, watch } = visitor;
    // While nobody can be named, nobody looks like somebody who has left.
    const json = { error: { status: 'INTERNAL', message: 'INTERNAL', details: { code: 'shared/internal' } } };
    await page.route('**/api/listMembers', (route) => route.fulfill({ status: 500, json }));
    await page.goto(addressOf(visitor, `/o/${orgId}/audit?actor=${reader.accountId}&outcome=refused`));
    await page.getByText(text.errors['shared/internal']).waitFor();
    watch.expected(/status of 500/);
    expect(await page.getByText(text.audit.formerMember).count()).toBe(0);
    await page.unroute('**/api/listMembers');
    await page.getByRole('button', { name: text.app.retry }).click();
    const rows = page.getByRole('table', { name: text.audit.tableLabel }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await page.getByLabel(text.audit.actor, { exact: true }).inputValue()).toBe(reader.accountId);
    await page.goto(addressOf(visitor, `/o/${orgId}/audit?actor=${reader.accountId}&outcome=done`));
    await page.getByText(text.audit.end).waitFor();
    expect(await rows.filter({ hasText: text.audit.refused }).count()).toBe(0);
  });
});

describe('the history of a person', () => {
  it('tells field by field and day by day, and names nobody on paper', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    const { history, register } = text;
    await page.emulateMedia({ media: 'screen' });
    await page.goto(addressOf(visitor, `/o/${orgId}/persons`));
    // A few have no number to show.
    const withNumber = page.getByRole('table', { name: register.tableLabel }).getByRole('row').filter({ hasText: '-****' });
    await withNumber.first().getByRole('link').click();
    await page.getByRole('button', { name: /^Visa / }).click();
    await page.getByRole('button', { name: /^Dölj / }).waitFor();
    await page.getByRole('link', { name: register.whoHasSeen }).click();
    await page.getByRole('heading', { name: history.timelineTitle }).waitFor();
    const surname = page.getByRole('table', { name: history.fieldsTitle }).getByRole('row').filter({ hasText: 'efternamn' });
    expect(await surname.textContent()).toMatch(/Ada Ägare \(jobb\).*Ada Ägare/);
    await page.getByText(text.audit.actions['register.dataSubject.reveal']).waitFor();
    // Protected persons are not on the page of the list.
    await page.getByText(new RegExp(history.together('4\\d'))).waitFor();
    await expectSoundPage(visitor);

    await page.evaluate('window.print = () => { window.hasPrinted = true; }');
    await page.getByRole('button', { name: history.print }).click();
    await expect.poll(() => page.evaluate('window.hasPrinted')).toBe(true);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByText('Ada Ägare').filter({ visible: true }).count()).toBe(0);
    await page
      .getByText(/^ägare [\w-]{6}/)
      .first()
      .waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
    await page.emulateMedia({ media: 'screen' });
  });

  it('is open to an auditor, who may not see the person, on a phone', async () => {
    const { orgId, auditor } = company;
    const other = await windowOf(auditor, 'audit?action=register.dataSubject.reveal', { locale: 'en', width: 390 });
    const { page, text } = other;
    await page.getByRole('table', { name: text.audit.tableLabel }).getByRole('link').click();
    await page.getByRole('heading', { name: text.history.timelineTitle }).waitFor();
    expect(await page.getByRole('link', { name: text.history.toPerson }).count()).toBe(0);
    await expectSoundPage(other);
    await page.goto(addressOf(other, `/o/${orgId}/persons/AAAAAAAAAAAAAAAAAAAA/history`));
    await page.getByRole('heading', { name: text.history.emptyTitle }).waitFor();
    await expectSoundPage(other);
  });
});

/** Gives the page a file to verify. */
async function give({ page, text }: Visitor, name: string, content: string): Promise<void> {
  await page.getByLabel(text.verification.fileLabel).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
}

describe('the verification', () => {
  let saved = '';

  it('computes in the browser that the log is whole, by keyboard alone, and remembers it', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    const { verification: words } = text;
    await seal();
    await page.goto(addressOf(visitor, `/o/${orgId}/audit`));
    await press(visitor, 'link', words.link);
    await page.getByRole('heading', { level: 1, name: words.title }).waitFor();
    await expectSoundPage(visitor);
    await press(visitor, 'button', words.ownStart);
    await page.getByText(words.goodTitle).waitFor();
    await expect.poll(() => page.locator('.banner').first().evaluate(hasFocus)).toBe(true);
    await page.getByText(words.comparedNothing).waitFor();
    for (const sentence of Object.values(words.provesNot)) await page.getByText(sentence).waitFor();
    await expectSoundPage(visitor);
    await press(visitor, 'button', words.ownAgain);
    await page.getByText(words.provesContinued).waitFor();
  });

  it('saves the log, and verifies the file', async () => {
    const { visitor } = company;
    const { page, text } = visitor;
    const { verification: words } = text;
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: words.save }).click()]);
    expect(download.suggestedFilename()).toBe(words.saveFile);
    saved = await readFile(await download.path(), 'utf8');
    await page.getByText(words.saved).waitFor();
    await give(visitor, 'sparad.valvlog', saved);
    await page.getByText('sparad.valvlog', { exact: true }).waitFor();
    await page.getByText(words.goodTitle).waitFor();
    await expectSoundPage(visitor);
  });

  it('names what was tampered with, at its place', async () => {
    const { visitor, orgId, auditor } = company;
    const other = await windowOf(auditor, 'audit/verify', { locale: 'en', width: 390 });
    const { page, text } = other;
    const { verification: words } = text;
    const lines = saved.split('\n');
    await give(other, 'edited.valvlog', saved.replace('register.dataSubject.create', 'register.dataSubject.delete'));
    await page.getByText(words.badTitle(1)).waitFor();
    await page.getByText(/^Event \d+ of seal 1 has been changed\./).waitFor();
    await expectSoundPage(other);
    await give(other, 'cut.valvlog', `${lines.slice(0, 2).join('\n')}\n`);
    await page.getByText(`${words.subjects.lastLine} ${words.kinds.truncated}`).waitFor();
    await give(other, 'unsigned.valvlog', `${lines.slice(0, -2).join('\n')}\n{"checkpoint":null}\n`);
    await page.getByText(words.findings.headUnsigned('1')).waitFor();
    await give(other, 'other.txt', 'nothing of the kind');
    await page.getByText(words.notALog).waitFor();
    await expectSoundPage(other);
    await other.context.close();
    // Verified in another browser, which now remembers no less than before.
    await visitor.page.goto(addressOf(visitor, `/o/${orgId}/audit/verify`));
  });

  it('finds in a log that was cut back what a receipt and this browser remember', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    const { verification: words } = text;
    await page.goto(addressOf(visitor, `/o/${orgId}/persons`));
    await page.getByRole('table').waitFor();
    await seal();
    await page.goto(addressOf(visitor, `/o/${orgId}/audit/verify`));
    const receipt = saved.trimEnd().split('\n').at(-1) ?? '';
    await give(visitor, 'kvitto.json', receipt);
    await page.getByText(words.comparedReceipt('1')).waitFor();
    await page.getByText(words.goodTitle).waitFor();
    await expectSoundPage(visitor);
    await give(visitor, 'kvitto.json', receipt.replace('"head\\":\\"', '"head\\":\\"0'));
    await page.getByText(words.receiptBad).waitFor();
    // The file from before ends where the log ended then; the browser has seen more since.
    await give(visitor, 'sparad.valvlog', saved);
    await page.getByText(words.findings.receiptTruncated('2')).waitFor();
    await expectSoundPage(visitor);
  });

  it('can be ended while it runs, by keyboard', async () => {
    const { visitor } = company;
    const { page, text } = visitor;
    const { verification: words } = text;
    let letGo = () => {};
    await page.route('**/api/downloadAuditLog*', async (route) => {
      await new Promise<void>((resolve) => (letGo = resolve));
      // The page has let go of it by then.
      await route.abort().catch(() => undefined);
    });
    await tabTo(visitor, page.getByRole('button', { name: words.ownAgain }).or(page.getByRole('button', { name: words.ownStart })));
    await page.keyboard.press('Enter');
    await page.getByRole('progressbar').waitFor();
    const cancel = page.getByRole('button', { name: text.app.cancel });
    await expect.poll(() => cancel.evaluate(hasFocus)).toBe(true);
    await expectSoundPage(visitor);
    await page.keyboard.press('Enter');
    await page.getByText(words.cancelled).waitFor();
    await expect.poll(() => page.locator('.banner').filter({ hasText: words.cancelled }).evaluate(hasFocus)).toBe(true);
    letGo();
    await page.unroute('**/api/downloadAuditLog*');
    await expectSoundPage(visitor);
  });

  it('is not for a reader', async () => {
    const { orgId, reader } = company;
    const other = await windowOf(reader, 'audit/verify');
    await other.page.getByRole('heading', { level: 1, name: other.text.app.notAllowedTitle }).waitFor();
    await other.page.goto(addressOf(other, `/o/${orgId}/persons/AAAAAAAAAAAAAAAAAAAA/history`));
    await other.page.getByRole('heading', { level: 1, name: other.text.app.notAllowedTitle }).waitFor();
    await expectSoundPage(other);
  });
});

describe('the backups', () => {
  it('are told in plain words: none yet, then a copy and a drill', async () => {
    const { visitor, orgId } = company;
    const { page, text } = visitor;
    const { backup } = text;
    await page.goto(addressOf(visitor, `/o/${orgId}/backups`));
    await page.getByText(backup.none).waitFor();
    await page.getByText(backup.drillNone).waitFor();
    await expectSoundPage(visitor);
    await stage.app().cloud.runSchedule('dailyExport');
    await stage.app().cloud.runSchedule('keysExport');
    await stage.app().cloud.runSchedule('restoreDrill');
    await page.reload();
    await page.getByRole('cell', { name: backup.states.complete }).waitFor();
    await page.getByText(/^Provet .* gick igenom\.$/).waitFor();
    await page.getByRole('row').filter({ hasText: backup.checks.canary }).getByText(backup.checkStates.ok).waitFor();
    await expectSoundPage(visitor);
  });

  it('are told on a phone, to every member', async () => {
    const other = await windowOf(company.reader, 'backups', { locale: 'en', width: 390 });
    await other.page.getByRole('table', { name: other.text.backup.checksTitle }).waitFor();
    await expectSoundPage(other);
  });
});
