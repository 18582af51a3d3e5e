// What a role may not do is not offered, says why, and is refused at its address. The rules refuse it too (tests/rules).
import { describe, expect, it } from 'vitest';
import type { Role } from '../../functions/src/orgs/contract.ts';
import { setRole } from './support/cloud.ts';
import { withStage } from './support/stage.ts';
import { addressOf, expectSoundPage, found, signUp, type Visitor, type Window } from './support/visitor.ts';

const stage = withStage();

type Member = { readonly visitor: Visitor; readonly orgId: string; readonly personUrl: string };

/** A member with a role in an organisation that has one person in its register. */
async function memberAs(role: Role, window: Window = {}): Promise<Member> {
  const visitor = await stage.open(window);
  const { page, text, locale } = visitor;
  await signUp(visitor);
  const orgId = await found(visitor);
  await page.goto(addressOf(visitor, `/o/${orgId}/persons/new`));
  await page.getByLabel(locale === 'sv' ? 'Förnamn' : 'Given name').fill('Åsa');
  await page.getByRole('button', { name: text.register.addButton }).click();
  await page.getByText(text.register.added).waitFor();
  const personUrl = page.url();
  const accountId = await page.evaluate(
    "JSON.parse(sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.startsWith('firebase:authUser')))).uid",
  );
  await setRole(stage.app(), orgId, String(accountId), role);
  return { visitor, orgId, personUrl };
}

async function isRefusedAt({ visitor, orgId }: Member, path: string): Promise<void> {
  await visitor.page.goto(addressOf(visitor, `/o/${orgId}/${path}`));
  await visitor.page.getByRole('heading', { level: 1, name: visitor.text.app.notAllowedTitle }).waitFor();
}

describe('a reader', () => {
  it('reads a person, and is told why nothing else may be done', async () => {
    const member = await memberAs('reader', { locale: 'en', width: 390 });
    const { visitor, personUrl } = member;
    const { page, text } = visitor;
    await page.goto(personUrl);
    await page.getByRole('heading', { level: 1, name: 'Åsa' }).waitFor();
    const reason = text.app.missing(text.orgs.roles.reader);
    for (const name of [text.register.edit, text.register.extract, text.register.erase]) {
      const button = page.getByRole('button', { name, exact: true, disabled: true });
      await button.waitFor();
      expect(await button.getAttribute('aria-describedby')).not.toBeNull();
    }
    expect(await page.getByText(reason).count()).toBe(3);
    expect(await page.getByRole('link', { name: text.register.whoHasSeen }).count()).toBe(0);
    expect(await page.getByRole('link', { name: text.app.navAudit }).count()).toBe(0);
    await expectSoundPage(visitor);
  });

  it('cannot erase, extract, correct, add, import or read the log by address', async () => {
    const member = await memberAs('reader');
    const person = `persons/${member.personUrl.split('/').at(-1)}`;
    for (const path of [`${person}/erase`, `${person}/extract`, `${person}/edit`, 'persons/new', 'import', 'audit'])
      await isRefusedAt(member, path);
    await expectSoundPage(member.visitor);
  });
});

describe('an auditor', () => {
  it('reads the log and no person', async () => {
    const member = await memberAs('auditor');
    const { visitor, orgId } = member;
    const { page, text } = visitor;
    await page.goto(addressOf(visitor, `/o/${orgId}`));
    await page.getByRole('table', { name: text.audit.tableLabel }).waitFor();
    expect(page.url()).toMatch(/\/audit$/);
    expect(await page.getByRole('link', { name: text.app.navRegister }).count()).toBe(0);
    await expectSoundPage(visitor);
    await isRefusedAt(member, 'persons');
    await isRefusedAt(member, `persons/${member.personUrl.split('/').at(-1)}`);
  });
});

describe('an editor', () => {
  it('corrects but does not erase', async () => {
    const member = await memberAs('editor');
    const { page, text } = member.visitor;
    await page.goto(member.personUrl);
    await page.getByRole('link', { name: text.register.edit, exact: true }).waitFor();
    await page.getByRole('button', { name: text.register.erase, disabled: true }).waitFor();
    await isRefusedAt(member, `persons/${member.personUrl.split('/').at(-1)}/erase`);
  });
});

describe('a stranger', () => {
  it('sees no difference between another organisation and none', async () => {
    const member = await memberAs('owner');
    const stranger = await stage.open();
    const { page, text } = stranger;
    await signUp(stranger, 'Bo Utomstående');
    for (const orgId of [member.orgId, 'AAAAAAAAAAAAAAAAAAAA']) {
      await page.goto(addressOf(stranger, `/o/${orgId}/persons`));
      await page.getByRole('heading', { level: 1, name: text.orgs.notYoursTitle }).waitFor();
    }
    await expectSoundPage(stranger);
    await page.goto(addressOf(stranger, '/'));
    await page.getByRole('heading', { name: text.orgs.noneTitle }).waitFor();
    await expectSoundPage(stranger);
  });
});
