/**
 * Runs the checks of the project and adds up what they found: `npm run check` (fast) and `npm test` (all).
 * A stage that fails does not hide the others; only a failed build hides those that use it. `npm test` builds and runs its stages
 * in three lanes beside each other, because most of them wait half of the time; what a stage prints appears whole when it ends. The
 * last line holds the totals.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = join(root, '.valv/testReports');

/** A command that counts as one test, or a Vitest project that counts its own. */
type Stage = { readonly name: string; readonly usesBuild?: true } & (
  | { readonly command: readonly [string, ...string[]] }
  | { readonly projects: readonly string[]; readonly without?: readonly string[] }
);
type Outcome = {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
};

const builds: readonly Stage[] = [
  { name: 'build of functions', command: ['node', 'infra/build/functions.ts'] },
  { name: 'build of hosting', command: ['vite', 'build', 'hosting', '--logLevel', 'warn'] },
];
const checks: readonly Stage[] = [
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of hosting', command: ['tsc', '-p', 'hosting/tsconfig.json'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '--quiet'] },
  { name: 'format', command: ['oxfmt', '--list-different'] },
  { name: 'boundaries', command: ['node', 'tests/architecture/boundaries.ts'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
];
const quick: Stage = { name: 'unit and property', projects: ['unit', 'property'] };
/** The slowest quarter of the files takes most of the time; they run with all the others in `npm test`. */
const quickest: Stage = {
  ...quick,
  without: [
    'tests/unit/crypto/stream.test.ts',
    'tests/unit/register/importRows.test.ts',
    'tests/property/privacy/**',
    'tests/property/crypto/**',
    'tests/property/register/**',
  ],
};
/** Stages that run one after the other; lanes run beside each other. */
type Lane = readonly Stage[];

const sets: Readonly<Record<string, { builds: Lane; lanes: readonly Lane[] }>> = {
  check: { builds: [], lanes: [[...checks, quickest]] },
  all: {
    builds,
    lanes: [
      [{ name: 'rules', projects: ['rules'] }, quick, { name: 'architecture', projects: ['architecture'], usesBuild: true }],
      [{ name: 'browser', projects: ['e2e'], usesBuild: true }],
      [...checks, { name: 'integration', projects: ['integration', 'integrationOwn'], usesBuild: true }],
    ],
  },
};

process.exitCode = await main(process.argv[2] ?? 'all');

async function main(name: string): Promise<number> {
  const set = sets[name];
  if (set === undefined) throw new TypeError(`no such set of checks: "${name}"; there are ${Object.keys(sets).join(', ')}`);
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const built = Promise.all(set.builds.map(run));
  const lanes = set.lanes.map((lane) => runInOrder(lane, built));
  return conclude((await Promise.all([built, ...lanes])).flat());
}

/** Runs the stages of a lane, without those that use a build that failed. */
async function runInOrder(lane: Lane, built: Promise<readonly Outcome[]>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const stage of lane) {
    const isReady = stage.usesBuild !== true || (await built).every(({ failed }) => failed === 0);
    if (isReady) outcomes.push(await run(stage));
    else console.error(`the build failed, so "${stage.name}" was not run`);
  }
  return outcomes;
}

async function run(stage: Stage): Promise<Outcome> {
  const begun = performance.now();
  const { printed, ...counts } =
    'command' in stage ? await runCommand(stage.command) : await runVitest(stage.name, stage.projects, stage.without);
  process.stdout.write(`\n── ${stage.name}\n${printed}`);
  return { name: stage.name, ...counts, seconds: (performance.now() - begun) / 1000 };
}

type Counts = Omit<Outcome, 'name' | 'seconds'>;
type Printed = { readonly printed: string };

async function runCommand(command: readonly [string, ...string[]]): Promise<Counts & Printed> {
  const { succeeded, printed } = await output(command);
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0, printed };
}

/** Runs Vitest projects and reads their report. No report, no tests, or a failure outside the tests is one failure more. */
async function runVitest(name: string, projects: readonly string[], without: readonly string[] = []): Promise<Counts & Printed> {
  const report = join(reports, `${name.replaceAll(' ', '-')}.json`);
  const selected = [...projects.flatMap((project) => ['--project', project]), ...without.flatMap((path) => ['--exclude', path])];
  const reporting = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { succeeded, printed } = await output(['vitest', 'run', ...selected, ...reporting]);
  const counts = countsIn(report);
  const isSilent = counts.passed + counts.failed === 0;
  const isFailure = isSilent || (!succeeded && counts.failed === 0);
  return {
    ...counts,
    failed: counts.failed + (isFailure ? 1 : 0),
    printed: isSilent ? `${printed}stage "${name}" ran no tests\n` : printed,
  };
}

function countsIn(report: string): Counts {
  try {
    // Vitest's JSON report, of which these members are documented.
    const read = JSON.parse(readFileSync(report, 'utf8')) as Record<
      'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests',
      number
    >;
    return { passed: read.numPassedTests, failed: read.numFailedTests, skipped: read.numPendingTests + read.numTodoTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** Runs a command with this Node and the project's tools first on PATH; answers everything that it printed. */
function output([command, ...args]: readonly [string, ...string[]]): Promise<{ succeeded: boolean } & Printed> {
  const PATH = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
  // The browser tests run against what this run has built.
  const env = { ...process.env, PATH, VALV_E2E_BUILT: process.argv[2] === 'check' ? undefined : '1' };
  const { promise, resolve } = Promise.withResolvers<{ succeeded: boolean } & Printed>();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('error', (error) => resolve({ succeeded: false, printed: `cannot run "${command}": ${error.message}; run "npm ci"\n` }));
  child.on('close', (status) => resolve({ succeeded: status === 0, printed: Buffer.concat(chunks).toString('utf8') }));
  return promise;
}

/** Prints the table and the totals; answers the exit code. */
function conclude(outcomes: readonly Outcome[]): number {
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  console.log(`\n${'stage'.padEnd(20)}${['passed', 'failed', 'skipped', 'seconds'].map((head) => head.padStart(9)).join('')}`);
  for (const { name, passed, failed, skipped, seconds } of outcomes) {
    console.log(name.padEnd(20) + [passed, failed, skipped, seconds.toFixed(1)].map((value) => String(value).padStart(9)).join(''));
  }
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') === 0 ? 0 : 1;
}
