/** The restore command, as operators run it: to a moment, of one organisation, of everything, with the erasure ledger replayed. */
import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { takeFence } from '../../../functions/src/backup/restore/fence.ts';
import type { Commit } from '../../../functions/src/backup/restore/commit.ts';
import { lockOut } from '../../../functions/src/backup/restore/lockOut.ts';
import { prepare, requestText, type RestoreRequest } from '../../../functions/src/backup/restore/prepare.ts';
import { dryRun, makePresent, restore } from '../../../functions/src/backup/restore/restore.ts';
import { discardScratches, makeScratch, stepDone, takeUp, unfinishedScratch } from '../../../functions/src/backup/restore/scratch.ts';
import { hourlyIncrement } from '../../../functions/src/backup/increments/hourlyIncrement.ts';
import { backupPersonalData } from '../../../functions/src/backup/personalData.ts';
import { namedFirestore } from '../../../functions/src/platform/firestore.ts';
import { restoreCommand as command } from '../../../infra/restore/command.ts';
import { clearDatabase } from '../../../infra/local/firestore/adminRest.ts';
import { exportNow, stateOf } from '../../support/backups.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  eventsOf,
  getPerson,
  jobEnded,
  newOrganisation,
  refusedWith,
  signIn,
  startJob,
  stored,
  type Organisation,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, ownEmulator: true });
const script = new URL('../../../infra/restore/restore.ts', import.meta.url).pathname;
type Run = { code: number; out: string; err: string };

/** Runs the command in this process; answers what it printed and its exit code. */
async function restoreCommand(...args: string[]): Promise<Run> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await command(args, { print: (text) => out.push(`${text}\n`), printError: (text) => err.push(`${text}\n`) });
  return { code, out: out.join(''), err: err.join('') };
}

/** Runs it as operators do, in a process of its own. */
function restoreAlone(...args: string[]): Promise<Run> {
  const env = { ...process.env, ...local.cloud.env };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { env }, (_error, out, err) =>
      resolve({ code: child.exitCode ?? 1, out, err }),
    );
  });
}
const scratches = async (): Promise<string[]> => {
  const { out } = await restoreCommand('--list');
  return [...out.matchAll(/^(restore-\S+)/gm)].map(([, id]) => id ?? '');
};
/** Now, when everything until now is in the journal. */
const moment = async (): Promise<string> => {
  await local.cloud.eventsSettled();
  const now = new Date().toISOString();
  await setTimeout(5); // the next commit is in another millisecond
  return now;
};
const of = (state: Map<string, string>, { orgId }: Organisation): [string, string][] =>
  [...state].filter(
    ([path]) => path.startsWith(`orgs/${orgId}`) && /^orgs\/[^/]+(\/(members|dataSubjects|teams|folders)\/[^/]+)?$/.test(path),
  );

/** Withdraws a factor and a member and protects a person, and says so of a state. */
async function withdrawAfter(state: Map<string, string>): Promise<[string, string, string]> {
  const { orgId, owner } = other!;
  const db = database(local);
  const [factor, members, person] = [
    `accounts/${owner.accountId}/factors/removed-since`,
    [...state.keys()].filter(
      (path) =>
        path.startsWith(`orgs/${orgId}/members/`) &&
        !path.endsWith(owner.accountId) &&
        state.get(path)?.includes('"state":{"stringValue":"active"}'),
    ),
    [...state.keys()].find(
      (path) => path.startsWith(`orgs/${orgId}/dataSubjects/`) && state.get(path)?.includes('"isProtected":{"booleanValue":false}'),
    ),
  ];
  const [member = '', text = ''] = [members[0], state.get(person ?? '')];
  await db.doc(factor).delete();
  await db.doc(member).update({ state: 'removed' });
  await db.doc(person ?? '').update({ isProtected: true });
  state.delete(factor);
  state.set(member, state.get(member)?.replace('"state":{"stringValue":"active"}', '"state":{"stringValue":"removed"}') ?? '');
  state.set(person ?? '', text.replace('"isProtected":{"booleanValue":false}', '"isProtected":{"booleanValue":true}'));
  return [factor, member, person ?? ''];
}

let [one, other]: Organisation[] = [];
let [kept, corrected, erased, late] = ['', '', '', ''];
let [atExport, beforeErasure] = ['', ''];
let states: Record<'export' | 'changed', Map<string, string>>;

beforeAll(async () => {
  [one, other] = [await newOrganisation(local), await newOrganisation(local)];
  kept = await addPerson(local, one, { givenName: 'Kvar' });
  corrected = await addPerson(local, one, { givenName: 'Rättas' });
  erased = await addPerson(local, one, { givenName: 'Raderas' });
  await addPerson(local, other, { givenName: 'Annan' });
  await exportNow(local);
  atExport = await moment();
  const atNight = await stateOf(database(local));
  await local.callable(
    'correctDataSubject',
    { orgId: one.orgId, dataSubjectId: corrected, version: 1, changes: { givenName: 'Rättad' } },
    one.owner.idToken,
  );
  late = await addPerson(local, one, { givenName: 'Sen' });
  await local.cloud.eventsSettled();
  await hourlyIncrement(() => new Date());
  beforeErasure = await moment();
  states = { export: atNight, changed: await stateOf(database(local)) };
  const jobId = await startJob(
    local,
    'startErasure',
    { orgId: one.orgId, dataSubjectId: erased, reason: 'request', version: 1 },
    one.owner,
  );
  await jobEnded(local, jobId);
  await addPerson(local, other, { givenName: 'Efteråt' });
  await local.cloud.eventsSettled();
  await hourlyIncrement(() => new Date(Date.now() + 3_600_000));
}, 240_000);

describe('nonsense', () => {
  test('is refused before anything is read', async () => {
    const { code, err } = await restoreAlone('--org', 'x'.repeat(20), '--everything');
    expect({ code, isExplained: err.includes('npm run restore') }).toEqual({ code: 2, isExplained: true });
  });

  test('a moment that has not come, one before all exports, an export that is not there, and an unknown organisation have names', async () => {
    const refused = async (...args: string[]): Promise<string> => (await restoreCommand(...args)).err.split(':')[0] ?? '';
    expect(await refused('--to-scratch', '--at', '2999-01-01T00:00:00Z')).toBe('backup/moment-out-of-reach');
    expect(await refused('--to-scratch', '--at', '2020-01-01T00:00:00Z')).toBe('backup/moment-out-of-reach');
    expect(await refused('--to-scratch', '--export', 'daily-2020-01-01')).toBe('backup/missing');
    expect(await refused('--org', 'x'.repeat(20))).toBe('backup/nothing-to-restore');
    expect(await refused('--keys')).toBe('backup/keys-present');
    await restoreCommand('--discard');
  });
});

describe('a scratch database', () => {
  test('shows every document as it was at the moment, without whoever was erased later', async () => {
    const { code, err } = await restoreCommand('--to-scratch', '--at', beforeErasure, '--do-it');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [id = ''] = await scratches();
    const state = await namedFirestore(id).doc('restoreState/current').get();
    const declared = backupPersonalData.find(({ collection }) => collection === 'restoreState/{id}');
    expect(Object.keys(state.data() ?? {}).toSorted()).toEqual(Object.keys(declared?.fields ?? {}).toSorted());
    const restored = await stateOf(namedFirestore(id), [
      'sessions',
      'attempts',
      'exports',
      'backupCanaries',
      'schedules',
      'drills',
      'rateLimits',
      'uploads',
      'locks',
    ]);
    const wanted = new Map(
      [...states.changed].filter(([path]) => restored.has(path) || path.startsWith('orgs/') || path.startsWith('accounts/')),
    );
    wanted.delete(`orgs/${one!.orgId}/dataSubjects/${erased}`);
    expect([...restored].filter(([path]) => /^(orgs|accounts|jobs|auditHeads)\//.test(path)).toSorted()).toEqual(
      [...wanted].filter(([path]) => /^(orgs|accounts|jobs|auditHeads)\//.test(path)).toSorted(),
    );
    expect(await restoreCommand('--discard')).toMatchObject({ out: '1 scratch databases removed\n' });
    expect(await scratches()).toEqual([]);
  });
});

describe('one organisation', () => {
  test('a dry run says what would be, and changes nothing', async () => {
    const before = await stateOf(database(local));
    const { code, out } = await restoreCommand('--org', one!.orgId, '--at', atExport);
    expect(code).toBe(0);
    expect(out).toContain('1 persons of the erasure ledger stay erased');
    expect(out).toMatch(/dataSubjects\/\{dataSubjectId\}: 1 to write, 1 to delete/);
    expect(await stateOf(database(local))).toEqual(before);
  });

  test('is as it was, others are untouched, the erased stay erased, and two events tell', async () => {
    const before = await stateOf(database(local));
    const { code, err } = await restoreCommand('--org', one!.orgId, '--at', atExport, '--do-it');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const now = await stateOf(database(local));
    const wanted = of(states.export, one!).filter(([path]) => !path.endsWith(erased));
    expect(of(now, one!).toSorted()).toEqual(wanted.toSorted());
    expect([...now].filter(([path]) => path.includes(other!.orgId))).toEqual([...before].filter(([path]) => path.includes(other!.orgId)));
    expect(await stored(local, `orgs/${one!.orgId}/dataSubjects/${late}`)).toBeUndefined();
    const events = (await eventsOf(local, one!.orgId)).filter(({ action }) => action === 'backup.organisation.restore');
    expect(events.map(({ actorKind, targetIds }) => ({ actorKind, targetIds }))).toEqual([
      { actorKind: 'job', targetIds: [one!.orgId] },
      { actorKind: 'job', targetIds: [one!.orgId] },
    ]);
    expect(new Set(events.map(({ jobId }) => jobId)).size).toBe(1);
    // Nothing that was recorded is gone.
    const recorded = [...before.keys()].filter((path) => path.includes('/auditEvents/') || path.includes('/erasureCertificates/'));
    expect(recorded.filter((path) => !now.has(path))).toEqual([]);
    expect(await refusedWith(getPerson(local, one!.orgId, kept, one!.owner))).toBe('identity/session-ended');
    const again = await signIn(local, one!.owner.email);
    expect((await getPerson(local, one!.orgId, corrected, again)).version).toBe(1);
    expect(await refusedWith(getPerson(local, one!.orgId, erased, again))).toBe('shared/not-found');
    expect(await scratches()).toEqual([]);
  });
});

const clock = (): Date => new Date();
const tools = { clock, sleep: async () => void (await setTimeout(20)), say: () => undefined };

describe('what was withdrawn since', () => {
  let request: RestoreRequest;
  let [removed, lowered, person] = ['', '', ''];
  const at = (path: string) => stored(local, `orgs/${other!.orgId}${path}`);

  beforeAll(async () => {
    const { orgId } = other!;
    removed = (await addMember(local, orgId, 'editor')).accountId;
    lowered = (await addMember(local, orgId, 'administrator')).accountId;
    person = await addPerson(local, other!, { givenName: 'Skyddas' });
    request = { target: { kind: 'organisation', orgId }, moment: new Date(await moment()), exportId: null };
    const organisation = database(local).doc(`orgs/${orgId}`);
    await local.callable('removeMember', { orgId, accountId: removed }, other!.owner.idToken);
    await organisation.collection('members').doc(lowered).update({ role: 'reader' });
    await organisation.collection('dataSubjects').doc(person).update({ isProtected: true });
    await organisation.update({ idleMinutes: 10, 'minimumStrength.billing': 3 });
    await local.cloud.eventsSettled();
  });

  test('is told by the dry run, each time, and not brought back', async () => {
    const told = (await dryRun(request, tools)).withdrawn.map(({ path, what }) => `${path.split('/').slice(2).join('/')}: ${what}`);
    expect(told.toSorted()).toEqual(
      [
        ': idleMinutes is stricter now: 10',
        ': minimumStrength is stricter now: {"owner":1,"administrator":1,"editor":1,"reader":1,"auditor":1,"billing":3}',
        `dataSubjects/${person}: was given a protected identity since and keeps it`,
        `members/${removed}: was removed since and stays out`,
        `members/${lowered}: role as now: "reader"`,
      ].toSorted(),
    );
    expect((await dryRun(request, tools)).withdrawn).toHaveLength(told.length);
    await restore(request, tools);
    expect(await at(`/members/${removed}`)).toMatchObject({ state: 'removed' });
    expect(await at(`/members/${lowered}`)).toMatchObject({ role: 'reader' });
    expect(await at(`/dataSubjects/${person}`)).toMatchObject({ isProtected: true });
    expect(await at('')).toMatchObject({ idleMinutes: 10, minimumStrength: { billing: 3, owner: 1 }, ownerCount: 1 });
    expect(await at(`/members/${other!.owner.accountId}`)).toMatchObject({ role: 'owner' });
    other = { ...other!, owner: await signIn(local, other!.owner.email) };
  });

  test('another restore of the same is refused while one that has begun is not finished', async () => {
    const [target, now] = [requestText(request), new Date().toISOString()];
    const plan = { target, bucket: 'another', exportId: 'another', manifestSha256: 'another', snapshotAt: now, moment: now };
    const scratch = await stepDone(await makeScratch(plan, clock, tools.sleep), 'begun');
    await expect(dryRun(request, tools)).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
    const everything = dryRun({ ...request, target: { kind: 'everything' } }, tools);
    await expect(everything).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
    await discardScratches([scratch.id], tools.sleep);
  });
});

describe('a restore that is killed as soon as it has begun, and again when members are locked out', () => {
  let [meanwhile, leaver] = ['', ''];
  const said: string[] = [];
  const at = (path: string) => stored(local, `orgs/${other!.orgId}${path}`);
  const technician = ['members/technician', 'supportGrants/claimed', 'supportGrants/open', 'supportGrants/late'];
  /** An owner who is still in opens a grant behind the first look at grants, and a technician claims it. */
  const openedMeanwhile = async (commit: Commit, fill: Parameters<Commit>[0]): Promise<void> => {
    await commit(fill);
    const organisation = database(local).doc(`orgs/${other!.orgId}`);
    const late = organisation.collection('supportGrants').doc('late');
    if ((await late.get()).exists) return;
    await organisation.collection('members').doc('late').set({ role: 'support', state: 'active', grantId: 'late' });
    await late.set({ state: 'claimed' });
  };

  beforeAll(async () => {
    const { orgId, owner } = other!;
    const organisation = database(local).doc(`orgs/${orgId}`);
    meanwhile = await addPerson(local, other!, { givenName: 'Samtidig' });
    leaver = (await addMember(local, orgId, 'editor')).accountId;
    const target = { kind: 'organisation', orgId } as const;
    const prepared = await prepare({ target, moment: new Date(await moment()), exportId: null }, tools);
    expect((await prepared.scratch.db.doc(`orgs/${orgId}/dataSubjects/${meanwhile}`).get()).exists).toBe(true);
    await stepDone(prepared.scratch, 'begun');
    const erasure = { orgId, dataSubjectId: meanwhile, reason: 'request', version: 1 };
    await jobEnded(local, await startJob(local, 'startErasure', erasure, owner));
    await local.callable('removeMember', { orgId, accountId: leaver }, owner.idToken);
    const [member = '', claimed = '', open = ''] = technician;
    await organisation.firestore.doc(`${organisation.path}/${member}`).set({ role: 'support', state: 'active', grantId: 'claimed' });
    for (const grant of [claimed, open]) await organisation.firestore.doc(`${organisation.path}/${grant}`).set({ state: grant.slice(14) });
    await database(local).doc('sessions/of-a-technician').set({ accountId: 'technician' });
    const { commit } = await takeFence(target, 'killed');
    await lockOut(target, 'killed', (fill) => openedMeanwhile(commit, fill));
    const known = (await unfinishedScratch(
      { target: requestText({ target }), bucket: prepared.source.bucket, moment: null, exportId: null },
      clock,
    ))!;
    await makePresent(
      { target, moment: null, exportId: null },
      { ...prepared, scratch: await takeUp(known) },
      { ...tools, say: (line) => void said.push(line) },
    );
  });

  test('does not bring back who was erased in between', async () => {
    expect(said).toContainEqual(expect.stringMatching(/^erased 1 documents of persons who were erased meanwhile/));
    expect(await at(`/dataSubjects/${meanwhile}`)).toBeUndefined();
    expect(await stored(local, `subjectKeys/${meanwhile}`, 'keys')).toBeUndefined();
    expect(await stored(local, `restoreHolds/${other!.orgId}`)).toBeUndefined();
  });

  test('does not bring back who was removed in between, and takes nobody for removed who was locked out', async () => {
    expect(await at(`/members/${leaver}`)).toMatchObject({ state: 'removed' });
    expect(await at(`/members/${other!.owner.accountId}`)).toMatchObject({ state: 'active', role: 'owner' });
    other = { ...other!, owner: await signIn(local, other!.owner.email) };
    expect(await at('')).toMatchObject({ ownerCount: 1 });
  });

  test('locks technicians out too, with an event for each grant that it ends', async () => {
    const [member, ...grants] = await Promise.all(technician.map((path) => at(`/${path}`)));
    expect([member, ...grants].map((one) => one?.['state'])).toEqual(['removed', 'ended', 'ended', 'ended']);
    expect(await at('/members/late')).toMatchObject({ state: 'removed' });
    expect(await stored(local, 'sessions/of-a-technician')).toBeUndefined();
    const ended = (await eventsOf(local, other!.orgId)).filter(({ action }) => action === 'support.grant.end');
    expect(ended.map(({ id }) => id).toSorted()).toEqual(grants.map((grant) => grant?.['lastEventId']).toSorted());
    for (const path of [...technician, 'members/late']) await database(local).doc(`orgs/${other!.orgId}/${path}`).delete();
  });
});

describe('everything', () => {
  test('comes back when the database is lost, erasures included, from the buckets alone', async () => {
    await database(local).doc(`accounts/${other!.owner.accountId}/factors/removed-since`).set({ v: 1, kind: 'totp' });
    const running = { orgId: other!.orgId, kind: 'import', state: 'running', attempts: 1, cursor: { row: 5000 } };
    await database(local).doc('jobs/was-running').set(running);
    await local.cloud.eventsSettled();
    await hourlyIncrement(() => new Date(Date.now() + 7_200_000));
    const before = await stateOf(database(local));
    const beforeLoss = await moment();
    const wanted = new Map(before);
    const [factor, member, person] = await withdrawAfter(wanted);
    await local.cloud.eventsSettled();
    await hourlyIncrement(() => new Date(Date.now() + 10_800_000));
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, '(default)');
    await local.cloud.eventsSettled();
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, 'journal');
    const { code, err } = await restoreAlone('--everything', '--at', beforeLoss, '--do-it');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const now = await stateOf(database(local));
    const lasting = (state: Map<string, string>): [string, string][] =>
      [...state]
        .filter(
          ([path]) =>
            /^(orgs|accounts|jobs|erasureLedger)\//.test(path) &&
            path !== 'jobs/was-running' &&
            !/\/(auditEvents|uploads|invitations|supportGrants)\//.test(path),
        )
        .toSorted();
    expect(lasting(now)).toEqual(lasting(wanted));
    // It would go on behind what is there.
    expect(await stored(local, 'jobs/was-running')).toMatchObject({ state: 'failed', error: { code: 'backup/restored-meanwhile' } });
    expect([now.has(factor), (await stored(local, member))?.['state']]).toEqual([false, 'removed']);
    expect(await stored(local, person)).toMatchObject({ isProtected: true });
    const again = await signIn(local, other!.owner.email);
    expect(await refusedWith(getPerson(local, one!.orgId, erased, again))).not.toBe('');
    expect(await stored(local, `orgs/${one!.orgId}/dataSubjects/${erased}`)).toBeUndefined();
  });
});
