/** SIGKILL before, inside and after each step of increment and drill: nothing lost, half done or doubled. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changesOf, listIncrements } from '../../functions/src/backup/increments/incrementFile.ts';
import { incrementIdOf, journalledChanges } from '../../functions/src/backup/increments/hourlyIncrement.ts';
import { listScratch, scratchPrefixes } from '../../functions/src/platform/databases.ts';
import { namedFirestore } from '../../functions/src/platform/firestore.ts';
import { exportNow } from '../support/backups.ts';
import { killAtPut } from './support/killAtPut.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { addPerson, builtFunctions, database, newOrganisation, useEnvironmentOf } from '../support/valv.ts';
import { withinOneHour } from '../support/withinOne.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, functionsMode: 'ownProcess', ownEmulator: true });
useEnvironmentOf(local);
const bucket = (): string => local.cloud.env['EXPORTS_BUCKET'] ?? '';

beforeAll(async () => {
  const at = await newOrganisation(local);
  for (let number = 0; number < 5; number += 1) await addPerson(local, at, { givenName: `Person${number}` });
  await exportNow(local);
  await local.cloud.runSchedule('keysExport');
  await local.cloud.eventsSettled();
}, 240_000);

describe('an increment', () => {
  beforeEach(() => withinOneHour());

  const writes = ['.ndjson.gz', '.manifest.jws'].flatMap((name) => (['before', 'after'] as const).map((when) => [when, name] as const));

  test.each(writes)('that is killed %s it writes %s is finished by the next run', async (when, name) => {
    await fillJournal(`${when}${name}`, 40);
    const before = await journalled();
    const restore = killAtPut(local, (path) => path.startsWith('increments/') && path.endsWith(name), when);
    await forgetHour();
    await local.cloud.runSchedule('hourlyIncrement').catch(() => undefined);
    restore();
    await local.cloud.restartFunctions();
    await local.cloud.runSchedule('hourlyIncrement');
    expect(await journalled()).toEqual([]);
    expect(await lastIncrement()).toEqual(before);
  });

  test('that is killed while it empties the journal is finished by the next run', async () => {
    await fillJournal('emptied', 700);
    const before = await journalled();
    await forgetHour();
    const run = local.cloud.runSchedule('hourlyIncrement').catch(() => undefined);
    for (let left = before.length; left === before.length;)
      left = (await namedFirestore('journal').collection('changes').count().get()).data().count;
    await local.cloud.killFunctions();
    await run;
    await local.cloud.restartFunctions();
    await local.cloud.runSchedule('hourlyIncrement');
    expect(await journalled()).toEqual([]);
    expect(await lastIncrement()).toEqual(before);
  });
});

describe('a drill', () => {
  test.each([
    ['createDatabase', 0],
    ['importDocuments', 0],
    ['importDocuments', 400],
    ['deleteDatabase', 0],
  ])(
    'that is killed %s + %i ms is green when it is run again, and leaves no database',
    async (operation, delayMs) => {
      const asked = (): number => local.cloud.counters('firestoreAdmin')[operation] ?? 0;
      const before = asked();
      const run = local.cloud.runSchedule('restoreDrill').catch(() => undefined);
      for (const deadline = Date.now() + 60_000; asked() === before && Date.now() < deadline;)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await local.cloud.killFunctions();
      await run;
      await local.cloud.restartFunctions();
      await local.cloud.runSchedule('restoreDrill');
      const states = (await database(local).collection('drills').get()).docs.map((known) => known.get('state') as unknown);
      expect(new Set(states)).toEqual(new Set(['green']));
      expect(await listScratch(scratchPrefixes.drill)).toEqual([]);
    },
    240_000,
  );
});

async function fillJournal(name: string, count: number): Promise<void> {
  const db = database(local);
  const batch = db.batch();
  for (let number = 0; number < count; number += 1) batch.set(db.doc(`orgs/${name.replaceAll('.', '-')}-${number}`), { number });
  await batch.commit();
  await local.cloud.eventsSettled();
}

async function journalled(): Promise<unknown[]> {
  const found = [];
  for await (const change of journalledChanges()) if (!change.path.startsWith('journalProbes/')) found.push(change);
  return found;
}

async function lastIncrement(): Promise<unknown[]> {
  const { manifest } = (await listIncrements(bucket())).at(-1)!;
  const found = [];
  for await (const change of changesOf(bucket(), manifest)) if (!change.path.startsWith('journalProbes/')) found.push(change);
  return found;
}

/** As if this hour had had no increment yet: the tests are quicker than hours. */
async function forgetHour(): Promise<void> {
  const id = incrementIdOf(new Date());
  for (const [path, object] of local.cloud.storage.objects(bucket()))
    if (path.startsWith(`increments/${id}`)) local.cloud.storage.remove(object);
  await database(local).doc(`exports/hourly-${id}`).delete();
}
