/** What a restore believes: only what the service has signed, from whichever bucket has it. */
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { copyExports } from '../../functions/src/backup/copyExports.ts';
import { exportNight } from '../../functions/src/backup/exportNight.ts';
import { hourlyIncrement } from '../../functions/src/backup/increments/hourlyIncrement.ts';
import { pruneExports } from '../../functions/src/backup/pruneExports.ts';
import { commitTo } from '../../functions/src/backup/restore/commit.ts';
import { takeFence } from '../../functions/src/backup/restore/fence.ts';
import { holdJob } from '../../functions/src/backup/restore/hold.ts';
import { laterThan } from '../../functions/src/backup/restore/later.ts';
import { wholeLedger } from '../../functions/src/backup/restore/replayLedger.ts';
import { restoreKeys } from '../../functions/src/backup/restore/restoreKeys.ts';
import { dryRun } from '../../functions/src/backup/restore/restore.ts';
import { discardScratches, listScratches, makeScratch, stepDone } from '../../functions/src/backup/restore/scratch.ts';
import { incrementsSince, listExports, whileGenuine } from '../../functions/src/backup/restore/sources.ts';
import { keepWithdrawn } from '../../functions/src/backup/restore/withdrawn.ts';
import { accountsOrgId } from '../../functions/src/platform/keyring.ts';
import { createScratch, listScratch, restoreScratchId, scratchPrefixes } from '../../functions/src/platform/databases.ts';
import { namedFirestore } from '../../functions/src/platform/firestore.ts';
import type { AppError } from '../../functions/src/shared/errors.ts';
import { restoreCommand } from '../../infra/restore/command.ts';
import { clearDatabase } from '../../infra/local/firestore/adminRest.ts';
import { exportNow, nightsAgo } from '../support/backups.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import {
  addPerson,
  builtFunctions,
  database,
  getPerson,
  jobEnded,
  newOrganisation,
  startJob,
  stored,
  useEnvironmentOf,
  type Organisation,
} from '../support/valv.ts';
import { withinOneDay } from '../support/withinOne.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, ownEmulator: true });
useEnvironmentOf(local);

let at: Organisation;
let kept = '';

beforeAll(async () => {
  await withinOneDay();
  at = await newOrganisation(local);
  kept = await addPerson(local, at, { givenName: 'Kvar' });
  for (const givenName of ['Raderas', 'Också']) {
    const dataSubjectId = await addPerson(local, at, { givenName });
    await jobEnded(
      local,
      await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId, reason: 'request', version: 1 }, at.owner),
    );
  }
  await exportNow(local);
  await hourlyIncrement(() => new Date());
  await local.cloud.eventsSettled();
  await hourlyIncrement(() => new Date(Date.now() + 3_600_000));
}, 240_000);

describe('what the service did not write, or is lost', () => {
  const buckets = () => [local.cloud.env['EXPORTS_BUCKET'] ?? '', local.cloud.env['EXPORTS_COPY_BUCKET'] ?? ''] as const;
  const { put, read } = {
    put: (bucket: string, path: string, bytes: Buffer | null): void => {
      const there = local.cloud.storage.objects(bucket).get(path);
      if (bytes !== null) local.cloud.storage.put(bucket, path, bytes, {});
      else if (there !== undefined) local.cloud.storage.remove(there);
    },
    read: (bucket: string, path: string): Buffer => local.cloud.storage.read(local.cloud.storage.objects(bucket).get(path)!),
  };
  const paths = (bucket: string, beginning: string): string[] =>
    [...local.cloud.storage.objects(bucket).keys()].filter((path) => path.startsWith(beginning)).toSorted();
  const ledger = async (): Promise<string[]> => (await wholeLedger(namedFirestore('journal'))).map(({ dataSubjectId }) => dataSubjectId);
  const leavingOut = (): [string[], (id: string, why: AppError) => void] => {
    const left: string[] = [];
    return [left, (id, { code }) => void left.push(`${id}: ${code}`)];
  };

  test('an entry of the ledger that was made up, changed or is another object is named, and nobody is erased by it', async () => {
    const [bucket] = buckets();
    const [genuine = ''] = paths(bucket, 'ledger/');
    const [manifest = ''] = [paths(bucket, 'daily/').find((path) => path.endsWith('.manifest.jws'))];
    const [head, payload = '', signature] = read(bucket, genuine).toString().split('.');
    const changed = Buffer.from(payload, 'base64url')
      .toString()
      .replace(/"dataSubjectId":"[^"]*"/, `"dataSubjectId":"${kept}"`);
    const forged = [
      Buffer.from(JSON.stringify({ v: 1, orgId: at.orgId, dataSubjectId: kept, recordedAt: new Date().toISOString() })),
      Buffer.from([head, Buffer.from(changed).toString('base64url'), signature].join('.')),
      read(bucket, genuine), // of another record
      read(bucket, manifest), // signed by the service, and for another purpose
    ];
    for (const bytes of forged) {
      put(bucket, 'ledger/made-up.jws', bytes);
      const details = { paths: [`gs://${bucket}/ledger/made-up.jws`] };
      await expect(ledger()).rejects.toMatchObject({ code: 'backup/not-genuine', details });
    }
    put(bucket, 'ledger/made-up.jws', null);
    expect(await ledger()).not.toContain(kept);
  });

  test('an entry that one bucket has genuine counts, also without the database, and when the other bucket is lost', async () => {
    const [bucket, copy] = buckets();
    const [path = ''] = paths(bucket, 'ledger/');
    const record = database(local).doc(path.replace('ledger/', 'erasureLedger/').replace('.jws', ''));
    const [bytes, entry] = [read(bucket, path), (await record.get()).data() ?? {}];
    await record.delete();
    for (const lost of buckets()) {
      put(lost, path, Buffer.from('damaged'));
      expect(await ledger()).toContain(entry['dataSubjectId']);
      put(lost, path, bytes);
      const there = local.cloud.storage.buckets.get(lost)!;
      local.cloud.storage.buckets.delete(lost);
      expect(await ledger()).toContain(entry['dataSubjectId']);
      local.cloud.storage.buckets.set(lost, there);
    }
    for (const both of [bucket, copy]) put(both, path, Buffer.from('damaged'));
    await expect(ledger()).rejects.toMatchObject({ code: 'backup/not-genuine' });
    await record.set(entry); // then nothing is missing
    expect(await ledger()).toContain(entry['dataSubjectId']);
    for (const both of [bucket, copy]) put(both, path, bytes);
  });

  test('a file that was exchanged for one of the same size and CRC32C is found before it is used, and one that is written meanwhile after', async () => {
    const [bucket] = buckets();
    const [manifest] = await listExports(bucket, () => undefined);
    const { path = '' } = manifest!.files.find(({ sizeBytes }) => sizeBytes > 1000) ?? {};
    const [bytes, exchanged] = [read(bucket, path), Buffer.from(read(bucket, path))];
    // The generator of CRC32C, its 33 bits added anywhere, changes the bytes and not the sum.
    const generator = (0x82f63b78n << 1n) | 1n;
    for (let at = 0; at < 5; at += 1) exchanged[100 + at] = (exchanged[100 + at] ?? 0) ^ Number((generator >> BigInt(8 * at)) & 0xffn);
    put(bucket, path, exchanged);
    expect(local.cloud.storage.objects(bucket).get(path)?.crc32c).toBe(manifest!.files.find((file) => file.path === path)?.crc32c);
    let isUsed = false;
    const use = () => Promise.resolve(void (isUsed = true));
    await expect(whileGenuine(bucket, manifest!, use)).rejects.toMatchObject({ code: 'backup/damaged' });
    expect(isUsed).toBe(false);
    put(bucket, path, bytes);
    await whileGenuine(bucket, manifest!, use);
    expect(isUsed).toBe(true);
    const writing = () => Promise.resolve(put(bucket, path, bytes));
    await expect(whileGenuine(bucket, manifest!, writing)).rejects.toMatchObject({ code: 'backup/damaged' });
  });

  test('one manifest that is damaged or made up is named and left out, at either place; between two that are needed it is missed', async () => {
    await copyExports(() => new Date());
    const [bucket, copy] = buckets();
    const listed = await listExports(bucket, () => undefined);
    expect(await listExports(copy, () => undefined)).toEqual(listed);
    const since = new Date(listed[0]!.snapshotAt);
    const increments = paths(copy, 'increments/').filter((path) => path.endsWith('.manifest.jws'));
    const [path = ''] = increments;
    const bytes = read(copy, path);
    put(copy, 'daily/daily-2020-01-01.manifest.jws', Buffer.from(JSON.stringify(listed[0])));
    put(copy, path, Buffer.concat([bytes, Buffer.from('A')]));
    const [left, leftOut] = leavingOut();
    expect(await listExports(copy, leftOut)).toEqual(listed);
    expect(left).toEqual(['daily-2020-01-01: backup/not-genuine']);
    await expect(incrementsSince(copy, since, leftOut)).rejects.toMatchObject({ code: 'backup/missing' });
    expect(left[1]).toMatch(/: backup\/not-genuine$/);
    expect(await incrementsSince(copy, new Date(Date.now() + 86_400_000), leftOut)).toEqual([]);
    put(copy, path, bytes);
    put(copy, 'daily/daily-2020-01-01.manifest.jws', null);
    expect(await incrementsSince(copy, since)).toHaveLength(increments.length);
  });

  test('the newest increment that was not copied is not missed in the copy, nor any behind the moment', async () => {
    const [bucket, copy] = buckets();
    const since = new Date((await listExports(bucket, () => undefined))[0]!.snapshotAt);
    const [first, last] = [(await incrementsSince(bucket, since))[0]!.manifest, (await incrementsSince(bucket, since)).at(-1)!.manifest];
    const path = `increments/${last.incrementId}.manifest.jws`;
    const record = database(local).doc(`exports/hourly-${last.incrementId}`);
    const copiedAt: unknown = (await record.get()).get('copiedAt');
    const bytes = read(bucket, path);
    for (const place of [bucket, copy]) put(place, path, null);
    const ids = async (place: string, until?: Date): Promise<string[]> =>
      (await incrementsSince(place, since, undefined, until)).map(({ manifest }) => manifest.incrementId);
    await expect(ids(copy)).rejects.toMatchObject({ code: 'backup/missing', details: { incrementId: last.incrementId } });
    await expect(ids(bucket, new Date(first.readAt))).rejects.toMatchObject({ code: 'backup/missing' });
    expect(await ids(bucket, new Date(Date.parse(first.readAt) - 1))).toEqual([first.incrementId]);
    await record.update({ copiedAt: null });
    expect(await ids(copy)).toEqual([first.incrementId]);
    await expect(ids(bucket)).rejects.toMatchObject({ code: 'backup/missing' });
    await record.update({ copiedAt });
    for (const place of [bucket, copy]) put(place, path, bytes);
  });
});

const tools = { clock: () => new Date(), sleep: async () => void (await pause(20)), say: () => undefined };

describe('lost keys', () => {
  const everyKey = async (): Promise<string[]> => {
    const found = await Promise.all(['orgKeys', 'subjectKeys'].map((name) => database(local, 'keys').collection(name).get()));
    return found.flatMap(({ docs }) => docs.map(({ ref }) => ref.path)).toSorted();
  };

  const count = (paths: readonly string[], collection: string): number => paths.filter((path) => path.startsWith(`${collection}/`)).length;

  test('come back from their export, without those of whom was erased since, and open what they opened', async () => {
    const dataSubjectId = await addPerson(local, at, { givenName: 'Raderas sedan' });
    const before = await everyKey();
    const gone = Array.from({ length: 2 * before.length + 10 }, (_, number) => database(local, 'keys').doc(`subjectKeys/gone-${number}`));
    await Promise.all(gone.map((key) => key.set({ orgId: at.orgId })));
    const yesterday = await exportNight('keys', () => nightsAgo(1), tools.sleep);
    await Promise.all(gone.map((key) => key.delete()));
    const than = yesterday.exportId;
    for (const _run of [1, 2])
      await expect(exportNight('keys', tools.clock, tools.sleep)).rejects.toMatchObject({ code: 'backup/keys-fell', details: { than } });
    local.cloud.storage.put(local.cloud.env['KEYS_BACKUP_BUCKET'] ?? '', 'keys/keys-9999-01-01.manifest.jws', Buffer.from('junk'), {});
    await jobEnded(
      local,
      await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId, reason: 'request', version: 1 }, at.owner),
    );
    await expect(restoreKeys(true, tools)).rejects.toMatchObject({ code: 'backup/keys-present' });
    await clearDatabase(local.cloud.urls.firestore, local.cloud.projectId, 'keys');
    const said: string[] = [];
    const telling = { ...tools, say: (line: string) => void said.push(line) };
    await restoreKeys(false, telling, { exportId: than });
    expect(said).toContainEqual(expect.stringMatching(`^the wanted export of the keys is ${than}`));
    said.length = 0;
    await restoreKeys(false, telling);
    const newest = /is (keys-\S+), which/.exec(said.find((line) => line.startsWith('the newest export')) ?? '')?.[1];
    expect(said).toContainEqual(expect.stringMatching(/^left out keys-9999-01-01: backup\/not-genuine/));
    expect(said).toContainEqual(
      expect.stringMatching(`^${than}  shows .*: \\d+ orgKeys, ${count(before, 'subjectKeys') + gone.length} subjectKeys$`),
    );
    expect(said).toContainEqual(
      `it has fewer keys of organisations, or far fewer others, than ${than}: find out why, or choose that with --export`,
    );
    expect(await everyKey()).toEqual([]);
    const interrupted = restoreScratchId('keys', new Date(), 'a1b2c3d4');
    await createScratch(interrupted, tools.sleep);
    await namedFirestore(interrupted)
      .doc('keysRestore/current')
      .set({ exportId: than.replace('keys-', 'keys-of-') });
    await expect(restoreKeys(true, tools, { exportId: than })).rejects.toMatchObject({ code: 'backup/restore-unfinished' });
    await expect(restoreKeys(true, tools)).rejects.toMatchObject({ code: 'backup/missing' });
    // Its import may still be under way, and bring what is taken out.
    await namedFirestore(interrupted).doc('keysRestore/current').set({ exportId: newest });
    await namedFirestore(interrupted).doc('subjectKeys/of-an-import').set({ orgId: at.orgId });
    await restoreKeys(true, tools);
    expect(await everyKey()).toEqual(before.filter((path) => !path.endsWith(dataSubjectId)));
    await database(local, 'keys').doc(`orgKeys/${at.orgId}`).delete();
    await expect(restoreKeys(true, tools)).rejects.toMatchObject({ code: 'backup/keys-present' });
    const lost = (await database(local, 'keys').doc(`orgKeys/${accountsOrgId}`).get()).data() ?? {};
    await database(local, 'keys')
      .doc(`orgKeys/${accountsOrgId}`)
      .update({ wrapped: Buffer.from('made anew by a sign-in') });
    await expect(restoreKeys(true, tools, { isAdding: true })).rejects.toMatchObject({
      code: 'backup/keys-remade',
      details: { orgIds: [accountsOrgId], count: 1 },
    });
    expect(await everyKey()).not.toContain(`orgKeys/${at.orgId}`);
    await database(local, 'keys').doc(`orgKeys/${accountsOrgId}`).set(lost);
    await restoreKeys(true, tools, { isAdding: true });
    expect(await everyKey()).toEqual(before.filter((path) => !path.endsWith(dataSubjectId)));
    expect(await listScratch(scratchPrefixes.restore)).toEqual([]);
    expect(await getPerson(local, at.orgId, kept, at.owner)).toMatchObject({ fields: { givenName: 'Kvar' } });
  });

  test('are not restored from a scratch database of the day before, which is removed; one of a restore that has begun is an alarm', async () => {
    const old = restoreScratchId('keys', new Date(Date.now() - 25 * 3_600_000), 'a1b2c3d4');
    await createScratch(old, tools.sleep);
    await expect(restoreKeys(true, tools)).rejects.toMatchObject({ code: 'backup/scratch-outdated', details: { scratchId: old } });
    const now = new Date().toISOString();
    const anySource = { manifestSha256: '0'.repeat(64), snapshotAt: now, moment: now };
    const weekAgo = () => new Date(Date.now() - 8 * 86_400_000);
    const plan = { target: 'everything', bucket: 'any', exportId: 'daily-2026-11-22', ...anySource };
    const begun = await stepDone(await makeScratch(plan, weekAgo, tools.sleep), 'begun');
    await expect(pruneExports(tools.clock, tools.sleep)).rejects.toMatchObject({ details: { scratchIds: [begun.id] } });
    expect(await listScratch(scratchPrefixes.restore)).toEqual([begun.id]);
    await discardScratches([begun.id], tools.sleep);
    expect(await pruneExports(tools.clock, tools.sleep)).toMatchObject({ scratches: 0 });
  });

  test('a scratch database that cannot be read, and a hold that no restore has, are alarms and hinder no other restore', async () => {
    const said: string[] = [];
    const command = (...args: string[]) =>
      restoreCommand(args, { print: (text) => said.push(text), printError: (text) => said.push(text) });
    const spoilt = restoreScratchId('spoilt', new Date(), 'a1b2c3d4');
    await createScratch(spoilt, tools.sleep);
    await namedFirestore(spoilt).doc('restoreState/current').set({ target: 'everything', step: 'begun' });
    const hold = database(local).doc('restoreHolds/everyOrganisation');
    await hold.set({ v: 1, restoreId: 'of-nobody', since: new Date() });
    const details = { scratchIds: [spoilt], holds: ['everyOrganisation'] };
    await expect(pruneExports(tools.clock, tools.sleep)).rejects.toMatchObject({ code: 'backup/restore-unfinished', details });
    expect(await command('--list')).toBe(0);
    expect(said).toContainEqual(expect.stringMatching(`^${spoilt}  cannot be read, and may have begun`));
    expect(said).toContainEqual(expect.stringMatching(/^held: everyOrganisation, by a restore of which no scratch database is there/));
    await dryRun({ target: { kind: 'organisation', orgId: at.orgId }, moment: null, exportId: null }, tools);
    expect(await command('--discard')).toBe(1);
    expect((await listScratches()).map(({ id }) => id)).toEqual([spoilt]);
    await discardScratches([spoilt], tools.sleep);
    await hold.delete();
    expect(await pruneExports(tools.clock, tools.sleep)).toMatchObject({ scratches: 0 });
  });
});

describe('factors and identity providers', () => {
  test('that were removed or replaced since come back only when the operator says so', async () => {
    const scratchId = restoreScratchId('factors', new Date(), 'a1b2c3d4');
    await createScratch(scratchId, tools.sleep);
    const [scratch, present] = [namedFirestore(scratchId), database(local)];
    const factors = `accounts/${at.owner.accountId}/factors`;
    const organisation = (await present.doc(`orgs/${at.orgId}`).get()).data() ?? {};
    const mark = { issuer: 'https://id.example', setBy: at.owner.accountId };
    await scratch.doc(`orgs/${at.orgId}`).set({ ...organisation, identityProvider: mark });
    await scratch.doc(`orgs/${at.orgId}/identityProviders/main`).set({ v: 1 });
    for (const id of ['removed', 'there']) await scratch.doc(`${factors}/${id}`).set({ v: 1, kind: 'passkey' });
    await scratch.doc('accounts/lost/factors/of-a-lost-account').set({ v: 1, kind: 'passkey' });
    await present.doc(`${factors}/there`).set({ v: 1, kind: 'passkey' });
    const target = { kind: 'everything' } as const;
    const later = await laterThan({ bucket: local.cloud.env['EXPORTS_BUCKET'] ?? '', moment: new Date(), target }, tools.clock);
    const work = { target, scratch, commit: commitTo(scratch), present, later };
    expect(await keepWithdrawn(work, { members: false, factors: true })).toEqual([]);
    const told = await keepWithdrawn(work, { members: false, factors: false });
    expect(told.map(({ path }) => path)).toEqual([`${factors}/removed`, `orgs/${at.orgId}`, `orgs/${at.orgId}/identityProviders/main`]);
    const left = (await scratch.collectionGroup('factors').get()).docs.map(({ id }) => id);
    expect(left.toSorted()).toEqual(['of-a-lost-account', 'there']);
    expect((await scratch.doc(`orgs/${at.orgId}`).get()).get('identityProvider')).toBeNull();
    expect((await scratch.doc(`orgs/${at.orgId}/identityProviders/main`).get()).exists).toBe(false);
    await discardScratches([scratchId], tools.sleep);
    await present.doc(`${factors}/there`).delete();
  });
});

describe('members', () => {
  test('who were removed since come back only when the operator says so, and an organisation never loses its last owner', async () => {
    const scratchId = restoreScratchId('members', new Date(), 'a1b2c3d4');
    await createScratch(scratchId, tools.sleep);
    const [scratch, present] = [namedFirestore(scratchId), database(local)];
    const target = { kind: 'organisation', orgId: at.orgId } as const;
    const members = scratch.collection(`orgs/${at.orgId}/members`);
    const [organisation, member] = [`orgs/${at.orgId}`, `orgs/${at.orgId}/members/${at.owner.accountId}`];
    await scratch.doc(organisation).set({ ...(await present.doc(organisation).get()).data(), ownerCount: 2 });
    const owner = (await present.doc(member).get()).data() ?? {};
    await members.doc(at.owner.accountId).set({ ...owner, role: 'reader' });
    for (const id of ['owner-then', 'another-owner-then']) await members.doc(id).set({ ...owner, accountId: id });
    const removed = present.doc(`orgs/${at.orgId}/members/owner-then`); // as the service leaves it
    await removed.set({ ...owner, accountId: 'owner-then', state: 'removed' });
    const later = await laterThan({ bucket: 'not-needed', moment: new Date(), target }, tools.clock);
    const work = { target, scratch, commit: commitTo(scratch), present, later };
    expect(await keepWithdrawn(work, { members: true, factors: false })).toEqual([]);
    expect((await members.get()).size).toBe(3);
    const told = await keepWithdrawn(work, { members: false, factors: false });
    expect(told.map(({ what }) => what).toSorted()).toEqual([
      'ownerCount: 1',
      'stays owner: no owner of that moment is one now',
      'was removed since and stays out',
      'was removed since and stays out',
    ]);
    const left = (await members.get()).docs.map((member) => [member.id, member.get('role'), member.get('state')]);
    expect(new Set(left)).toEqual(
      new Set([
        [at.owner.accountId, 'owner', 'active'],
        ['owner-then', 'owner', 'removed'],
      ]),
    );
    await removed.delete();
    expect((await scratch.doc(organisation).get()).get('ownerCount')).toBe(1);
    await discardScratches([scratchId], tools.sleep);
  });
});

describe('a job', () => {
  test('that ends when jobs are about to be held stays as it ended', async () => {
    const job = database(local).doc('jobs/just-ended');
    await job.set({ orgId: at.orgId, kind: 'import', state: 'running', attempts: 1 });
    const read = await job.get();
    const fence = await takeFence({ kind: 'organisation', orgId: at.orgId }, 'tests');
    await job.update({ state: 'succeeded', result: { done: 1 } });
    expect(await holdJob(read, fence)).toBe('finished');
    expect(await stored(local, 'jobs/just-ended')).toMatchObject({ state: 'succeeded', result: { done: 1 } });
    await job.update({ state: 'running', step: 'further' });
    expect(await holdJob(read, fence)).toBe('ended');
    await fence.release();
    await job.delete();
  });
});
