import type { TestProject } from 'vitest/node';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';
import { reportCoverage } from './support/coverage.ts';
import { randomId } from './support/ids.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the rules are enforced during this run; each test file has a project of its own (support/coverage.ts). */
    readonly rulesEmulator: { readonly host: string; readonly port: number; readonly runId: string };
  }
}

/** Starts one emulator with `firestore.rules` for the whole run; afterwards reports how much of them was evaluated. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startFirestoreEmulator({ rulesFile: 'firestore.rules' });
  const runId = `rules-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '').slice(0, 8)}`;
  project.provide('rulesEmulator', { host: '127.0.0.1', port: emulator.port, runId });
  return async () => {
    try {
      await reportCoverage(emulator.url, runId, project);
    } finally {
      await emulator.stop();
    }
  };
}
