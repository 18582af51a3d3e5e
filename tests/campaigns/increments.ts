/**
 * A day of twenty-four hours with changes and deletions in each: restored to the end of any of them, every document is as it
 * was then. `npm run campaign:increments`.
 */
import { beforeAll, expect, test } from 'vitest';
import { hourlyIncrement } from '../../functions/src/backup/increments/hourlyIncrement.ts';
import { prepare } from '../../functions/src/backup/restore/prepare.ts';
import { discardScratches } from '../../functions/src/backup/restore/scratch.ts';
import { exportNow, stateOf } from '../support/backups.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { builtFunctions, database } from '../support/valv.ts';

const hours = 24;
const documents = 60;
const local = withLocalCloud({ functionsEntry: builtFunctions, ownEmulator: true });
const sleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const ends: { at: Date; state: Map<string, string> }[] = [];
/** Seed of the changes; printed, so that a failing run can be repeated. */
const seed = Number(process.env['CAMPAIGN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
let random = seed;
const below = (limit: number): number => {
  random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
  return random % limit;
};
const notRestored = ['exports', 'backupCanaries', 'drills', 'schedules'];

/** An hour's changes: documents made, changed, deleted and made again. */
async function change(): Promise<void> {
  const db = database(local);
  for (let number = 0; number < 30; number += 1) {
    const document = db.doc(`orgs/organisation-${below(3)}/dataSubjects/person-${below(documents)}`);
    if (below(4) === 0) await document.delete();
    else await document.set({ value: below(1_000_000), half: below(100) / 2, bytes: Buffer.from([below(256)]) });
  }
}

beforeAll(async () => {
  console.log(`CAMPAIGN_SEED=${seed}`);
  await change();
  await exportNow(local);
  const start = Date.now();
  for (let hour = 1; hour <= hours; hour += 1) {
    await change();
    await local.cloud.eventsSettled();
    ends.push({ at: new Date(), state: await stateOf(database(local), notRestored) });
    await sleep();
    await hourlyIncrement(() => new Date(start + hour * 3_600_000));
  }
}, 1_800_000);

test.each(Array.from({ length: hours }, (_, hour) => [hour + 1]))(
  'hour %i is restored as it was',
  async (hour) => {
    const { at, state } = ends[hour - 1]!;
    const tools = { clock: () => new Date(), sleep, say: () => undefined };
    const { scratch } = await prepare({ target: { kind: 'scratch' }, moment: at, exportId: null }, tools);
    expect(await stateOf(scratch.db, notRestored)).toEqual(state);
    await discardScratches([scratch.id], sleep);
  },
  300_000,
);
