// Sign-in through an organisation's own identity provider, in the browser: its settings, the way out to the provider and back,
// what is said when it fails, and how far such a session reaches.
import { expect, it } from 'vitest';
import { oidcClient } from '../../infra/local/oidc/oidcService.ts';
import { signUp as signUpByCalls } from '../support/valv.ts';
import { makeFresh } from './support/cloud.ts';
import { confirmInDialog, openAccount, passProvider, sessionIdOf, signOut } from './support/identity.ts';
import { colleague, foundByCalls } from './support/people.ts';
import { withStage } from './support/stage.ts';
import { addressOf, atRest, expectSoundPage, signIn, type Visitor } from './support/visitor.ts';

const stage = withStage();

/** Sets the provider by the form of the settings; answers the address for members. */
async function setProvider(visitor: Visitor, orgId: string): Promise<string> {
  const { app, page, text } = visitor;
  const { identityProvider: words } = text;
  await makeFresh(app, await sessionIdOf(visitor));
  await page.goto(addressOf(visitor, `/o/${orgId}/settings`));
  const card = page.locator('section').filter({ has: page.getByRole('heading', { name: words.title }) });
  await card.getByText(words.none).waitFor();
  const save = card.getByRole('button', { name: text.app.save });
  await card.getByLabel(words.issuer).fill('https://localhost');
  await save.click();
  await card.getByText(words.allowedDomainsInvalid).waitFor();
  await card.getByLabel(words.clientId).fill(oidcClient.clientId);
  await card.getByLabel(words.clientSecret, { exact: true }).fill(oidcClient.clientSecret);
  await card.getByLabel(words.allowedDomains).fill('@example.org, example.com');
  await save.click();
  await card.getByText(words.issuerInvalid).waitFor(); // the server's word: an address within
  visitor.watch.expected(/400/);
  await expectSoundPage(visitor);
  await card.getByLabel(words.issuer).fill(app.cloud.urls.oidc);
  await save.click();
  await card.getByText(words.saved).waitFor();
  expect(await card.getByLabel(words.clientSecret, { exact: true }).inputValue()).toBe('');
  await expectSoundPage(visitor);
  return String(await card.getByText(/\?organisation=/).textContent());
}

it('an organisation lets its members in by its own provider, into itself alone until they show a way of their own', async () => {
  const { local } = stage.app();
  const owner = await signUpByCalls(local, 'Ada Ägare');
  const orgId = await foundByCalls(stage.app(), owner);

  const visitor = await stage.open();
  const { page, text } = visitor;
  const { identityProvider: words } = text;
  await page.goto(addressOf(visitor, '/sign-in'));
  await signIn(visitor, owner.email);
  const reader = await colleague(visitor, orgId, 'reader', 'Cia Läsare');
  const elsewhere = await foundByCalls(stage.app(), reader);
  const memberAddress = await setProvider(visitor, orgId);
  await signOut(visitor);

  // From the sign-in page, by the address that the organisation gives its members; first as nobody's member.
  await page.goto(addressOf(visitor, '/sign-in'));
  await page.getByRole('button', { name: words.signIn }).click();
  await page.getByLabel(words.which).fill('en förening');
  await page.getByRole('button', { name: words.leave }).click();
  await page.getByText(words.whichInvalid).waitFor();
  await expectSoundPage(visitor);
  await page.getByLabel(words.which).fill(memberAddress);
  await page.getByRole('button', { name: words.leave }).click();
  await passProvider(visitor, 'nobody@example.org');
  await page.getByText(words.notVouched).waitFor();
  expect(new URL(page.url()).search).toBe('');
  visitor.watch.expected(/403/);
  await expectSoundPage(visitor);
  await page.goto(addressOf(visitor, '/sign-in/organisation/AAAAAAAAAAAAAAAAAAAA?code=slipped&state=AAAAAAAAAAAAAAAAAAAA'));
  await page.getByText(words.elsewhere).waitFor();
  await page.goto(addressOf(visitor, '/sign-in'));
  await visitor.context.close();

  const member = await stage.open({ locale: 'en', width: 390 });
  await member.page.goto(memberAddress);
  await member.page.getByRole('button', { name: member.text.identityProvider.leave }).waitFor();
  await expectSoundPage(member);
  await member.page.getByRole('button', { name: member.text.identityProvider.leave }).click();
  await passProvider(member, reader.email);
  await member.page.getByRole('heading', { level: 1, name: member.text.register.title }).waitFor();
  expect(new URL(member.page.url()).pathname).toBe(`/o/${orgId}/persons`);
  expect(await member.page.evaluate("sessionStorage.getItem('valv.organisationSignIn')")).toBeNull();

  // Their own account asks for a way of their own; after it everything is theirs again.
  await member.page.goto(addressOf(member, '/account'));
  const dialog = member.page.getByRole('dialog', { name: member.text.identity.reauthTitle });
  await dialog.getByLabel(member.text.identity.password, { exact: true }).waitFor();
  await atRest(member);
  member.watch.expected(/400/);
  await expectSoundPage(member);
  await confirmInDialog(member, dialog, reader.email);
  await dialog.waitFor({ state: 'hidden' });
  await openAccount(member);
  await member.page.goto(addressOf(member, `/o/${elsewhere}/persons`));
  await member.page.getByRole('heading', { level: 1, name: member.text.register.title }).waitFor();
});
