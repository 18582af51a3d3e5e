import { basename } from 'node:path';
import { expect, inject } from 'vitest';
import { type Place, seedAt } from './client.ts';
import { saveCoverage } from './coverage.ts';
import type { Fields } from './documents.ts';
import { randomId } from './ids.ts';

/**
 * The project of this run's emulator that the tests share: each project costs the emulator two seconds, for it reads
 * `firestore.rules` anew. Every test works on documents of its own.
 */
export function openPlace(): Place {
  const { host, port } = inject('rulesEmulator');
  return { host, port, projectId: 'rules' };
}

/** A project of its own in this run's emulator, for {@link closeCounted}. */
export function openCounted(): Place {
  const { host, port } = inject('rulesEmulator');
  const testFile = basename(expect.getState().testPath ?? 'unknown', '.test.ts').toLowerCase();
  return { host, port, projectId: projectIdOf(testFile) };
}

/** An id of a project that nobody else uses. */
export const projectIdOf = (name: string): string =>
  `${name}-${randomId()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/gu, '')
    .slice(0, 8)}`;

/**
 * Saves what of the rules the tests in a project evaluated. For projects of some hundred operations at most: the emulator
 * takes seconds to send a long record.
 */
export async function closeCounted(place: Place): Promise<void> {
  await saveCoverage(`http://${place.host}:${place.port}`, place.projectId, inject('rulesEmulator').coverageFolder);
}

/** A document to put in place before a test: path and fields. */
export type Seed = readonly [path: string, data: Fields];

/** Writes documents without rules. */
export const seed = (place: Place, seeds: readonly Seed[]): Promise<void> => seedAt(place, seeds);
