/** Colleagues of the person at the browser: made by the calls of the app, without a window of their own. */
import type { Page } from 'playwright-core';
import * as z from 'zod/mini';
import { recoveryCallables } from '../../../functions/src/identity/recovery/contract.ts';
import { orgsCallables, type GivenRole } from '../../../functions/src/orgs/contract.ts';
import { organisationNumbers } from '../../support/organisationNumbers.ts';
import { signUp, someGround, type SignedIn } from '../../support/valv.ts';
import type { AppCloud } from './cloud.ts';
import { addressOf, type Visitor } from './visitor.ts';

/** The parts of an invitation's link, as mailed. */
export type InvitationLink = { readonly path: string; readonly orgId: string; readonly invitationId: string; readonly token: string };

/** The link in the newest mail to an address. Throws when that mail has none. */
export async function mailedInvitation({ app }: Pick<Visitor, 'app'>, email: string): Promise<InvitationLink> {
  const { text } = await app.local.mailbox.next(email);
  const found = /(\/invitation\/([\w-]+)\/([\w-]+)#([\w-]+))/.exec(text);
  const [, path, orgId, invitationId, token] = found ?? [];
  if (path === undefined || orgId === undefined || invitationId === undefined || token === undefined)
    throw new Error('the mail has no invitation');
  return { path, orgId, invitationId, token };
}

/** Invites an address by the form, with a role and teams by name; ends at the list of members. */
export async function invite(
  visitor: Visitor,
  orgId: string,
  email: string,
  role: GivenRole,
  teams: readonly string[] = [],
): Promise<void> {
  const { page, text } = visitor;
  await page.goto(addressOf(visitor, `/o/${orgId}/members/invite`));
  await page.getByLabel(text.members.inviteEmail).fill(email);
  await roleRadio(page, role).check();
  for (const team of teams) await page.getByRole('checkbox', { name: team }).check();
  await page.getByRole('button', { name: text.members.inviteSend }).click();
  await page.getByText(text.members.invited).waitFor();
}

/** The radio button of a role. */
export function roleRadio(page: Page, role: GivenRole) {
  return page.locator(`input[type="radio"][value="${role}"]`);
}

/** A new account that is invited by the person at the browser and accepts. */
export async function colleague(
  visitor: Visitor,
  orgId: string,
  role: GivenRole,
  displayName: string,
  teams: readonly string[] = [],
): Promise<SignedIn> {
  const { local } = visitor.app;
  const person = await signUp(local, displayName);
  await invite(visitor, orgId, person.email, role, teams);
  const { invitationId, token } = await mailedInvitation(visitor, person.email);
  await local.callable('acceptInvitation', { orgId, invitationId, token }, person.idToken);
  return person;
}

/** An organisation of somebody without a window; answers its id. */
export async function foundByCalls({ local }: AppCloud, owner: SignedIn): Promise<string> {
  const input = { name: 'Föreningen Prov', organisationNumber: organisationNumbers.next(), identityNumberGround: someGround };
  return orgsCallables.createOrganisation.output.parse(await local.callable('createOrganisation', input, owner.idToken)).orgId;
}

/** A new account that somebody without a window invites and that accepts. */
export async function colleagueByCalls(
  app: AppCloud,
  orgId: string,
  by: SignedIn,
  role: GivenRole,
  displayName: string,
): Promise<SignedIn> {
  const { local } = app;
  const person = await signUp(local, displayName);
  await local.callable('inviteMember', { orgId, email: person.email, role, teamIds: [], locale: 'sv' }, by.idToken);
  const { invitationId, token } = await mailedInvitation({ app }, person.email);
  await local.callable('acceptInvitation', { orgId, invitationId, token }, person.idToken);
  return person;
}

/** A member who cannot sign in asks the administrators. Answers the reference to read out. */
export async function askForRecovery({ local }: AppCloud, { email }: SignedIn): Promise<string> {
  const { recoveryBegin, recoveryConfirm } = recoveryCallables;
  const { attemptId } = z.parse(recoveryBegin.output, await local.callable('recoveryBegin', { email, locale: 'sv' }));
  const code = await local.mailbox.latestCode(email);
  const { recoveryId, secret, reference } = z.parse(recoveryConfirm.output, await local.callable('recoveryConfirm', { attemptId, code }));
  await local.callable('recoveryAsk', { recoveryId, secret });
  return reference;
}
