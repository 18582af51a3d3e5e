// When a service or the network fails, the page says so, offers to try again, and loses nothing.
import { describe, expect, it } from 'vitest';
import { withStage } from './support/stage.ts';
import { addressOf, atRest, expectSoundPage, found, newEmail, password, signUp } from './support/visitor.ts';

const stage = withStage();

describe('security.txt', () => {
  it('says whom to write to, in the form of RFC 9116, and is not out of date', async () => {
    const answer = await fetch(`${stage.app().cloud.urls.app}/.well-known/security.txt`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const [, contact = '', expires = ''] = /^Contact: (.+)\nExpires: (.+)\nPreferred-Languages: sv, en\n$/.exec(await answer.text()) ?? [];
    expect(contact).toMatch(/^(mailto:|https:)/);
    expect(Date.parse(expires)).toBeGreaterThan(Date.now() + 300 * 86_400_000);
  });
});

describe('a failing service', () => {
  it('is named on the page of the register, which can be tried again', async () => {
    const visitor = await stage.open();
    const { page, text, watch, context } = visitor;
    await signUp(visitor);
    const orgId = await found(visitor);
    stage.app().cloud.faults.inject({ service: 'hosting', match: '/api/listDataSubjects', kind: '503', times: 3 });
    await page.goto(addressOf(visitor, `/o/${orgId}/persons`));
    const alert = page.getByRole('alert').filter({ hasText: text.errors['shared/unavailable'] });
    await alert.waitFor();
    watch.expected(/status of 503/);
    await expectSoundPage(visitor);
    await alert.getByRole('button', { name: text.app.retry }).click();
    await page.getByRole('heading', { name: text.register.emptyTitle }).waitFor();
    expect(await alert.count()).toBe(0);
    // So is a part of the app that could not be loaded, in its place of the page, and a session that could not be restored.
    await context.setOffline(true);
    await page.getByRole('link', { name: text.app.navDocuments }).click();
    await alert.waitFor();
    watch.expected(/ERR_INTERNET_DISCONNECTED|ApiError: shared.unavailable/);
    await expectSoundPage(visitor);
    await context.setOffline(false);
    await alert.getByRole('button', { name: text.app.retry }).click();
    await page.getByRole('heading', { level: 1, name: text.documents.title }).waitFor();
    await page.route('**/__/firebase/init.json', (route) => route.abort());
    await page.reload();
    await alert.waitFor();
    watch.expected(/ERR_FAILED/);
    await expectSoundPage(visitor);
    await page.unrouteAll();
    await alert.getByRole('button', { name: text.app.retry }).click();
    await page.getByRole('heading', { level: 1, name: text.documents.title }).waitFor();
  });

  it('leaves what was typed at sign-up in its place', async () => {
    const visitor = await stage.open({ locale: 'en', width: 390 });
    const { page, text, watch } = visitor;
    stage.app().cloud.faults.inject({ service: 'hosting', match: '/api/signUpBegin', kind: 'reset', times: 20 });
    await page.goto(addressOf(visitor, '/sign-up'));
    await page.getByLabel(text.identity.displayName).fill('Ada Prov');
    const email = newEmail();
    await page.getByLabel(text.identity.email).fill(email);
    await page.getByLabel(text.identity.password, { exact: true }).fill(password);
    await page.getByRole('button', { name: text.identity.continue }).click();
    await page.getByText(text.errors['shared/unavailable']).waitFor();
    watch.expected(/ERR_EMPTY_RESPONSE|ERR_CONNECTION/);
    stage.app().cloud.faults.clear();
    expect(await page.getByLabel(text.identity.email).inputValue()).toBe(email);
    await expectSoundPage(visitor);
    await page.getByRole('button', { name: text.identity.continue }).click();
    await page.getByLabel(text.identity.codeLabel).waitFor();
  });
});

describe('a lost connection', () => {
  it('is told at once, and leaves the form as it was', async () => {
    const visitor = await stage.open();
    const { page, text, watch, context } = visitor;
    await signUp(visitor);
    const orgId = await found(visitor);
    await page.goto(addressOf(visitor, `/o/${orgId}/persons/new`));
    await page.getByLabel('Förnamn').fill('Åsa');
    await context.setOffline(true);
    await page.getByText(text.app.offline).waitFor();
    await page.getByRole('button', { name: text.register.addButton }).click();
    await page.getByText(text.errors['shared/unavailable']).waitFor();
    expect(await page.getByLabel('Förnamn').inputValue()).toBe('Åsa');
    watch.expected(/ERR_INTERNET_DISCONNECTED/);
    await context.setOffline(false);
    await page.getByText(text.app.offline).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: text.register.addButton }).click();
    await page.getByText(text.register.added).waitFor();
  });
});

describe('a page with something typed', () => {
  it('is not left without a question, by a link, the menu or the way back; one that was saved is', async () => {
    const visitor = await stage.open({ width: 390 });
    const { page, text } = visitor;
    await signUp(visitor);
    const orgId = await found(visitor);
    const person = `/o/${orgId}/persons/new`;
    await page.getByRole('link', { name: text.register.add }).first().click();
    await page.getByLabel('Förnamn').fill('Åsa');
    const dialog = page.getByRole('dialog', { name: text.app.leaveTitle });
    const ways = [
      () => page.getByRole('link', { name: text.app.navDocuments }).click(),
      () => page.goBack(),
      async () => {
        await page.getByRole('button', { name: text.app.accountOf('Ada Prov') }).click();
        await page.getByRole('menuitem', { name: text.ownAccount.menu }).click();
      },
    ];
    for (const leave of ways) {
      await leave();
      await dialog.waitFor();
      await expectSoundPage(visitor);
      await dialog.getByRole('button', { name: text.app.cancel }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(new URL(page.url()).pathname).toBe(person);
      expect(await page.getByLabel('Förnamn').inputValue()).toBe('Åsa');
    }
    await page.getByRole('button', { name: text.register.addButton }).click();
    await page.getByText(text.register.added).waitFor();
    expect(await dialog.count()).toBe(0);
    await page.goto(addressOf(visitor, person));
    await page.getByLabel('Förnamn').fill('Eva');
    await page.getByRole('link', { name: text.app.navDocuments }).click();
    await dialog.getByRole('button', { name: text.app.leave }).click();
    await page.getByRole('heading', { level: 1, name: text.documents.title }).waitFor();
  });

  it('is not taken away by what was sent from the page before it', async () => {
    const visitor = await stage.open();
    const { page, text } = visitor;
    const { documents, register } = text;
    await signUp(visitor);
    const orgId = await found(visitor);
    const late = Promise.withResolvers<void>();
    let sent = 0;
    await page.route('**/api/createDataSubject', (route) => {
      sent += 1;
      return late.promise.then(() => route.continue());
    });
    await page.goto(addressOf(visitor, `/o/${orgId}/persons/new`));
    await page.getByLabel('Förnamn').fill('Åsa');
    const add = page.getByRole('button', { name: register.addButton });
    await add.click();
    // While it is being sent, it is not sent again.
    await add.press('Enter');
    await add.click({ force: true });
    await page.getByLabel('Förnamn').press('Enter');
    const dialog = page.getByRole('dialog', { name: text.app.leaveTitle });
    const leave = async () => {
      await page.getByRole('link', { name: text.app.navDocuments }).click();
      await dialog.getByRole('button', { name: text.app.leave }).click();
      await page.getByRole('heading', { level: 1, name: documents.title }).waitFor();
    };
    await leave();
    await page.getByRole('link', { name: documents.create }).first().click();
    await page.getByLabel(documents.name).fill('Halvfärdig');
    const answered = page.waitForResponse((response) => response.url().endsWith('/api/createDataSubject'));
    late.resolve();
    await (await answered).finished();
    await atRest(visitor);
    expect(new URL(page.url()).pathname).toBe(`/o/${orgId}/documents/new`);
    expect(await page.getByLabel(documents.name).inputValue()).toBe('Halvfärdig');
    // It is still known as unsent, and the word about the person is said nowhere.
    await leave();
    await page.getByRole('link', { name: text.app.navRegister }).click();
    await page.getByRole('link', { name: 'Åsa' }).click();
    await page.getByRole('heading', { level: 1, name: 'Åsa' }).waitFor();
    expect(await page.getByText(register.added).count()).toBe(0);
    expect(sent).toBe(1);
  });
});

describe('the first load', () => {
  it('is at most 200 kB of JavaScript, gzipped, and asks for no Firebase SDK before anything is typed', async () => {
    const visitor = await stage.open();
    const { page, text } = visitor;
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (new URL(response.url()).pathname.endsWith('.js')) bodies.push(response.body());
    });
    await page.goto(addressOf(visitor, '/sign-in'), { waitUntil: 'networkidle' });
    await page.getByLabel(text.identity.email).waitFor();
    const { gzipSync } = await import('node:zlib');
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).length);
    expect(sizes.length).toBeGreaterThan(0);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThan(200_000);
    expect((await Promise.all(bodies)).some((body) => body.includes('identitytoolkit'))).toBe(false);
  });
});
