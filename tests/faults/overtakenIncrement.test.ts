/**
 * SIGKILL of an increment between its manifest and the list, while another run has listed its own: nothing is lost, not even what the
 * journal has lost to it already.
 */
import { expect, test } from 'vitest';
import { hourlyIncrement, incrementIdOf } from '../../functions/src/backup/increments/hourlyIncrement.ts';
import { journalDatabase } from '../../functions/src/backup/journal/recordChange.ts';
import { changesBetween } from '../../functions/src/backup/restore/sources.ts';
import { namedFirestore } from '../../functions/src/platform/firestore.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { builtFunctions, database, stored, useEnvironmentOf } from '../support/valv.ts';
import { withinOneHour } from '../support/withinOne.ts';
import { killAtPut } from './support/killAtPut.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, functionsMode: 'ownProcess', ownEmulator: true });
useEnvironmentOf(local);

test('an increment that is killed behind its manifest, and was overtaken meanwhile, is restored from and listed by the next run', async () => {
  const { storage } = local.cloud;
  const bucket = local.cloud.env['EXPORTS_BUCKET'] ?? '';
  await withinOneHour();
  const id = incrementIdOf(new Date());
  const hoursLater = (hours: number) => hourlyIncrement(() => new Date(Date.now() + hours * 3_600_000)).catch(() => undefined);
  await hoursLater(-1);
  const batch = database(local).batch();
  for (let number = 0; number < 40; number += 1) batch.set(database(local).doc(`orgs/overtaken-${number}`), { number });
  await batch.commit();
  await local.cloud.eventsSettled();
  const restore = killAtPut(local, (path) => path === `increments/${id}.manifest.jws`, 'after');
  await local.cloud.runSchedule('hourlyIncrement').catch(() => undefined);
  restore();
  await local.cloud.restartFunctions();
  // What the killed run does next, and last before the list: then it alone has these changes.
  const emptied = namedFirestore(journalDatabase).batch();
  for (const entry of (await namedFirestore(journalDatabase).collection('changes').get()).docs)
    if (String(entry.get('path')).includes('overtaken-')) emptied.delete(entry.ref);
  await emptied.commit();
  // The one that overtook it ended before that manifest was there.
  const object = storage.objects(bucket).get(`increments/${id}.manifest.jws`)!;
  const bytes = Buffer.from(storage.read(object));
  storage.remove(object);
  await hoursLater(1);
  storage.put(bucket, object.name, bytes, {});
  const since = new Date(Date.now() - 2 * 3_600_000);
  const read = async () => {
    const paths = new Set<string>();
    for await (const { path } of changesBetween({ bucket, since, until: new Date() })) paths.add(path);
    return [...paths].filter((path) => path.includes('overtaken')).length;
  };
  expect(await read()).toBe(40);
  expect(await stored(local, `exports/hourly-${id}`)).toBeUndefined();
  await hoursLater(2);
  expect(await stored(local, `exports/hourly-${id}`)).toMatchObject({ state: 'complete' });
  expect(await read()).toBe(40);
});
