import { Timestamp } from 'firebase/firestore/lite';
import { fieldNames } from '../../../functions/src/register/fields.ts';
import { reading } from '../support/commits.ts';
import { eventDoc, type Fields, minutesFromNow, sealedBytes } from '../support/documents.ts';
import { type HostileCase, isEvent, type Prepared, withData, type Suite, suiteAdder } from '../support/bends.ts';
import { randomId } from '../support/ids.ts';
import type { Scene } from '../support/scene.ts';
import { wire } from '../support/wire.ts';

/** The suites of this file. */
export const eventOfReadingSuites: Suite[] = [];
const add = suiteAdder(eventOfReadingSuites);

/** Reading events stand alone, so their form is all that the rules can hold to. */

const kinds = {
  'orgs.members.read': 'member',
  'orgs.invitations.read': 'invitation',
  'orgs.recoveries.read': 'member',
  'register.dataSubject.list': 'dataSubject',
  'register.dataSubject.read': 'dataSubject',
  'register.dataSubject.reveal': 'dataSubject',
  'register.import.preview': 'upload',
  'privacy.extract.download': 'dataSubject',
  'privacy.erasure.preview': 'dataSubject',
  'privacy.registerExport.download': 'job',
  'audit.log.download': 'organisation',
} as const;

const ids = (count: number): string[] => Array.from({ length: count }, randomId);
const names = (count: number): string[] => Array.from({ length: count }, () => 'memberNumber');

/** All that a member can read or change, by name. */
const memberFields = [
  ...fieldNames,
  'isProtected',
  'maskedIdentityNumber',
  'displayName',
  'email',
  'name',
  'organisationNumber',
  'identityNumberGround',
  'role',
  'teamIds',
  'idleMinutes',
  'minimumStrength',
  'maskedFields',
  'readBudget',
  'reviewEveryMonths',
  'description',
  'openTo',
  'readTeams',
  'writeTeams',
  'decision',
];
const largest = { targetIds: ids(100), fields: [...memberFields, ...names(40 - memberFields.length)] };
const isOfOrganisation = (action: keyof typeof kinds): boolean => kinds[action] === 'organisation';
const prepare =
  (action: keyof typeof kinds) =>
  (scene: Scene): Prepared => ({
    role: 'owner',
    writes: reading(
      scene.writers.owner,
      scene.orgId,
      action,
      kinds[action],
      isOfOrganisation(action) ? { targetIds: [scene.orgId] } : largest,
    ),
    seeds: [],
  });

/** A search that found nobody names the organisation. */
const ofNobody = ({ writers, orgId }: Scene): Prepared => ({
  role: 'owner',
  writes: reading(writers.owner, orgId, 'register.dataSubject.list', 'organisation', { targetIds: [orgId] }),
  seeds: [],
});

/** Support names the grant under which it reads. */
const bySupport = ({ writers, orgId }: Scene): Prepared => ({
  role: 'support',
  writes: reading(writers.support, orgId, 'register.dataSubject.read', 'dataSubject'),
  seeds: [],
});

const badEvents: Record<string, Fields> = {
  'about nothing': { targetIds: [] },
  'about 101 targets': { targetIds: ids(101) },
  'about several targets in one': { targetIds: [ids(2).join(',')] },
  'about a personal identity number': { targetIds: ['198902011234'] },
  'about an e-mail address': { targetIds: ['anna.andersson@example.se'] },
  'about a number': { targetIds: [1_234_567_890_123] },
  'about bytes': { targetIds: [sealedBytes(30)] },
  'about a list of lists': { targetIds: { first: randomId() } },
  'about one target that is no list': { targetIds: randomId() },
  'of 41 fields': { fields: names(41) },
  'of a field of nobody': { fields: ['shoeSize'] },
  'of a person named as a field is': { fields: ['givenName', 'AnnaAndersson'] },
  'of a field in other letters': { fields: ['GivenName'] },
  'of a column that is not imported': { fields: [''] },
  'of a field within a map': { fields: [{ name: 'givenName' }] },
  'of a value': { fields: ['Anna Andersson'] },
  'of several fields in one': { fields: ['givenName,familyName'] },
  'of a number of fields': { fields: [5] },
  'of true': { fields: [true] },
  'of null': { fields: [null] },
  'of fields that are no list': { fields: 'givenName' },
  'of fields in a map': { fields: { givenName: 'Anna' } },
  'of a job': { jobId: randomId() },
  'by a job': { actorKind: 'job', jobId: randomId() },
  'by the kind of a job': { actorKind: 'job' },
  'by nobody': { actorId: null },
  'by somebody else': { actorId: randomId() },
  'in another session': { sessionId: randomId() },
  'by the client clock': { at: Timestamp.now() },
  'in the past': { at: minutesFromNow(-5) },
  'of another version': { v: 2 },
  'of a version with decimals': { v: wire({ doubleValue: 1 }) },
  'with a remark': { remark: 'Anna Andersson' },
  'from a whole address': { from: '203.0.113.7' },
  'from a network of one address': { from: '203.0.113.7/32' },
  'from an address behind a network': { from: '203.0.113.0/24 203.0.113.7' },
  'from a whole address of the newer kind': { from: '2001:db8:1:2::7/48' },
  'from a place in words': { from: 'Anna Anderssons hem' },
  'from a number': { from: 203 },
  'from several networks': { from: ['203.0.113.0/24'] },
  'under a grant of nobody': { grantId: randomId() },
  'under a grant that is no id': { grantId: 5 },
  'of a refused call': { outcome: 'orgs/not-allowed' },
  'with no outcome': { outcome: null },
  'that is sealed already': { sealSeq: 1 },
  'that is sealed in none': { sealSeq: 0 },
  'of an action of which only refusals leave one': { action: 'orgs.teams.read' },
  'of an action of nobody': { action: 'register.dataSubject.sell' },
  'of everything at once': { action: ['register.dataSubject.read'] },
};

add(
  'a reading event is refused',
  [
    ...Object.entries(badEvents).map(([title, over]): HostileCase => ({
      title,
      prepare: prepare('register.dataSubject.read'),
      bend: ({ writes }) => ({ writes: withData(writes, isEvent, over) }),
    })),
    ...['by support without its grant', 'by support under another grant'].map((title, index): HostileCase => ({
      title,
      prepare: bySupport,
      bend: ({ writes }) => ({ writes: withData(writes, isEvent, { grantId: index === 0 ? null : randomId() }) }),
    })),
    {
      title: 'over an event that is there',
      prepare: prepare('register.dataSubject.read'),
      bend: ({ writes, role }, { writers }) => ({ writes, seeds: writes.map(({ path }) => [path, eventDoc(writers[role].accountId)]) }),
    },
    {
      title: 'under an id of another form',
      prepare: prepare('register.dataSubject.read'),
      bend: ({ writes }, { orgId }) => ({ writes: writes.map((write) => ({ ...write, path: `orgs/${orgId}/auditEvents/short` })) }),
    },
    {
      title: 'in an organisation of others',
      prepare: prepare('register.dataSubject.read'),
      bend: (_, { writers, foreignOrgId }) => ({
        writes: reading(writers.owner, foreignOrgId, 'register.dataSubject.read', 'dataSubject'),
      }),
    },
    {
      title: 'of a downloaded log about another organisation',
      prepare: prepare('audit.log.download'),
      bend: ({ writes }, { secondOrgId }) => ({ writes: withData(writes, isEvent, { targetIds: [secondOrgId] }) }),
    },
    {
      title: 'of a list about the organisation as a member',
      prepare: ofNobody,
      bend: ({ writes }) => ({ writes: withData(writes, isEvent, { targetKind: 'member' }) }),
    },
  ],
  [
    { title: 'of as many targets and fields as there may be', prepare: prepare('register.dataSubject.read') },
    { title: 'of a list in which nobody was found', prepare: ofNobody },
    { title: 'by support under its grant', prepare: bySupport },
    ...[null, '0.0.0.0/24', '255.255.255.0/24', '2001:db8:ffff::/48', '0:0:0::/48'].map((from) => ({
      title: `from ${from ?? 'nobody knows where'}`,
      prepare: ({ writers, orgId }: Scene): Prepared => ({
        role: 'owner',
        writes: reading(writers.owner, orgId, 'register.dataSubject.read', 'dataSubject', { from }),
        seeds: [],
      }),
    })),
  ],
);

// Object.keys gives exactly the keys of the constant above.
for (const action of Object.keys(kinds) as (keyof typeof kinds)[]) {
  const wrong = ['organisation', 'member', 'dataSubject', 'upload', 'job', 'made up', null].filter((kind) => kind !== kinds[action]);
  add(
    `${action} is refused`,
    wrong.map((targetKind): HostileCase => ({
      title: `about the kind ${String(targetKind)}`,
      prepare: prepare(action),
      bend: ({ writes }) => ({ writes: withData(writes, isEvent, { targetKind }) }),
    })),
  );
}
