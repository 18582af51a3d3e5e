// Vitest globalSetup: functions/dist as the tests expect it, built when a source is newer than the last build.
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFunctions, metafileOf } from '../../infra/build/functions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the functions unless the build is newer than everything it is made of. */
export default async function setup(): Promise<void> {
  if (builtAt() < newestSource()) await buildFunctions();
}

function builtAt(): number {
  // Written last.
  return statSync(metafileOf(join(root, 'functions/dist')), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSource(): number {
  const sources = ['package.json', ...globSync(['functions/src/**/*.ts', 'infra/build/*.ts'], { cwd: root })];
  return Math.max(...sources.map((path) => statSync(join(root, path)).mtimeMs));
}
