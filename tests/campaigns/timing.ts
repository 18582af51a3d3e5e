/**
 * Whether the time of a refused sign-in tells if the address has an account: a wrong password for known accounts against unknown
 * addresses, interleaved in random order, on the deployed function. Welch's |t| must stay below 4.5.
 *
 * `npm run campaign:timing`, 20,000 attempts; `npm run campaign:timing -- --count 2000` for a quick look. Every attempt is
 * refused for its password, so no limit is reached: there are enough accounts, addresses and network addresses for that.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { deleteApp, getApps } from 'firebase-admin/app';
import { Timestamp } from 'firebase-admin/firestore';
import { accountsKey, emailIndexOf, sealAccount } from '../../functions/src/identity/accountStore.ts';
import { hashPassword } from '../../functions/src/identity/password.ts';
import { adminFirestore } from '../../functions/src/platform/firestore.ts';
import { accountsOrgId, createSubjectKeys } from '../../functions/src/platform/keyring.ts';
import { builtOutputs, buildWhatIsStale } from '../../infra/local/build.ts';
import type { LocalCloud } from '../../infra/local/cloudTypes.ts';
import { setEnvironment } from '../../infra/local/environment.ts';
import { startLocalCloud } from '../../infra/local/localCloud.ts';

const limit = 4.5;
/** The account's limit is 100 a day for new devices: half as many of each. */
const attemptsOfEach = 50;
const warmUps = 100;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const { values: options } = parseArgs({ options: { count: { type: 'string', default: '20000' } } });
const attempts = Number(options.count);

type Sort = 'known' | 'unknown';
type Attempt = { readonly sort: Sort; readonly email: string };

/** Accounts as sign-up makes them, all with one password, since each has a hash of the same cost. */
async function makeAccounts(emails: readonly string[]): Promise<void> {
  await accountsKey(); // made at its first use
  const passwordHash = await hashPassword(randomBytes(16).toString('base64url'));
  const ids = emails.map(() => randomBytes(15).toString('base64url'));
  const keys = await createSubjectKeys(accountsOrgId, 'account', ids);
  const made = emails.map(async (email, index) => {
    const id = ids[index] ?? '';
    const dek = keys.get(id);
    if (dek === undefined) throw new TypeError('a key was not made');
    const sealed = sealAccount(dek, id, { email, displayName: 'Prov', passwordHash, locale: 'sv' });
    const head = { v: 1, state: 'active', emailIndex: await emailIndexOf(email), bankIdIndex: null, knownDevices: [] };
    await adminFirestore()
      .doc(`accounts/${id}`)
      .create({ ...head, sealed, createdAt: Timestamp.now() });
  });
  await Promise.all(made);
}

const addressesOf = (sort: Sort): string[] =>
  Array.from(
    { length: Math.ceil((attempts + warmUps) / 2 / attemptsOfEach) + 1 },
    (_, index) => `${sort.slice(0, 1)}${index}-${sort.length}@example.org`,
  );

/** As many of each sort, each address as often, in random order. */
function plan(known: readonly string[], unknown: readonly string[], length: number): Attempt[] {
  const all = Array.from({ length: Math.ceil(length / 2) }, (_, index): Attempt[] => [
    { sort: 'known', email: known[index % known.length] ?? '' },
    { sort: 'unknown', email: unknown[index % unknown.length] ?? '' },
  ]).flat();
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    const [here, there] = [all[last], all[other]];
    if (here !== undefined && there !== undefined) [all[last], all[other]] = [there, here];
  }
  return all;
}

/** Milliseconds from sending an attempt to the end of its answer. Throws when it was refused for anything but its password. */
function timed(cloud: LocalCloud, { email }: Attempt, number: number): Promise<number> {
  const body = JSON.stringify({ data: { email, password: 'fel lösenord av många', locale: 'sv' } });
  // A network address of its own for every two hundred: its limit is 300 in a quarter of an hour.
  const block = Math.floor(number / 200);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-forwarded-for': `198.51.${Math.floor(block / 250)}.${block % 250}`,
  };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const call = request(`${cloud.urls.functions}/signInBegin`, { agent, method: 'POST', headers });
    call.once('error', reject);
    call.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk)).once('error', reject);
      response.once('end', () => {
        const took = performance.now() - began;
        if (text.includes('identity/wrong-credentials')) resolve(took);
        else reject(new Error(`attempt ${number} was answered ${text.slice(0, 200)}`));
      });
    });
    call.end(body);
  });
}

type Sample = { readonly count: number; readonly mean: number; readonly variance: number };

function sampleOf(times: readonly number[]): Sample {
  const mean = times.reduce((sum, one) => sum + one, 0) / times.length;
  const variance = times.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (times.length - 1);
  return { count: times.length, mean, variance };
}

/** Welch's t of two samples whose variances may differ. */
const welch = (a: Sample, b: Sample): number => (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function measure(cloud: LocalCloud): Promise<boolean> {
  const [known, unknown] = [addressesOf('known'), addressesOf('unknown')];
  await makeAccounts(known);
  const times: Record<Sort, number[]> = { known: [], unknown: [] };
  // What happens once, such as loading and opening connections, happens before.
  for (const [number, attempt] of plan(known, unknown, warmUps).entries()) await timed(cloud, attempt, number);
  for (const [number, attempt] of plan(known, unknown, attempts).entries()) {
    times[attempt.sort].push(await timed(cloud, attempt, number + warmUps));
    if ((number + 1) % 1000 === 0) print(`${number + 1}  t ${welch(sampleOf(times.known), sampleOf(times.unknown)).toFixed(2)}`);
  }
  const [a, b] = [sampleOf(times.known), sampleOf(times.unknown)];
  const t = welch(a, b);
  const row = (name: Sort, { count, mean, variance }: Sample): void =>
    print(
      `${name.padEnd(8)} ${count} attempts, mean ${mean.toFixed(3)} ms, median ${median(times[name]).toFixed(3)} ms, deviation ${Math.sqrt(variance).toFixed(3)} ms`,
    );
  row('known', a);
  row('unknown', b);
  print(`Welch's t ${t.toFixed(2)}, |t| below ${limit}: ${Math.abs(t) < limit ? 'yes' : 'NO'}`);
  return Math.abs(t) < limit;
}

if (!Number.isInteger(attempts) || attempts < 100) throw new TypeError('"--count" is a whole number from 100');
const functionsEntry = process.env['VALV_FUNCTIONS'] ?? builtOutputs.functionsEntry;
if (process.env['VALV_FUNCTIONS'] === undefined) await buildWhatIsStale(print);
const cloud = await startLocalCloud({
  projectId: 'valv-timing',
  stateDir: null,
  functionsEntry,
  functionsMode: 'ownProcess',
  hostingDir: null,
});
const restore = setEnvironment(cloud.env);
try {
  process.exitCode = (await measure(cloud)) ? 0 : 1;
} finally {
  for (const app of getApps()) await deleteApp(app);
  agent.destroy();
  restore();
  await cloud.stop();
}
