/** The journal: every change once, without loss, and into the increments and out of the journal whole. */
import { GeoPoint, Timestamp } from 'firebase-admin/firestore';
import { expect, test } from 'vitest';
import { createHash, randomBytes } from 'node:crypto';
import { changesOf, incrementPath, listIncrements } from '../../../functions/src/backup/increments/incrementFile.ts';
import { hourlyIncrement, journalledChanges } from '../../../functions/src/backup/increments/hourlyIncrement.ts';
import { changesBetween, incrementsSince } from '../../../functions/src/backup/restore/sources.ts';
import { textOfFields } from '../../../functions/src/backup/journal/documentText.ts';
import { dataOfText, textOfSnapshot } from '../../../functions/src/backup/journal/rawDocument.ts';
import { backupPersonalData } from '../../../functions/src/backup/personalData.ts';
import { namedFirestore } from '../../../functions/src/platform/firestore.ts';
import { readWhole } from '../../../functions/src/platform/storage.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import { builtFunctions, database, stored } from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, ownEmulator: true });

const everyKind = {
  integer: { integerValue: '2' },
  largest: { integerValue: '9223372036854775807' },
  double: { doubleValue: 2 },
  half: { doubleValue: 0.5 },
  minusZero: { doubleValue: -0 },
  notANumber: { doubleValue: Number.NaN },
  infinite: { doubleValue: Number.NEGATIVE_INFINITY },
  instant: { timestampValue: { seconds: 1_700_000_000, nanos: 123_456_000 } },
  longAgo: { timestampValue: { seconds: -62_135_596_800, nanos: 0 } },
  bytes: { bytesValue: Buffer.from([0, 255, 1]) },
  text: { stringValue: 'Åsa \u0000 "x" \u{1f512}' },
  nothing: { nullValue: 'NULL_VALUE' },
  no: { booleanValue: false },
  place: { geoPointValue: { latitude: 59.3, longitude: -0.5 } },
  reference: { referenceValue: 'projects/p/databases/(default)/documents/a/b' },
  list: { arrayValue: { values: [{ integerValue: '1' }, { doubleValue: 1 }, { mapValue: { fields: {} } }] } },
  map: { mapValue: { fields: { 'a.b`c': { nullValue: 'NULL_VALUE' } } } },
} as const;

/** What the journal holds, without the probes of increments. */
async function entries() {
  await local.cloud.eventsSettled();
  const found = [];
  for await (const change of journalledChanges()) if (!change.path.startsWith('journalProbes/')) found.push(change);
  return found;
}

test('a document of every kind of value goes through the journal as it is, and so does its end', async () => {
  const document = database(local).doc('orgs/of-every-kind/dataSubjects/somebody');
  const text = textOfFields(everyKind);
  await document.set(dataOfText(text));
  expect(textOfSnapshot(await document.get())).toBe(text);
  await document.delete();
  const found = (await entries()).filter(({ path }) => path === document.path);
  expect(found.map(({ fields }) => fields)).toEqual([text, null]);
  expect(found[1]?.before).toBe(found[0]?.at);
});

test('what members and functions write is journalled once, however often its event comes', async () => {
  const path = 'orgs/doubled/dataSubjects/somebody';
  await database(local)
    .doc(path)
    .set({ v: 1, at: Timestamp.now(), where: new GeoPoint(1, 2) });
  const change = (await entries()).find((entry) => entry.path === path);
  const journal = namedFirestore('journal').collection('changes');
  const before = await journal.count().get();
  await database(local).doc(path).set({ v: 1 }, { merge: true }); // changes nothing, and is no event
  await entries();
  expect((await journal.count().get()).data()).toEqual(before.data());
  expect(change?.before).toBeNull();
});

test('credentials of minutes and hours are not journalled', async () => {
  for (const path of ['sessions/s', 'attempts/a', 'rateLimits/r', 'bankIdOrders/b', 'exports/e', 'schedules/s'])
    await database(local).doc(path).set({ v: 1 });
  expect((await entries()).filter(({ path }) => /^(sessions|attempts|rateLimits|bankIdOrders|exports|schedules)\//.test(path))).toEqual([]);
});

test('a document as large as Firestore allows fits', async () => {
  const large = randomBytes(1_000_000); // as sealed bytes are: they do not compress
  await database(local).doc('orgs/large/dataSubjects/large').set({ sealed: large });
  const found = (await entries()).find(({ path }) => path === 'orgs/large/dataSubjects/large');
  expect(found?.fields).toBe(`{"sealed":{"bytesValue":"${large.toString('base64')}"}}`);
  const parts = await namedFirestore('journal').collectionGroup('parts').get();
  const declared = backupPersonalData.find(({ collection }) => collection === 'changes/{changeId}/parts/{part}');
  expect(parts.docs.map((part) => Object.keys(part.data()))).toEqual([Object.keys(declared?.fields ?? {})]);
});

test('an hour goes into an increment, read back and linked to the one before, and out of the journal', async () => {
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  const before = await entries();
  const first = await hourlyIncrement(() => new Date('2026-10-22T10:05:00Z'));
  expect(first).toEqual({ incrementId: '2026-10-22T10', entries: before.length });
  expect(await entries()).toEqual([]);
  expect((await namedFirestore('journal').collectionGroup('parts').count().get()).data().count).toBe(0);
  await database(local).doc('orgs/later').set({ name: 'senare' });
  await local.cloud.eventsSettled();
  await hourlyIncrement(() => new Date('2026-10-22T11:05:00Z'));
  // The same hour once more changes nothing.
  await database(local).doc('orgs/still-later').set({ name: 'ännu senare' });
  await local.cloud.eventsSettled();
  expect(await hourlyIncrement(() => new Date('2026-10-22T11:06:00Z'))).toEqual({ incrementId: '2026-10-22T11', entries: 2 }); // with the probe
  const expiresAt = (await stored(local, 'exports/hourly-2026-10-22T10'))?.['expiresAt'] as Timestamp | undefined;
  const oldest = new Date((expiresAt?.toMillis() ?? 0) - 28 * 86_400_000);
  expect(oldest.toISOString().slice(0, 23)).toBe(before[0]?.at.slice(0, 23)); // by its oldest change
  const [one, two] = await listIncrements(bucket);
  expect(two?.manifest.previous).toEqual({
    incrementId: '2026-10-22T10',
    manifestSha256: one?.manifestSha256,
    readAt: one?.manifest.readAt,
  });
  const inBucket = [];
  for await (const change of changesOf(bucket, one!.manifest)) inBucket.push(change);
  expect(inBucket).toEqual(before);
});

test('an hour finds the probe of the one before; one that is not delivered fails the hour, also when it is repeated, until the next', async () => {
  const at = (time: string) => hourlyIncrement(() => new Date(`2026-10-22T${time}:00Z`));
  const outcomeOf = async (hour: string) => (await database(local).doc(`exports/hourly-2026-10-22T${hour}`).get()).get('probe') as unknown;
  expect([await outcomeOf('10'), await outcomeOf('11')]).toEqual(['first', 'found']);
  await local.cloud.eventsSettled();
  const journal = namedFirestore('journal').collection('changes');
  const [probe] = (await journal.where('path', '==', 'journalProbes/current').get()).docs;
  await probe?.ref.delete(); // as if the trigger had not been delivered
  await expect(at('12:05')).rejects.toMatchObject({ code: 'backup/journal-incomplete' });
  await expect(at('12:06')).rejects.toMatchObject({ code: 'backup/journal-incomplete' });
  expect(await stored(local, 'exports/hourly-2026-10-22T12')).toMatchObject({ state: 'complete', probe: 'missing' });
  await local.cloud.eventsSettled();
  await at('13:05');
  expect(await outcomeOf('13')).toBe('found');
  // One that was written a moment ago may be on its way, and is looked for again.
  await at('14:58');
  await local.cloud.eventsSettled();
  const [late] = (await journal.where('path', '==', 'journalProbes/current').get()).docs;
  await late?.ref.delete();
  await at('15:05');
  expect(await outcomeOf('15')).toBe('waiting');
  await late?.ref.set(late.data());
  await at('16:05');
  expect(await outcomeOf('16')).toBe('found');
});

test('a run that fails before its manifest leaves the journal and what it wrote alone; the next one writes beside it', async () => {
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  const objectsOf = (hour: string) =>
    [...local.cloud.storage.objects(bucket).values()].filter(({ name }) => name.includes(`2026-10-22T${hour}.`));
  const at = () => hourlyIncrement(() => new Date('2026-10-22T17:05:00Z'));
  await database(local).doc('orgs/before-the-failure').set({ name: 'före' });
  const before = await entries();
  local.cloud.faults.inject({ service: 'kms', kind: '500', times: 1000 }); // nothing can be signed
  await expect(at()).rejects.toMatchObject({ code: 'shared/unavailable' });
  local.cloud.faults.clear();
  expect(await entries()).toEqual(before);
  const [first, ...others] = objectsOf('17');
  expect(others).toEqual([]);
  const bytes = Buffer.from(local.cloud.storage.read(first!));
  expect(first?.name).toBe(`increments/2026-10-22T17.${createHash('sha256').update(bytes).digest('hex')}.ndjson.gz`);
  await database(local).doc('orgs/after-the-failure').set({ name: 'efter' });
  const after = await entries();
  await at();
  expect(local.cloud.storage.read(local.cloud.storage.objects(bucket).get(first!.name)!)).toEqual(bytes);
  const { manifest } = (await listIncrements(bucket)).at(-1)!;
  const inBucket = [];
  for await (const change of changesOf(bucket, manifest)) if (!change.path.startsWith('journalProbes/')) inBucket.push(change);
  expect(inBucket).toEqual(after);
  expect(await entries()).toEqual([]);
  expect(objectsOf('17')).toHaveLength(3); // both files and one manifest
  expect([...local.cloud.storage.objects(bucket).keys()].filter((name) => name.startsWith('unfinished/'))).toEqual([]);
});

test('nothing leaves the journal by an object that is not whole', async () => {
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  const document = database(local).doc('orgs/must-not-be-lost');
  await document.set({ name: 'kvar' });
  await local.cloud.eventsSettled();
  const kept = (await namedFirestore('journal').collection('changes').get()).docs;
  const at = () => hourlyIncrement(() => new Date('2026-10-22T18:05:00Z'));
  await at();
  // As if the run had been killed before it removed anything, and the object damaged since.
  for (const { ref, data } of kept.map((entry) => ({ ref: entry.ref, data: entry.data() }))) await ref.set(data);
  await database(local).doc('exports/hourly-2026-10-22T18').delete();
  const path = incrementPath((await listIncrements(bucket)).at(-1)!.manifest);
  const bytes = Buffer.from(local.cloud.storage.read(local.cloud.storage.objects(bucket).get(path)!));
  local.cloud.storage.put(bucket, path, bytes.subarray(0, -1), {});
  await expect(at()).rejects.toMatchObject({ code: 'backup/damaged' });
  expect((await entries()).map((entry) => entry.path)).toContain(document.path);
  local.cloud.storage.put(bucket, path, bytes, {});
  await at();
  expect(await entries()).toEqual([]);
});

/** Makes an hour's increment when the probe of the one before has come. */
async function hourly(hour: string): Promise<void> {
  await local.cloud.eventsSettled();
  await hourlyIncrement(() => new Date(`2026-10-22T${hour}:05:00Z`));
}
const removeIncrements = (bucket: string, isWanted: (path: string) => boolean): void => {
  for (const [path, object] of local.cloud.storage.objects(bucket))
    if (path.startsWith('increments/') && isWanted(path)) local.cloud.storage.remove(object);
};

test('increments that were deleted from the bucket stay missed when others are made after them, also when all of them were', async () => {
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  for (const hour of ['19', '20']) await hourly(hour);
  const whole = new Map([...local.cloud.storage.objects(bucket).values()].map((object) => [object.name, local.cloud.storage.read(object)]));
  removeIncrements(bucket, (path) => /T(19|20)\./.test(path));
  await hourly('21');
  const before = new Date('2026-10-22T18:30:00Z');
  await expect(incrementsSince(bucket, before)).rejects.toMatchObject({ code: 'backup/missing' });
  removeIncrements(bucket, () => true);
  await hourly('22');
  const since = new Date('2026-10-22T21:30:00Z');
  expect((await incrementsSince(bucket, since)).map(({ manifest }) => manifest.previous?.incrementId)).toEqual(['2026-10-22T21']);
  await expect(incrementsSince(bucket, before)).rejects.toMatchObject({ code: 'backup/missing' });
  for (const [path, bytes] of whole) local.cloud.storage.put(bucket, path, Buffer.from(bytes), {});
});

test('what is no increment does not keep the next ones: it is told, passed over, and read only where it is needed', async () => {
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  const junk = ['2026-10-22T23x', '2026-10-22T23', '9999-12-31T23'].map((id) => `increments/${id}.manifest.jws`);
  for (const path of junk) local.cloud.storage.put(bucket, path, Buffer.from('junk'), {});
  const next = () => hourlyIncrement(() => new Date('2026-10-23T00:05:00Z'));
  await local.cloud.eventsSettled();
  await expect(next()).rejects.toMatchObject({ code: 'backup/not-genuine', details: { name: '2026-10-22T23' } });
  expect(await stored(local, 'exports/hourly-2026-10-23T00')).toMatchObject({ state: 'complete' });
  await expect(next()).rejects.toMatchObject({ code: 'backup/not-genuine' });
  await local.cloud.eventsSettled();
  await hourlyIncrement(() => new Date('2026-10-23T01:05:00Z'));
  const left: string[] = [];
  const found = await incrementsSince(bucket, new Date('2026-10-22T23:30:00Z'), (id) => void left.push(id));
  expect(found.map(({ manifest }) => manifest.previous?.incrementId)).toEqual(['2026-10-22T22', '2026-10-23T00']);
  expect(left).toEqual(['2026-10-22T23', '9999-12-31T23']);
  // What is older than it can be needed is not read.
  local.cloud.storage.put(bucket, 'increments/2026-10-22T09.manifest.jws', Buffer.from('junk'), {});
  await incrementsSince(bucket, new Date('2026-10-23T00:30:00Z'), (id) => void left.push(id));
  expect(left).not.toContain('2026-10-22T09');
  removeIncrements(bucket, (path) => junk.includes(path) || path.includes('T09.'));
});

/** Makes an hour's increment whose manifest is written when the next one is listed already, and whose run is killed then. */
async function overtaken(hour: string, by: string): Promise<void> {
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  const at = async (one: string) => {
    await database(local).doc(`orgs/changed-at-${one}`).set({ name: one });
    await local.cloud.eventsSettled();
    await hourlyIncrement(() => new Date(`2026-10-23T${one}:05:00Z`));
  };
  await at(hour);
  const object = local.cloud.storage.objects(bucket).get(`increments/2026-10-23T${hour}.manifest.jws`)!;
  const bytes = Buffer.from(local.cloud.storage.read(object));
  local.cloud.storage.remove(object);
  await database(local).doc(`exports/hourly-2026-10-23T${hour}`).delete();
  await at(by);
  local.cloud.storage.put(bucket, object.name, bytes, {});
}

test('an increment that was overtaken, and whose run was killed before it was listed, is restored from, and listed by the next run', async () => {
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  const since = new Date('2026-10-23T02:30:00Z');
  const at = async (hour: string) => {
    await local.cloud.eventsSettled();
    await hourlyIncrement(() => new Date(`2026-10-23T${hour}:05:00Z`));
  };
  const links = async (left: string[] = []) =>
    (await incrementsSince(bucket, since, (id) => void left.push(id))).map(
      ({ manifest: { incrementId, previous } }) => `${incrementId.slice(-2)} behind ${previous?.incrementId.slice(-2)}`,
    );
  const changed = async (): Promise<string[]> => {
    const paths = [];
    // The changes are of the present, and so behind every hour of these tests.
    for await (const { path } of changesBetween({ bucket, since, until: new Date('2099-01-01') })) paths.push(path);
    return paths.filter((path) => path.startsWith('orgs/changed-at-')).toSorted();
  };
  await at('02');
  await overtaken('03', '04');
  expect(await changed()).toEqual(['orgs/changed-at-03', 'orgs/changed-at-04']);
  expect(await links()).toEqual(['03 behind 02', '04 behind 02']);
  await at('05');
  expect(await stored(local, 'exports/hourly-2026-10-23T03')).toMatchObject({ state: 'complete', documentCount: 2, probe: 'waiting' });
  expect(await links()).toEqual(['03 behind 02', '04 behind 02', '05 behind 04']);
  // None that follows names it, so it is the list that misses it.
  const third = [...local.cloud.storage.objects(bucket).values()].filter(({ name }) => name.includes('T03.'));
  const bytesOfThird = third.map((object) => Buffer.from(local.cloud.storage.read(object)));
  removeIncrements(bucket, (path) => path.includes('T03.'));
  await expect(links()).rejects.toMatchObject({ code: 'backup/missing', details: { incrementId: '2026-10-23T03' } });
  const until = new Date('2026-10-23T02:45:00Z');
  await expect(incrementsSince(bucket, since, undefined, until)).rejects.toMatchObject({ code: 'backup/missing' });
  for (const [index, { name }] of third.entries()) local.cloud.storage.put(bucket, name, bytesOfThird[index] ?? Buffer.alloc(0), {});
  expect(await links()).toEqual(['03 behind 02', '04 behind 02', '05 behind 04']);

  // One of which only the manifest is left is passed over, told of once, and keeps nothing else from being restored.
  await overtaken('06', '07');
  removeIncrements(bucket, (path) => path.includes('T06.') && path.endsWith('.gz'));
  await expect(at('08')).rejects.toMatchObject({ code: 'backup/missing' });
  expect(await stored(local, 'exports/hourly-2026-10-23T06')).toMatchObject({ state: 'passedOver', error: 'backup/missing' });
  await at('09');
  const left: string[] = [];
  expect(await links(left)).toEqual(['03 behind 02', '04 behind 02', '05 behind 04', '07 behind 05', '08 behind 07', '09 behind 08']);
  expect(left).toEqual(['2026-10-23T06']);
  removeIncrements(bucket, (path) => path.includes('T05.'));
  await expect(incrementsSince(bucket, since)).rejects.toMatchObject({ code: 'backup/missing' });
});

test('a schedule makes one, and a damaged one is refused', async () => {
  await local.cloud.eventsSettled();
  await local.cloud.runSchedule('hourlyIncrement');
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  const { manifest } = (await listIncrements(bucket)).at(-1)!;
  const path = incrementPath(manifest);
  const object = local.cloud.storage.objects(bucket).get(path)!;
  const bytes = Buffer.from(local.cloud.storage.read(object));
  const read = async (): Promise<void> => {
    for await (const _change of changesOf(bucket, manifest));
  };
  await read();
  for (const at of [0, 12, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x20;
    local.cloud.storage.put(bucket, path, damaged, {});
    await expect(read()).rejects.toMatchObject({ code: 'backup/damaged' });
  }
  local.cloud.storage.put(bucket, path, bytes.subarray(0, -5), {});
  await expect(read()).rejects.toMatchObject({ code: 'backup/damaged' });
  local.cloud.storage.put(bucket, path, bytes, {});
  // What is larger than it may be is not read into memory, and named.
  await expect(readWhole(bucket, path, bytes.length)).resolves.toEqual(bytes);
  await expect(readWhole(bucket, path, bytes.length - 1)).rejects.toMatchObject({
    code: 'backup/damaged',
    details: { path: `gs://${bucket}/${path}` },
  });
  // Silence says nothing about an increment, and one that is not there is missing.
  const silence = local.cloud.faults.inject({ service: 'storage', match: encodeURIComponent(path), kind: '503', times: 1000 });
  await expect(read()).rejects.toMatchObject({ code: 'shared/unavailable' });
  silence();
  local.cloud.storage.remove(local.cloud.storage.objects(bucket).get(path)!);
  await expect(read()).rejects.toMatchObject({ code: 'backup/missing' });
  local.cloud.storage.put(bucket, path, bytes, {});
  await read();
});
