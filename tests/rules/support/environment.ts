import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { initializeTestEnvironment, type RulesTestContext, type RulesTestEnvironment } from '@firebase/rules-unit-testing';
import { doc, type Firestore, setLogLevel, writeBatch } from 'firebase/firestore';
import { expect, inject } from 'vitest';
import { saveCoverage } from './coverage.ts';
import type { Fields } from './documents.ts';
import { randomId } from './ids.ts';

// A refused write is what most of these tests want; the SDK would print each one in full.
setLogLevel('silent');

/** Connects to this run's emulator, in a project of its own, with `firestore.rules` in force. To be closed. */
export async function openEnvironment(): Promise<RulesTestEnvironment> {
  const { host, port } = inject('rulesEmulator');
  const testFile = basename(expect.getState().testPath ?? 'unknown', '.test.ts').toLowerCase();
  const projectId = `${testFile}-${randomId()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/gu, '')
    .slice(0, 8)}`;
  return initializeTestEnvironment({ projectId, firestore: { host, port, rules: await readFile('firestore.rules', 'utf8') } });
}

/**
 * Saves what of the rules the tests of an environment evaluated, and lets go of its clients. For environments of some
 * hundred operations at most: the emulator takes seconds to send a long record.
 */
export async function closeCounted(environment: RulesTestEnvironment): Promise<void> {
  const { host, port, coverageFolder } = inject('rulesEmulator');
  await saveCoverage(`http://${host}:${port}`, environment.projectId, coverageFolder);
  await environment.cleanup();
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
