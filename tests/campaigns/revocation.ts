/**
 * Ten thousand requests with valid ID tokens after access has ended, half through the rules and half through the callables: none
 * succeeds. A control group whose access has not ended succeeds with every request. `npm run campaign:revocation`.
 */
import { beforeAll, expect, test } from 'vitest';
import { withLocalCloud } from '../support/localCloud.ts';
import { endings, expectedRefusals, memberWithRequests, sendMany, stoppedBy } from '../support/revocation.ts';
import { builtFunctions, newOrganisation, useEnvironmentOf, type Organisation } from '../support/valv.ts';

const requestsInAll = 10_000;
const perSide = Math.ceil(requestsInAll / 2 / endings.length);
const parallel = 24;
const local = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);
let at: Organisation;
let sent = 0;
beforeAll(async () => {
  at = await newOrganisation(local);
}, 240_000);

test('a control group whose access has not ended succeeds with everything', async () => {
  const { requests } = await memberWithRequests(local, at);
  // One after the other: those that change the organisation's document know its version.
  const tally = await sendMany(requests, 40, 1);
  console.log(JSON.stringify({ control: tally }));
  expect(tally).toEqual({ rules: { succeeded: 40 }, callables: { succeeded: 40 } });
}, 240_000);

test.each(endings.map((ending) => [ending.name, ending] as const))(
  '%s: none succeeds',
  async (name, ending) => {
    const { who, requests } = await memberWithRequests(local, at);
    await ending.end(local, at, who);
    const tally = await sendMany(stoppedBy(requests, ending), perSide, parallel);
    sent += perSide * 2;
    console.log(JSON.stringify({ ending: name, ...tally }));
    const outcomes = { ...tally.rules, ...tally.callables };
    expect(outcomes['succeeded'] ?? 0).toBe(0);
    expect(Object.keys(outcomes).filter((outcome) => !expectedRefusals.has(outcome))).toEqual([]);
  },
  600_000,
);

test(`${requestsInAll} requests were sent`, () => {
  expect(sent).toBeGreaterThanOrEqual(requestsInAll);
});
