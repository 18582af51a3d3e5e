// Vitest globalSetup: one Firestore emulator for the whole run, and in it a project for each worker, where the rules are in
// place: reading them takes the emulator two seconds.
import type { TestProject } from 'vitest/node';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';
import { setProjectRules } from '../../infra/local/firestore/firestoreService.ts';

/** Starts the emulator; @returns what ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startFirestoreEmulator({ rulesFile: null });
  const projects = Array.from({ length: project.config.maxWorkers }, (_, at) => `valv-test-worker-${at + 1}`);
  const rules = { rulesFile: 'firestore.rules', keysRulesFile: 'infra/keys.rules' };
  for (const projectId of projects) await setProjectRules(emulator.url, projectId, rules);
  project.provide('firestoreEmulatorUrl', emulator.url);
  project.provide('firestoreProjects', projects);
  return () => emulator.stop();
}
