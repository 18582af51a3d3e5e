// Guarantees: what a restart loads is always one complete export of every database, made at the end of the last run
// or at most `everySeconds` before a kill: a new folder is written first, and a pointer is renamed onto it after.
// Does not guarantee: one instant for all databases; each is exported on its own.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from '../jsonFile.ts';
import { exportDatabase, importDatabase } from './exportFiles.ts';

/** Databases whose documents survive a restart. */
const DATABASES = ['(default)', 'keys', 'journal'] as const;

/** Keeps documents between runs. */
export type FirestoreState = {
  /** Loads the last export, if there is one; @returns whether there was. */
  load(): Promise<boolean>;
  /** Exports now, unless nothing has changed since the last export. */
  save(): Promise<void>;
  /** Begins to save at intervals. */
  start(everySeconds: number): void;
  /** Ends the intervals and waits for a save in progress. */
  stop(): Promise<void>;
};

/** Makes the keeper; it alone writes `dir`. */
export function keepFirestoreState(base: string, projectId: string, dir: string): FirestoreState {
  const pointer = join(dir, 'current.json');
  let fingerprint = '';
  let saving = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const saveNow = async (): Promise<void> => {
    const name = `export-${Date.now()}`;
    for (const [index, database] of DATABASES.entries()) {
      await exportDatabase(base, { projectId, database, dir: join(dir, name), name: `database-${index}` });
    }
    const next = fingerprintOf(join(dir, name));
    if (next === fingerprint) {
      rmSync(join(dir, name), { recursive: true });
      return;
    }
    writeJsonFile(pointer, { name });
    fingerprint = next;
    for (const other of readdirSync(dir)) {
      if (other.startsWith('export-') && other !== name) rmSync(join(dir, other), { recursive: true });
    }
  };
  const save = (): Promise<void> => (saving = saving.catch(() => undefined).then(saveNow));
  return {
    async load() {
      const current = readJsonFile(pointer) as { name: string } | undefined; // Written only by saveNow above.
      if (current === undefined) return false;
      for (const [index, database] of DATABASES.entries()) {
        const metadataFile = join(dir, current.name, `database-${index}`, `database-${index}.overall_export_metadata`);
        if (existsSync(metadataFile)) await importDatabase(base, { projectId, database, metadataFile, otherSources: [] });
      }
      fingerprint = fingerprintOf(join(dir, current.name));
      return true;
    },
    save,
    start(everySeconds) {
      timer = setInterval(() => {
        save().catch((error: unknown) => process.stderr.write(`could not save Firestore's state: ${String(error)}\n`));
      }, everySeconds * 1000);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await saving.catch(() => undefined);
    },
  };
}

/** Hash of the documents' files (the other files of an export carry its time). */
function fingerprintOf(dir: string): string {
  const hash = createHash('sha256');
  for (const path of readdirSync(dir, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (/output-\d+$/.test(path)) hash.update(path).update(readFileSync(join(dir, path)));
  }
  return hash.digest('hex');
}
