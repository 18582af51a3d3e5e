// Vitest globalSetup: one Firestore emulator for the whole run, also of several projects, and in it a Google project for each
// worker, where the rules are in place: reading them takes the emulator two seconds. What the tests leave among temporary files is
// removed at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';
import { setProjectRules } from '../../infra/local/firestore/firestoreService.ts';

type Shared = { readonly url: string; readonly projects: readonly string[]; readonly stop: () => Promise<void> };
/** Projects of a run load this file each for itself. */
const run = globalThis as { valvSharedFirestore?: Promise<Shared> };

/** Starts the emulator, once for the run; @returns what ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const isFirst = run.valvSharedFirestore === undefined;
  run.valvSharedFirestore ??= start(project.config.maxWorkers);
  const { url, projects, stop } = await run.valvSharedFirestore;
  project.provide('firestoreEmulatorUrl', url);
  project.provide('firestoreProjects', projects);
  return async () => (isFirst ? stop() : undefined);
}

async function start(workers: number): Promise<Shared> {
  const outer = process.env['TMPDIR'];
  const folder = mkdtempSync(join(tmpdir(), 'valv-tests-'));
  process.env['TMPDIR'] = folder; // Workers take over this environment.
  const emulator = await startFirestoreEmulator({ rulesFile: null });
  const projects = Array.from({ length: workers }, (_, at) => `valv-test-worker-${at + 1}`);
  const rules = { rulesFile: 'firestore.rules', keysRulesFile: 'infra/keys.rules' };
  for (const projectId of projects) await setProjectRules(emulator.url, projectId, rules);
  const stop = async (): Promise<void> => {
    await emulator.stop();
    if (outer === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = outer;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: emulator.url, projects, stop };
}
