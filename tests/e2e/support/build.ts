/** Builds what the browser tests run against: the functions as deployed and the web app as served. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildFunctions } from '../../../infra/build/functions.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Whether `npm test` has just built both, as they are deployed. */
const isBuilt = process.env['VALV_E2E_BUILT'] !== undefined;

/** By default apart from `npm run build`, so that neither disturbs the other. Two runs at once need a folder each. */
const folder = process.env['VALV_E2E_DIR'] ?? join(root, '.valv/e2e');

/** Where the builds are. */
export const builds = isBuilt
  ? { functionsEntry: join(root, 'functions/dist/index.js'), hostingDir: join(root, 'hosting/dist') }
  : { functionsEntry: join(folder, 'functions/index.js'), hostingDir: join(folder, 'hosting') };

/** Builds both, or only what is missing when `VALV_E2E_REUSE` is set. */
export async function buildApp(): Promise<void> {
  if (isBuilt) return;
  const isReused = process.env['VALV_E2E_REUSE'] !== undefined;
  if (!isReused || !existsSync(builds.functionsEntry)) await buildFunctions(join(folder, 'functions'));
  if (!isReused || !existsSync(builds.hostingDir)) {
    // In a process of its own: the test runner's NODE_ENV would put React's development build into the app.
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const args = [vite, 'build', 'hosting', '--outDir', builds.hostingDir, '--emptyOutDir', '--logLevel', 'error'];
    await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, NODE_ENV: 'production' } });
  }
}
