/** What happens while a page of the organisation is open: a colleague is faster, or a saving does not get through. */
import { expect } from 'vitest';
import * as z from 'zod/mini';
import type { AccessDecision } from '../../../functions/src/orgs/reviews/contract.ts';
import { callEmulator } from '../../../infra/local/firestore/adminRest.ts';
import type { SignedIn } from '../../support/valv.ts';
import type { AppCloud } from './cloud.ts';
import { roleRadio } from './people.ts';
import { atRest, type Visitor } from './visitor.ts';

/** A card of the page by its heading. */
export function cardOf({ page }: Visitor, title: string) {
  return page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

/** On the page of a member whose role a colleague has just changed: that stands, and is shown before more can be changed. */
export async function meetsChangedAccess(visitor: Visitor, orgId: string, member: SignedIn, faster: SignedIn): Promise<void> {
  const { app, page, text, watch } = visitor;
  await roleRadio(page, 'editor').check();
  const change = { orgId, accountId: member.accountId, role: 'auditor', teamIds: [] };
  await app.local.callable('changeMember', change, faster.idToken);
  await page.getByRole('button', { name: text.app.save }).click();
  await page.getByText(text.members.conflict).waitFor();
  watch.expected(/status of 409/);
  expect(await roleRadio(page, 'auditor').isChecked()).toBe(true);
}

/** On the page of a new folder: while its form is open a colleague opens it to everyone; what was chosen here holds once it is saved again. */
export async function meetsChangedFolder(visitor: Visitor, orgId: string, faster: SignedIn): Promise<void> {
  const { app, page, text, watch } = visitor;
  const { documents } = text;
  await page.getByRole('link', { name: documents.edit }).click();
  const name = await page.getByLabel(documents.name).inputValue();
  const folderId = /documents\/([^/]+)\/edit/.exec(page.url())?.[1];
  const change = { orgId, folderId, version: 1, name, description: 'Öppen', openTo: 'everyone', readTeams: [], writeTeams: [] };
  await app.local.callable('updateFolder', change, faster.idToken);
  await page.getByRole('button', { name: text.app.save }).click();
  await page.getByText(documents.conflict).waitFor();
  watch.expected(/status of 409/);
  await page.getByRole('button', { name: text.app.save }).click();
  await page.getByText(documents.saved).waitFor();
  expect(await page.getByText('Öppen').count()).toBe(0);
}

/** On the settings, the masks of readers chosen: each card that a colleague has changed says so, also when another card has fetched it. */
export async function meetsChangedSettings(visitor: Visitor, orgId: string, faster: SignedIn): Promise<void> {
  const { app, text, watch } = visitor;
  const { orgs, settings } = text;
  const version = await versionOf(app, orgId);
  const changes = { maskedFields: { editor: [], reader: ['phone'], support: [] }, reviewEveryMonths: 6 };
  await app.local.callable('updateOrganisation', { orgId, version, ...changes }, faster.idToken);
  for (const title of [settings.reviewTitle, settings.maskTitle]) {
    const card = cardOf(visitor, title);
    await card.getByRole('button', { name: text.app.save }).click();
    await card.getByText(orgs.conflict).waitFor();
    await card.getByRole('button', { name: text.app.save }).click();
    await card.getByText(orgs.saved).waitFor();
  }
  watch.expected(/status of 409/);
}

async function versionOf({ cloud }: AppCloud, orgId: string): Promise<number> {
  const path = `projects/${cloud.projectId}/databases/(default)/documents/orgs/${orgId}`;
  const organisation = z.object({ fields: z.object({ version: z.object({ integerValue: z.string() }) }) });
  return Number(z.parse(organisation, await callEmulator(`${cloud.urls.firestore}/v1/${path}`, 'GET')).fields.version.integerValue);
}

/** On an open review: somebody is kept, their removal fails, another's change is saved, and they are removed after all. */
export async function decidesThroughFailure(visitor: Visitor, leaving: string, changed: string): Promise<void> {
  const { page, text, watch } = visitor;
  const { reviews } = text;
  const decided = (who: string, decision: AccessDecision) =>
    page.getByRole('group', { name: reviews.decisionFor(who) }).getByLabel(reviews.decisions[decision]);
  await decided(leaving, 'keep').check();
  await atRest(visitor);
  await page.route('**/api/decideAccess', (route) => route.abort(), { times: 1 });
  await decided(leaving, 'remove').click();
  await page.getByText(text.errors['shared/unavailable']).waitFor();
  watch.expected(/ERR_FAILED/);
  await decided(changed, 'change').check();
  await atRest(visitor);
  // What could not be saved is not shown, also when what comes after it can.
  expect(await decided(leaving, 'keep').isChecked()).toBe(true);
  await decided(leaving, 'remove').check();
  await atRest(visitor);
  // Coming back from the member's page shows what is stored.
  await page.getByRole('link', { name: changed }).click();
  await page.getByRole('heading', { level: 1, name: changed }).waitFor();
  await page.goBack();
  await decided(changed, 'change').waitFor();
  expect(await decided(changed, 'change').isChecked()).toBe(true);
}
