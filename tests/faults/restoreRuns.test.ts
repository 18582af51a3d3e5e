/** Two runs of a restore at once, and a restore whose scratch database is lost. */
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pruneExports } from '../../functions/src/backup/pruneExports.ts';
import { giveUp } from '../../functions/src/backup/restore/giveUp.ts';
import { prepare, requestText, type RestoreRequest } from '../../functions/src/backup/restore/prepare.ts';
import { dryRun, makePresent, restore } from '../../functions/src/backup/restore/restore.ts';
import { discardScratches, listScratches, makeScratch, stepDone } from '../../functions/src/backup/restore/scratch.ts';
import { namedFirestore } from '../../functions/src/platform/firestore.ts';
import { exportNow, stateOf } from '../support/backups.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  eventsOf,
  newOrganisation,
  signIn,
  stored,
  useEnvironmentOf,
  type Organisation,
} from '../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, ownEmulator: true });
useEnvironmentOf(local);
const [script, stopAt] = ['../../infra/restore/restore.ts', './support/stopAt.fixture.ts'].map(
  (path) => new URL(path, import.meta.url).pathname,
);
const quiet = { clock: () => new Date(), sleep: async () => void (await pause(20)), say: (): void => undefined };

let at: Organisation;
let [person, member] = ['', ''];
let version = 0;
let request: RestoreRequest & { moment: Date };

const stateNow = async () => [...(await stateOf(database(local)))].filter(([path]) => path.includes(at.orgId)).toSorted();
const states = () =>
  Promise.all(
    [at.owner.accountId, member].map(async (id) => (await stored(local, `orgs/${at.orgId}/members/${id}`))?.['state'] as unknown),
  );
const versionNow = async () => (await stored(local, `orgs/${at.orgId}/dataSubjects/${person}`))?.['version'] as number;
const holdNow = () => stored(local, `restoreHolds/${at.orgId}`);
const holdsNow = async () => (await database(local).collection('restoreHolds').get()).docs.map(({ id }) => id);
const millis = (at: unknown): number => (at as { toMillis(): number }).toMillis();
const idsNow = async () => (await listScratches()).map(({ id }) => id);
const idNow = async () => (await idsNow())[0] ?? '';

/** Signs in anew: a restore ends sessions. */
async function correct(givenName: string): Promise<void> {
  at = { ...at, owner: await signIn(local, at.owner.email) };
  const input = { orgId: at.orgId, dataSubjectId: person, version: await versionNow(), changes: { givenName } };
  await local.callable('correctDataSubject', input, at.owner.idToken);
}

beforeAll(async () => {
  at = await newOrganisation(local);
  person = await addPerson(local, at, { givenName: 'Rättas' });
  member = (await addMember(local, at.orgId, 'editor')).accountId;
  await exportNow(local);
}, 240_000);

/** To just before the person is corrected. */
beforeEach(async () => {
  await database(local).recursiveDelete(database(local).collection('rateLimits')); // each run signs in anew
  version = await versionNow();
  await local.cloud.eventsSettled();
  request = { target: { kind: 'organisation', orgId: at.orgId }, moment: new Date(), exportId: null };
  await pause(5);
  await correct(`Rättad${version}`); // another name each time, or nothing is written
  await local.cloud.eventsSettled();
});

describe('a restore whose process sleeps', () => {
  test.each([
    ['^locked out', 'another run finishes it'],
    ['^.*dataSubjects.*: 1 documents', 'another run finishes it'],
    ['^locked out', 'it is given up'],
  ] as const)(
    'behind "%s" while %s writes nothing when it wakes',
    async (line, how) => {
      const sleeper = await asleepAt(line, ['--org', at.orgId, '--at', request.moment.toISOString(), '--do-it']);
      expect(await states()).toEqual(['lockedOut', 'lockedOut']);
      if (how === 'it is given up') await giveUp(await idNow(), true, quiet);
      else await restore(request, quiet);
      expect(await versionNow()).toBe(how === 'it is given up' ? version + 1 : version);
      await correct('Skrivs inte över');
      const before = await stateNow();
      expect(await sleeper.wake()).toMatchObject({ code: 1, err: expect.stringMatching(/^backup\/restore-unfinished/m) });
      expect(await stateNow()).toEqual(before);
      expect(await states()).toEqual(['active', 'active']);
      expect(await holdNow()).toBeUndefined();
      expect(await listScratches()).toEqual([]);
    },
    240_000,
  );

  test('over its dry run puts nothing back into the scratch database that another run has tightened', async () => {
    const { accountId } = await addMember(local, at.orgId, 'editor');
    await local.cloud.eventsSettled();
    const moment = new Date();
    await pause(5);
    await local.callable('removeMember', { orgId: at.orgId, accountId }, at.owner.idToken);
    await local.cloud.eventsSettled();
    const sleeper = await asleepAt('^imported', ['--org', at.orgId, '--at', moment.toISOString()]);
    await expect(restoreUntil(/^locked out/, { ...request, moment })).rejects.toThrow(LeftHere);
    const scratch = namedFirestore(await idNow());
    const tightened = await stateOf(scratch);
    expect(await sleeper.wake()).toMatchObject({ code: 1, err: expect.stringMatching(/^backup\/restore-unfinished/m) });
    expect(await stateOf(scratch)).toEqual(tightened);
    await restore({ ...request, moment }, quiet);
    expect(await stored(local, `orgs/${at.orgId}/members/${accountId}`)).toMatchObject({ state: 'removed' });
    expect(await states()).toEqual(['active', 'active']);
  }, 240_000);

  test('or is killed while its scratch database is filled keeps it to itself: Google may still be filling it', async () => {
    await expect(restoreUntil(/^made/)).rejects.toThrow(LeftHere);
    const left = await idNow();
    const { scratch } = await dryRun(request, quiet);
    expect(scratch.id).not.toBe(left);
    expect(await idsNow()).toEqual([left, scratch.id].toSorted());
    await discardScratches([left, scratch.id], quiet.sleep);
  }, 240_000);
});

describe('several restores of the same that are prepared', () => {
  const newest = () => ({ ...request, moment: null });

  test('do not stop the import of one another, and which is meant has to be said', async () => {
    const own = await prepare(request, quiet);
    const earlier = new Date(Date.now() - 120_000);
    const { createdAt: _, step: __, ...plan } = own.scratch.state;
    const another = await makeScratch({ ...plan, moment: earlier.toISOString() }, () => earlier, quiet.sleep);
    const ids = [another.id, own.scratch.id].toSorted();
    expect((await dryRun(newest(), quiet)).scratch.id).toBe(own.scratch.id);
    expect(await idsNow()).toEqual(ids);
    await stepDone(another, 'replayed');
    const moments = expect.arrayContaining([plan.moment, another.state.moment]) as unknown;
    await expect(restore(newest(), quiet)).rejects.toMatchObject({ code: 'backup/restore-unfinished', details: { moments } });
    expect((await dryRun(request, quiet)).scratch.id).toBe(own.scratch.id);
    await discardScratches(ids, quiet.sleep);
  }, 240_000);
});

describe('two restores that touch the same', () => {
  const everything = { kind: 'everything' } as const;

  test('and are begun at once do not both begin; the one that does not goes on when the other has ended', async () => {
    const all = { ...request, target: everything };
    const [first, second] = [await prepare(request, quiet), await prepare(all, quiet)];
    const ended = await Promise.allSettled([makePresent(request, first, quiet), makePresent(all, second, quiet)]);
    for (const one of ended) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'backup/restore-unfinished' });
    expect(ended.map(({ status }) => status)).toContain('rejected');
    for (const one of [request, all]) await restore(one, quiet);
    expect(await states()).toEqual(['active', 'active']);
    expect(await versionNow()).toBe(version);
    expect([await listScratches(), await holdsNow()]).toEqual([[], []]);
  }, 240_000);

  test('one that was prepared before the other began locks out and lets in nobody, and stays prepared', async () => {
    const all = { ...request, target: everything };
    const prepared = await prepare(all, quiet);
    const begun = await prepare(request, quiet);
    await expect(makePresent(request, begun, leaving(/^locked out/))).rejects.toThrow(LeftHere);
    const before = await stateNow();
    const refused = { code: 'backup/restore-unfinished', details: { scratchId: begun.scratch.id } };
    await expect(makePresent(all, prepared, quiet)).rejects.toMatchObject(refused);
    expect([await stateNow(), await holdsNow()]).toEqual([before, [at.orgId]]);
    await restore(request, quiet);
    await restore(all, quiet);
    expect(await states()).toEqual(['active', 'active']);
    expect([await listScratches(), await holdsNow()]).toEqual([[], []]);
  }, 240_000);

  test("one that was left as it was about to begin is in nobody's way, does not begin when it wakes, and is prepared again when taken up", async () => {
    const left = await stepDone((await prepare(request, quiet)).scratch, 'beginning');
    await restore({ ...request, target: everything }, quiet);
    await expect(stepDone(left, 'begun')).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
    expect((await listScratches()).map(({ id, state }) => [id, state?.step])).toEqual([[left.id, 'replayed']]);
    await stepDone((await prepare(request, quiet)).scratch, 'beginning');
    await dryRun(request, quiet);
    expect((await listScratches()).map(({ state }) => state?.step)).toEqual(['replayed']);
    expect([await states(), await holdsNow()]).toEqual([['active', 'active'], []]);
    await discardScratches([left.id], quiet.sleep);
  }, 240_000);

  test('one of everything ends what was left of one of an organisation whose scratch database is lost', async () => {
    await expect(restoreUntil(/dataSubjects.*: 1 documents/)).rejects.toThrow(LeftHere);
    await discardScratches([await idNow()], quiet.sleep);
    const jobId = (await holdNow())?.['restoreId'];
    await expect(restoreUntil(/^locked out/, { ...request, target: everything })).rejects.toThrow(LeftHere);
    await restore({ ...request, target: everything }, quiet);
    expect(await holdsNow()).toEqual([]);
    const its = (await eventsOf(local, at.orgId)).filter(
      (event) => event['jobId'] === jobId && String(event['action']).startsWith('backup.organisation.'),
    );
    expect(its.map(({ action }) => action).toSorted()).toEqual([
      'backup.organisation.restore',
      'backup.organisation.restore',
      'backup.organisation.restoreDocuments',
    ]);
    expect(await states()).toEqual(['active', 'active']);
  }, 240_000);

  test('one that was finished is not taken for another that has been prepared since', async () => {
    const newest = { ...request, moment: null };
    const now = new Date().toISOString();
    const plan = { target: requestText(newest), bucket: 'any', exportId: 'any', manifestSha256: 'any', snapshotAt: now, moment: now };
    const finished = await stepDone(await makeScratch(plan, quiet.clock, quiet.sleep), 'done');
    const { scratch } = await dryRun(newest, quiet);
    expect(await restore(newest, quiet)).toMatchObject({ scratch: { id: scratch.id } });
    expect(await restore(newest, quiet)).toBeNull();
    expect([finished.id, await listScratches()]).toEqual([finished.id, []]);
  }, 240_000);
});

describe('a restore that is left in the middle of its documents, and whose scratch database is lost', () => {
  test('is an alarm at once, and is ended by another of the same, which cannot be given up', async () => {
    await expect(restoreUntil(/dataSubjects.*: 1 documents/)).rejects.toThrow(LeftHere);
    await discardScratches([await idNow()], quiet.sleep);
    const { restoreId, writingSince, since } = (await holdNow()) ?? {};
    const begin = (await eventsOf(local, at.orgId)).find(
      (event) => event['action'] === 'backup.organisation.restore' && event['jobId'] === restoreId,
    );
    expect(millis(begin?.['at'])).toBeGreaterThanOrEqual(millis(since)); // sealing looks for the hold
    await expect(pruneExports(quiet.clock, quiet.sleep)).rejects.toMatchObject({ details: { scratchIds: [], holds: [at.orgId] } });
    await expect(restoreUntil(/^locked out/)).rejects.toThrow(LeftHere);
    expect(await holdNow()).toMatchObject({ earlierIds: [restoreId], writingSince });
    const refused = { code: 'backup/restore-unfinished', details: { holds: [at.orgId] } };
    for (const isReal of [false, true]) await expect(giveUp(await idNow(), isReal, quiet)).rejects.toMatchObject(refused);
    await restore(request, quiet);
    expect(await states()).toEqual(['active', 'active']);
    expect(await versionNow()).toBe(version);
    expect(await holdNow()).toBeUndefined();
    expect(await pruneExports(quiet.clock, quiet.sleep)).toMatchObject({ scratches: 0 });
  }, 240_000);
});

class LeftHere extends Error {}

/** Breaks off where a line is said. */
const leaving = (line: RegExp) => ({
  ...quiet,
  say: (text: string): void => {
    if (line.test(text)) throw new LeftHere();
  },
});

/** Restores in this process, and breaks off where it says a line. */
async function restoreUntil(line: RegExp, wanted: RestoreRequest = request): Promise<void> {
  await restore(wanted, leaving(line));
}

/** Starts a restore whose process stops behind a line. `wake` lets it go on; answers its exit code and what it said of faults. */
function asleepAt(line: string, args: readonly string[]): Promise<{ wake: () => Promise<{ code: number | null; err: string }> }> {
  const env = { ...process.env, ...local.cloud.env, VALV_STOP_AT: line };
  const child = spawn(process.execPath, ['--import', stopAt ?? '', script ?? '', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [text, err] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<{ code: number | null; err: string }>((resolve) => child.once('close', (code) => resolve({ code, err })));
  const wake = () => {
    child.kill('SIGCONT');
    return ended;
  };
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(`it ended before it said "${line}": ${text}${err}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (new RegExp(line, 'm').test(text)) resolve({ wake });
    });
  });
}
