/** Kill -9 before, inside and after each step of export, copy, pruning and the export of keys: nothing is lost, half done or doubled. */
import { Timestamp } from 'firebase-admin/firestore';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { exportManifest, keysManifest } from '../../functions/src/backup/exportManifest.ts';
import { exportIdOf, expiryOf, type ExportKind } from '../../functions/src/backup/exportPlan.ts';
import type { FaultKind, FaultyService } from '../../infra/local/faults.ts';
import { nightsAgo, signedContent } from '../support/backups.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { builtFunctions, database, stored, useEnvironmentOf } from '../support/valv.ts';
import { withinOneDay } from '../support/withinOne.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, functionsMode: 'ownProcess' });
useEnvironmentOf(local);
const idOf = (nights: number, kind: ExportKind = 'daily') => exportIdOf(nightsAgo(nights), kind);
const objects = (setting: string) => local.cloud.storage.objects(local.cloud.env[setting] ?? '');
const everyBucket = ['EXPORTS_BUCKET', 'EXPORTS_COPY_BUCKET', 'KEYS_BACKUP_BUCKET', 'KEYS_BACKUP_COPY_BUCKET'] as const;
const placesOf = { daily: ['EXPORTS_BUCKET', 'EXPORTS_COPY_BUCKET'], keys: ['KEYS_BACKUP_BUCKET', 'KEYS_BACKUP_COPY_BUCKET'] } as const;

/** The night before: as many exports as are kept, at their places, of which tonight's replaces the oldest. */
beforeEach(async () => {
  await withinOneDay();
  // Started within a second before, the export of the test before would be taken for one that was started and not noted.
  await pause(1500);
  const db = database(local);
  for (const setting of everyBucket) for (const object of objects(setting).values()) local.cloud.storage.remove(object);
  for (const { ref } of (await db.collection('exports').get()).docs) await ref.delete();
  for (const [kind, oldest] of [
    ['daily', 28],
    ['keys', 7],
  ] as const) {
    for (const nights of [1, oldest]) {
      const [id, at] = [idOf(nights, kind), nightsAgo(nights)];
      const dates = { startedAt: Timestamp.fromDate(at), expiresAt: Timestamp.fromDate(expiryOf(at, kind)), copiedAt: Timestamp.now() };
      await db.doc(`exports/${id}`).set({ v: 1, kind, state: 'complete', error: null, ...dates });
      for (const place of placesOf[kind]) local.cloud.storage.put(local.cloud.env[place] ?? '', `${kind}/${id}/a`, Buffer.from(id), {});
    }
  }
  await db.doc('orgs/somebody').set({ v: 1, name: 'Föreningen Kill' });
});

type Step = readonly [service: FaultyService, operation: string, kind: FaultKind & ('timeout' | 'lost-answer')];

/** Starts a schedule, kills the functions while a request of theirs waits for its answer, and starts both again. */
async function killAt(schedule: string, [service, operation, kind]: Step): Promise<void> {
  local.cloud.faults.inject({ service, match: operation, kind, times: 1 });
  const killed = local.cloud.runSchedule(schedule).then(
    () => 'done',
    () => 'killed',
  );
  await expect.poll(() => local.cloud.faults.planned(), { timeout: 30_000, interval: 20 }).toEqual([]);
  await local.cloud.killFunctions();
  expect(await killed).toBe('killed');
  await local.cloud.restartFunctions();
  await local.cloud.runSchedule(schedule);
}

async function expectTonightWhole(kind: ExportKind): Promise<void> {
  const states = (await database(local).collection('exports').where('kind', '==', kind).get()).docs.map(
    (record) => [record.id, record.get('state')] as const,
  );
  const oldest = kind === 'daily' ? 28 : 7;
  expect(Object.fromEntries(states)).toEqual({ [idOf(0, kind)]: 'complete', [idOf(1, kind)]: 'complete', [idOf(oldest, kind)]: 'pruned' });
  for (const place of placesOf[kind]) expect([...objects(place).keys()].filter((name) => name.includes(idOf(oldest, kind)))).toEqual([]);
  const mine = [...objects(kind === 'daily' ? 'EXPORTS_BUCKET' : 'KEYS_BACKUP_BUCKET').keys()].filter((name) =>
    name.startsWith(`${kind}/${idOf(0, kind)}/`),
  );
  expect(mine.filter((name) => name.endsWith('.overall_export_metadata'))).toHaveLength(1);
  expect(await stored(local, `exports/${idOf(0, kind)}`)).toMatchObject({ fileCount: mine.length, error: null });
  expectManifestOf(kind, mine);
}

function expectManifestOf(kind: ExportKind, names: readonly string[]): void {
  const [bucket] = placesOf[kind];
  const manifest = objects(bucket).get(`${kind}/${idOf(0, kind)}.manifest.jws`);
  const schema = kind === 'daily' ? exportManifest : keysManifest;
  const { files, counts } = schema.parse(signedContent(local.cloud.storage.read(manifest!)));
  expect(files.map(({ path }) => path).toSorted()).toEqual(names.toSorted());
  for (const { path, crc32c } of files) expect(objects(bucket).get(path)?.crc32c).toBe(crc32c);
  if (kind === 'daily') expect(counts['orgs']).toBe(1);
}

describe.each(['daily', 'keys'] as const)('the export of %s', (kind) => {
  const schedule = `${kind}Export`;
  const steps: readonly Step[] = [
    ['firestoreAdmin', 'getDatabase', 'timeout'],
    ['storage', 'listObjects', 'timeout'],
    ['firestoreAdmin', 'exportDocuments', 'timeout'],
    ['firestoreAdmin', 'exportDocuments', 'lost-answer'],
    ['firestoreAdmin', 'getOperation', 'timeout'],
    ['storage', 'insertObject', 'timeout'],
    ['storage', 'insertObject', 'lost-answer'],
    ['storage', 'deleteObject', 'timeout'],
    ['storage', 'deleteObject', 'lost-answer'],
  ];
  test.each(steps)(
    'killed at %s %s (%s) is made once and whole',
    async (...step) => {
      const before = local.cloud.counters('firestoreAdmin')['exportDocuments'] ?? 0;
      await killAt(schedule, step);
      await expectTonightWhole(kind);
      // Only where the first request came to nothing is there a second.
      const isRefused = step[1] === 'exportDocuments' && step[2] === 'timeout';
      expect((local.cloud.counters('firestoreAdmin')['exportDocuments'] ?? 0) - before).toBe(isRefused ? 2 : 1);
    },
    120_000,
  );
});

test.each([
  ['storage', 'listObjects', 'timeout'],
  ['storage', 'rewriteObject', 'timeout'],
  ['storage', 'rewriteObject', 'lost-answer'],
] as const)(
  'a copy killed at %s %s (%s) is whole when it is called one',
  async (...step) => {
    await local.cloud.runSchedule('dailyExport');
    await killAt('copyExports', step);
    const mine = [...objects('EXPORTS_BUCKET').values()].filter(({ name }) => name.startsWith(`daily/${idOf(0)}`));
    expect(mine.length).toBeGreaterThan(2);
    for (const { name, crc32c } of mine) expect(objects('EXPORTS_COPY_BUCKET').get(name)?.crc32c).toBe(crc32c);
    expect([...objects('EXPORTS_COPY_BUCKET').keys()].length).toBe([...objects('EXPORTS_BUCKET').keys()].length);
    expect(await stored(local, `exports/${idOf(0)}`)).toMatchObject({ copiedAt: expect.any(Timestamp) });
  },
  120_000,
);

test.each([
  ['storage', 'listObjects', 'timeout'],
  ['storage', 'deleteObject', 'timeout'],
  ['storage', 'deleteObject', 'lost-answer'],
] as const)(
  'pruning killed at %s %s (%s) leaves nothing that is called removed and takes nothing else',
  async (...step) => {
    await database(local)
      .doc(`exports/${idOf(28)}`)
      .update({ expiresAt: Timestamp.fromMillis(0) });
    await killAt('pruneExports', step);
    expect(await stored(local, `exports/${idOf(28)}`)).toMatchObject({ state: 'pruned' });
    for (const place of ['EXPORTS_BUCKET', 'EXPORTS_COPY_BUCKET'])
      expect([...objects(place).keys()].filter((name) => name.startsWith('daily/'))).toEqual([`daily/${idOf(1)}/a`]);
    for (const place of placesOf.keys) expect([...objects(place).keys()]).toHaveLength(2);
  },
  120_000,
);
