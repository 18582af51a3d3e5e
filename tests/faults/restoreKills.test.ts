/** SIGKILL before, inside and after each step of a restore with its replay, and runs that sleep: nothing lost, half done or doubled. */
import { spawn } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { reconcileAudit } from '../../functions/src/audit/reconciling/reconcileAudit.ts';
import { copyExports } from '../../functions/src/backup/copyExports.ts';
import { hourlyIncrement } from '../../functions/src/backup/increments/hourlyIncrement.ts';
import { giveUp } from '../../functions/src/backup/restore/giveUp.ts';
import { requestText, type RestoreRequest, type RestoreTools } from '../../functions/src/backup/restore/prepare.ts';
import { dryRun, restore } from '../../functions/src/backup/restore/restore.ts';
import { discardScratches, listScratches, stepDone, takeUp, unfinishedScratch } from '../../functions/src/backup/restore/scratch.ts';
import { backupPersonalData } from '../../functions/src/backup/personalData.ts';
import { platformPersonalData } from '../../functions/src/platform/personalData.ts';
import { restoreCommand } from '../../infra/restore/command.ts';
import { listScratch, scratchPrefixes } from '../../functions/src/platform/databases.ts';
import { namedFirestore } from '../../functions/src/platform/firestore.ts';
import { clearDatabase } from '../../infra/local/firestore/adminRest.ts';
import { named, seal, verified } from '../support/auditLog/storedLog.ts';
import { exportNow, stateOf } from '../support/backups.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  eventsOf,
  jobEnded,
  newOrganisation,
  signIn,
  startJob,
  stored,
  useEnvironmentOf,
  type Organisation,
} from '../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, functionsMode: 'ownProcess', ownEmulator: true });
useEnvironmentOf(local);
const script = new URL('../../infra/restore/restore.ts', import.meta.url).pathname;
let at: Organisation;
let bystander: Organisation;
let erased = '';
let atExport = '';
let keysAtExport: string[];
let wanted: [string, string][];

const bucket = (): string => local.cloud.env['EXPORTS_BUCKET'] ?? '';
const copyBucket = (): string => local.cloud.env['EXPORTS_COPY_BUCKET'] ?? '';
const tenantData = async (): Promise<[string, string][]> =>
  [...(await stateOf(database(local)))].filter(
    ([path]) => path.startsWith(`orgs/${at.orgId}`) && /^orgs\/[^/]+(\/(members|dataSubjects)\/[^/]+)?$/.test(path),
  );

beforeAll(async () => {
  [at, bystander] = [await newOrganisation(local), await newOrganisation(local)];
  for (let number = 0; number < 5; number += 1) await addPerson(local, at, { givenName: `Person${number}` });
  erased = await addPerson(local, at, { givenName: 'Raderas' });
  await exportNow(local);
  await local.cloud.runSchedule('keysExport');
  keysAtExport = await everyKey();
  atExport = new Date().toISOString();
  wanted = (await tenantData()).filter(([path]) => !path.endsWith(erased));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await addPerson(local, at, { givenName: 'Sen' });
  const jobId = await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId: erased, reason: 'request', version: 1 }, at.owner);
  await jobEnded(local, jobId);
  await local.cloud.eventsSettled();
}, 240_000);

describe('a restore of one organisation', () => {
  test('that is killed at every line that it says ends as one that was not', async () => {
    const others = await ofBystander();
    const lines = [/^made/, /^imported/, /^applied/, /^replayed/, /^locked/, /dataSubjects/, /^orgs.*members/, /^documents/];
    await runKilledAt(lines, '--org', at.orgId, '--at', atExport);
    expect((await tenantData()).toSorted()).toEqual(wanted.toSorted());
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${erased}`)).toBeUndefined();
    expect(await stored(local, `subjectKeys/${erased}`, 'keys')).toBeUndefined();
    expect(await ofBystander()).toEqual(others);
    const events = (await eventsOf(local, at.orgId)).filter(({ action }) => action === 'backup.organisation.restore');
    expect(events).toHaveLength(2);
    const left = await listScratches();
    expect(left.filter(({ state }) => state?.step !== 'made')).toEqual([]); // only one that Google may still be filling
    await discardScratches(
      left.map(({ id }) => id),
      quiet.sleep,
    );
    expect(await stored(local, `restoreHolds/${at.orgId}`)).toBeUndefined();
  }, 300_000);
});

describe('a restore that is broken off', () => {
  const clock = (): Date => new Date();
  const at_ = (path: string) => stored(local, `orgs/${bystander.orgId}${path}`);
  const states = async () => Promise.all(members.map(async (id) => (await at_(`/members/${id}`))?.['state']));
  const target = () => ({ kind: 'organisation', orgId: bystander.orgId }) as const;
  const events = async () => (await eventsOf(local, bystander.orgId)).filter(({ action }) => action.startsWith('backup.organisation.'));
  let [person, members]: [string, string[]] = ['', []];

  beforeAll(async () => {
    bystander = { ...bystander, owner: await signIn(local, bystander.owner.email) };
    const { orgId, owner } = bystander;
    person = await addPerson(local, bystander, { givenName: 'Rättas' });
    members = [owner.accountId];
    for (const role of ['editor', 'reader'] as const) members.push((await addMember(local, orgId, role)).accountId);
    await local.cloud.eventsSettled();
    await copyExports(clock);
  });

  const correct = async (version: number, givenName: string): Promise<unknown> =>
    local.callable(
      'correctDataSubject',
      { orgId: bystander.orgId, dataSubjectId: person, version, changes: { givenName } },
      bystander.owner.idToken,
    );

  test('goes on from the copy of its export, then from none, and does not write over what members do who are in', async () => {
    const moment = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await correct(1, 'Rättad');
    await local.cloud.eventsSettled();
    const request = { target: target(), moment, exportId: null };
    await restoreUntil(/^locked out 3 members/, request);
    const [scratch] = await listScratches();
    await withChanged(copyBucket(), `daily/${scratch?.state?.exportId}.manifest.jws`, () =>
      expect(restore({ ...request, bucket: copyBucket() }, quiet)).rejects.toMatchObject({ code: 'backup/damaged' }),
    );
    await without([bucket()], () => restoreUntil(/dataSubjects.*: 1 documents/, { ...request, bucket: copyBucket() }));
    const ledger = await namedFirestore(scratch?.id ?? '')
      .collection('restoreLedger')
      .get();
    expect(ledger.docs.map((entry) => entry.get('dataSubjectId') as unknown)).toContain(erased);
    expect(Object.keys(ledger.docs[0]?.data() ?? {}).toSorted()).toEqual(declared('restoreLedger/{id}'));
    const hold = await stored(local, `restoreHolds/${bystander.orgId}`);
    expect(Object.keys(hold ?? {}).toSorted()).toEqual(declared('restoreHolds/{orgId}'));
    await expect(giveUp(scratch?.id ?? '', true, quiet)).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
    await without([bucket(), copyBucket()], async () => {
      expect((await dryRun(request, quiet)).changes.map(({ pattern }) => pattern)).toEqual(['orgs/{orgId}/members/{accountId}']);
      await restoreUntil(/^documents are as they were/, request);
      expect(await states()).toEqual(['lockedOut', 'lockedOut', 'lockedOut']);
      expect(await at_(`/dataSubjects/${person}`)).toMatchObject({ version: 1 });
      // As one that is killed between two members: these are in, and do something.
      for (const id of [members[0], members[2]])
        await database(local).doc(`orgs/${bystander.orgId}/members/${id}`).update({ state: 'active' });
      bystander = { ...bystander, owner: await signIn(local, bystander.owner.email) };
      await correct(1, 'Rättad igen');
      expect(await dryRun(request, quiet)).toMatchObject({ changes: [], stillOut: 1 });
      await local.callable('removeMember', { orgId: bystander.orgId, accountId: members[2] }, bystander.owner.idToken);
      expect(await restoreUntil(null, request)).toContain('let in 1 members');
    });
    expect(await states()).toEqual(['active', 'active', 'removed']);
    expect(await at_(`/dataSubjects/${person}`)).toMatchObject({ version: 2 });
    expect(await stored(local, `restoreHolds/${bystander.orgId}`)).toBeUndefined();
    expect(await listScratch(scratchPrefixes.restore)).toEqual([]);
  }, 240_000);

  test('before it has written a document can be given up, and everybody is as they are now', async () => {
    const request = { target: target(), moment: new Date(atExport), exportId: null };
    const before = await at_(`/dataSubjects/${person}`);
    await restoreUntil(/^locked out 2 members/, request);
    const [scratch] = await listScratches();
    const id = scratch?.id ?? '';
    const [out, err]: [string[], string[]] = [[], []];
    const command = (...args: string[]) => restoreCommand(args, { print: (text) => out.push(text), printError: (text) => err.push(text) });
    expect(await command('--give-up', 'restore-of-nobody')).toBe(1);
    expect(err).toEqual([expect.stringMatching(/^backup\/missing/)]);
    expect(await command('--give-up', id)).toBe(0);
    expect(out[0]).toContain(`give up the restore of organisation ${bystander.orgId} to ${atExport}, and let in 2 members`);
    expect(await states()).toEqual(['lockedOut', 'lockedOut', 'removed']);
    // Killed as soon as it was noted; whoever is still restoring goes no further.
    const begun = (await unfinishedScratch({ ...request, target: requestText(request), bucket: bucket() }, clock))!;
    const running = await takeUp(begun);
    await stepDone(await takeUp(begun), 'givenUp');
    await expect(stepDone(running, 'tightened')).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
    await expect(restore(request, quiet)).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
    expect(await command('--give-up', id, '--do-it')).toBe(0);
    expect(out.at(-1)).toBe(`the restore of organisation ${bystander.orgId} is given up`);
    expect(await states()).toEqual(['active', 'active', 'removed']);
    expect(await at_(`/dataSubjects/${person}`)).toEqual(before);
    expect(await stored(local, `restoreHolds/${bystander.orgId}`)).toBeUndefined();
    expect(await listScratch(scratchPrefixes.restore)).toEqual([]);
    const told = await events();
    expect(told.map(({ action }) => action).toSorted()).toEqual([
      'backup.organisation.giveUpRestore',
      ...Array.from({ length: 3 }, () => 'backup.organisation.restore'),
      'backup.organisation.restoreDocuments',
    ]);
    const given = told.find(({ action }) => action === 'backup.organisation.giveUpRestore');
    expect(told.filter(({ jobId }) => jobId === given?.['jobId'])).toHaveLength(2);
  }, 240_000);

  test('of everything goes on from the copy when the first bucket is lost', async () => {
    const request = { target: { kind: 'everything' }, moment: new Date(atExport), exportId: null } as const;
    await restoreUntil(/^locked out/, request);
    await without([bucket()], async () => {
      await expect(restore(request, quiet)).rejects.toThrow();
      await restoreUntil(null, { ...request, bucket: copyBucket() });
    });
    expect((await tenantData()).toSorted()).toEqual(wanted.toSorted());
  }, 240_000);
});

describe('a restore of everything', () => {
  test('that is killed at lines that it says ends as one that was not, and nobody is taken for removed who was locked out', async () => {
    await addPerson(local, { ...at, owner: await signIn(local, at.owner.email) }, { givenName: 'Senare' });
    await local.cloud.eventsSettled();
    await runKilledAt([/^imported/, /^replayed/, /^locked out/, /^orgs.*dataSubjects/, /^orgs.*members/], '--everything', '--at', atExport);
    expect((await tenantData()).toSorted()).toEqual(wanted.toSorted());
    expect(await stored(local, `subjectKeys/${erased}`, 'keys')).toBeUndefined();
    expect(await listScratch(scratchPrefixes.restore)).toEqual([]);
    expect(await stored(local, 'restoreHolds/everyOrganisation')).toBeUndefined();
  }, 300_000);
});

describe('a restore of a lost database that is killed while it copies, and whose scratch database is lost too', () => {
  test('is begun again, takes nobody for removed who had not been copied, and leaves nothing to be told', async () => {
    const lost = { target: { kind: 'everything' }, moment: new Date(atExport), exportId: null } as const;
    await seal();
    const sealed = await stored(local, `auditHeads/${at.orgId}`);
    await local.cloud.eventsSettled();
    await hourlyIncrement(quiet.clock);
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, '(default)');
    await local.cloud.eventsSettled();
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, 'journal');
    await restoreUntil(/dataSubjects.*documents/, lost);
    expect(await stored(local, `orgs/${at.orgId}`)).toBeDefined();
    expect(await stored(local, `orgs/${at.orgId}/members/${at.owner.accountId}`)).toBeUndefined();
    await seal(); // the log is on its way: it does not begin anew with the event of the restore
    expect(await stored(local, `auditHeads/${at.orgId}`)).toBeUndefined();
    await discardScratches(await listScratch(scratchPrefixes.restore), quiet.sleep);
    expect((await dryRun(lost, quiet)).withdrawn.filter(({ path }) => path.startsWith(`orgs/${at.orgId}`))).toEqual([]);
    await restoreUntil(null, lost);
    expect((await tenantData()).toSorted()).toEqual(wanted.toSorted());
    expect(await stored(local, `auditHeads/${at.orgId}`)).toEqual(sealed);
    await seal();
    expect(named(await verified(at.orgId))).toEqual(['unsigned head 0']); // nobody has signed here
    const told: string[] = [];
    const tell = (orgId: string): Promise<void> => Promise.resolve(void told.push(orgId));
    for (let isRound = false; !isRound;) ({ isRound } = await reconcileAudit(tell, quiet.clock));
    expect(told).not.toContain(at.orgId);
    expect(await stored(local, 'restoreHolds/everyOrganisation')).toBeUndefined();
  }, 240_000);
});

describe('a restore of the keys', () => {
  test('that is killed at every line that it says ends as one that was not', async () => {
    const before = keysAtExport.filter((path) => !path.endsWith(erased));
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, 'keys');
    await runKilledAt([/^the newest export/, /are taken out/, /^orgKeys/], '--keys');
    expect(await everyKey()).toEqual(before);
    expect(await stored(local, `subjectKeys/${erased}`, 'keys')).toBeUndefined();
    expect(await listScratch(scratchPrefixes.restore)).toEqual([]);
  }, 300_000);
});

const quiet: RestoreTools = {
  clock: () => new Date(),
  sleep: () => new Promise((resolve) => setTimeout(resolve, 20)),
  say: () => undefined,
};

/** The names of the fields that are declared for a collection. */
const declared = (name: string): readonly string[] =>
  Object.keys([...backupPersonalData, ...platformPersonalData].find(({ collection }) => collection === name)?.fields ?? {}).toSorted();

class Killed extends Error {}

/** Restores in this process, and breaks off where it says a line; answers all that it said. */
async function restoreUntil(line: RegExp | null, request: RestoreRequest): Promise<string[]> {
  const said: string[] = [];
  const say = (text: string): void => {
    said.push(text);
    if (line?.test(text) === true) throw new Killed();
  };
  const run = restore(request, { ...quiet, say });
  if (line === null) await run;
  else await expect(run).rejects.toThrow(Killed);
  return said;
}

/** Does something while buckets are lost. */
async function without(names: readonly string[], run: () => Promise<unknown>): Promise<void> {
  const { buckets } = local.cloud.storage;
  const lost = names.map((name) => [name, buckets.get(name)!] as const);
  for (const name of names) buckets.delete(name);
  await run().finally(() => lost.forEach(([name, there]) => buckets.set(name, there)));
}

/** Does something while an object is another. */
async function withChanged(name: string, path: string, run: () => Promise<unknown>): Promise<void> {
  const bytes = local.cloud.storage.read(local.cloud.storage.objects(name).get(path)!);
  local.cloud.storage.put(name, path, Buffer.from('another'), {});
  await run().finally(() => local.cloud.storage.put(name, path, bytes, {}));
}

async function everyKey(): Promise<string[]> {
  const found = await Promise.all(['orgKeys', 'subjectKeys'].map((name) => database(local, 'keys').collection(name).get()));
  return found.flatMap(({ docs }) => docs.map(({ ref }) => ref.path)).toSorted();
}

const ofBystander = async (): Promise<[string, string][]> =>
  [...(await stateOf(database(local)))].filter(([path]) => path.includes(bystander.orgId));

/**
 * Runs a command as often as there are lines, kills it each time as it says the next one, and then lets it end. A line that it had
 * said before the signal came is not waited for again: at least half of them are kills.
 */
async function runKilledAt(lines: readonly RegExp[], ...args: string[]): Promise<void> {
  let text = '';
  let kills = 0;
  const isSaid = (line: RegExp): boolean => text.split('\n').some((said) => line.test(said));
  for (const line of lines) {
    if (isSaid(line)) continue;
    const run = await runUntil(line, args);
    expect(run.signal).toBe('SIGKILL');
    kills += 1;
    text += run.text;
  }
  expect(kills).toBeGreaterThanOrEqual(Math.ceil(lines.length / 2));
  expect(await runUntil(null, args)).toMatchObject({ signal: null, text: expect.stringMatching(/^done|was finished before/m) });
}

/** Runs a restore until it says a line, and kills it there; answers what ended it and all that it said. */
function runUntil(line: RegExp | null, args: readonly string[]): Promise<{ signal: string | null; text: string }> {
  const env = { ...process.env, ...local.cloud.env };
  const child = spawn(process.execPath, [script, ...args, '--do-it'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (line !== null && text.split('\n').some((said) => line.test(said))) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve({ signal, text })));
}
