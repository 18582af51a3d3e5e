// `npm start`: builds what is stale, starts the local cloud with its state in .valv/, fills it with the sample
// organisation at the first start, prints where everything is, and ends all of it on Ctrl-C.
import { existsSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtOutputs, buildWhatIsStale } from './build.ts';
import { type LocalCloud, PORT_NAMES } from './cloudTypes.ts';
import { readJsonFile, writeJsonFile } from './jsonFile.ts';
import { startLocalCloud } from './localCloud.ts';
import { lockStateDir } from './lock.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIRST_PORT = 5100;
const SAMPLE_MODULE = new URL('./sample/seedSample.ts', import.meta.url);

/** How to sign in as the sample organisation's administrator; `seedSample` answers it. */
export type SampleAccount = {
  readonly email: string;
  readonly password: string;
  readonly organisation: string;
  /** Absent in a state that an earlier version made. */
  readonly colleagues?: readonly { readonly email: string; readonly role: string }[];
};

const { values } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    port: { type: 'string' },
    state: { type: 'string', default: '.valv' },
    'no-sample': { type: 'boolean', default: false },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const stateDir = resolve(ROOT, values.state);
  const unlock = lockStateDir(stateDir);
  process.on('exit', unlock);
  const stopBeforeReady = (): never => process.exit(130);
  process.on('SIGINT', stopBeforeReady).on('SIGTERM', stopBeforeReady);
  const startedAt = performance.now();
  await buildWhatIsStale(say);
  if (values.fresh) forget(stateDir);
  const cloud = await startLocalCloud({ stateDir, ...builtOutputs, fixedPorts: preferredPorts(), runSchedules: true });
  process.off('SIGINT', stopBeforeReady).off('SIGTERM', stopBeforeReady);
  stopOnSignal(cloud);
  const sample = values['no-sample'] ? undefined : await sampleAccount(cloud, stateDir);
  await writePublicKeys(cloud, stateDir);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  printAddresses(cloud, seconds, sample);
  if (cloud.firestoreEmulator !== null) say(`Firestore emulator: ${await cloud.firestoreEmulator.describe()}`);
}

/** State files of earlier runs; the lock, and folders of other copies inside, stay. */
function forget(stateDir: string): void {
  for (const name of [
    'firestore',
    'storage',
    'auth.json',
    'kms.json',
    'tasks.json',
    'scheduler.json',
    'bankid.json',
    'databases.json',
    'sample.json',
    'local.json',
    'local.env',
    'valv-keys.json',
  ]) {
    rmSync(join(stateDir, name), { recursive: true, force: true });
  }
}

/** One port after another from `--port`; each is only a wish. */
function preferredPorts(): Record<string, number> {
  const first = Number(values.port ?? FIRST_PORT);
  if (!Number.isInteger(first) || first < 1024 || first > 65_000) throw new Error('"--port" is not a port number');
  return Object.fromEntries(PORT_NAMES.map((name, index) => [name, first + index]));
}

/** Seeds once per state folder; the file that says how to sign in is written last. */
async function sampleAccount(cloud: LocalCloud, stateDir: string): Promise<SampleAccount | undefined> {
  const file = join(stateDir, 'sample.json');
  const known = readJsonFile(file) as SampleAccount | undefined; // Written below.
  if (known !== undefined || !existsSync(SAMPLE_MODULE)) return known;
  say('making the sample organisation …');
  const { seedSample } = (await import(SAMPLE_MODULE.href)) as { seedSample: (cloud: LocalCloud) => Promise<SampleAccount> };
  const account = await seedSample(cloud);
  await cloud.save();
  writeJsonFile(file, account);
  return account;
}

/** Where `npm run verify` finds the public keys of this installation. */
async function writePublicKeys(cloud: LocalCloud, stateDir: string): Promise<void> {
  const answer = await fetch(`${cloud.urls.app}/.well-known/valv-keys.json`);
  if (!answer.ok) throw new Error('the public keys could not be read');
  writeJsonFile(join(stateDir, 'valv-keys.json'), await answer.json());
}

function printAddresses(cloud: LocalCloud, seconds: string, sample: SampleAccount | undefined): void {
  const { app, mailbox, bankid, status, ...others } = cloud.urls;
  say(`\nValv runs locally (ready in ${seconds} s). Nothing leaves this machine.\n`);
  say(`  application  ${app}\n  mailbox      ${mailbox}\n  bankid       ${bankid}\n  status       ${status}\n`);
  for (const [name, url] of Object.entries(others)) say(`  ${name.padEnd(15)}${url === '' ? 'not started' : url}`);
  if (sample !== undefined) {
    say(`\nSign in to ${sample.organisation} as ${sample.email} with the password "${sample.password}".`);
    say('The code for the second step is in the mailbox; BankID is a page that plays the phone.');
    const colleagues = (sample.colleagues ?? []).map(({ email, role }) => `${email} (${role})`);
    if (colleagues.length > 0) say(`With the same password: ${colleagues.join(', ')}.`);
  }
  say(`\nAddresses are in ${relative(process.cwd(), join(resolve(ROOT, values.state), 'local.json'))}. Ctrl-C stops everything.`);
}

function stopOnSignal(cloud: LocalCloud): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    say('\nsaving and stopping …');
    cloud.stop().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
