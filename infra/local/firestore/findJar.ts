import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const SDK_JAR = 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar';
const SDK_ROOTS = [
  '/usr/lib/google-cloud-sdk',
  '/usr/share/google-cloud-sdk',
  '/opt/google-cloud-sdk',
  '/usr/local/google-cloud-sdk',
  '/opt/homebrew/share/google-cloud-sdk',
  '/usr/local/share/google-cloud-sdk',
  '/snap/google-cloud-cli/current',
];

/** What to tell someone whose machine has no emulator. */
export const JAR_HELP = `the official Firestore emulator was not found; do one of:
  apt-get install google-cloud-cli-firestore-emulator   (or: gcloud components install cloud-firestore-emulator)
  npx firebase setup:emulators:firestore
  set FIRESTORE_EMULATOR_JAR to the path of cloud-firestore-emulator.jar`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the official emulator: `FIRESTORE_EMULATOR_JAR`, the Google Cloud SDK, the cache of firebase-tools, and
 * last its download. Throws {@link JAR_HELP} when none can be had, and when the variable names no file.
 */
export async function findJar(env: Environment, home = homedir()): Promise<string> {
  const named = env['FIRESTORE_EMULATOR_JAR'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`FIRESTORE_EMULATOR_JAR names no file: ${named}`);
  }
  const found = [...sdkRoots(env, home).map((root) => join(root, SDK_JAR)), ...cached(home)].find(existsSync);
  return found ?? download();
}

/** SHA-256 of a file, in hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function sdkRoots(env: Environment, home: string): string[] {
  const beside = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'gcloud'))
    .filter(existsSync)
    .map((gcloud) => dirname(dirname(realpathSync(gcloud))));
  const configured = env['CLOUDSDK_ROOT_DIR'];
  return [...(configured ? [configured] : []), ...SDK_ROOTS, join(home, 'google-cloud-sdk'), ...beside];
}

/** Jars that firebase-tools downloaded before, newest version first. */
function cached(home: string): string[] {
  const folder = join(home, '.cache/firebase/emulators');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^cloud-firestore-emulator-.*\.jar$/.test(name))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(folder, name));
}

async function download(): Promise<string> {
  try {
    const require = createRequire(import.meta.url);
    // firebase-tools ships no types; this function has taken an emulator's name and given the path since version 9.
    const { downloadEmulator } = require('firebase-tools/lib/emulator/download.js') as {
      downloadEmulator: (name: string) => Promise<string>;
    };
    return await downloadEmulator('firestore');
  } catch (cause) {
    throw new Error(JAR_HELP, { cause });
  }
}
