/** Pictures of the log, a person's history, the verification and the backups, in every state that a walk can bring about. */
import { readFile } from 'node:fs/promises';
import { sampleCsv } from '../../support/sampleCsv.ts';
import { colleague } from '../support/people.ts';
import type { Camera } from '../support/scenes.ts';
import { addressOf, chooseFile, found, signUp } from '../support/visitor.ts';

/** Needs nothing: signs up, founds an organisation and lets a colleague be refused. */
export async function photographAudit(camera: Camera): Promise<void> {
  const { app, page, text } = camera;
  await signUp(camera, 'Ada Ägare');
  const orgId = await found(camera);
  await page.goto(addressOf(camera, `/o/${orgId}/import`));
  await chooseFile(camera, sampleCsv(60));
  await page.getByRole('button', { name: text.importing.start('60') }).click();
  await page.getByText(text.importing.doneTitle).waitFor();
  const reader = await colleague(camera, orgId, 'reader', 'Eva Läsare');
  await app.local.callable('createTeam', { orgId, name: 'Falska' }, reader.idToken).catch(() => undefined);
  await photographLog(camera, orgId);
  await photographHistory(camera, orgId);
  await photographVerification(camera, orgId);
  await photographBackups(camera, orgId);
}

async function photographLog(camera: Camera, orgId: string): Promise<void> {
  const { page, text, shoot } = camera;
  const table = page.getByRole('table', { name: text.audit.tableLabel });
  await page.goto(addressOf(camera, `/o/${orgId}/audit?outcome=refused`));
  await table.waitFor();
  await shoot('a01-log-refused');
  await table.getByRole('button').first().click();
  await page.getByRole('dialog').waitFor();
  await shoot('a02-log-details');
  await page.keyboard.press('Escape');
  await page.getByLabel(text.audit.network).fill('ingenstans');
  await page.getByRole('button', { name: text.audit.apply, exact: true }).click();
  await page.getByText(text.audit.networkWrong).waitFor();
  await shoot('a03-log-network-wrong');
}

async function photographHistory(camera: Camera, orgId: string): Promise<void> {
  const { page, text, shoot } = camera;
  await page.goto(addressOf(camera, `/o/${orgId}/persons`));
  await page.getByRole('table', { name: text.register.tableLabel }).getByRole('link').first().click();
  await page.getByRole('link', { name: text.register.whoHasSeen }).click();
  await page.getByRole('heading', { name: text.history.timelineTitle }).waitFor();
  await shoot('a10-history');
  await page.emulateMedia({ media: 'print' });
  await shoot('a11-history-on-paper');
  await page.emulateMedia({ media: 'screen' });
  await page.goto(addressOf(camera, `/o/${orgId}/persons/AAAAAAAAAAAAAAAAAAAA/history`));
  await page.getByRole('heading', { name: text.history.emptyTitle }).waitFor();
  await shoot('a12-history-empty');
}

async function photographVerification(camera: Camera, orgId: string): Promise<void> {
  const { app, page, text, shoot } = camera;
  const { verification } = text;
  await page.goto(addressOf(camera, `/o/${orgId}/audit/verify`));
  await page.getByRole('button', { name: verification.ownStart }).click();
  await page.getByText(verification.noneTitle).waitFor();
  await shoot('a20-verify-nothing-sealed');
  await app.cloud.runSchedule('sealAuditEvents');
  await page.getByRole('button', { name: verification.ownAgain }).click();
  await page.getByText(verification.goodTitle).waitFor();
  await shoot('a21-verify-good');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: verification.save }).click()]);
  await page.getByText(verification.saved).waitFor();
  const saved = await readFile(await download.path(), 'utf8');
  await give(camera, saved.replace('register.dataSubject.create', 'register.dataSubject.delete'));
  await page.getByText(verification.foundTitle).waitFor();
  await shoot('a22-verify-edited');
  await give(camera, 'inget sådant');
  await page.getByText(verification.notALog).waitFor();
  await shoot('a23-verify-no-log');
  await page.route('**/api/downloadAuditLog*', () => undefined);
  await page.getByRole('button', { name: verification.ownStart }).click();
  await page.getByRole('progressbar').waitFor();
  await shoot('a24-verify-running');
  await page.getByRole('button', { name: text.app.cancel }).click();
  await page.getByText(verification.cancelled).waitFor();
  await page.unroute('**/api/downloadAuditLog*');
}

async function give({ page, text }: Camera, content: string): Promise<void> {
  const name = content.startsWith('{') ? 'logg.valvlog' : 'anteckningar.txt';
  await page.getByLabel(text.verification.fileLabel).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
}

async function photographBackups(camera: Camera, orgId: string): Promise<void> {
  const { app, page, text, shoot } = camera;
  const { backup } = text;
  const address = addressOf(camera, `/o/${orgId}/backups`);
  await page.goto(address);
  await page.getByText(text.app.loading).first().waitFor({ state: 'detached' });
  await shoot('a30-backups-before');
  await app.cloud.runSchedule('dailyExport');
  await app.cloud.runSchedule('keysExport');
  await app.cloud.runSchedule('restoreDrill');
  await page.goto(address);
  await page.getByRole('table', { name: backup.checksTitle }).waitFor();
  await shoot('a31-backups');
}
