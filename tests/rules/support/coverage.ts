/**
 * How much of `firestore.rules` a run evaluated, from the emulator's own counters.
 *
 * Guarantees: after a whole run, an `allow` that was never true or never false fails it. A value counts as false only
 * when the expression ended in `false`; an error, which also denies, does not count. Does not guarantee that the
 * outcomes were right: the tests do that. The emulator keeps every value it saw, takes seconds to send a long
 * record and cannot send a very long one; so only small environments are counted, each in a project of its own.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';

type ReportNode = {
  readonly sourcePosition: { readonly currentOffset?: number; readonly endOffset?: number };
  readonly values?: readonly { readonly value: { readonly boolValue?: boolean }; readonly count: number }[];
  readonly children?: readonly ReportNode[];
};

/** Counts of one expression: evaluations in all, and those that ended in true or in false. */
type Counts = { evaluated: number; true: number; false: number };
/** What one environment evaluated, by source position. */
type Part = Readonly<Record<string, Counts>>;

/** What a run evaluated, as written to `.valv/ruleCoverage.json`. `share` is between 0 and 1; `line` counts from 1. */
export type RuleCoverage = {
  readonly expressions: { readonly total: number; readonly evaluated: number; readonly share: number };
  readonly allows: readonly ({ readonly line: number; readonly method: string } & Counts)[];
};

/** Saves what one environment evaluated, for {@link reportCoverage}. To be called when its tests have ended. */
export async function saveCoverage(emulatorUrl: string, projectId: string, folder: string): Promise<void> {
  await writeFile(join(folder, `${projectId}.json`), JSON.stringify(await fetchCounts(emulatorUrl, projectId)));
}

/**
 * Prints what all saved environments evaluated. When every file of tests/rules ran, writes it to
 * `.valv/ruleCoverage.json`, and throws if an `allow` was never true or never false.
 */
export async function reportCoverage(folder: string, project: TestProject): Promise<void> {
  const parts = await Promise.all(
    (await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Part),
  ); // written by saveCoverage
  const coverage = summarise(await readFile('firestore.rules', 'utf8'), parts);
  if (parts.length === 0) return;
  const oneSided = coverage.allows.filter((allow) => allow.true === 0 || allow.false === 0);
  print(coverage, oneSided);
  if (!(await isWholeRun(project))) return;
  await mkdir('.valv', { recursive: true });
  await writeFile('.valv/ruleCoverage.json', `${JSON.stringify(coverage, null, 2)}\n`);
  if (oneSided.length > 0) {
    throw new Error(`${oneSided.length} allow statements of firestore.rules were never true or never false`);
  }
}

function print({ expressions, allows }: RuleCoverage, oneSided: RuleCoverage['allows']): void {
  const lines = [
    `rules coverage: ${expressions.evaluated} of ${expressions.total} expressions (${(expressions.share * 100).toFixed(1)} %)`,
    `  ${allows.length - oneSided.length} of ${allows.length} allows were both true and false`,
    ...oneSided.map((allow) => `  line ${allow.line}: allow ${allow.method} was true ${allow.true} and false ${allow.false} times`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function isWholeRun(project: TestProject): Promise<boolean> {
  const ran = new Set(project.vitest.state.getFiles().map(({ filepath }) => basename(filepath)));
  return (await readdir('tests/rules')).filter((name) => name.endsWith('.test.ts')).every((name) => ran.has(name));
}

async function fetchCounts(emulatorUrl: string, projectId: string): Promise<Part> {
  const response = await fetch(`${emulatorUrl}/emulator/v1/projects/${projectId}:ruleCoverage`);
  if (!response.ok) throw new Error(`the emulator gave no rule coverage: ${response.status} ${await response.text()}`);
  // The emulator's own format.
  const { report = [] } = (await response.json()) as { readonly report?: readonly ReportNode[] };
  const counts: Record<string, Counts> = {};
  for (const node of report) addCounts(counts, node, true);
  return counts;
}

/** An `allow` and the body of a function are roots; a root is kept under its start as well. */
function addCounts(counts: Record<string, Counts>, node: ReportNode, isRoot: boolean): void {
  const { currentOffset = 0, endOffset = 0 } = node.sourcePosition;
  for (const key of [`${currentOffset}-${endOffset}`, ...(isRoot ? [`root${currentOffset}`] : [])]) {
    const sum = (counts[key] ??= { evaluated: 0, true: 0, false: 0 });
    for (const { value, count } of node.values ?? []) {
      sum.evaluated += count;
      if (value.boolValue === true) sum.true += count;
      if (value.boolValue === false) sum.false += count;
    }
  }
  for (const child of node.children ?? []) addCounts(counts, child, false);
}

function summarise(rules: string, parts: readonly Part[]): RuleCoverage {
  const sums = new Map<string, Counts>();
  for (const [key, { evaluated, true: yes, false: no }] of parts.flatMap((part) => Object.entries(part))) {
    const sum = sums.get(key) ?? { evaluated: 0, true: 0, false: 0 };
    sums.set(key, { evaluated: sum.evaluated + evaluated, true: sum.true + yes, false: sum.false + no });
  }
  const expressions = [...sums].filter(([key]) => !key.startsWith('root'));
  const evaluated = expressions.filter(([, sum]) => sum.evaluated > 0).length;
  const allows = [...rules.matchAll(/allow (\w+): if /gu)].map((match) => ({
    line: rules.slice(0, match.index).split('\n').length,
    method: match[1] ?? '',
    ...(sums.get(`root${match.index + match[0].length}`) ?? { evaluated: 0, true: 0, false: 0 }),
  }));
  return {
    expressions: { total: expressions.length, evaluated, share: evaluated / Math.max(1, expressions.length) },
    allows,
  };
}
