// Whom an organisation trusts, and how it is shown: BankID on an account and under a review, two administrators who let a member
// back in, an owner who steps down, a sign-in that is too weak for the role, and Valv's technician. One organisation serves all.
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { supportCallables } from '../../functions/src/support/contract.ts';
import { somebodyNew } from '../support/bankIdPhone.ts';
import { signIn as signInByCalls, signUp as signUpByCalls, type SignedIn } from '../support/valv.ts';
import { makeFresh, makeTechnician } from './support/cloud.ts';
import { addAuthenticator, confirmInDialog, letSessionAge, openAccount, scanFrom, sessionIdOf, useBankId } from './support/identity.ts';
import { askForRecovery, colleagueByCalls, foundByCalls } from './support/people.ts';
import { withStage } from './support/stage.ts';
import { addressOf, expectSoundPage, signIn, type Visitor, type Window } from './support/visitor.ts';

const stage = withStage();

let orgId: string;
let owner: SignedIn;
let administrator: SignedIn;
let readers: readonly [SignedIn, SignedIn];
/** The owner's window. */
let visitor: Visitor;

beforeAll(async () => {
  const app = stage.app();
  owner = await signUpByCalls(app.local, 'Ada Ägare');
  orgId = await foundByCalls(app, owner);
  administrator = await colleagueByCalls(app, orgId, owner, 'administrator', 'Bo Andre');
  const reader = (name: string) => colleagueByCalls(app, orgId, owner, 'reader', name);
  readers = [await reader('Cia Läsare'), await reader('Eva Läsare')];
  visitor = await windowOf(owner, '/account');
});

/** A window of somebody who is signed in, at a page. */
async function windowOf({ email }: SignedIn, path: string, window: Window = {}): Promise<Visitor> {
  const opened = await stage.open(window);
  await opened.page.goto(addressOf(opened, path));
  await signIn(opened, email);
  return opened;
}

/** Calls as somebody who has just signed in. */
async function callAs({ email }: SignedIn, name: string, input: object): Promise<unknown> {
  const { local } = stage.app();
  return local.callable(name, { orgId, ...input }, (await signInByCalls(local, email)).idToken);
}

/** Fails unless the page is sound once it has shown what it has. */
async function expectSound(seen: Visitor): Promise<void> {
  await expect.poll(() => seen.page.getByText(seen.text.app.loading).count()).toBe(0);
  await expectSoundPage(seen);
}

describe('BankID', () => {
  it('is added to an account with a password, confirms anew, and signs the review of access', async () => {
    const { app, page, text } = visitor;
    const { bankId, ownAccount, reviews } = text;
    const person = somebodyNew('Ada', 'Ägare');
    await openAccount(visitor);
    await makeFresh(app, await sessionIdOf(visitor));
    await useBankId(visitor, person);
    await page.getByText(ownAccount.addedNow(ownAccount.kinds.bankId)).waitFor();
    await expectSound(visitor);

    await letSessionAge(visitor);
    await page.getByRole('button', { name: ownAccount.makeCodes }).click();
    const again = page.getByRole('dialog', { name: text.identity.reauthTitle });
    await again.getByRole('button', { name: bankId.otherDevice }).waitFor();
    visitor.watch.expected(/status of 400/);
    await useBankId(visitor, person);
    await page.getByRole('heading', { name: ownAccount.codesTitle }).waitFor();
    expect(await again.count()).toBe(0);

    await page.goto(addressOf(visitor, `/o/${orgId}/access-review`));
    await page.getByRole('button', { name: reviews.start }).click();
    await page.getByRole('button', { name: reviews.keepRest }).click();
    await page.getByRole('button', { name: reviews.complete }).click();
    const button = page.getByRole('dialog').getByRole('button', { name: bankId.otherDevice });
    const [order] = await Promise.all([scanFrom(visitor, person), button.click()]);
    await page.getByText(bankId.pending.userSignSigning).waitFor();
    await expectSound(visitor);
    app.cloud.bankId.phone.approve(order);
    await page.getByText(reviews.completed).waitFor();
    const row = page.getByRole('table', { name: reviews.historyTitle }).getByRole('row').filter({ hasText: 'Ada Ägare' });
    expect(await row.textContent()).toMatch(new RegExp(`\\d{2}:\\d{2}.*${reviews.signedByBankId}`));
    await expectSound(visitor);
  });
});

/** The entry of a member who waits, on the page of members. */
const entryOf = ({ page }: Visitor, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

describe('a member who cannot sign in', () => {
  it('is let back in by two who heard the reference, or by nobody when one declines', async () => {
    const { page, text } = visitor;
    const { members } = text;
    const [reference] = [await askForRecovery(stage.app(), readers[0]), await askForRecovery(stage.app(), readers[1])];
    await page.goto(addressOf(visitor, `/o/${orgId}/members`));
    const entry = entryOf(visitor, 'Cia Läsare');
    await entry.getByLabel(members.recoveryReference).fill(reference === '00000000' ? '00000001' : '00000000');
    await letSessionAge(visitor);
    await entry.getByRole('button', { name: members.recoveryApprove }).click();
    const again = page.getByRole('dialog', { name: text.identity.reauthTitle });
    await again.getByRole('button', { name: text.bankId.otherDevice }).waitFor();
    visitor.watch.expected(/status of 400/);
    await expectSound(visitor);
    await confirmInDialog(visitor, again, owner.email);
    await page.getByText(members.recoveryWrong).waitFor();
    visitor.watch.expected(/status of 403/);
    await entry.getByLabel(members.recoveryReference).fill(reference);
    await entry.getByRole('button', { name: members.recoveryApprove }).click();
    await entry.getByText(members.recoveryApprovals('1', '2')).waitFor();
    await entry.getByText(members.recoveryApprovedByMe).waitFor();
    expect(await entry.getByRole('button', { name: members.recoveryApprove }).count()).toBe(0);
    await expectSound(visitor);

    const second = await windowOf(administrator, `/o/${orgId}/members`, { width: 390 });
    const theirs = entryOf(second, 'Cia Läsare');
    await theirs.getByText(members.recoveryApprovals('1', '2')).waitFor();
    await expectSound(second);
    await theirs.getByLabel(members.recoveryReference).fill(reference);
    await theirs.getByRole('button', { name: members.recoveryApprove }).click();
    await second.page.getByText(members.recoveryApproved).waitFor();
    await theirs.waitFor({ state: 'detached' });
    const other = entryOf(second, 'Eva Läsare');
    await other.getByRole('button', { name: members.recoveryDecline }).click();
    const dialog = second.page.getByRole('dialog', { name: members.recoveryDeclineAsk('Eva Läsare') });
    await dialog.getByText(members.recoveryDeclineText).waitFor();
    await expectSound(second);
    await dialog.getByRole('button', { name: members.recoveryDecline }).click();
    await second.page.getByText(members.recoveryDeclined).waitFor();
    await other.waitFor({ state: 'detached' });
    await expectSound(second);

    // The same administrator reads what only an owner changes.
    await second.page.goto(addressOf(second, `/o/${orgId}/settings`));
    await second.page.getByText(text.settings.budgetOwnerOnly).waitFor();
    await second.page.getByText(text.identityProvider.ownerOnly).waitFor();
    expect(await second.page.getByLabel(text.settings.perHour).isDisabled()).toBe(true);
    expect(await second.page.getByLabel(text.settings.perDay).isDisabled()).toBe(true);
    expect(await second.page.getByLabel(text.settings.idleMinutes).isEnabled()).toBe(true);
    await expectSound(second);
    await second.context.close();
    await page.goto(addressOf(visitor, `/o/${orgId}/settings`));
    await page.getByLabel(text.settings.perHour).waitFor();
    expect(await page.getByLabel(text.settings.perHour).isEnabled()).toBe(true);
  });
});

describe('an owner', () => {
  it('steps down once there is another owner, and not before', async () => {
    const { page, text } = visitor;
    const { members } = text;
    const ownPage = addressOf(visitor, `/o/${orgId}/members/${owner.accountId}`);
    await page.goto(ownPage);
    await page.getByText(members.leaveLastOwner).waitFor();
    expect(await page.getByRole('heading', { name: members.stepDownTitle }).count()).toBe(0);
    await expectSound(visitor);
    await callAs(owner, 'changeMember', { accountId: administrator.accountId, role: 'owner', teamIds: [] });
    await page.reload();
    await page.getByRole('button', { name: members.stepDown }).click();
    const dialog = page.getByRole('dialog', { name: members.stepDownAsk });
    await dialog.getByText(members.stepDownText).waitFor();
    await expectSound(visitor);
    await makeFresh(visitor.app, await sessionIdOf(visitor));
    await dialog.getByRole('button', { name: members.stepDown }).click();
    await page.getByText(members.steppedDown).waitFor();
    const row = page.getByRole('row').filter({ hasText: members.you('Ada Ägare') });
    await row.getByText(text.orgs.roles.administrator).waitFor();
    await expectSound(visitor);
  });
});

/** From the page that asks for a stronger sign-in: adds a passkey to one's account, which makes the session as strong. */
async function addPasskey(weak: Visitor): Promise<void> {
  const { page, text } = weak;
  const { addedNow, addPasskey: add, kinds, labelled, passkeyCreate, passkeyLabelDefault } = text.ownAccount;
  await addAuthenticator(weak);
  await page.getByRole('link', { name: text.identity.strongerAdd }).click();
  await page.getByRole('button', { name: add }).click();
  await makeFresh(weak.app, await sessionIdOf(weak));
  await page.getByRole('button', { name: passkeyCreate }).click();
  await page.getByText(addedNow(labelled(kinds.passkey, passkeyLabelDefault))).waitFor();
}

describe('a sign-in that is too weak for the role', () => {
  it('is told so, and gets in by a passkey that is added', async () => {
    const { settings, orgs } = visitor.text;
    await visitor.page.goto(addressOf(visitor, `/o/${orgId}/settings`));
    const card = visitor.page
      .locator('section')
      .filter({ has: visitor.page.getByRole('heading', { name: settings.signInTitle, exact: true }) });
    await card.getByLabel(settings.strengthFor(orgs.roles.reader)).selectOption('3');
    await makeFresh(visitor.app, await sessionIdOf(visitor));
    await card.getByRole('button', { name: visitor.text.app.save }).click();
    await card.getByText(orgs.saved).waitFor();

    const reader = await windowOf(readers[1], `/o/${orgId}/persons`, { width: 390 });
    const { page, text } = reader;
    await page.getByText(text.identity.strongerTitle).first().waitFor();
    await page.getByText(text.identity.strongerLevels[3]).waitFor();
    reader.watch.expected(/status of 400/);
    await expectSound(reader);
    await addPasskey(reader);
    await page.goto(addressOf(reader, `/o/${orgId}/persons`));
    await page.getByRole('heading', { name: text.register.emptyTitle }).waitFor();
    await expectSound(reader);
  });
});

describe('a technician of Valv', () => {
  it('takes up a case, reads under a banner, and is out when the access is ended', async () => {
    const technician = await signUpByCalls(stage.app().local, 'Tekla Tekniker');
    await makeTechnician(stage.app(), technician.accountId);
    const inside = await windowOf(technician, '/support-cases', { width: 390 });
    const { page, text } = inside;
    const { support } = text;
    await page.getByText(text.identity.strongerLevels[2]).waitFor();
    inside.watch.expected(/status of 400/);
    await expectSound(inside);
    await addPasskey(inside);
    await page.getByRole('button', { name: text.app.accountOf('Tekla Tekniker') }).click();
    await page.getByRole('menuitem', { name: text.app.supportCases }).click();
    await page.getByText(support.technicianEmpty).waitFor();
    await expectSound(inside);

    const problem = 'Importen stannar på rad 12.';
    const granted = supportCallables.createSupportGrant.output;
    const { grantId } = z.parse(granted, await callAs(administrator, 'createSupportGrant', { problem, hours: 4 }));
    await page.reload();
    await page.getByText(support.problemOnceClaimed).waitFor();
    await expectSound(inside);
    await page.getByRole('button', { name: support.claimOf('Föreningen Prov') }).click();
    await page.getByText(support.insideTitle).waitFor();
    await page.getByRole('heading', { level: 1, name: text.register.title }).waitFor();
    await expectSound(inside);
    await page.getByRole('link', { name: support.toCases }).click();
    await page.getByText(problem).waitFor();
    await page.getByRole('link', { name: support.enterOf('Föreningen Prov') }).waitFor();
    await expectSound(inside);

    await callAs(administrator, 'endSupportGrant', { grantId });
    await page.reload();
    await page.getByText(support.technicianEmpty).waitFor();
    await page.goto(addressOf(inside, `/o/${orgId}/persons`));
    await page.getByRole('heading', { level: 1, name: text.orgs.notYoursTitle }).waitFor();
    await expectSound(inside);
  });
});
