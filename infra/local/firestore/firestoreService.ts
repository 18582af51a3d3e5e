// Guarantees: the project's databases have their own rules before anyone is told the address.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DENY_ALL, setRules } from './adminRest.ts';
import { databaseName } from './exportFiles.ts';
import { type FirestoreEmulator, startFirestoreEmulator } from './firestoreEmulator.ts';
import { keepFirestoreState } from './firestoreState.ts';

const SAVE_EVERY_SECONDS = 30;

/** Firestore of one project: an emulator started here, or one that runs already. */
export type FirestoreService = {
  readonly url: string;
  /** Null for an attached one. */
  readonly emulator: FirestoreEmulator | null;
  /** Whether documents of an earlier run were loaded. */
  readonly restored: boolean;
  save(): Promise<void>;
  stop(): Promise<void>;
};

/** Files with the rules of a project's two databases; without the second, nobody enters `keys`. */
export type RulesFiles = { readonly rulesFile: string; readonly keysRulesFile: string };

/** Puts the rules of a project's databases in place; nobody enters the journal. */
export async function setProjectRules(url: string, projectId: string, { rulesFile, keysRulesFile }: RulesFiles): Promise<void> {
  const keysRules = existsSync(keysRulesFile) ? readFileSync(keysRulesFile, 'utf8') : DENY_ALL;
  await setRules(url, databaseName(projectId, '(default)'), readFileSync(rulesFile, 'utf8'));
  await setRules(url, databaseName(projectId, 'keys'), keysRules);
  await setRules(url, databaseName(projectId, 'journal'), DENY_ALL);
}

/** Starts or attaches to an emulator, sets the rules of `(default)` and `keys`, and loads what was kept. */
export async function startFirestore(
  options: RulesFiles & {
    projectId: string;
    stateDir: string | null;
    /** Where the emulator posts the events of documents. */
    eventsPort: number | undefined;
    attach: string | undefined;
    /** The attached one has the rules of this project already. */
    hasRules: boolean;
    port: number | undefined;
  },
): Promise<FirestoreService> {
  const { projectId, attach, stateDir } = options;
  // Until its own are in place, and in every other database, such as a restore's, the rules that let nobody in.
  const rulesFile = existsSync(options.keysRulesFile) ? options.keysRulesFile : options.rulesFile;
  const emulator =
    attach === undefined ? await startFirestoreEmulator({ rulesFile, port: options.port, functionsPort: options.eventsPort }) : null;
  const url = emulator?.url ?? attach ?? '';
  try {
    if (!options.hasRules) await setProjectRules(url, projectId, options);
    const kept = emulator === null || stateDir === null ? null : keepFirestoreState(url, projectId, join(stateDir, 'firestore'));
    const restored = (await kept?.load()) ?? false;
    kept?.start(SAVE_EVERY_SECONDS);
    const stop = async (): Promise<void> => {
      await kept?.stop();
      await kept?.save();
      await emulator?.stop();
    };
    return { url, emulator, restored, save: async () => kept?.save(), stop };
  } catch (error) {
    await emulator?.stop();
    throw error;
  }
}
