/** One cloud and one browser for the tests of a file. */
import { afterAll, beforeAll } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './chromium.ts';
import { startAppCloud, type AppCloud } from './cloud.ts';
import { openWindow, type Visitor, type Window } from './visitor.ts';

/** Opens windows of the app. */
export type Stage = { readonly app: () => AppCloud; open(window?: Window): Promise<Visitor> };

/** Starts both before the tests of this file and ends them afterwards, with every window. */
export function withStage(): Stage {
  let app: AppCloud | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startAppCloud(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });
  const running = <T>(started: T | undefined): T => {
    if (started === undefined) throw new TypeError('the stage has not been set yet');
    return started;
  };
  return { app: () => running(app), open: (window) => openWindow(running(browser), running(app), window) };
}
