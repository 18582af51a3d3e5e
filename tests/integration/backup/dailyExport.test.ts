/** The nightly export: one a day, whole or loudly failed, in the EU, without keys, kept for exactly 28 nights. */
import { Timestamp } from 'firebase-admin/firestore';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exportIdOf } from '../../../functions/src/backup/exportPlan.ts';
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
  stored,
  type Organisation,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
const person = {
  givenName: 'Nattlig',
  familyName: 'Kopiasson',
  email: 'nattlig@example.se',
  personalIdentityNumber: testPersonalNumbers[90]!,
};
beforeAll(async () => {
  at = await newOrganisation(local);
  await addPerson(local, at, person);
});
afterEach(() => local.cloud.faults.clear());

const day = 86_400_000;
const today = () => exportIdOf(new Date());
const run = () => local.cloud.runSchedule('dailyExport');
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
    const [before, files] = [exportsStarted(), objectsIn(local, 'EXPORTS_BUCKET')];
    const record = await stored(local, `exports/${today()}`);
    await run();
    await Promise.all([run(), run()]);
    expect(exportsStarted()).toBe(before);
    expect(objectsIn(local, 'EXPORTS_BUCKET')).toEqual(files);
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

describe('old exports', () => {
  test('are kept for 28 nights and then removed, files first, also after more than a hundred nights', async () => {
    const db = database(local);
    const batch = db.batch();
    for (let nights = 1; nights <= 140; nights += 1) {
      const startedAt = Timestamp.fromMillis(Date.now() - nights * day);
      const id = `daily-night-${String(nights).padStart(3, '0')}`;
      // The older ones were removed when their time came; the last ten are due now, one of them never completed.
      const state = nights > 37 ? 'pruned' : nights === 30 ? 'failed' : nights === 31 ? 'running' : 'complete';
      batch.set(db.doc(`exports/${id}`), { v: 1, kind: 'daily', state, startedAt, error: null });
      if (nights <= 37) for (const file of ['a', 'b']) local.cloud.storage.put(bucket(), `daily/${id}/${file}`, Buffer.from('export'), {});
    }
    await batch.commit();
    await run();
    const kept = (await db.collection('exports').where('state', '==', 'complete').get()).docs
      .map(({ id }) => id)
      .filter((id) => id.startsWith('daily-night'))
      .toSorted();
    expect(kept).toHaveLength(27); // with tonight's, 28
    expect(kept.at(-1)).toBe('daily-night-027');
    const folders = new Set(objectsIn(local, 'EXPORTS_BUCKET', 'daily/').map((name) => name.split('/')[1]));
    expect([...folders].toSorted()).toEqual([...kept, today()].toSorted());
    expect((await db.collection('exports').where('state', 'in', ['failed', 'running']).get()).size).toBe(0);
    expect(await stored(local, 'exports/daily-night-028')).toMatchObject({ state: 'pruned', prunedAt: expect.any(Timestamp) });
  });

  test('whose files cannot be removed are not called removed', async () => {
    const db = database(local);
    await db
      .doc('exports/daily-night-stuck')
      .set({ v: 1, kind: 'daily', state: 'complete', startedAt: Timestamp.fromMillis(Date.now() - 40 * day), error: null });
    local.cloud.storage.put(bucket(), 'daily/daily-night-stuck/a', Buffer.from('export'), {});
    const withdraw = local.cloud.faults.inject({ service: 'storage', match: 'deleteObject', kind: '500', times: 1000 });
    await expect(run()).rejects.toThrow();
    expect(await stored(local, 'exports/daily-night-stuck')).toMatchObject({ state: 'complete' });
    withdraw();
    await run();
    expect(await stored(local, 'exports/daily-night-stuck')).toMatchObject({ state: 'pruned' });
    expect(objectsIn(local, 'EXPORTS_BUCKET', 'daily/daily-night-stuck/')).toEqual([]);
  }, 120_000);
});
