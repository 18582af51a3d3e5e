/** Two runs of a restore at once, and a restore whose scratch database is lost. */
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pruneExports } from '../../functions/src/backup/pruneExports.ts';
import { giveUp } from '../../functions/src/backup/restore/giveUp.ts';
import type { RestoreRequest } from '../../functions/src/backup/restore/prepare.ts';
import { restore } from '../../functions/src/backup/restore/restore.ts';
import { discardScratches, listScratches } from '../../functions/src/backup/restore/scratch.ts';
import { exportNow, stateOf } from '../support/backups.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
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
const idNow = async () => (await listScratches())[0]?.id ?? '';

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
  version = await versionNow();
  await local.cloud.eventsSettled();
  request = { target: { kind: 'organisation', orgId: at.orgId }, moment: new Date(), exportId: null };
  await pause(5);
  await correct('Rättad');
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
      const sleeper = await asleepAt(line, ['--org', at.orgId, '--at', request.moment.toISOString()]);
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
});

describe('a restore that is left in the middle of its documents, and whose scratch database is lost', () => {
  test('is an alarm at once, and is ended by another of the same, which cannot be given up', async () => {
    await expect(restoreUntil(/dataSubjects.*: 1 documents/)).rejects.toThrow(LeftHere);
    await discardScratches([await idNow()], quiet.sleep);
    const { restoreId, writingSince } = (await holdNow()) ?? {};
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

/** Restores in this process, and breaks off where it says a line. */
async function restoreUntil(line: RegExp): Promise<void> {
  const say = (text: string): void => {
    if (line.test(text)) throw new LeftHere();
  };
  await restore(request, { ...quiet, say });
}

/** Starts a restore whose process stops behind a line. `wake` lets it go on; answers its exit code and what it said of faults. */
function asleepAt(line: string, args: readonly string[]): Promise<{ wake: () => Promise<{ code: number | null; err: string }> }> {
  const env = { ...process.env, ...local.cloud.env, VALV_STOP_AT: line };
  const child = spawn(process.execPath, ['--import', stopAt ?? '', script ?? '', ...args, '--do-it'], {
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
