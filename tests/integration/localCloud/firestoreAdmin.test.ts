import { Firestore, Timestamp, type v1 } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setEnvironment } from '../../../infra/local/environment.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { adminClient } from './clients.ts';

const local = withLocalCloud();
let admin: InstanceType<typeof v1.FirestoreAdminClient>;
const name = (database: string): string => `projects/${local.cloud.projectId}/databases/${database}`;

let restore: () => void;

/** A database without rules, as the Admin SDK has it. */
const database = (databaseId: string): Firestore => new Firestore({ projectId: local.cloud.projectId, databaseId });

beforeAll(() => {
  restore = setEnvironment(local.cloud.env);
  admin = adminClient(local.cloud);
});
afterAll(() => restore());

describe('export and import', () => {
  test("an export is an operation with polling, and its files lie in Google's layout", async () => {
    await database('(default)').doc('orgs/o1/members/m1').set({ role: 'owner' });
    const outputUriPrefix = `gs://${local.cloud.projectId}-exports/daily/2026-01-01`;
    const [operation] = await admin.exportDocuments({ name: name('(default)'), outputUriPrefix });
    expect(operation.done).toBeFalsy();
    expect(await admin.checkExportDocumentsProgress(operation.name ?? '')).toMatchObject({ done: false });
    const [response] = await operation.promise();
    expect(response.outputUriPrefix).toBe(outputUriPrefix);
    const files = [...local.cloud.storage.objects(`${local.cloud.projectId}-exports`).keys()].toSorted();
    expect(files).toEqual([
      'daily/2026-01-01/2026-01-01.overall_export_metadata',
      'daily/2026-01-01/all_namespaces/all_kinds/all_namespaces_all_kinds.export_metadata',
      'daily/2026-01-01/all_namespaces/all_kinds/output-0',
    ]);
    await expect(admin.exportDocuments({ name: name('(default)'), outputUriPrefix }).then(([again]) => again.promise())).rejects.toThrow(
      /already exists/i,
    );
  }, 30_000);

  test.each(['(default)', 'keys'])(
    'what is exported from %s comes back with its types',
    async (id) => {
      const db = database(id);
      const data = {
        text: 'åäö',
        int: 7,
        double: 0.5,
        big: 9_007_199_254_740_991,
        yes: true,
        none: null,
        bytes: Buffer.from([0, 255]),
        at: new Timestamp(1_700_000_000, 123_456_000),
        list: [1, { a: 'b' }],
        ref: db.doc('orgs/o2'),
        not: Number.NaN,
      };
      await db.doc('orgs/o2').set(data);
      await db.doc('orgs/o2/deep/d').set({ x: 1 });
      const uri = `gs://${local.cloud.projectId}-exports/full-${id.replaceAll(/\W/g, '')}`;
      const [exporting] = await admin.exportDocuments({ name: name(id), outputUriPrefix: uri });
      await exporting.promise();
      await db.doc('orgs/o2').set({ text: 'changed' });
      await db.doc('orgs/o2/deep/d').delete();
      await db.doc('orgs/o3').set({ later: true });
      const [importing] = await admin.importDocuments({ name: name(id), inputUriPrefix: uri });
      await importing.promise();
      const restored = (await db.doc('orgs/o2').get()).data();
      expect(restored).toMatchObject({ ...data, ref: expect.anything() });
      expect(restored?.['ref']).toMatchObject({ path: 'orgs/o2' });
      expect((await db.doc('orgs/o2/deep/d').get()).get('x')).toBe(1);
      expect((await db.doc('orgs/o3').get()).exists, 'an import deletes nothing').toBe(true);
    },
    60_000,
  );

  test('into a bucket that is not there, and from an export that is not there, is refused', async () => {
    await expect(admin.exportDocuments({ name: name('(default)'), outputUriPrefix: 'gs://no-such-bucket/x' })).rejects.toMatchObject({
      code: 5,
    });
    const [operation] = await admin.importDocuments({
      name: name('(default)'),
      inputUriPrefix: `gs://${local.cloud.projectId}-exports/none`,
    });
    await expect(operation.promise()).rejects.toMatchObject({ code: 5 });
  }, 30_000);
});

test('databases are listed, made for a drill, closed to clients, and removed', async () => {
  expect((await admin.listDatabases({ parent: `projects/${local.cloud.projectId}` }))[0].databases?.map((d) => d.name)).toEqual([
    name('(default)'),
    name('keys'),
    name('journal'),
  ]);
  const [creating] = await admin.createDatabase({
    parent: `projects/${local.cloud.projectId}`,
    databaseId: 'drill-1',
    database: { locationId: 'europe-north2', type: 'FIRESTORE_NATIVE' },
  });
  await creating.promise();
  await database('keys').doc('orgKeys/k1').set({ wrapped: 'x' });
  const uri = `gs://${local.cloud.projectId}-exports/for-drill`;
  await (await admin.exportDocuments({ name: name('keys'), outputUriPrefix: uri }))[0].promise();
  await (await admin.importDocuments({ name: name('drill-1'), inputUriPrefix: uri }))[0].promise();
  expect((await database('drill-1').doc('orgKeys/k1').get()).get('wrapped')).toBe('x');
  await database('drill-1').doc('a/b').set({ x: 1 });
  const asClient = await fetch(`${local.cloud.urls.firestore}/v1/${name('drill-1')}/documents/a/b`);
  expect(asClient.status).toBe(403);
  const [deleting] = await admin.deleteDatabase({ name: name('drill-1') });
  await deleting.promise();
  await expect(admin.getDatabase({ name: name('drill-1') })).rejects.toMatchObject({ code: 5 });
  expect((await database('drill-1').doc('a/b').get()).exists).toBe(false);
});

test('the keys database is closed to every client, whatever the rules of the other allow', async () => {
  const token = await local.idTokenFor('u1', { sid: 's1' });
  for (const path of ['orgKeys/o1', 'subjectKeys/s1', 'status/public']) {
    const response = await fetch(`${local.cloud.urls.firestore}/v1/${name('keys')}/documents/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status, path).toBe(403);
  }
});
