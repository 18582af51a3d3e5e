/**
 * The main job without a browser: everything from sign-up to the restore drill, through the same addresses
 * as the web app and by the same commands as operators, against a fresh local cloud. Ends with 0 only if every step proved what it claims.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtOutputs, buildWhatIsStale } from '../local/build.ts';
import { samplePersons } from '../local/sample/persons.ts';
import { startLocalCloud } from '../local/localCloud.ts';
import * as audit from './auditSteps.ts';
import * as backup from './backupSteps.ts';
import * as steps from './steps.ts';
import { transcript } from './transcript.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const personCount = 1000;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

print('Valv demo: a fresh local cloud, no browser, the same calls as the app and operators\n');
await buildWhatIsStale(print);
const start = performance.now();
const cloud = await startLocalCloud({
  projectId: 'valv-demo',
  stateDir: null,
  functionsMode: 'inProcess',
  ...builtOutputs,
});
print(`  --  local cloud ready${' '.repeat(10)} ${String(Math.round(performance.now() - start)).padStart(6)} ms  ${cloud.urls.app}`);

const { app, mailbox, auth, firestore } = cloud.urls;
const persons = samplePersons(personCount);
const state: steps.DemoState = {
  at: { app, mailbox, auth, firestore, projectId: cloud.projectId },
  cloud,
  persons,
  email: 'demo@example.org',
  password: 'fyra ord räcker långt',
  idToken: '',
  orgId: '',
  personIndex: persons.findIndex(
    ({ fields, isProtected }) => !isProtected && fields.email !== undefined && fields.personalIdentityNumber !== undefined,
  ),
  dataSubjectId: '',
  extract: Buffer.alloc(0),
  log: '',
  folder: await mkdtemp(join(tmpdir(), 'valv-demo-')),
  earlier: null,
};

const record = transcript(print);
const plan = {
  'sign-up': steps.signUp,
  'sign-in': steps.signIn,
  organisation: steps.foundOrganisation,
  'import 1,000 persons': steps.importPersons,
  search: steps.searchPersons,
  correct: steps.correctPerson,
  reveal: steps.revealNumber,
  extract: steps.makeExtract,
  verify: steps.verifyExtractOffline,
  erase: steps.erasePerson,
  'refused after erasure': steps.refusedAfterErasure,
  'seal the log': audit.sealLog,
  'verify the log': audit.verifyLog,
  'tamper with the file': audit.tamperWithFile,
  'tamper with the database': audit.tamperWithDatabase,
  'daily export': backup.exportDaily,
  'byte scan of the export': backup.scanExport,
  'hourly increment': backup.incrementAfterChanges,
  'restore to a moment': backup.restoreMoment,
  'restore drill': backup.drill,
} as const satisfies Record<string, (state: steps.DemoState) => Promise<unknown>>;

let isProved = true;
try {
  for (const [name, run] of Object.entries(plan)) await record.step(name, () => run(state));
} catch {
  isProved = false;
}
await mkdir(join(root, '.valv'), { recursive: true });
await writeFile(join(root, '.valv/demo.json'), `${JSON.stringify(record.steps, null, 2)}\n`);
await cloud.stop();
await rm(state.folder, { recursive: true });
print(
  `\n${record.steps.filter(({ ok }) => ok).length} of ${Object.keys(plan).length} steps proved in ${Math.round((performance.now() - start) / 1000)} s; .valv/demo.json has the evidence`,
);
process.exitCode = isProved ? 0 : 1;
