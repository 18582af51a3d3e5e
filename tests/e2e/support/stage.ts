/**
 * One cloud and one browser for all browser tests, whose files run one after the other in one process: each file finds the cloud
 * empty and no window open.
 */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Browser, BrowserContext } from 'playwright-core';
import { organisationNumbers } from '../../support/organisationNumbers.ts';
import { emptyCloud, rememberStart } from '../../support/workersCloud.ts';
import { launchBrowser } from './chromium.ts';
import { startAppCloud, type AppCloud } from './cloud.ts';
import { openWindow, type Visitor, type Window } from './visitor.ts';

/** Opens windows of the app. */
export type Stage = { readonly app: () => AppCloud; open(window?: Window): Promise<Visitor> };
type Kept = { readonly app: AppCloud; readonly browser: Browser };

/** Owned by this file; ends with the process. */
let kept: Promise<Kept> | undefined;

async function start(): Promise<Kept> {
  const [app, browser] = await Promise.all([startAppCloud(), launchBrowser()]);
  rememberStart(app.cloud);
  return { app, browser };
}

/**
 * Sets the stage before the tests of this file, and clears it after them: what they stored is removed. Windows that a test opened
 * are closed at its end, also when it failed: none goes on asking the cloud beside the next.
 */
export function withStage(): Stage {
  let set: Kept | undefined;
  let openBefore: readonly BrowserContext[] = [];
  beforeAll(async () => {
    organisationNumbers.startOver();
    kept ??= start();
    set = await kept;
  });
  beforeEach(() => {
    openBefore = set?.browser.contexts() ?? [];
  });
  afterEach(async () => {
    set?.app.cloud.faults.clear();
    for (const context of set?.browser.contexts() ?? []) if (!openBefore.includes(context)) await context.close();
  });
  afterAll(async () => {
    if (set === undefined) return;
    for (const context of set.browser.contexts()) await context.close();
    await emptyCloud(set.app.cloud);
  });
  const running = (): Kept => {
    if (set === undefined) throw new TypeError('the stage has not been set yet');
    return set;
  };
  return { app: () => running().app, open: (window) => openWindow(running().browser, running().app, window) };
}
