/** SIGKILL before, inside and after each step of sealing and signing: nothing is lost, sealed twice or signed in two ways. */
import { expect, test } from 'vitest';
import { withLocalCloud } from '../support/localCloud.ts';
import { verified, writeEvents } from '../support/auditLog/storedLog.ts';
import { builtFunctions, database, useEnvironmentOf } from '../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, functionsMode: 'ownProcess' });
useEnvironmentOf(local);

const organisations = ['a', 'b', 'c'].map((name) => `killed-sealing-${name}-of-the-tests`);
const written = new Map<string, number>();
let seed = 1;

/** More to seal in every organisation: in one more than one seal holds. */
async function moreEvents(): Promise<void> {
  for (const [at, orgId] of organisations.entries()) {
    const count = at === 0 ? 1100 : 30;
    await writeEvents(local, orgId, count, (seed += 1));
    written.set(orgId, (written.get(orgId) ?? 0) + count);
  }
}

const run = (): Promise<void> => local.cloud.runSchedule('sealAuditEvents');
/** Waits for a moment, and lets the services of this process work meanwhile. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('the moment never came');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Starts a run, kills it when the moment has come, and brings the functions back. */
async function killedWhen(isSo: () => Promise<boolean>): Promise<void> {
  const running = run().then(
    () => 'done',
    () => 'killed',
  );
  await Promise.race([until(isSo), running]);
  await local.cloud.killFunctions();
  await running;
  await local.cloud.restartFunctions();
}

const db = () => database(local);
const sealsOf = async (orgId: string): Promise<number> => (await db().collection(`orgs/${orgId}/auditSeals`).count().get()).data().count;
const checkpoints = async () => (await db().collection('auditCheckpoints').orderBy('n').get()).docs;
const bucket = () => local.cloud.storage.objects(local.cloud.env['CHECKPOINTS_BUCKET'] ?? '');

/** The moments, by what shows that they have come; some are held open by a service that does not answer. */
const moments: readonly [string, () => Promise<void>][] = [
  ['before anything', () => killedWhen(() => Promise.resolve(true))],
  [
    'between two seals of one organisation',
    async () => {
      const before = await sealsOf(organisations[0]!);
      await killedWhen(async () => (await sealsOf(organisations[0]!)) > before);
    },
  ],
  [
    'when everything is sealed and nothing signed',
    async () => {
      const withdraw = local.cloud.faults.inject({ service: 'kms', match: 'asymmetricSign', kind: 'timeout', times: 1000 });
      const before = await sealsOf(organisations[2]!);
      await killedWhen(async () => (await sealsOf(organisations[2]!)) > before && (local.cloud.counters('kms')['asymmetricSign'] ?? 0) > 0);
      withdraw();
    },
  ],
  [
    'when it is signed and stored, and not in the bucket',
    async () => {
      const withdraw = local.cloud.faults.inject({ service: 'storage', match: 'insertObject', kind: 'timeout', times: 1000 });
      await killedWhen(async () => (await checkpoints()).some((checkpoint) => checkpoint.get('storedAt') === null));
      withdraw();
    },
  ],
  [
    'when it is in the bucket, and nobody has noted it',
    async () => {
      const before = bucket().size;
      await killedWhen(() => Promise.resolve(bucket().size > before));
    },
  ],
  ['after everything', () => run()],
];

test.each(moments)('killed %s, the next run goes on', async (_moment, kill) => {
  await moreEvents();
  await kill();
  await run();
  for (const orgId of organisations) {
    const { findings, events } = await verified(orgId);
    expect({ findings, events }).toEqual({ findings: [], events: written.get(orgId) });
    const waiting = await db().collection(`orgs/${orgId}/auditEvents`).where('sealSeq', '==', null).count().get();
    expect(waiting.data().count).toBe(0);
  }
});

test('killed at random moments, twelve times, it leaves one whole log', async () => {
  const random = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`KILL_SEED=${random}`);
  for (let round = 0; round < 12; round += 1) {
    if (round % 3 === 0) await moreEvents();
    const wait = (Math.imul(random + round, 1_103_515_245) >>> 0) % 1500;
    const began = Date.now();
    await killedWhen(() => Promise.resolve(Date.now() - began > wait));
  }
  await run();
  for (const orgId of organisations) {
    const { findings, events } = await verified(orgId);
    expect({ findings, events }).toEqual({ findings: [], events: written.get(orgId) });
  }
});

test('checkpoints are numbered without gaps, each behind the one before, and the bucket has exactly them', async () => {
  const all = (await checkpoints()).map(
    (checkpoint) => checkpoint.data() as { n: number; start: number; size: number; note: string; leaves: string[] },
  );
  expect(all.map(({ n }) => n)).toEqual(all.map((_one, index) => index + 1));
  expect(all.map(({ start }) => start)).toEqual([0, ...all.slice(0, -1).map(({ size }) => size)]);
  const names = all.map(({ n }) => `checkpoints/${String(n).padStart(10, '0')}.json`);
  expect([...bucket().keys()].toSorted()).toEqual(names.toSorted());
  for (const [at, { note }] of all.entries())
    expect(JSON.parse(local.cloud.storage.read(bucket().get(names[at]!)!).toString())).toMatchObject({ note });
});
