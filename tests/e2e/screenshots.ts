/**
 * Pictures of every screen and state, by `node tests/e2e/screenshots.ts`, into `.valv/screenshots/`.
 * They are made by walking through the real app against a local cloud of their own.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sampleCsv } from '../support/sampleCsv.ts';
import { buildApp } from './support/build.ts';
import { photographAccount, photographBankId, photographLock, photographProvider } from './screens/identity.ts';
import { photographFoldersAndSettings, photographMembers, photographOversight } from './screens/orgs.ts';
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

async function photograph(look: string, window: Window): Promise<void> {
  for (const scene of [photographWork, photographBankId, photographAccount, photographLock, photographProvider])
    await inWindow(look, window, scene);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await buildApp();
const app = await startAppCloud();
const browser = await launchBrowser();
try {
  const looks = process.argv.slice(2);
  const all: Record<string, Window> = {
    'sv-1280': {},
    'en-1280-dark': { locale: 'en', colorScheme: 'dark' },
    'sv-390': { width: 390 },
  };
  for (const [look, window] of Object.entries(all)) if (looks.length === 0 || looks.includes(look)) await photograph(look, window);
} finally {
  await browser.close();
  await app.stop();
}
