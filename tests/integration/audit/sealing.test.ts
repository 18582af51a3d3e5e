/** Events become seals, seals a signed log, and what is changed in the database afterwards is found. */
import { beforeAll, describe, expect, test } from 'vitest';
import { withLocalCloud } from '../../support/localCloud.ts';
import { database, stored, useEnvironmentOf } from '../../support/valv.ts';
import { downloaded, seal, sign, verified, writeEvents } from '../../support/auditLog/storedLog.ts';

const local = withLocalCloud();
useEnvironmentOf(local);
const org = (name: string): string => `${name}-of-a-test-of-the-audit-log`;

describe('sealing', () => {
  test('packs a thousand events into a seal', async () => {
    await writeEvents(local, org('probe'), 1000);
    const began = Date.now();
    expect(await seal()).toEqual({ organisations: 1, seals: 1, events: 1000, failed: 0 });
    console.log('sealed 1000 in', Date.now() - began);
    await sign();
    expect((await verified(org('probe'))).findings).toEqual([]);
  });
});
