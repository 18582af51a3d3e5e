/**
 * Pictures of every screen and state, by `node tests/e2e/screenshots.ts`, into `.valv/screenshots/`. Looks and scenes may be named,
 * e.g. `sv-390 account trust`.
 * They are made by walking through the real app against a local cloud of their own.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sampleCsv } from '../support/sampleCsv.ts';
import { buildApp } from './support/build.ts';
import { photographAudit } from './screens/audit.ts';
import { photographAccount, photographBankId, photographLock, photographProvider } from './screens/identity.ts';
import { photographFoldersAndSettings, photographMembers, photographOversight, photographTrust } from './screens/orgs.ts';
import { launchBrowser } from './support/chromium.ts';
import { startAppCloud } from './support/cloud.ts';
import {
  photographEntrance,
  photographErasure,
  photographImport,
  photographPerson,
  photographRegister,
  photographRest,
  photographStates,
  type Camera,
} from './support/scenes.ts';
import { openWindow, type Window } from './support/visitor.ts';

const folder = fileURLToPath(new URL('../../.valv/screenshots/', import.meta.url));

/** Walks through a scene in a window of its own, and tells what went wrong in it. */
async function inWindow(look: string, window: Window, scene: (camera: Camera) => Promise<void>): Promise<void> {
  const visitor = await openWindow(browser, app, window);
  const camera: Camera = {
    ...visitor,
    shoot: async (name, page = visitor.page) => {
      await page.waitForTimeout(350);
      await page.screenshot({ path: `${folder}${look}/${name}.png`, fullPage: true, animations: 'disabled' });
    },
  };
  await scene(camera);
  console.log(`${look}: ${visitor.watch.problems.length === 0 ? 'no problems' : visitor.watch.problems.join('\n')}`);
  await visitor.context.close();
}

async function photographWork(camera: Camera): Promise<void> {
  const orgId = await photographEntrance(camera);
  await photographImport(camera, orgId, sampleCsv(300));
  const personUrl = await photographRegister(camera, orgId);
  await photographPerson(camera, personUrl);
  await photographErasure(camera, orgId, personUrl);
  await photographRest(camera, orgId);
  const colleagues = await photographMembers(camera, orgId);
  await photographFoldersAndSettings(camera, orgId);
  await photographOversight(camera, orgId, colleagues);
  await photographStates(camera, orgId);
}

const scenes: Record<string, (camera: Camera) => Promise<void>> = {
  work: photographWork,
  bankId: photographBankId,
  account: photographAccount,
  lock: photographLock,
  provider: photographProvider,
  trust: photographTrust,
  audit: photographAudit,
};
const looks: Record<string, Window> = {
  'sv-1280': {},
  'en-1280-dark': { locale: 'en', colorScheme: 'dark' },
  'sv-390': { width: 390 },
  'en-390-dark': { locale: 'en', width: 390, colorScheme: 'dark' },
};
/** Those that were asked for; all, when none was. */
function chosen<T>(all: Record<string, T>): [string, T][] {
  const named = Object.entries(all).filter(([name]) => process.argv.slice(2).includes(name));
  return named.length === 0 ? Object.entries(all) : named;
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await buildApp();
const app = await startAppCloud(true);
const browser = await launchBrowser();
try {
  for (const [look, window] of chosen(looks)) for (const [, scene] of chosen(scenes)) await inWindow(look, window, scene);
} finally {
  await browser.close();
  await app.stop();
}
