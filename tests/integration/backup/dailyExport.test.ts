/** Nightly exports: one a day, whole or loudly failed, in the EU, described, copied, kept for exactly 28 nights. */
import { Timestamp } from 'firebase-admin/firestore';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { openCanary } from '../../../functions/src/backup/canary.ts';
import { collectionPlans } from '../../../functions/src/backup/collectionsPlan.ts';
import { exportManifest } from '../../../functions/src/backup/exportManifest.ts';
import { exportIdOf, expiryOf } from '../../../functions/src/backup/exportPlan.ts';
import { nightsAgo, signedContent } from '../../support/backups.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { testPersonalNumbers } from '../../support/testNumbers.ts';
import {
  addPerson,
  builtFunctions,
  database,
  newOrganisation,
  objectsIn,
  signUp,
  statusOfRead,
  useEnvironmentOf,
  stored,
  type Organisation,
} from '../../support/valv.ts';
import { withinOneDay } from '../../support/withinOne.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);
let at: Organisation;
const person = {
  givenName: 'Nattlig',
  familyName: 'Kopiasson',
  email: 'nattlig@example.se',
  personalIdentityNumber: testPersonalNumbers[90]!,
};
beforeAll(async () => {
  await withinOneDay();
  at = await newOrganisation(local);
  await addPerson(local, at, person);
});
afterEach(() => local.cloud.faults.clear());

const today = () => exportIdOf(new Date());
const run = () => local.cloud.runSchedule('dailyExport');
const copies = () => local.cloud.storage.objects(local.cloud.env['EXPORTS_COPY_BUCKET'] ?? '');
const originals = () => local.cloud.storage.objects(bucket());
const exportsStarted = () => local.cloud.counters('firestoreAdmin')['exportDocuments'] ?? 0;
const bucket = () => local.cloud.env['EXPORTS_BUCKET'] ?? '';
const bytesOf = (prefix: string): Buffer =>
  Buffer.concat(
    objectsIn(local, 'EXPORTS_BUCKET', prefix).map((name) => local.cloud.storage.read(local.cloud.storage.objects(bucket()).get(name)!)),
  );

describe('an export', () => {
  test('that fails is recorded and fails the job; the next run repairs it', async () => {
    local.cloud.faults.inject({ service: 'firestoreAdmin', match: 'exportDocuments', kind: '500', times: 100 });
    await expect(run()).rejects.toThrow();
    local.cloud.faults.clear();
    await database(local).doc(`exports/${today()}`).set({
      v: 1,
      kind: 'daily',
      state: 'failed',
      startedAt: Timestamp.now(),
      operation: 'gone',
      error: 'disk on fire',
      completedAt: null,
      snapshotAt: Timestamp.now(),
      uri: 'gs://x',
    });
    local.cloud.storage.put(bucket(), `daily/${today()}/half`, Buffer.from('half an export'), {});
    await run();
    expect(await stored(local, `exports/${today()}`)).toMatchObject({
      state: 'complete',
      error: null,
      kind: 'daily',
      completedAt: expect.any(Timestamp),
    });
    expect(objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/half`)).toEqual([]);
    expect(objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/`).some((name) => name.endsWith('.overall_export_metadata'))).toBe(true);
  });

  test('is made once a day, however often the job runs', async () => {
    await run();
    const [before, files] = [exportsStarted(), objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/`)];
    const record = await stored(local, `exports/${today()}`);
    await run();
    await Promise.all([run(), run()]);
    expect(exportsStarted()).toBe(before);
    expect(objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/`)).toEqual(files);
    expect(await stored(local, `exports/${today()}`)).toEqual(record);
    expect(record?.['fileCount']).toBe(files.length);
  });

  test('counts as failed without its metadata file, and the operation that failed is named', async () => {
    await database(local).doc(`exports/${today()}`).delete();
    for (const name of objectsIn(local, 'EXPORTS_BUCKET')) local.cloud.storage.remove(local.cloud.storage.objects(bucket()).get(name)!);
    const bucketObjects = local.cloud.storage.objects(bucket());
    const { put } = local.cloud.storage;
    // The service loses the file that it writes last, as it did in outages.
    local.cloud.storage.put = (name, path, bytes, settings) =>
      put(name, path.endsWith('.overall_export_metadata') ? `${path}.lost` : path, bytes, settings);
    await expect(run()).rejects.toThrow();
    local.cloud.storage.put = put;
    expect(bucketObjects.size).toBeGreaterThan(0);
    expect(await stored(local, `exports/${today()}`)).toMatchObject({ state: 'failed', error: 'the metadata file is missing' });
    await run();
    expect(await stored(local, `exports/${today()}`)).toMatchObject({ state: 'complete' });
  });

  test('holds documents sealed, no key and nothing of the database of keys', async () => {
    const bytes = bytesOf(`daily/${today()}/`);
    expect(bytes.includes('Föreningen Prov')).toBe(true); // the scan can find
    for (const value of Object.values(person)) expect(bytes.includes(value)).toBe(false);
    expect(bytes.includes('subjectKeys') || bytes.includes('orgKeys') || bytes.includes('kmsKeyName')).toBe(false);
    const wrapped = (await stored(local, `orgKeys/${at.orgId}`, 'keys'))?.['wrapped'] as Uint8Array;
    expect(bytes.includes(Buffer.from(wrapped))).toBe(false);
  });

  test('is refused outside the EU, before anything is written', async () => {
    const settings = local.cloud.storage.bucket(bucket()).settings;
    await database(local).doc(`exports/${today()}`).delete();
    const before = exportsStarted();
    for (const location of ['US-CENTRAL1', 'EUROPE-WEST2', 'EUROPE-WEST6', 'US', 'ASIA']) {
      local.cloud.storage.bucket(bucket()).settings = { ...settings, location };
      await expect(run()).rejects.toThrow();
    }
    expect(exportsStarted()).toBe(before);
    expect(await stored(local, `exports/${today()}`)).toBeUndefined();
    local.cloud.storage.bucket(bucket()).settings = settings;
    await run();
  });

  test('may be known to whoever is signed in, and to nobody else', async () => {
    expect(await statusOfRead(local, `exports/${today()}`, (await signUp(local)).idToken)).toBe(200);
    expect(await statusOfRead(local, `exports/${today()}`, await local.idTokenFor('nobody'))).toBe(403);
  });
});

describe('the manifest of an export', () => {
  const path = () => `daily/${today()}.manifest.jws`;

  test('names its files, counts its documents and has a canary that opens; the record vouches for it', async () => {
    const bytes = local.cloud.storage.read(originals().get(path())!);
    const manifest = exportManifest.parse(signedContent(bytes));
    const record = await stored(local, `exports/${today()}`);
    expect(record?.['manifestSha256']).toBe(createHash('sha256').update(bytes).digest('hex'));
    const files = objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/`).map((name) => originals().get(name)!);
    expect(manifest.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
      files
        .map((file) => {
          const sha256 = createHash('sha256').update(local.cloud.storage.read(file)).digest('hex');
          return { path: file.name, sizeBytes: file.size, crc32c: file.crc32c, sha256 };
        })
        .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    );
    const counted = await database(local).collectionGroup('dataSubjects').count().get();
    expect(manifest.counts).toMatchObject({ dataSubjects: counted.data().count, orgs: 1 });
    const canary = await database(local).doc(manifest.canary.path).get();
    expect(await openCanary(canary)).toBe(manifest.canary.sha256);
    expect(new Date(manifest.snapshotAt)).toEqual(record?.['snapshotAt'].toDate());
  });

  test('counts what was there at the moment that the export shows, and not what came after', async () => {
    const before = exportManifest.parse(signedContent(local.cloud.storage.read(originals().get(path())!)));
    await addPerson(local, at, { givenName: 'Senare' });
    await database(local).doc(`exports/${today()}`).update({ state: 'running' }); // as if the run had been killed before it wrote the manifest
    await run();
    const after = exportManifest.parse(signedContent(local.cloud.storage.read(originals().get(path())!)));
    expect({ ...after, completedAt: '' }).toEqual({ ...before, completedAt: '' });
    expect(Object.keys(after.counts).length).toBeGreaterThan(10);
    expect(Object.values(collectionPlans).length).toBeGreaterThan(Object.keys(after.counts).length); // sessions and the like are not counted
  });
});

describe('the copy in the second region', () => {
  const copy = () => local.cloud.runSchedule('copyExports');
  const same = () =>
    [...originals().values()]
      .filter(({ name }) => name.startsWith(`daily/${today()}`))
      .every(({ name, size, crc32c }) => copies().get(name)?.size === size && copies().get(name)?.crc32c === crc32c);
  const inSecondRegion = () => {
    const target = local.cloud.storage.bucket(local.cloud.env['EXPORTS_COPY_BUCKET'] ?? '');
    target.settings = { ...target.settings, location: 'EUROPE-NORTH1' };
  };

  test('is refused outside the EU and in the region of the original', async () => {
    const target = local.cloud.storage.bucket(local.cloud.env['EXPORTS_COPY_BUCKET'] ?? '');
    for (const location of ['US', 'EUROPE-WEST2', 'EUROPE-NORTH2']) {
      target.settings = { ...target.settings, location };
      await expect(copy()).rejects.toThrow();
    }
    expect(copies().size).toBe(0);
    inSecondRegion();
  });

  test('holds the same bytes, is noted once they are there, and is mended when they are not', async () => {
    inSecondRegion();
    await copy();
    expect(same()).toBe(true);
    expect(await stored(local, `exports/${today()}`)).toMatchObject({ copiedAt: expect.any(Timestamp) });
    const [first = ''] = objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/`);
    local.cloud.storage.put(local.cloud.env['EXPORTS_COPY_BUCKET'] ?? '', first, Buffer.from('damaged'), {});
    local.cloud.storage.remove(copies().get(`daily/${today()}.manifest.jws`)!);
    expect(same()).toBe(false);
    await copy();
    expect(same()).toBe(true);
  });

  test('is not replaced by an original that was changed, which is an error; others are copied all the same', async () => {
    inSecondRegion();
    const [first = ''] = objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/`);
    const whole = local.cloud.storage.read(originals().get(first)!);
    local.cloud.storage.put(bucket(), first, Buffer.from('changed'), {});
    await expect(copy()).rejects.toThrow();
    expect(await stored(local, 'schedules/copyExports')).toMatchObject({ state: 'failed', lastError: 'backup/damaged' });
    expect(local.cloud.storage.read(copies().get(first)!)).toEqual(whole);
    local.cloud.storage.put(bucket(), first, whole, {});
    await copy();
  });

  test('has nothing that was added to the original or exchanged before it was copied; beside what was added it is whole', async () => {
    inSecondRegion();
    const [, second = ''] = objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/`);
    const record = database(local).doc(`exports/${today()}`);
    const forget = async () => {
      for (const object of copies().values()) if (object.name.startsWith(`daily/${today()}`)) local.cloud.storage.remove(object);
      await record.update({ copiedAt: null });
    };
    const lastError = async () => (await stored(local, 'schedules/copyExports'))?.['lastError'] as unknown;
    const added = `daily/${today()}/added`;
    for (const isCopied of [true, false]) {
      if (!isCopied) await forget();
      local.cloud.storage.put(bucket(), added, Buffer.from('added'), {});
      await expect(copy()).rejects.toThrow();
      expect(await lastError()).toBe('backup/damaged');
      expect(copies().has(added)).toBe(false);
      local.cloud.storage.remove(originals().get(added)!);
      expect(same()).toBe(true);
      expect((await record.get()).get('copiedAt')).toBeInstanceOf(Timestamp);
    }
    await forget();
    const whole = local.cloud.storage.read(originals().get(second)!);
    local.cloud.storage.put(bucket(), second, Buffer.from('exchanged'), {});
    await expect(copy()).rejects.toThrow();
    expect(await lastError()).toBe('backup/damaged');
    expect([copies().has(second), copies().has(`daily/${today()}.manifest.jws`)]).toEqual([false, false]);
    local.cloud.storage.put(bucket(), second, whole, {});
    await copy();
    expect(same()).toBe(true);
  });

  test('does not hold what is not complete, and keeps what the original lost', async () => {
    inSecondRegion();
    local.cloud.storage.put(bucket(), 'daily/daily-2026-01-01/half', Buffer.from('half'), {});
    const [first = ''] = objectsIn(local, 'EXPORTS_BUCKET', `daily/${today()}/`);
    const lost = originals().get(first)!;
    const bytes = local.cloud.storage.read(lost);
    local.cloud.storage.remove(lost);
    await copy();
    expect(copies().has('daily/daily-2026-01-01/half')).toBe(false);
    expect(copies().has(first)).toBe(true);
    local.cloud.storage.put(bucket(), first, bytes, {});
    local.cloud.storage.remove(originals().get('daily/daily-2026-01-01/half')!);
  });
});

describe('old exports', () => {
  /** Records of nights that were exported, with files at both places. */
  const nightsBefore = async (nights: readonly number[], more: object = {}) => {
    const batch = database(local).batch();
    for (const night of nights) {
      const id = exportIdOf(nightsAgo(night));
      const dates = { startedAt: Timestamp.fromDate(nightsAgo(night)), expiresAt: Timestamp.fromDate(expiryOf(nightsAgo(night), 'daily')) };
      batch.set(database(local).doc(`exports/${id}`), { v: 1, kind: 'daily', state: 'complete', error: null, ...dates, ...more });
      for (const place of ['EXPORTS_BUCKET', 'EXPORTS_COPY_BUCKET'])
        for (const name of [`${id}/a`, `${id}/b`, `${id}.manifest.jws`])
          local.cloud.storage.put(local.cloud.env[place] ?? '', `daily/${name}`, Buffer.from('export'), {});
    }
    await batch.commit();
  };
  const idsOf = (names: Iterable<string>) =>
    [...new Set([...names].flatMap((name) => /daily-\d{4}-\d\d-\d\d/.exec(name)?.[0] ?? []))].toSorted();
  const complete = async () => {
    const query = database(local).collection('exports').where('kind', '==', 'daily').where('state', '==', 'complete');
    return (await query.get()).docs.map(({ id }) => id).toSorted();
  };

  test('are exactly 28 once there are enough, at both places, those that failed or ran for ever included', async () => {
    await nightsBefore(Array.from({ length: 37 }, (_, index) => index + 1));
    await database(local)
      .doc(`exports/${exportIdOf(nightsAgo(30))}`)
      .update({ state: 'failed' });
    await database(local)
      .doc(`exports/${exportIdOf(nightsAgo(31))}`)
      .update({ state: 'running', operation: 'gone' });
    await database(local).doc(`exports/${today()}`).delete();
    await run();
    const kept = Array.from({ length: 28 }, (_, index) => exportIdOf(nightsAgo(index))).toSorted();
    expect(await complete()).toEqual(kept);
    expect(idsOf(originals().keys())).toEqual(kept);
    expect(idsOf(copies().keys())).toEqual(kept);
    expect((await database(local).collection('exports').where('state', 'in', ['failed', 'running', 'expired']).get()).size).toBe(0);
    expect(await stored(local, `exports/${exportIdOf(nightsAgo(28))}`)).toMatchObject({ state: 'pruned', prunedAt: expect.any(Timestamp) });
  });

  test('of which one is due are removed by the schedule of pruning although no export replaced it, with its increments', async () => {
    await nightsBefore([29]);
    const readAt = nightsAgo(29);
    const hour = readAt.toISOString().slice(0, 13);
    const dates = { startedAt: Timestamp.fromDate(readAt), expiresAt: Timestamp.fromDate(nightsAgo(1)) };
    await database(local)
      .doc(`exports/hourly-${hour}`)
      .set({ v: 1, kind: 'hourly', state: 'complete', ...dates });
    for (const kind of ['ndjson.gz', 'manifest.jws']) local.cloud.storage.put(bucket(), `increments/${hour}.${kind}`, Buffer.from('x'), {});
    await local.cloud.runSchedule('pruneExports');
    expect(await complete()).toHaveLength(28);
    expect(idsOf(originals().keys())).not.toContain(exportIdOf(nightsAgo(29)));
    expect([...originals().keys()].filter((name) => name.startsWith('increments/'))).toEqual([]);
    expect(await stored(local, `exports/hourly-${hour}`)).toMatchObject({ state: 'pruned' });
  });

  test('whose files cannot be removed are not called removed', async () => {
    await nightsBefore([40]);
    const id = exportIdOf(nightsAgo(40));
    const withdraw = local.cloud.faults.inject({ service: 'storage', match: 'deleteObject', kind: '403', times: 1000 });
    await expect(local.cloud.runSchedule('pruneExports')).rejects.toThrow();
    expect(await stored(local, `exports/${id}`)).toMatchObject({ state: 'expired' });
    withdraw();
    await local.cloud.runSchedule('pruneExports');
    expect(await stored(local, `exports/${id}`)).toMatchObject({ state: 'pruned' });
    expect(objectsIn(local, 'EXPORTS_BUCKET', `daily/${id}`)).toEqual([]);
  });
});
