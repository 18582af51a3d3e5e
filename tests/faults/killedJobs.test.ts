/** One kill of each kind of job; tests/faults has the long campaign. */
import { beforeAll, test } from 'vitest';
import { erasureUnderKills, exportUnderKills, extractUnderKills, importUnderKills, massErasureUnderKills } from './support/campaign.ts';
import { withLocalCloud } from '../support/localCloud.ts';
import { addMember, addPerson, builtFunctions, newOrganisation, useEnvironmentOf, type Organisation } from '../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions, functionsMode: 'ownProcess' });
useEnvironmentOf(local);
let at: Organisation;
beforeAll(async () => {
  at = await newOrganisation(local);
});

test('an import that is killed in the middle goes on without a loss or a double', async () => {
  await importUnderKills(local, at, 400, [{ when: (job) => Number(job['done']) >= 100 }]);
}, 120_000);

test('an extract that is killed in the middle is made once, and an erasure is done whole', async () => {
  const id = await addPerson(local, at, { givenName: 'Radera', familyName: 'Mig' });
  await extractUnderKills(local, at, id, [{ when: ({ step }) => step === 'signing' }]);
  await erasureUnderKills(local, at, id, [{ when: ({ step }) => step === 'deleting' }]);
}, 120_000);

test('a mass erasure and an export of the register that are killed in the middle are done whole, once', async () => {
  const second = await addMember(local, at.orgId, 'administrator');
  const ids = await Promise.all(['Ett', 'Två', 'Tre'].map((givenName) => addPerson(local, at, { givenName })));
  await exportUnderKills(local, at, second, [{ when: ({ step }) => step === 'writing' }]);
  await massErasureUnderKills(local, at, second, ids, [
    { when: ({ done }) => Number(done) >= 1 },
    { when: ({ step }) => step === 'deleting' },
  ]);
}, 120_000);
