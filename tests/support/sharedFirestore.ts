// Vitest globalSetup: one Firestore emulator for the whole run, and in it a project for each worker, where the rules are in
// place: reading them takes the emulator two seconds.
import { readFile } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { setRules } from '../../infra/local/firestore/adminRest.ts';
import { databaseName } from '../../infra/local/firestore/exportFiles.ts';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';

/** Starts the emulator; @returns what ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startFirestoreEmulator({ rulesFile: null, isLongLived: true });
  const [rules, keysRules] = await Promise.all([readFile('firestore.rules', 'utf8'), readFile('infra/keys.rules', 'utf8')]);
  const projects = Array.from({ length: project.config.maxWorkers }, (_, at) => `valv-test-worker-${at + 1}`);
  for (const projectId of projects) {
    await setRules(emulator.url, databaseName(projectId, '(default)'), rules);
    await setRules(emulator.url, databaseName(projectId, 'keys'), keysRules);
  }
  project.provide('firestoreEmulatorUrl', emulator.url);
  project.provide('firestoreProjects', projects);
  return () => emulator.stop();
}
