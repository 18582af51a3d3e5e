import type { TestProject } from 'vitest/node';
import { startFirestoreEmulator } from '../../infra/local/firestore/firestoreEmulator.ts';
import { reportCoverage } from './support/coverage.ts';
import { randomId } from './support/ids.ts';
import { putRules } from './support/rulesFile.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the rules are enforced during this run; one project for all files, so that coverage adds up. */
    readonly rulesEmulator: { readonly host: string; readonly port: number; readonly projectId: string };
  }
}

/** Starts one emulator with `firestore.rules` for the whole run; afterwards reports how much of them was evaluated. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const emulator = await startFirestoreEmulator({ rulesFile: 'firestore.rules' });
  const projectId = `valv-rules-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '').slice(0, 8)}`;
  await putRules(emulator.url, projectId, 'firestore.rules');
  project.provide('rulesEmulator', { host: '127.0.0.1', port: emulator.port, projectId });
  return async () => {
    try {
      await reportCoverage(emulator.url, projectId, project);
    } finally {
      await emulator.stop();
    }
  };
}
