/** How long the sign-in function takes to load, bundled against unbundled, and what its bundle must not hold. */
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFunctions } from '../../infra/build/functions.ts';
import { figure, type Figure } from './figure.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, '.valv/bench/dist');
const bundled = join(dist, 'functions/signInBegin.js');
const unbundled = join(root, '.valv/bench/signInBegin.cjs');
const rounds = 15;

/** Milliseconds of processor time that a fresh Node takes to load a file: the machine's other work does not count. */
function loadMs(file: string): number {
  const script = `const before = process.cpuUsage(); require(${JSON.stringify(file)}); const used = process.cpuUsage(before); process.stdout.write(String((used.user + used.system) / 1000)); process.exit(0);`;
  return Number(
    execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env: { ...process.env, GCLOUD_PROJECT: 'valv-bench' } }),
  );
}

/** The same function with its packages left in node_modules, as it would be without bundling. */
async function writeUnbundled(): Promise<void> {
  await mkdir(join(root, '.valv/bench'), { recursive: true });
  const contents = "export { signInBegin } from './identity/functions.ts'";
  const stdin = { contents, resolveDir: join(root, 'functions/src'), loader: 'ts' } as const;
  await build({
    stdin,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    outfile: unbundled,
    logLevel: 'silent',
  });
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Runs the comparison, interleaved; each round is a pair. */
export async function run(): Promise<Figure[]> {
  const { outputs } = await buildFunctions(dist);
  await writeUnbundled();
  const ratios = Array.from({ length: rounds }, (_, round) => {
    const [first, second] = round % 2 === 0 ? [bundled, unbundled] : [unbundled, bundled];
    const times = { [first]: loadMs(first), [second]: loadMs(second) };
    return (times[bundled] ?? Number.NaN) / (times[unbundled] ?? Number.NaN);
  });
  const inputs = Object.keys(Object.entries(outputs).find(([path]) => path.endsWith('/functions/signInBegin.js'))?.[1].inputs ?? {});
  if (inputs.length === 0) throw new Error('the bundle of signInBegin was not found in the metafile');
  const unwanted = ['pdfkit', 'yazl', 'stripe'].filter((name) => inputs.some((input) => input.includes(`node_modules/${name}/`)));
  return [
    figure('module load of sign-in, bundled / unbundled', median(ratios), 'ratio of processor time', '<=', 0.5),
    figure('pdfkit, yazl or stripe in the sign-in bundle', unwanted.length, 'packages', '<=', 0),
  ];
}
