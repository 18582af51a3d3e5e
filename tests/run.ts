/**
 * Runs the checks of the project in order and adds up what they found: `npm run check` (fast) and `npm test` (all).
 * A stage that fails does not hide the ones after it; only a failed build does. The last line holds the totals.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = join(root, '.valv/testReports');

/** A command that counts as one test, or a Vitest project that counts its own. */
type Stage = { readonly name: string } & (
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
    'tests/unit/privacy/verifyCommand.test.ts',
    'tests/unit/register/importRows.test.ts',
    'tests/property/privacy/**',
    'tests/property/crypto/**',
    'tests/property/register/**',
  ],
};
const thorough: readonly Stage[] = [
  { name: 'rules', projects: ['rules'] },
  { name: 'architecture', projects: ['architecture'] },
  { name: 'integration', projects: ['integration'] },
  { name: 'browser', projects: ['e2e'] },
];

const sets: Readonly<Record<string, { builds: readonly Stage[]; stages: readonly Stage[] }>> = {
  check: { builds: [], stages: [...checks, quickest] },
  all: { builds, stages: [...checks, quick, ...thorough] },
};

process.exitCode = main(process.argv[2] ?? 'all');

function main(name: string): number {
  const set = sets[name];
  if (set === undefined) throw new TypeError(`no such set of checks: "${name}"; there are ${Object.keys(sets).join(', ')}`);
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const outcomes = set.builds.map(run);
  if (outcomes.every(({ failed }) => failed === 0)) outcomes.push(...set.stages.map(run));
  else console.error('the build failed, so nothing was tested');
  return conclude(outcomes);
}

function run(stage: Stage): Outcome {
  console.log(`\n── ${stage.name}`);
  const begun = performance.now();
  const counts = 'command' in stage ? runCommand(stage.command) : runVitest(stage.name, stage.projects, stage.without);
  return { name: stage.name, ...counts, seconds: (performance.now() - begun) / 1000 };
}

type Counts = Omit<Outcome, 'name' | 'seconds'>;

function runCommand(command: readonly [string, ...string[]]): Counts {
  const passed = succeeds(command);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** Runs Vitest projects and reads their report. No report, no tests, or a failure outside the tests is one failure more. */
function runVitest(name: string, projects: readonly string[], without: readonly string[] = []): Counts {
  const report = join(reports, `${name.replaceAll(' ', '-')}.json`);
  const selected = [...projects.flatMap((project) => ['--project', project]), ...without.flatMap((path) => ['--exclude', path])];
  const succeeded = succeeds(['vitest', 'run', ...selected, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const counts = countsIn(report);
  const isSilent = counts.passed + counts.failed === 0;
  if (isSilent) console.error(`stage "${name}" ran no tests`);
  const isFailure = isSilent || (!succeeded && counts.failed === 0);
  return isFailure ? { ...counts, failed: counts.failed + 1 } : counts;
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

/** Runs a command with this Node and the project's tools first on PATH. */
function succeeds([command, ...args]: readonly [string, ...string[]]): boolean {
  const PATH = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PATH } });
  if (error !== undefined) console.error(`cannot run "${command}": ${error.message}; run "npm ci"`);
  return status === 0;
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
