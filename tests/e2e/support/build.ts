/** Builds what the browser tests run against: the functions as deployed and the web app as served. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { buildFunctions } from '../../../infra/build/functions.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the builds are; apart from those of `npm run build`, so that neither disturbs the other. */
export const builds = { functionsEntry: join(root, '.valv/e2e/functions/index.js'), hostingDir: join(root, '.valv/e2e/hosting') } as const;

/** Builds both, or only what is missing when `VALV_E2E_REUSE` is set. */
export async function buildApp(): Promise<void> {
  const isReused = process.env['VALV_E2E_REUSE'] !== undefined;
  if (!isReused || !existsSync(builds.functionsEntry)) await buildFunctions(join(root, '.valv/e2e/functions'));
  if (!isReused || !existsSync(builds.hostingDir)) {
    await build({ configFile: join(root, 'hosting/vite.config.ts'), logLevel: 'error', build: { outDir: builds.hostingDir } });
  }
}
