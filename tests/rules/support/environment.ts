import { readFile } from 'node:fs/promises';
import { initializeTestEnvironment, type RulesTestContext, type RulesTestEnvironment } from '@firebase/rules-unit-testing';
import { doc, type Firestore, setLogLevel, writeBatch } from 'firebase/firestore';
import { expect, inject } from 'vitest';
import { projectOf } from './coverage.ts';
import type { Fields } from './documents.ts';

// A refused write is what most of these tests want; the SDK would print each one in full.
setLogLevel('silent');

/** Connects to this run's emulator, in the project of the calling test file, with `firestore.rules` in force. */
export async function openEnvironment(): Promise<RulesTestEnvironment> {
  const { host, port, runId } = inject('rulesEmulator');
  const rules = await readFile('firestore.rules', 'utf8');
  return initializeTestEnvironment({ projectId: projectOf(runId, expect.getState().testPath ?? 'unknown'), firestore: { host, port, rules } });
}

/** The modular Firestore of a context. */
export function firestoreOf(context: RulesTestContext): Firestore {
  // The library answers the compat object, which the modular functions unwrap; only its type is another.
  return context.firestore() as unknown as Firestore;
}

/** A document to put in place before a test: path and fields. */
export type Seed = readonly [path: string, data: Fields];

/** Writes documents without rules, 400 a batch. */
export async function seed(environment: RulesTestEnvironment, seeds: readonly Seed[]): Promise<void> {
  await environment.withSecurityRulesDisabled(async (context) => {
    const db = firestoreOf(context);
    for (let from = 0; from < seeds.length; from += 400) {
      const batch = writeBatch(db);
      for (const [path, data] of seeds.slice(from, from + 400)) batch.set(doc(db, path), data);
      await batch.commit();
    }
  });
}
