/** Whatever ends somebody's access ends it at the next request, while the ID token is still valid. `npm run campaign:revocation` sends ten thousand. */
import { beforeAll, describe, expect, test } from 'vitest';
import { withLocalCloud, type TestCloud } from '../../support/localCloud.ts';
import { endings, expectedRefusals, memberWithRequests, sendMany, stoppedBy } from '../../support/revocation.ts';
import { builtFunctions, newOrganisation, useEnvironmentOf, type Organisation } from '../../support/valv.ts';

const local: TestCloud = withLocalCloud({ functionsEntry: builtFunctions });
useEnvironmentOf(local);
let at: Organisation;
beforeAll(async () => {
  at = await newOrganisation(local);
});

describe('whoever was', () => {
  test.each(endings.map((ending) => [ending.name, ending] as const))(
    '%s succeeds with nothing, though everything succeeded before',
    async (_name, ending) => {
      const { who, requests } = await memberWithRequests(local, at);
      for (const request of requests) expect([request.name, await request.send()]).toEqual([request.name, 'succeeded']);
      await ending.end(local, at, who);
      const { rules, callables } = await sendMany(stoppedBy(requests, ending), 20, 4);
      expect(Object.keys({ ...rules, ...callables }).filter((outcome) => !expectedRefusals.has(outcome))).toEqual([]);
    },
    120_000,
  );
});
