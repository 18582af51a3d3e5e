import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Something that is built: from what, into what, and how. Paths are from the root. */
type Target = { readonly name: string; readonly sources: readonly string[]; readonly output: string; readonly command: readonly string[] };

/** What a local run needs built. */
const TARGETS: readonly Target[] = [
  {
    name: 'functions',
    sources: ['functions/src', 'infra/build', 'package.json'],
    output: 'functions/dist/index.js',
    command: ['infra/build/functions.ts'],
  },
  {
    name: 'web application',
    output: 'hosting/dist/index.html',
    sources: ['hosting/src', 'hosting/public', 'hosting/index.html', 'hosting/vite.config.ts', 'functions/src', 'package.json'],
    command: ['node_modules/vite/bin/vite.js', 'build', 'hosting', '--logLevel', 'warn'],
  },
];

/** Where the built functions and the built web application are. */
export const builtOutputs = { functionsEntry: join(ROOT, 'functions/dist/index.js'), hostingDir: join(ROOT, 'hosting/dist') };

/** Builds what is older than its sources; `say` is told what. Throws when a build fails. */
export async function buildWhatIsStale(say: (line: string) => void): Promise<void> {
  const stale = TARGETS.filter(isStale);
  for (const { name } of stale) say(`building the ${name} …`);
  await Promise.all(stale.map(run));
}

/** Whether an output is missing or older than the newest of its sources. */
function isStale({ sources, output }: Target): boolean {
  const built = join(ROOT, output);
  if (!existsSync(built)) return true;
  return Math.max(...sources.map((source) => newestMs(join(ROOT, source)))) > statSync(built).mtimeMs;
}

function newestMs(path: string): number {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  // The folder's own time too: it changes when a file is taken away.
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function run({ name, command }: Target): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
    const end = (): void => void child.kill();
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`building the ${name} failed with code ${String(code)}`))));
  });
}
