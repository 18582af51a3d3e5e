/** The long campaign: SIGKILL at random and at chosen moments of every kind of job, ten and more of each. */
import { beforeAll, describe, expect, test } from 'vitest';
import { withLocalCloud } from '../support/localCloud.ts';
import { addMember, addPerson, builtFunctions, newOrganisation, useEnvironmentOf, type Organisation } from '../support/valv.ts';
import {
  erasureUnderKills,
  exportUnderKills,
  extractUnderKills,
  importUnderKills,
  massErasureUnderKills,
  type Moment,
} from './support/campaign.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, functionsMode: 'ownProcess' });
useEnvironmentOf(local);
let at: Organisation;
beforeAll(async () => {
  at = await newOrganisation(local);
});

/** Seed of the random moments; printed, so that a failing run can be repeated. */
const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
let state = seed;
const random = (below: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return state % below;
};
console.log(`KILL_SEED=${seed}`);

const atStep = (step: string): Moment => ({ when: (job) => job['step'] === step });
const atDone = (count: number): Moment => ({ when: (job) => Number(job['done']) >= count });

describe('an import of a thousand rows', () => {
  const campaigns: readonly (readonly Moment[])[] = [
    [{ afterMs: random(300) }, atStep('checking'), { afterMs: random(800) }],
    [atDone(100), atDone(300), atDone(500), atDone(800), atDone(1000)],
    [{ afterMs: random(1500) }, { afterMs: random(1500) }, { afterMs: random(1500) }, atStep('finishing')],
  ];
  test.each(campaigns.map((moments, index) => [index, moments] as const))(
    'killed as in plan %i loses and doubles nobody',
    async (index, moments) => {
      const seen = await importUnderKills(local, at, 1000, moments, seed + index);
      console.log(JSON.stringify(seen));
      expect(seen).toHaveLength(moments.length);
    },
    300_000,
  );
});

describe('an extract', () => {
  test('killed a dozen times is made once', async () => {
    const id = await addPerson(local, at, { givenName: 'Utdrag', familyName: 'Prov', note: 'x'.repeat(1500) });
    const seen: unknown[] = [];
    for (let round = 0; round < 6; round += 1)
      seen.push(
        ...(await extractUnderKills(
          local,
          at,
          id,
          [
            [atStep('collecting'), { afterMs: random(400) }],
            [atStep('signing'), { afterMs: random(900) }],
            [{ afterMs: random(200) }, atStep('finishing')],
          ][round % 3]!,
        )),
      );
    console.log(JSON.stringify(seen));
    expect(seen).toHaveLength(12);
  }, 300_000);
});

describe('an erasure', () => {
  const plans: readonly (readonly Moment[])[] = [
    [atStep('destroyingKey'), { afterMs: random(300) }],
    [atStep('deleting'), { afterMs: random(300) }],
    [atStep('certifying'), atStep('finishing')],
    [{ afterMs: random(100) }, { afterMs: random(500) }],
    [{ afterMs: random(200) }, atStep('deleting'), atStep('certifying')],
  ];
  test('killed a dozen times is done whole, with one certificate', async () => {
    const seen: unknown[] = [];
    for (const plan of plans) {
      const id = await addPerson(local, at, { givenName: 'Radera', familyName: 'Mig' });
      await extractUnderKills(local, at, id, []);
      seen.push(...(await erasureUnderKills(local, at, id, plan)));
    }
    console.log(JSON.stringify(seen));
    expect(seen.length).toBeGreaterThanOrEqual(10);
  }, 300_000);
});

describe('what two members agreed on', () => {
  test('is done once, however often it is killed', async () => {
    const here = await newOrganisation(local);
    const second = await addMember(local, here.orgId, 'administrator');
    const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => addPerson(local, here, { givenName: `Många${index}` })));
    const seen = [
      ...(await exportUnderKills(local, here, second, [atStep('writing'), { afterMs: random(300) }, atStep('finishing')])),
      ...(await massErasureUnderKills(local, here, second, ids, [
        atStep('destroyingKey'),
        atDone(2),
        { afterMs: random(400) },
        atDone(5),
        atStep('certifying'),
        { afterMs: random(800) },
        atDone(10),
      ])),
    ];
    console.log(JSON.stringify(seen));
    expect(seen).toHaveLength(10);
  }, 300_000);
});
