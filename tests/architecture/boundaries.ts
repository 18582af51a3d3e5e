/**
 * Checks the imports of all modules against boundaryRules.ts: `npm run boundaries`.
 * Fails as well when it saw fewer modules than there are files, because then it would have proved nothing.
 */
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boundaryRules } from './boundaryRules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['functions/src', 'hosting/src', 'infra', 'tests'];

/** What was found: one line for each import that a rule forbids, and how much was looked at. */
export type Findings = { readonly violations: readonly string[]; readonly cruised: number; readonly files: number };

/** Cruises every module below `folders` of `baseDir`. */
export async function checkBoundaries(baseDir: string = root, rules: readonly IForbiddenRuleType[] = boundaryRules): Promise<Findings> {
  const { output } = await cruise(
    folders,
    {
      baseDir,
      parser: 'swc', // the default parser finds no module under TypeScript 7
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      validate: true,
      ruleSet: { forbidden: [...rules] },
    },
    {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
    },
  );
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered text instead of a result');
  const files = globSync('{functions/src,hosting/src,infra,tests}/**/*.{ts,tsx}', { cwd: baseDir });
  return { violations: described(output), cruised: ownModules(output), files: files.length };
}

function described({ summary }: ICruiseResult): string[] {
  return summary.violations.map(({ rule, from, to, cycle }) => {
    const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(' → ');
    return `${rule.name}: ${from} → ${path}`;
  });
}

function ownModules({ modules }: ICruiseResult): number {
  return modules.filter((module) => folders.some((folder) => module.source.startsWith(`${folder}/`)) && /\.tsx?$/.test(module.source))
    .length;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { violations, cruised, files } = await checkBoundaries();
  for (const violation of violations) console.error(violation);
  if (cruised < files) console.error(`cruised ${cruised} modules of ${files} files`);
  console.log(`${boundaryRules.length} rules, ${cruised} modules, ${violations.length} violations`);
  process.exitCode = violations.length > 0 || cruised < files ? 1 : 0;
}
