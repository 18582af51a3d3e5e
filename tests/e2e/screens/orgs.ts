/** Pictures of the organisation's own pages, in every state that a walk can bring about. */
import { makeTechnician } from '../support/cloud.ts';
import { addAuthenticator, signOut } from '../support/identity.ts';
import { askForRecovery, colleague, colleagueByCalls, foundByCalls, invite, mailedInvitation } from '../support/people.ts';
import type { Camera } from '../support/scenes.ts';
import { addressOf, newEmail, openWindow, signIn } from '../support/visitor.ts';
import { signUp as signUpByCalls, type SignedIn } from '../../support/valv.ts';

/** Who helps an owner's walk. */
export type Colleagues = { readonly administrator: SignedIn; readonly reader: SignedIn };

async function at(camera: Camera, path: string, name: string): Promise<void> {
  await camera.page.goto(addressOf(camera, path));
  await camera.page.getByRole('heading', { level: 1 }).waitFor();
  await camera.page.getByRole('status').filter({ hasText: camera.text.app.loading }).first().waitFor({ state: 'detached' });
  await camera.shoot(name);
}

/** Teams, invitations, members. Needs an owner with an organisation. */
export async function photographMembers(camera: Camera, orgId: string): Promise<Colleagues> {
  const { page, text, shoot } = camera;
  const { members } = text;
  const base = `/o/${orgId}`;
  await at(camera, `${base}/teams`, 'o01-teams-empty');
  for (const team of ['Styrelsen', 'Valberedningen']) {
    await page.getByLabel(members.teamName).fill(team);
    await page.getByRole('button', { name: members.teamCreate }).click();
    await page.getByText(members.teamCreated(team)).waitFor();
  }
  await shoot('o02-teams');
  await at(camera, `${base}/members`, 'o03-members-alone');
  await at(camera, `${base}/members/invite`, 'o04-invite');
  await page.getByRole('button', { name: members.inviteSend }).click();
  await page.getByText(text.app.required).waitFor();
  await shoot('o05-invite-error');
  const administrator = await colleague(camera, orgId, 'administrator', 'Bo Medansvarig', ['Styrelsen']);
  const reader = await colleague(camera, orgId, 'reader', 'Cia Läsare', ['Valberedningen']);
  const invited = newEmail();
  await invite(camera, orgId, invited, 'editor', ['Styrelsen']);
  await page.reload();
  await page.getByText(invited).waitFor();
  await shoot('o06-members');
  await page.getByRole('link', { name: 'Cia Läsare' }).click();
  await page.getByRole('heading', { level: 1, name: 'Cia Läsare' }).waitFor();
  await shoot('o07-member');
  await page.getByRole('button', { name: members.transfer }).click();
  await page.getByRole('dialog').waitFor();
  await shoot('o08-transfer-asked');
  await page.keyboard.press('Escape');
  const me = await page.goto(addressOf(camera, `${base}/members`)).then(() => page.getByRole('link', { name: /\((du|you)\)$/ }));
  await me.click();
  await page.getByRole('heading', { name: members.leaveTitle }).waitFor();
  await shoot('o09-own-page');
  await photographInvitation(camera, invited);
  return { administrator, reader };
}

async function photographInvitation(camera: Camera, invited: string): Promise<void> {
  const { path } = await mailedInvitation(camera, invited);
  const browser = camera.context.browser();
  if (browser === null) throw new TypeError('no browser');
  const size = camera.page.viewportSize();
  const stranger = await openWindow(browser, camera.app, { locale: camera.locale, ...(size === null ? {} : { width: size.width }) });
  await stranger.page.goto(addressOf(stranger, path));
  await stranger.page.getByRole('link', { name: camera.text.members.landingSignUp }).waitFor();
  await camera.shoot('o10-invitation', stranger.page);
  await stranger.page.goto(addressOf(stranger, `${path.slice(0, -4)}AAAA`));
  await stranger.page.reload();
  await stranger.page.getByRole('heading', { name: camera.text.members.landingEnded }).waitFor();
  await camera.shoot('o11-invitation-ended', stranger.page);
  await stranger.context.close();
  await camera.page.goto(addressOf(camera, path));
  await camera.page.getByRole('button', { name: camera.text.members.accept }).click();
  await camera.page.getByText(camera.text.members.wrongAccountTitle).waitFor();
  await camera.shoot('o12-invitation-for-another');
}

/** Folders and settings. */
export async function photographFoldersAndSettings(camera: Camera, orgId: string): Promise<void> {
  const { page, text, shoot } = camera;
  const { documents } = text;
  const base = `/o/${orgId}`;
  await at(camera, `${base}/documents`, 'o20-folders-empty');
  await at(camera, `${base}/documents/new`, 'o21-folder-new');
  await page.getByLabel(documents.name).fill('Styrelsens protokoll');
  await page.getByLabel(documents.audiences.teams).check();
  await page.getByRole('button', { name: documents.createTitle }).click();
  await page.getByText(documents.chooseTeam).waitFor();
  await shoot('o22-folder-error');
  await page.getByRole('group', { name: documents.readTeams }).getByLabel('Valberedningen').check();
  await page.getByRole('group', { name: documents.writeTeams }).getByLabel('Styrelsen').check();
  await page.getByRole('button', { name: documents.createTitle }).click();
  await page.getByText(documents.created).waitFor();
  await shoot('o23-folder');
  await page.getByRole('button', { name: documents.remove }).click();
  await page.getByRole('dialog').waitFor();
  await shoot('o24-folder-remove');
  await at(camera, `${base}/documents`, 'o25-folders');
  await at(camera, `${base}/settings`, 'o26-settings');
  await page.getByLabel(text.settings.idleMinutes).fill('3');
  await page.getByRole('button', { name: text.settings.canaryPlant }).click();
  await page.getByText(text.settings.canaryPlanted).waitFor();
  await shoot('o27-settings-canary');
}

/** Approvals, the review, alarms, support. */
export async function photographOversight(camera: Camera, orgId: string, { administrator }: Colleagues): Promise<void> {
  const { page, text, shoot, app } = camera;
  const { approvals, reviews, support } = text;
  const base = `/o/${orgId}`;
  await at(camera, `${base}/approvals`, 'o30-approvals-empty');
  await at(camera, `${base}/approvals/export`, 'o31-export-request');
  await page.getByRole('button', { name: approvals.request }).click();
  await page.getByText(approvals.requested).waitFor();
  await shoot('o32-approvals-waiting');
  const listed = await app.local.callable('listApprovals', { orgId }, administrator.idToken);
  // The answer of listApprovals; the newest request is the one just sent.
  const approvalId = (listed as { approvals: { approvalId: string }[] }).approvals[0]?.approvalId;
  await app.local.callable('decideApproval', { orgId, approvalId, approve: true }, administrator.idToken);
  await page.reload();
  await page.getByRole('button', { name: approvals.startExport }).click();
  await page.getByRole('button', { name: approvals.exportDownload }).waitFor();
  await shoot('o33-export-ready');
  await page.goto(addressOf(camera, `${base}/persons`));
  await page.getByRole('button', { name: approvals.select }).click();
  await page
    .getByRole('checkbox', { name: /^(Markera|Select) / })
    .first()
    .check();
  await shoot('o34-select');
  await page.getByRole('button', { name: approvals.selectPage }).click();
  await page.getByRole('link', { name: approvals.requestErasure }).click();
  await page.getByRole('heading', { level: 1, name: approvals.requestErasureTitle }).waitFor();
  await shoot('o35-erasure-request');
  await at(camera, `${base}/access-review`, 'o40-review');
  await page.getByRole('button', { name: reviews.start }).click();
  await page.getByRole('button', { name: reviews.keepRest }).waitFor();
  await page
    .getByRole('group', { name: reviews.decisionFor('Cia Läsare') })
    .getByLabel(reviews.decisions.remove)
    .check();
  await shoot('o41-review-open');
  await page.getByRole('button', { name: reviews.keepRest }).click();
  await page.getByRole('button', { name: reviews.complete }).click();
  await page.getByRole('dialog').waitFor();
  await shoot('o42-review-complete');
  await page.keyboard.press('Escape');
  await at(camera, `${base}/alarms`, 'o50-alarms');
  await at(camera, `${base}/support`, 'o60-support');
  await page.getByLabel(support.problem).fill('Importen stannar på rad 12, och vi förstår inte varför.');
  await page.getByRole('button', { name: support.grant }).click();
  await page.getByText(support.granted).waitFor();
  await shoot('o61-support-granted');
  await at(camera, '/support-cases', 'o62-not-a-technician');
}

/** A member who waits for two administrators, what an administrator may not change, and Valv's technician. */
export async function photographTrust(camera: Camera): Promise<void> {
  const { app, page, text, shoot } = camera;
  const { local } = app;
  const owner = await signUpByCalls(local, 'Ada Ägare');
  const orgId = await foundByCalls(app, owner);
  const administrator = await colleagueByCalls(app, orgId, owner, 'administrator', 'Bo Andre');
  const reader = await colleagueByCalls(app, orgId, owner, 'reader', 'Cia Läsare');
  const reference = await askForRecovery(app, reader);
  await page.goto(addressOf(camera, `/o/${orgId}/members`));
  await signIn(camera, administrator.email);
  await page.getByLabel(text.members.recoveryReference).waitFor();
  await shoot('o70-recovery-asked');
  await page.getByLabel(text.members.recoveryReference).fill(reference);
  await page.getByRole('button', { name: text.members.recoveryApprove }).click();
  await page.getByText(text.members.recoveryApprovedByMe).waitFor();
  await shoot('o71-recovery-approved-by-me');
  await page.getByRole('button', { name: text.members.recoveryDecline }).click();
  await page.getByRole('dialog').waitFor();
  await shoot('o72-recovery-decline');
  await at(camera, `/o/${orgId}/settings`, 'o73-settings-of-administrator');
  await signOut(camera);
  await photographTechnician(camera, orgId, owner);
}

async function photographTechnician(camera: Camera, orgId: string, owner: SignedIn): Promise<void> {
  const { app, page, text, shoot } = camera;
  const { ownAccount, support } = text;
  const technician = await signUpByCalls(app.local, 'Tekla Tekniker');
  await makeTechnician(app, technician.accountId);
  await page.goto(addressOf(camera, '/support-cases'));
  await signIn(camera, technician.email);
  await page.getByText(text.identity.strongerLevels[2]).waitFor();
  await shoot('o80-stronger-sign-in');
  await addAuthenticator(camera);
  await page.getByRole('link', { name: text.identity.strongerAdd }).click();
  await page.getByRole('button', { name: ownAccount.addPasskey }).click();
  await page.getByRole('button', { name: ownAccount.passkeyCreate }).click();
  await page.getByRole('status').filter({ hasText: ownAccount.passkeyLabelDefault }).waitFor();
  await at(camera, '/support-cases', 'o81-cases-none');
  const problem = 'Importen stannar på rad 12, och vi förstår inte varför.';
  await app.local.callable('createSupportGrant', { orgId, problem, hours: 4 }, owner.idToken);
  await at(camera, '/support-cases', 'o82-cases');
  await page.getByRole('button', { name: support.claim }).first().click(); // others wait, of organisations before
  await page.getByRole('heading', { level: 1, name: text.register.title }).waitFor();
  await shoot('o83-inside');
  await at(camera, '/support-cases', 'o84-case-taken');
}
