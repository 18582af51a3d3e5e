/**
 * An insider with the role of a reader against a register of two thousand persons and the budget that every organisation
 * begins with: by lists, searches and views in parallel, and by reading the database directly. `npm run campaign:scrape`.
 */
import { beforeAll, expect, test } from 'vitest';
import { defaultSettings } from '../../functions/src/orgs/settings/contract.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { openAlarms, scrape, seedPersons } from '../support/register/scrape.ts';
import { addMember, builtFunctions, newOrganisation, type Organisation, type SignedIn } from '../support/valv.ts';

const registerSize = 2000;
const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let administrator: SignedIn;
beforeAll(async () => {
  at = await newOrganisation(local);
  administrator = await addMember(local, at.orgId, 'administrator');
  await seedPersons(local, at.orgId, registerSize);
}, 300_000);

test.each([
  ['reader', 1],
  ['reader', 32],
  ['editor', 32],
] as const)(
  'a scrape by a %s, %i calls at a time, stops within a hundred persons beyond the budget, and the administrators hear of it',
  async (role, parallel) => {
    const insider = await addMember(local, at.orgId, role);
    const { perHour } = defaultSettings.readBudget;
    const began = Date.now();
    const seen = await scrape(local, at.orgId, insider, { pageSize: 100, parallel, reveals: role === 'editor' });
    const seconds = (Date.now() - began) / 1000;
    console.log(
      JSON.stringify({ role, parallel, budget: perHour, persons: seen.persons.size, refusals: Object.fromEntries(seen.refusals), seconds }),
    );
    expect(seen.persons.size).toBeLessThanOrEqual(perHour + 100);
    expect(seen.persons.size).toBeGreaterThan(perHour - 100);
    // A reader is refused reveals by role; nobody is refused for any other reason than the budget.
    expect([...seen.refusals.keys()]).toEqual(['register/read-budget-spent']);
    expect(seen.sealedOnly).toBe(true);
    const alarms = (await openAlarms(local, at.orgId)).filter(({ actorId }) => actorId === insider.accountId);
    expect(alarms.map(({ kind }) => kind as string)).toContain('readBudgetSpent');
    for (const { email } of [at.owner, administrator]) expect((await local.mailbox.next(email)).subject).toContain('läsgränsen');
  },
  600_000,
);
