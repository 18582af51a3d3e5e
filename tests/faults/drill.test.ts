/** The restore drill: green for a backup that can be restored, red and a failure for one that cannot, and no trace of its own. */
import type { DocumentData } from 'firebase-admin/firestore';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hourlyIncrement } from '../../functions/src/backup/increments/hourlyIncrement.ts';
import { restoreDrill } from '../../functions/src/backup/drill/restoreDrill.ts';
import type { ExportManifest } from '../../functions/src/backup/exportManifest.ts';
import { listScratch, scratchPrefixes } from '../../functions/src/platform/databases.ts';
import { namedFirestore } from '../../functions/src/platform/firestore.ts';
import { exportNow, nightsAgo, stateOf } from '../support/backups.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { addPerson, builtFunctions, database, jobEnded, newOrganisation, startJob, stored, type Organisation } from '../support/valv.ts';
import { withinOneDay } from '../support/withinOne.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, ownEmulator: true });
let at: Organisation;
let manifest: ExportManifest;
const bucket = (): string => local.cloud.env['EXPORTS_BUCKET'] ?? '';
const objects = () => local.cloud.storage.objects(bucket());
const yesterday = (): Date => nightsAgo(1);
const drill = () =>
  restoreDrill(
    () => new Date(),
    () => new Promise((resolve) => setTimeout(resolve, 20)),
  );
/** The newest drill, with the figures of its report. */
const outcome = async (): Promise<DocumentData & { id: string }> => {
  const [newest] = (await database(local).collection('drills').orderBy('startedAt', 'desc').limit(1).get()).docs;
  const report = await stored(local, `drillReports/${newest?.id ?? ''}`);
  return { ...newest?.data(), ...(report === undefined ? {} : { details: report['checks'] as unknown }), id: newest?.id ?? '' };
};
const failedChecks = async (): Promise<string[]> =>
  checksOf(await outcome())
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);
const checksOf = (drilled: DocumentData | undefined): { name: string; ok: boolean }[] =>
  (drilled?.['checks'] ?? []) as { name: string; ok: boolean }[]; // written by the drill
/** Bytes of an object, put back after the test. */
const kept = new Map<string, Buffer>();
const read = (path: string): Buffer => Buffer.from(local.cloud.storage.read(objects().get(path)!));
const replace = (path: string, bytes: Buffer | null): void => {
  if (!kept.has(path)) kept.set(path, read(path));
  if (bytes === null) local.cloud.storage.remove(objects().get(path)!);
  else local.cloud.storage.put(bucket(), path, bytes, {});
};
afterEach(() => {
  local.cloud.faults.clear();
  for (const [path, bytes] of kept) local.cloud.storage.put(bucket(), path, bytes, {});
  kept.clear();
});

beforeAll(async () => {
  await withinOneDay();
  await exportNow(local, yesterday);
  at = await newOrganisation(local);
  const erased = await addPerson(local, at, { givenName: 'Radera' });
  await addPerson(local, at, { givenName: 'Behåll' });
  await local.cloud.runSchedule('sealAuditEvents');
  manifest = await exportNow(local);
  await local.cloud.runSchedule('keysExport');
  const jobId = await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId: erased, reason: 'request', version: 1 }, at.owner);
  await jobEnded(local, jobId);
  await local.cloud.eventsSettled();
  await hourlyIncrement(() => new Date());
}, 240_000);

/** What operators read of a drill is not what it must leave alone. */
const quiet = ['drills', 'drillReports', 'schedules'];

describe('the drill', () => {
  test('is green, measures, says so in plain words, and leaves nothing behind', async () => {
    const before = await stateOf(database(local), quiet);
    await local.cloud.runSchedule('restoreDrill');
    const published = await outcome();
    expect(published).toMatchObject({ v: 1, state: 'green', exportId: manifest.exportId });
    expect(checksOf(published).map(({ name }) => name)).toEqual([
      'files',
      'import',
      'counts',
      'auditLogs',
      'canary',
      'increments',
      'erased',
      'keys',
      'journal',
    ]);
    expect(JSON.stringify(published['checks'])).not.toContain('documents'); // figures are for operators
    expect(JSON.stringify(published['details'])).toContain('documents, as many as were exported');
    expect(published?.['recoverySeconds']).toEqual(expect.any(Number));
    expect(published?.['recoveryPointSeconds']).toBeLessThan(600);
    expect(manifest.heads.length).toBe(1);
    expect(await stateOf(database(local), quiet)).toEqual(before);
    expect(await listScratch(scratchPrefixes.drill)).toEqual([]);
  }, 120_000);

  const isMetadata = (path: string): boolean => path.endsWith('metadata');
  const someOutput = (): string => manifest.files.map(({ path }) => path).find((path) => !isMetadata(path)) ?? '';

  test.each([
    ['damaged', () => flipped(read(someOutput())), ['files']],
    ['truncated', () => read(someOutput()).subarray(0, -7), ['files']],
    ['missing', () => null, ['files']],
    ['swapped for another of the same export', () => read(manifest.files.find(({ path }) => isMetadata(path))?.path ?? ''), ['files']],
  ])('a file that is %s turns it red', async (_what, make, checks) => {
    replace(someOutput(), make());
    await expect(drill()).rejects.toMatchObject({ code: 'backup/drill-failed' });
    expect(await outcome()).toMatchObject({ state: 'red', recoverySeconds: null, recoveryPointSeconds: null });
    expect(await failedChecks()).toEqual(checks);
    expect(await listScratch(scratchPrefixes.drill)).toEqual([]);
  });

  test('a manifest that was exchanged, damaged or is missing turns it red', async () => {
    const path = `daily/${manifest.exportId}.manifest.jws`;
    const other = Buffer.from(JSON.stringify({ ...manifest, counts: {} }));
    for (const bytes of [other, read(path).subarray(0, -1), null]) {
      replace(path, bytes);
      await expect(drill()).rejects.toMatchObject({ code: 'backup/drill-failed' });
      expect(await failedChecks()).toEqual(['files']);
      local.cloud.storage.put(bucket(), path, kept.get(path)!, {});
    }
  });

  test('an increment that is damaged, missing or exchanged turns it red', async () => {
    const path = [...objects().keys()].find((name) => name.endsWith('.ndjson.gz'))!;
    for (const bytes of [flipped(read(path)), null]) {
      replace(path, bytes);
      if (bytes === null) {
        // The list of exports remembers it.
        replace(path.replace(/\.[0-9a-f]{64}\.ndjson\.gz$/, '.manifest.jws'), null);
      }
      await expect(drill()).rejects.toMatchObject({ code: 'backup/drill-failed' });
      expect(await failedChecks()).toContain('increments');
      for (const [name, old] of kept) local.cloud.storage.put(bucket(), name, old, {});
    }
  }, 240_000);

  test('is a failure of its schedule when it is red', async () => {
    replace(someOutput(), null);
    await expect(local.cloud.runSchedule('restoreDrill')).rejects.toThrow();
    expect(await stored(local, 'schedules/restoreDrill')).toMatchObject({ state: 'failed', lastError: 'backup/drill-failed' });
  });

  test('that meets a service that does not answer is neither green nor red, is tried again, and the second time is an alarm', async () => {
    const silence = local.cloud.faults.inject({ service: 'kms', kind: '500', times: 1000 });
    await expect(drill()).rejects.toMatchObject({ code: 'shared/unavailable' });
    const { id } = await outcome();
    expect(await outcome()).toMatchObject({ state: 'untried', tries: 1, recoverySeconds: null });
    await expect(drill()).rejects.toMatchObject({ code: 'backup/drill-untried' });
    silence();
    expect(await outcome()).toMatchObject({ id, state: 'untried', tries: 2 });
    expect(await listScratch(scratchPrefixes.drill)).toEqual([]);
  }, 240_000);

  test('that breaks off ends red, and a drill that has ended is not written over', async () => {
    const drills = database(local).collection('drills').where('state', '==', 'red');
    const before = (await drills.get()).docs.map((known) => known.data());
    const broken = () => Promise.reject(new TypeError('a fault of our own, outside all checks'));
    await expect(restoreDrill(() => new Date(), broken)).rejects.toMatchObject({ code: 'backup/drill-failed' });
    expect(await failedChecks()).toEqual(['drill']);
    const after = (await drills.get()).docs.map((known) => known.data());
    expect(after).toHaveLength(before.length + 1);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  test('an export of the keys that does not open the canary turns it red', async () => {
    const canaryKey = database(local, 'keys').doc('subjectKeys/valv-backup-canaries');
    const sound = (await canaryKey.get()).data() ?? {};
    await canaryKey.update({ wrapped: flipped(Buffer.from(sound['wrapped'] as Uint8Array)) });
    const record = database(local).doc(`exports/keys-${manifest.exportId.slice('daily-'.length)}`);
    await record.delete();
    await local.cloud.runSchedule('keysExport'); // exports the broken key
    await canaryKey.set(sound);
    await expect(drill()).rejects.toMatchObject({ code: 'backup/drill-failed' });
    expect(await failedChecks()).toEqual(['keys']);
    await record.delete();
    await local.cloud.runSchedule('keysExport');
  }, 240_000);

  test('a canary that cannot be opened, and an audit log that was changed, are found', async () => {
    const { checkCanary, checkHeads } = await import('../../functions/src/backup/restore/checks.ts');
    const db = database(local);
    const [seal] = (await db.collection(`orgs/${at.orgId}/auditSeals`).get()).docs;
    expect((await checkHeads(db, manifest)).ok).toBe(true);
    const events = Buffer.from(seal?.get('events') as Uint8Array);
    await seal?.ref.update({ events: flipped(events) });
    expect((await checkHeads(db, manifest)).ok).toBe(false);
    await seal?.ref.update({ events });
    const leaves = Buffer.from(seal?.get('leaves') as Uint8Array);
    await seal?.ref.update({ leaves: flipped(leaves) });
    expect((await checkHeads(db, manifest)).ok).toBe(false);
    await seal?.ref.update({ leaves });
    const canary = db.doc(manifest.canary.path);
    expect((await checkCanary(db, manifest)).ok).toBe(true);
    const sealed = Buffer.from((await canary.get()).get('sealed') as Uint8Array);
    await canary.update({ sealed: flipped(sealed) });
    expect((await checkCanary(db, manifest)).ok).toBe(false);
    await canary.update({ sealed });
    expect((await checkCanary(db, { ...manifest, canary: { ...manifest.canary, path: 'backupCanaries/none' } })).ok).toBe(false);
  });
});

test('a change that the journal lacks turns it red, and says of which collection; so do keys that were made anew', async () => {
  const lost = await addPerson(local, at, { givenName: 'Förlorad' });
  await local.cloud.eventsSettled();
  const journal = namedFirestore('journal').collection('changes');
  const entries = await journal.where('path', '==', `orgs/${at.orgId}/dataSubjects/${lost}`).get();
  expect(entries.size).toBeGreaterThan(0);
  for (const { ref } of entries.docs) await ref.delete();
  // Sealed before the keys were lost and made anew.
  const older = database(local).doc('backupCanaries/older');
  await older.set({ v: 1, sealed: Buffer.alloc(64, 1), createdAt: new Date(Date.now() - 2 * 86_400_000) });
  await database(local).doc(`exports/${manifest.exportId}`).delete(); // made anew, as if the night came later
  await exportNow(local);
  await expect(drill()).rejects.toMatchObject({ code: 'backup/drill-failed' });
  expect(await failedChecks()).toEqual(['keys', 'journal']);
  const said = JSON.stringify((await outcome())['details']);
  expect(said).toContain('an older canary does not open: keys were made anew');
  expect(said).toContain('changes are missing in the journal: dataSubjects: 1 instead of 2');
  expect(said).not.toContain(at.orgId);
}, 240_000);

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}
