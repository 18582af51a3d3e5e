import { deleteField } from 'firebase/firestore/lite';
import { bentFields, type GoodCase, type HostileCase, type Suite, suiteAdder, without } from '../support/bends.ts';
import { reading, updateOrganisation } from '../support/commits.ts';
import { everyStrength, type Fields, minutesFromNow } from '../support/documents.ts';
import { prepareChange } from '../support/changes.ts';
import { randomId } from '../support/ids.ts';
import { organisationOf, type Scene } from '../support/scene.ts';
import { wire } from '../support/wire.ts';

/** The suites of this file. */
export const settingsSuites: Suite[] = [];
const add = suiteAdder(settingsSuites);

/** An organisation's security settings: forms and limits, who may lock whom out, and what takes a fresh sign-in. */

/** A change of the organisation's settings by a role. */
const updateBy =
  (role: 'owner' | 'administrator', over: Fields) =>
  (scene: Scene): ReturnType<HostileCase['prepare']> => {
    const orgId = randomId();
    return { role, writes: updateOrganisation(scene.writers[role], orgId, 1, over), seeds: organisationOf(scene, orgId) };
  };

const update = updateBy('owner', {});
const names = (count: number): string[] => Array.from({ length: count }, () => 'note');
const everyField =
  'givenName familyName personalIdentityNumber email phone street postalCode city country memberNumber memberSince note'.split(' ');
const nothingMasked = { editor: [], reader: [], support: [] };
const budget = { perHour: 500, perDay: 2000 };

const badSettings: Record<string, Fields> = {
  'an idle limit of 4 minutes': { idleMinutes: 4 },
  'an idle limit of 121 minutes': { idleMinutes: 121 },
  'an idle limit in text': { idleMinutes: '30' },
  'an idle limit with decimals': { idleMinutes: wire({ doubleValue: 30 }) },
  'no idle limit': { idleMinutes: deleteField() },
  'no strength for billing': { minimumStrength: without(everyStrength(1), 'billing') },
  'a strength for support': { minimumStrength: { ...everyStrength(1), support: 1 } },
  'a strength of 0': { minimumStrength: { ...everyStrength(1), reader: 0 } },
  'a strength of 4': { minimumStrength: { ...everyStrength(1), reader: 4 } },
  'a strength in text': { minimumStrength: { ...everyStrength(1), reader: '1' } },
  'strengths that are no map': { minimumStrength: 1 },
  'no fields masked for support': { maskedFields: { editor: [], reader: [] } },
  'fields masked for owners': { maskedFields: { ...nothingMasked, owner: ['note'] } },
  'a field of nobody masked from editors': { maskedFields: { ...nothingMasked, editor: ['shoeSize'] } },
  'a field of nobody masked from readers': { maskedFields: { ...nothingMasked, reader: ['shoeSize'] } },
  'a field of nobody masked from support': { maskedFields: { ...nothingMasked, support: ['shoeSize'] } },
  'a field masked as text': { maskedFields: { ...nothingMasked, reader: 'note' } },
  '37 fields masked': { maskedFields: { editor: names(12), reader: names(12), support: names(13) } },
  'masked fields that are no map': { maskedFields: [] },
  'a budget of 49 an hour': { readBudget: { ...budget, perHour: 49 } },
  'a budget of 20001 an hour': { readBudget: { perHour: 20_001, perDay: 30_000 } },
  'a budget in text': { readBudget: { perHour: '500', perDay: '2000' } },
  'a budget of the hour with decimals': { readBudget: { ...budget, perHour: wire({ doubleValue: 500 }) } },
  'a budget of the day with decimals': { readBudget: { ...budget, perDay: wire({ doubleValue: 2000 }) } },
  'a budget of less a day than an hour': { readBudget: { perHour: 500, perDay: 499 } },
  'a budget of 100001 a day': { readBudget: { perHour: 500, perDay: 100_001 } },
  'a budget of the hour alone': { readBudget: { perHour: 500 } },
  'a budget of the month': { readBudget: { ...budget, perMonth: 10_000 } },
  'a budget that is no map': { readBudget: 500 },
  'a review every 0 months': { reviewEveryMonths: 0 },
  'a review every 13 months': { reviewEveryMonths: 13 },
  'a review every one and a half months': { reviewEveryMonths: 1.5 },
  'another number of owners': { ownerCount: 3 },
  'another time of the last review': { lastAccessReviewAt: minutesFromNow(0) },
  'an identity provider': { identityProvider: 'main' },
};

const goodSettings: Record<string, Fields> = {
  '36 fields masked': { maskedFields: { editor: names(12), reader: names(12), support: names(12) } },
  'every field masked': { maskedFields: { ...nothingMasked, editor: everyField } },
  'the shortest idle limit': { idleMinutes: 5 },
  'the longest idle limit': { idleMinutes: 120 },
  'the strongest sign-ins': { minimumStrength: everyStrength(3) },
  'strengths that differ': { minimumStrength: { ...everyStrength(1), owner: 3, auditor: 2 } },
  'fields masked': { maskedFields: { editor: ['note'], reader: ['email', 'phone', 'street'], support: names(12) } },
  'the least budget': { readBudget: { perHour: 50, perDay: 50 } },
  'the largest budget': { readBudget: { perHour: 20_000, perDay: 100_000 } },
  'a review every month': { reviewEveryMonths: 1 },
  'a review every year': { reviewEveryMonths: 12 },
};

add(
  'settings are refused',
  Object.entries(badSettings).map(([what, over]): HostileCase => bentFields(update, `with ${what}`, (data) => ({ ...data, ...over }))),
  Object.entries(goodSettings).map(([what, over]): GoodCase => ({ title: what, prepare: updateBy('owner', over) })),
);

/** A commit that is good in another setting, as it is. */
export const here = (title: string, prepare: HostileCase['prepare']): HostileCase => ({
  title,
  prepare,
  bend: ({ writes }) => ({ writes }),
});

add(
  'a sign-in of strength 2 is refused',
  [
    here('to ask more of its own role', updateBy('administrator', { minimumStrength: { ...everyStrength(1), administrator: 3 } })),
    here('to ask more of its own role, as an owner', updateBy('owner', { minimumStrength: { ...everyStrength(1), owner: 3 } })),
  ],
  [
    { title: 'to ask as much of its own role', prepare: updateBy('administrator', { minimumStrength: everyStrength(2) }) },
    {
      title: 'to ask more of other roles',
      prepare: updateBy('administrator', { minimumStrength: { ...everyStrength(3), administrator: 2 } }),
    },
    {
      title: 'support',
      prepare: ({ writers, orgId }) => ({
        role: 'support',
        writes: reading(writers.support, orgId, 'register.dataSubject.read', 'dataSubject'),
        seeds: [],
      }),
    },
  ],
  { setting: { session: { strength: 2, method: 'totp' } }, isProvenElsewhere: true },
);

/** Fresh is five minutes in functions and six here; the seconds before and after leave room for a slow machine. */
const needFresh = [
  ['to change the idle limit', updateBy('owner', { idleMinutes: 60 })],
  ['to change the minimum strength', updateBy('owner', { minimumStrength: everyStrength(2) })],
  ['to change the reading budget', updateBy('owner', { readBudget: { perHour: 100, perDay: 100 } })],
  ['to open the organisation for support', prepareChange('support.grant.create')],
  ['to ask for approval', prepareChange('privacy.approval.request')],
  ['to approve', prepareChange('privacy.approval.decide')],
] as const;

add(
  'a sign-in that is not fresh is refused',
  needFresh.map(([title, prepare]) => here(title, prepare)),
  [
    { title: 'the name of the organisation', prepare: updateBy('owner', { name: 'Föreningen Ändrad' }) },
    { title: 'the same reading budget', prepare: updateBy('owner', { readBudget: budget }) },
    { title: 'declining', prepare: prepareChange('privacy.approval.decide', { state: 'declined' }) },
    { title: 'ending support', prepare: prepareChange('support.grant.end') },
    { title: 'inviting an editor', prepare: prepareChange('orgs.invitation.create') },
    { title: 'changing an editor', prepare: prepareChange('orgs.member.update') },
  ],
  { setting: () => ({ session: { authenticatedAt: minutesFromNow(-6.1) } }), isProvenElsewhere: true },
);

add(
  'a sign-in of five minutes ago is fresh',
  [],
  needFresh.map(([title, prepare]) => ({ title, prepare })),
  { setting: () => ({ session: { authenticatedAt: minutesFromNow(-5.05) } }) },
);

add('a membership that has an end is refused', [], [{ title: 'nothing before its end', prepare: prepareChange('orgs.team.create') }], {
  setting: { member: { expiresAt: minutesFromNow(60) } },
});

const boundOrgId = randomId();
/** A change of settings in the organisation whose provider let everybody of the scene in, and which the owner has set. */
const updateOfBound =
  (role: 'owner' | 'administrator', provider: (scene: Scene) => unknown): HostileCase['prepare'] =>
  (scene) => ({
    role,
    writes: updateOrganisation(scene.writers[role], boundOrgId, 1, { name: 'Föreningen Ny' }),
    seeds: organisationOf(scene, boundOrgId, { identityProvider: provider(scene) }),
  });
const setByOwner = (scene: Scene): unknown => ({ issuer: 'https://id.example.org', setBy: scene.writers.owner.accountId });
add(
  'a sign-in by the provider of the organisation is refused',
  [here('to a role that the provider does not vouch for', updateOfBound('administrator', setByOwner))],
  [{ title: 'whoever has set the provider', prepare: updateOfBound('owner', setByOwner) }],
  { setting: { session: { onlyOrgId: boundOrgId, method: 'organisation', strength: 2 } }, isProvenElsewhere: true },
);
add(
  'a sign-in by the provider of another organisation is refused',
  [here('to whoever has set this one’s', updateOfBound('owner', setByOwner))],
  [],
  { setting: { session: { onlyOrgId: randomId(), method: 'organisation', strength: 2 } }, isProvenElsewhere: true },
);
add(
  'a sign-in by a provider that is gone is refused',
  [
    here(
      'to manage the organisation',
      updateOfBound('owner', () => null),
    ),
  ],
  [],
  { setting: { session: { onlyOrgId: boundOrgId, method: 'organisation', strength: 2 } }, isProvenElsewhere: true },
);
