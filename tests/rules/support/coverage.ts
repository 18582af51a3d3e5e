/**
 * How much of `firestore.rules` a run evaluated, from the emulator's own counters.
 *
 * Guarantees: after a whole run, an `allow` that was never true or never false fails it. A value counts as false only
 * when the expression ended in `false`; an error, which also denies, does not count. Does not guarantee that the
 * outcomes were right: the tests do that.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TestProject } from 'vitest/node';

type ReportNode = {
  readonly sourcePosition: { readonly line?: number; readonly currentOffset?: number; readonly endOffset?: number };
  readonly values?: readonly { readonly value: { readonly boolValue?: boolean }; readonly count: number }[];
  readonly children?: readonly ReportNode[];
};
type Report = { readonly rules: { readonly files: readonly { readonly content: string }[] }; readonly report: readonly ReportNode[] };

/** Counts of one expression: evaluations in all, and those that ended in true or in false. */
export type Counts = { evaluated: number; true: number; false: number };

/** One `allow` and how often it said yes or no. */
export type AllowCoverage = { readonly line: number; readonly method: string } & Counts;

/** What the run evaluated. `share` is between 0 and 1. */
export type RuleCoverage = {
  readonly expressions: { readonly total: number; readonly evaluated: number; readonly share: number };
  readonly allows: readonly AllowCoverage[];
  /** Test files whose counters are in the figures, and those whose counters were more than the emulator could send. */
  readonly counted: readonly string[];
  readonly notCounted: readonly string[];
};

/** The emulator's project for one test file; each has its own, for the counters of all together are too large to fetch. */
export const projectOf = (runId: string, testFile: string): string => `${runId}-${basename(testFile, '.test.ts').toLowerCase()}`;

/**
 * Prints the coverage of the test files that ran and writes it to `.valv/ruleCoverage.json`.
 * Throws, when every file of tests/rules ran, if an `allow` was never true or never false.
 */
export async function reportCoverage(emulatorUrl: string, runId: string, project: TestProject): Promise<void> {
  const ran = project.vitest.state.getFiles().map(({ filepath }) => filepath).filter((path) => path.includes('tests/rules/'));
  const coverage = await measure(emulatorUrl, runId, ran);
  if (coverage === null) return;
  await mkdir('.valv', { recursive: true });
  await writeFile('.valv/ruleCoverage.json', `${JSON.stringify(coverage, null, 2)}\n`);
  const { total, evaluated, share } = coverage.expressions;
  process.stdout.write(`rules coverage: ${evaluated} of ${total} expressions (${(share * 100).toFixed(1)} %), ${coverage.allows.length} allows\n`);
  const oneSided = coverage.allows.filter((allow) => allow.true === 0 || allow.false === 0);
  for (const allow of oneSided) process.stdout.write(`  line ${allow.line}: allow ${allow.method} was true ${allow.true} and false ${allow.false} times\n`);
  const all = (await readdir('tests/rules')).filter((name) => name.endsWith('.test.ts'));
  if (oneSided.length > 0 && all.every((name) => ran.some((path) => basename(path) === name))) {
    throw new Error(`${oneSided.length} allow statements of firestore.rules were never true or never false`);
  }
}

async function measure(emulatorUrl: string, runId: string, testFiles: readonly string[]): Promise<RuleCoverage | null> {
  const [counted, notCounted]: [string[], string[]] = [[], []];
  const counts = new Map<string, Counts>();
  let content = '';
  for (const file of testFiles) {
    const report = await fetchReport(emulatorUrl, projectOf(runId, file));
    if (report === 'absent') continue;
    if (report === 'too large') notCounted.push(basename(file));
    else {
      counted.push(basename(file));
      content = report.rules.files[0]?.content ?? content;
      for (const node of report.report) addCounts(counts, node, true);
    }
  }
  if (content === '') return null;
  const expressions = [...counts].filter(([key]) => !key.startsWith('root'));
  const evaluated = expressions.filter(([, { evaluated: times }]) => times > 0).length;
  return {
    expressions: { total: expressions.length, evaluated, share: evaluated / expressions.length },
    allows: allowsOf(content, counts), counted, notCounted,
  };
}

async function fetchReport(emulatorUrl: string, projectId: string): Promise<Report | 'absent' | 'too large'> {
  const response = await fetch(`${emulatorUrl}/emulator/v1/projects/${projectId}:ruleCoverage`);
  if (response.status === 499) return 'too large';
  if (!response.ok) return 'absent';
  // The emulator's own format; a report without rules is that of a project that no test used.
  const report = (await response.json()) as Partial<Report>;
  return report.rules === undefined || report.report === undefined ? 'absent' : { rules: report.rules, report: report.report };
}

function addCounts(counts: Map<string, Counts>, node: ReportNode, isRoot: boolean): void {
  const { currentOffset = 0, endOffset = 0 } = node.sourcePosition;
  for (const key of [`${currentOffset}-${endOffset}`, ...(isRoot ? [`root${currentOffset}`] : [])]) {
    const sum = counts.get(key) ?? { evaluated: 0, true: 0, false: 0 };
    for (const { value, count } of node.values ?? []) {
      sum.evaluated += count;
      if (value.boolValue === true) sum.true += count;
      if (value.boolValue === false) sum.false += count;
    }
    counts.set(key, sum);
  }
  for (const child of node.children ?? []) addCounts(counts, child, false);
}

function allowsOf(content: string, counts: ReadonlyMap<string, Counts>): AllowCoverage[] {
  return [...content.matchAll(/allow (\w+): if /g)].map((match) => ({
    line: content.slice(0, match.index).split('\n').length,
    method: match[1] ?? '',
    ...(counts.get(`root${match.index + match[0].length}`) ?? { evaluated: 0, true: 0, false: 0 }),
  }));
}
