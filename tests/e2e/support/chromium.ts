/** The browser of the tests: the one inside an npm package, headless, talking to nobody but loopback. */
import chromiumBinary from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

const args = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  // Whatever is not loopback is not found, so a forgotten foreign address fails the test instead of leaving the machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Starts the browser; the caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumBinary.executablePath(), args, headless: true });
}
