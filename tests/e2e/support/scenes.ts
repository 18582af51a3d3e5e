/** The walk through every screen and state, for the pictures. */
import type { Page } from 'playwright-core';
import { setRole } from './cloud.ts';
import { addressOf, beginSignUp, chooseFile, enterCode, found, newEmail, type Visitor } from './visitor.ts';

/** A visitor with a camera. `shoot` takes a picture of the whole page, or of another one, under a name. */
export type Camera = Visitor & { shoot(name: string, page?: Page): Promise<void> };

/** Sign-in, sign-up and the first organisation; answers its id. */
export async function photographEntrance(camera: Camera): Promise<string> {
  const { page, text, shoot } = camera;
  await page.goto(addressOf(camera, '/sign-in'));
  await page.getByRole('heading', { level: 1 }).waitFor();
  await shoot('01-sign-in');
  await page.getByRole('button', { name: text.identity.continue }).click();
  await shoot('02-sign-in-errors');
  const email = newEmail();
  await page.getByLabel(text.identity.email).fill(email);
  await page.getByLabel(text.identity.password, { exact: true }).fill('fel lösenord');
  await page.getByRole('button', { name: text.identity.continue }).click();
  await page.getByRole('alert').waitFor();
  await shoot('03-sign-in-refused');
  await page.goto(addressOf(camera, '/sign-up'));
  await page.getByLabel(text.identity.displayName).waitFor();
  await shoot('04-sign-up');
  await beginSignUp(camera, email);
  await page.getByLabel(text.identity.codeLabel).fill('000000');
  await page.getByRole('button', { name: text.identity.confirmCode }).click();
  await page.getByText(text.errors['identity/wrong-code']).waitFor();
  await shoot('05-code-wrong');
  await enterCode(camera, email);
  await page.getByRole('heading', { level: 1, name: text.orgs.createTitle }).waitFor();
  await shoot('06-create-organisation');
  await page.getByLabel(text.orgs.number).fill('556703-7486');
  await page.getByLabel(text.orgs.grounds.consent).check();
  await page.getByRole('button', { name: text.orgs.create }).click();
  await shoot('07-create-organisation-errors');
  const orgId = await found(camera);
  await shoot('08-register-empty');
  return orgId;
}

/** The import, with errors in the file. */
export async function photographImport(camera: Camera, orgId: string, file: Uint8Array): Promise<void> {
  const { page, text, shoot } = camera;
  const { importing } = text;
  await page.goto(addressOf(camera, `/o/${orgId}/import`));
  await page.getByRole('button', { name: importing.choose }).waitFor();
  await shoot('10-import-choose');
  await chooseFile(camera, Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 1, 2, 3]));
  await page.getByRole('alert').waitFor();
  await shoot('11-import-not-csv');
  const withErrors = Buffer.concat([file, Buffer.from('=1+1;Fel;18900101-9803;inte en adress;;;;;;;;;\r\nRagged;rad\r\n', 'latin1')]);
  await page.goto(addressOf(camera, `/o/${orgId}/import`));
  await chooseFile(camera, withErrors);
  await page.getByRole('heading', { name: importing.mappingTitle }).waitFor();
  await shoot('12-import-check');
  await page.getByLabel(importing.skipInvalid).check();
  await page.getByRole('button', { name: /^(Importera|Import) [\d\s,]+ / }).click();
  await page.getByRole('progressbar').or(page.getByText(importing.doneTitle)).first().waitFor();
  await shoot('13-import-running');
  await page.getByText(importing.doneTitle).waitFor();
  await shoot('14-import-done');
}

/** The register; answers the address of a person who has everything. */
export async function photographRegister(camera: Camera, orgId: string): Promise<string> {
  const { page, text, shoot } = camera;
  const { register } = text;
  await page.goto(addressOf(camera, `/o/${orgId}/persons`));
  await page.getByRole('table', { name: register.tableLabel }).waitFor();
  await shoot('20-register');
  await page.getByRole('button', { name: register.next }).click();
  await page.getByText(register.page('2')).waitFor();
  await shoot('21-register-page-2');
  await page.getByLabel(register.search).fill('zzzz');
  await page.getByRole('button', { name: register.searchButton, exact: true }).click();
  await page.getByRole('heading', { name: register.noHitsTitle }).waitFor();
  await shoot('22-register-no-hits');
  await page.getByLabel(register.search).fill('an');
  await page.getByRole('button', { name: register.searchButton, exact: true }).click();
  await page.getByText(/sökt på namn|searched by name/).waitFor();
  await shoot('23-register-search');
  await page
    .getByRole('table', { name: register.tableLabel })
    .getByRole('row')
    .filter({ hasText: '****' })
    .first()
    .getByRole('link')
    .click();
  await page.getByRole('heading', { name: register.fieldsTitle }).waitFor();
  return page.url();
}

/** One person: masked, revealed, edited, in conflict; adding one; the extract. */
export async function photographPerson(camera: Camera, personUrl: string): Promise<void> {
  const { page, text, shoot } = camera;
  const { register, privacy } = text;
  await shoot('30-person');
  await page
    .getByRole('button', { name: /^(Visa|Show) / })
    .first()
    .click();
  await page.getByText(/60/).first().waitFor();
  await shoot('31-person-revealed');
  await page.goto(`${personUrl}/edit`);
  await page.getByRole('button', { name: text.app.save }).waitFor();
  await shoot('32-person-edit');
  await page.getByLabel(/^(E-post|E-mail)$/).fill('inte en adress');
  await page.getByRole('button', { name: text.app.save }).click();
  await page.getByText(register.problems.email).waitFor();
  await shoot('33-person-edit-error');
  await page.getByLabel(/^(E-post|E-mail)$/).fill('ny@example.org');
  await page.getByLabel(/^(Postort|City)$/).fill('Kiruna');
  await page.getByRole('button', { name: text.app.save }).click();
  await page.getByText(register.saved).waitFor();
  await shoot('34-person-saved');
  await page.goto(personUrl.replace(/persons\/.*/, 'persons/new'));
  await page.getByRole('button', { name: register.addButton }).click();
  await page.getByText(register.needName).waitFor();
  await shoot('35-add-person-error');
  await page.goto(`${personUrl}/extract`);
  await page.getByRole('button', { name: privacy.extractStart }).waitFor();
  await shoot('40-extract');
  await page.getByRole('button', { name: privacy.extractStart }).click();
  await page.getByRole('button', { name: privacy.extractDownload }).waitFor();
  await shoot('41-extract-ready');
}

/** The erasure, from preview to certificate. */
export async function photographErasure(camera: Camera, orgId: string, personUrl: string): Promise<void> {
  const { page, text, shoot } = camera;
  const { privacy } = text;
  await page.goto(`${personUrl}/erase`);
  await page.getByRole('button', { name: privacy.eraseButton }).waitFor();
  await shoot('50-erasure-preview');
  await page.getByRole('button', { name: privacy.eraseButton }).click();
  await page.getByText(privacy.confirmWrong(privacy.confirmWord)).waitFor();
  await shoot('51-erasure-unconfirmed');
  await page.getByLabel(privacy.reason).selectOption('request');
  await page.getByLabel(privacy.confirmLabel(privacy.confirmWord)).fill(privacy.confirmWord);
  await page.getByRole('button', { name: privacy.eraseButton }).click();
  await page.getByRole('heading', { name: privacy.certificateTitle }).waitFor();
  await shoot('52-certificate');
  await page.goto(addressOf(camera, `/o/${orgId}/persons/${personUrl.split('/').at(-1)}`));
  await page.getByRole('alert').waitFor();
  await shoot('53-person-erased');
}

/** The log, the settings, and the pages for dead ends. */
export async function photographRest(camera: Camera, orgId: string): Promise<void> {
  const { page, text, shoot } = camera;
  await page.goto(addressOf(camera, `/o/${orgId}/audit`));
  await page.getByRole('table', { name: text.audit.tableLabel }).waitFor();
  await shoot('60-audit');
  await page.goto(addressOf(camera, `/o/${orgId}/audit?action=privacy.erasure.start&from=2020-01-01&to=2020-01-02`));
  await page.getByRole('heading', { name: text.audit.emptyTitle }).waitFor();
  await shoot('61-audit-empty');
  await page.goto(addressOf(camera, `/o/${orgId}/members`));
  await page.getByRole('table', { name: text.orgs.membersTitle }).waitFor();
  await shoot('62-members');
  await page.getByRole('banner').getByRole('button', { name: text.app.account }).click();
  await shoot('63-account-menu');
  await page.keyboard.press('Escape');
  await page.goto(addressOf(camera, `/o/${orgId}/nothing`));
  await page.getByRole('heading', { name: text.app.notFoundTitle }).waitFor();
  await shoot('64-not-found');
  await page.goto(addressOf(camera, '/o/AAAAAAAAAAAAAAAAAAAA/persons'));
  await page.getByRole('heading', { name: text.orgs.notYoursTitle }).first().waitFor();
  await shoot('65-not-yours');
}

/** States that need something to happen behind the page: a warning, a refusal, a failure, somebody quicker. */
export async function photographStates(camera: Camera, orgId: string): Promise<void> {
  const { page, text, shoot, app } = camera;
  const { register } = text;
  await page.goto(addressOf(camera, `/o/${orgId}/persons/new`));
  await page.getByLabel(/^(Förnamn|Given name)$/).fill('Åsa');
  await page.getByLabel(/^(Postort|City)$/).fill('Kiruna');
  await page.getByLabel(register.isProtected).check();
  await page.getByRole('button', { name: register.addButton }).click();
  await page.getByText(register.added).waitFor();
  await shoot('70-protected-added');
  const personUrl = page.url();
  await page.getByRole('button', { name: register.revealAll }).click();
  await page.getByText('Kiruna').waitFor();
  await shoot('71-protected-revealed');
  await page.goto(`${personUrl}/edit`);
  await page.getByRole('button', { name: register.revealAll }).waitFor();
  await shoot('72-protected-edit');
  await page.getByRole('button', { name: register.revealAll }).click();
  await page.getByLabel(/^(Postort|City)$/).fill('Luleå');
  const [other] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate(`void window.open(${JSON.stringify(`${personUrl}/edit`)})`),
  ]);
  await other.getByRole('button', { name: register.revealAll }).click();
  await other.getByLabel(/^(Postort|City)$/).fill('Umeå');
  await other.getByRole('button', { name: text.app.save }).click();
  await other.getByText(register.saved).waitFor();
  await other.close();
  await page.getByRole('button', { name: text.app.save }).click();
  await page.getByText(register.conflictTitle).first().waitFor();
  await shoot('73-conflict');
  app.cloud.faults.inject({ service: 'hosting', match: '/api/listDataSubjects', kind: '503', times: 3 });
  await page.goto(addressOf(camera, `/o/${orgId}/persons`));
  await page.getByRole('alert').waitFor();
  await shoot('74-unavailable');
  await page.clock.install();
  await page.goto(addressOf(camera, `/o/${orgId}/members`));
  await page.getByRole('table', { name: text.orgs.membersTitle }).waitFor();
  await page.clock.fastForward('28:30');
  await page.getByRole('dialog').waitFor();
  await shoot('75-session-warning');
  await page.getByRole('button', { name: text.app.staySignedIn }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  const accountId = await page.evaluate<string>(
    "JSON.parse(sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.startsWith('firebase:authUser')))).uid",
  );
  await setRole(app, orgId, accountId, 'reader');
  await page.goto(addressOf(camera, `/o/${orgId}/persons`));
  await page.getByRole('table', { name: register.tableLabel }).waitFor();
  await shoot('76-reader-register');
  await page.getByRole('table', { name: register.tableLabel }).getByRole('link').first().click();
  await page.getByRole('heading', { name: register.fieldsTitle }).waitFor();
  await shoot('77-reader-person');
  await page.goto(addressOf(camera, `/o/${orgId}/audit`));
  await page.getByRole('heading', { level: 1, name: text.app.notAllowedTitle }).waitFor();
  await shoot('78-not-allowed');
  await page.goto(addressOf(camera, `/o/${orgId}/settings`));
  await page.getByRole('banner').getByRole('button', { name: text.app.account }).click();
  await page.getByRole('menuitem', { name: text.app.signOut }).click();
  await page.getByText(text.identity.signedOut).waitFor();
  await shoot('79-signed-out');
}
