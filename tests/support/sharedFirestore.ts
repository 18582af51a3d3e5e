// Vitest globalSetup: one Firestore emulator for the whole run; each test file has its own project in it.
import type { TestProject } from 'vitest/node';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';

/** Starts the emulator; @returns what ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startFirestoreEmulator({ rulesFile: null });
  project.provide('firestoreEmulatorUrl', emulator.url);
  return () => emulator.stop();
}
