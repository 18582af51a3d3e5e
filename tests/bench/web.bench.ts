/** How much JavaScript the browser fetches before the first page can be used: what index.html names, gzipped. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { launchBrowser } from '../e2e/support/chromium.ts';
import { startLocalCloud } from '../../infra/local/localCloud.ts';
import { figure, type Figure } from './figure.ts';

const dist = fileURLToPath(new URL('../../hosting/dist', import.meta.url));

/** Opens the sign-in page in a browser and adds up every script that it fetched. */
export async function run(): Promise<Figure[]> {
  const cloud = await startLocalCloud({ projectId: 'valv-bench-web', stateDir: null, functionsEntry: null, hostingDir: dist });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const scripts = new Set<string>();
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.add(new URL(request.url()).pathname);
    });
    await page.goto(`${cloud.urls.app}/`, { waitUntil: 'networkidle' });
    await page.getByRole('textbox').first().waitFor();
    const sizes = await Promise.all([...scripts].map(async (path) => gzipSync(await readFile(join(dist, path)), { level: 9 }).length));
    const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
    return [figure('JavaScript of the first load, gzipped', Math.round(kilobytes * 10) / 10, 'kB', '<=', 200)];
  } finally {
    await browser.close();
    await cloud.stop();
  }
}
