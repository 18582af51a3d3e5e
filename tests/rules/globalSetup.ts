import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';
import { reportCoverage } from './support/coverage.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the rules are enforced during this run, and the folder for what was evaluated (support/coverage.ts). */
    readonly rulesEmulator: { readonly host: string; readonly port: number; readonly coverageFolder: string };
  }
}

/** Starts one emulator with `firestore.rules` for the whole run; afterwards reports how much of them was evaluated. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const coverageFolder = await mkdtemp(join(tmpdir(), 'valv-rules-'));
  const emulator = await startFirestoreEmulator({ rulesFile: 'firestore.rules' });
  project.provide('rulesEmulator', { host: '127.0.0.1', port: emulator.port, coverageFolder });
  return async () => {
    await emulator.stop();
    try {
      await reportCoverage(coverageFolder, project);
    } finally {
      await rm(coverageFolder, { recursive: true, force: true });
    }
  };
}
