/** Organisations: founded once a number, changed by whoever may, and unseen by everybody else. */
import { beforeAll, describe, expect, test } from 'vitest';
import { givenRoles, orgsCallables, rolesByPermission, type GivenRole, type Role } from '../../../functions/src/orgs/contract.ts';
import { organisationNumbers } from '../../support/organisationNumbers.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  eventsOf,
  everyDocument,
  makeStale,
  newOrganisation,
  refusal,
  refusedWith,
  signUp,
  someGround,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let other: Organisation;
const members = new Map<GivenRole, SignedIn>();
beforeAll(async () => {
  [at, other] = [await newOrganisation(local), await newOrganisation(local)];
  members.set('owner', at.owner);
  for (const role of givenRoles) if (role !== 'owner') members.set(role, await addMember(local, at.orgId, role));
});

const found = (over: object, who = at.owner) =>
  local.callable(
    'createOrganisation',
    { name: 'En förening', organisationNumber: '', identityNumberGround: someGround, ...over },
    who.idToken,
  );
const update = (over: object, who = at.owner) =>
  local.callable(
    'updateOrganisation',
    { orgId: at.orgId, version: 1, name: 'Nytt namn', identityNumberGround: someGround, ...over },
    who.idToken,
  );

describe('founding', () => {
  test.each([
    ['5560000000', /check digit/],
    ['556000-000', /ten digits/],
    ['abc', /ten digits/],
    ['', /ten digits/],
    ['19890201-1234', /personal identity number/],
  ])('refuses the number %s and says why', async (organisationNumber, why) => {
    const refused = await refusal(found({ organisationNumber }));
    expect(refused).toMatchObject({ code: 'shared/invalid-input', details: { field: 'organisationNumber' } });
    expect(refused.message).toMatch(why);
  });

  test('takes a number written in any way, and only once', async () => {
    const number = organisationNumbers.next();
    const written = `16${number.slice(0, 6)}-${number.slice(6)}`;
    const { orgId } = orgsCallables.createOrganisation.output.parse(await found({ organisationNumber: written }));
    expect(await stored(local, `orgs/${orgId}`)).toMatchObject({ organisationNumber: number, version: 1 });
    for (const again of [number, written])
      expect(await refusal(found({ organisationNumber: again }))).toMatchObject({ code: 'orgs/organisation-number-taken', status: 409 });
  });

  test('at the same moment with the same number makes one organisation', async () => {
    const organisationNumber = organisationNumbers.next();
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => found({ organisationNumber })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await database(local).collection('orgs').where('organisationNumber', '==', organisationNumber).get()).size).toBe(1);
  });

  test.each([
    [{ ground: 'because' }],
    [{ ground: 'consent' }],
    [{ ground: 'consent', explanation: 'kort' }],
    [{ ...someGround, more: 1 }],
    ['consent'],
  ])('refuses the ground %j', async (identityNumberGround) => {
    expect(await refusal(found({ identityNumberGround }))).toMatchObject({ code: 'shared/invalid-input' });
  });

  test('leaves one event by its founder', async () => {
    const events = (await eventsOf(local, at.orgId)).filter(({ action }) => action === 'orgs.organisation.create');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      actorKind: 'member',
      actorId: at.owner.accountId,
      sessionId: at.owner.sessionId,
      targetKind: 'organisation',
      targetIds: [at.orgId],
      fields: ['name', 'organisationNumber', 'identityNumberGround'],
    });
  });
});

describe('members', () => {
  test('are listed with names to every role, and each list leaves its event', async () => {
    for (const role of givenRoles) {
      const { members: listed } = orgsCallables.listMembers.output.parse(
        await local.callable('listMembers', { orgId: at.orgId }, members.get(role)?.idToken),
      );
      expect(listed.map((member) => member.role).toSorted()).toEqual([...givenRoles].toSorted());
      expect(listed.find((member) => member.role === 'editor')).toMatchObject({
        displayName: 'Prov editor',
        email: members.get('editor')?.email,
      });
    }
    const readings = (await eventsOf(local, at.orgId)).filter(({ action }) => action === 'orgs.members.read');
    expect(readings).toHaveLength(givenRoles.length);
    expect(readings.every(({ targetIds }) => targetIds.length === givenRoles.length)).toBe(true);
  });

  test('are stored without name or address', async () => {
    const documents = JSON.stringify(await everyDocument(local));
    expect(documents).not.toMatch(/Prov editor|@example\.org/);
    expect(documents).not.toContain(Buffer.from('Prov editor').toString('base64').slice(0, 12));
  });

  test('who were removed have no access at the next call, while their token is valid', async () => {
    const leaving = await addMember(local, at.orgId, 'administrator');
    await local.callable('listMembers', { orgId: at.orgId }, leaving.idToken);
    await database(local).doc(`orgs/${at.orgId}/members/${leaving.accountId}`).update({ state: 'removed' });
    expect(await refusedWith(local.callable('listMembers', { orgId: at.orgId }, leaving.idToken))).toBe('shared/not-found');
    expect(await statusOfRead(local, `orgs/${at.orgId}`, leaving.idToken)).toBe(403);
    expect(
      orgsCallables.listOrganisations.output.parse(await local.callable('listOrganisations', {}, leaving.idToken)).organisations,
    ).toEqual([]);
  });

  test('whose role changed have the new one at once', async () => {
    const changing = await addMember(local, at.orgId, 'administrator');
    await database(local).doc(`orgs/${at.orgId}/members/${changing.accountId}`).update({ role: 'billing' });
    expect(await refusedWith(local.callable('listDataSubjects', { orgId: at.orgId, pageSize: 1 }, changing.idToken))).toBe(
      'orgs/not-allowed',
    );
    await database(local).doc(`orgs/${at.orgId}/members/${changing.accountId}`).delete();
  });
});

describe('somebody else', () => {
  const asked: [string, (orgId: string) => object][] = [
    ['listMembers', (orgId) => ({ orgId })],
    ['updateOrganisation', (orgId) => ({ orgId, version: 1, name: 'Kapad', identityNumberGround: null })],
    ['listDataSubjects', (orgId) => ({ orgId, pageSize: 1 })],
    ['getDataSubject', (orgId) => ({ orgId, dataSubjectId: 'A'.repeat(20) })],
    ['createDataSubject', (orgId) => ({ orgId, isProtected: false, fields: { givenName: 'Ada' } })],
    ['startExtract', (orgId) => ({ orgId, dataSubjectId: 'A'.repeat(20), locale: 'sv' })],
    ['previewErasure', (orgId) => ({ orgId, dataSubjectId: 'A'.repeat(20) })],
  ];
  test.each(asked)('asking %s cannot tell another organisation from one that does not exist', async (name, input) => {
    const stranger = other.owner;
    const foreign = await refusal(local.callable(name, input(at.orgId), stranger.idToken));
    const absent = await refusal(local.callable(name, input('Z'.repeat(20)), stranger.idToken));
    expect(foreign).toEqual(absent);
    expect(foreign).toMatchObject({ code: 'shared/not-found', status: 404 });
  });

  test('sees only organisations of their own', async () => {
    const { organisations } = orgsCallables.listOrganisations.output.parse(
      await local.callable('listOrganisations', {}, other.owner.idToken),
    );
    expect(organisations).toEqual([
      { orgId: other.orgId, name: 'Föreningen Prov', organisationNumber: expect.stringMatching(/^\d{10}$/), role: 'owner' },
    ]);
    const nobody = await signUp(local);
    expect(
      orgsCallables.listOrganisations.output.parse(await local.callable('listOrganisations', {}, nobody.idToken)).organisations,
    ).toEqual([]);
  });
});

describe('changing the organisation', () => {
  test('is for those who manage it', async () => {
    for (const role of givenRoles) {
      const may: readonly Role[] = rolesByPermission['orgs.manage'];
      if (!may.includes(role)) expect(await refusedWith(update({}, members.get(role)))).toBe('orgs/not-allowed');
    }
    expect(await stored(local, `orgs/${at.orgId}`)).toMatchObject({ version: 1, name: 'Föreningen Prov' });
  });

  test('of an older version is a conflict, and of two at once one wins', async () => {
    const before = Number((await stored(local, `orgs/${at.orgId}`))?.['version']);
    const outcomes = await Promise.allSettled([
      update({ version: before, name: 'Ett' }),
      update({ version: before, name: 'Två' }, members.get('administrator')),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(await refusedWith(Promise.reject(lost?.reason as unknown))).toBe('shared/conflict');
    expect(await refusal(update({ version: before }))).toMatchObject({ code: 'shared/conflict', details: { version: before + 1 } });
    const events = (await eventsOf(local, at.orgId)).filter(({ action }) => action === 'orgs.organisation.update');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ targetIds: [at.orgId], fields: ['name'] });
  });
});

describe('the security settings', () => {
  let secured: Organisation;
  let manager: SignedIn;
  beforeAll(async () => {
    secured = await newOrganisation(local);
    manager = await addMember(local, secured.orgId, 'administrator');
  });
  const version = async (): Promise<number> => Number((await stored(local, `orgs/${secured.orgId}`))?.['version']);
  const set = async (changes: object, who = secured.owner) =>
    local.callable('updateOrganisation', { orgId: secured.orgId, version: await version(), ...changes }, who.idToken);
  const every = (strength: number, over: object = {}) => ({
    ...Object.fromEntries(givenRoles.map((role) => [role, strength])),
    ...over,
  });

  test('begin as the contract says, with one owner', async () => {
    expect(await stored(local, `orgs/${secured.orgId}`)).toMatchObject({
      ownerCount: 1,
      idleMinutes: 30,
      minimumStrength: every(1),
      maskedFields: { editor: [], reader: [], support: [] },
      readBudget: { perHour: 500, perDay: 2000 },
      reviewEveryMonths: 12,
      lastAccessReviewAt: null,
      identityProvider: null,
    });
  });

  test('are each changed alone, and the log names what changed', async () => {
    const changes = {
      idleMinutes: 10,
      minimumStrength: every(1, { billing: 2 }),
      maskedFields: { editor: [], reader: ['email', 'phone'], support: ['note'] },
      readBudget: { perHour: 60, perDay: 100 },
      reviewEveryMonths: 6,
      name: 'Nytt namn',
    };
    for (const [name, value] of Object.entries(changes)) await set({ [name]: value }, name === 'name' ? manager : secured.owner);
    expect(await stored(local, `orgs/${secured.orgId}`)).toMatchObject({ ...changes, identityNumberGround: someGround });
    const events = (await eventsOf(local, secured.orgId)).filter(({ action }) => action === 'orgs.organisation.update');
    expect(events.map(({ fields }) => fields as unknown)).toEqual(Object.keys(changes).map((name) => [name]));
  });

  test('that are what they are already write nothing', async () => {
    const before = await stored(local, `orgs/${secured.orgId}`);
    expect(await set({ idleMinutes: 10, name: 'Nytt namn' })).toEqual({ version: before?.['version'] });
    expect(await stored(local, `orgs/${secured.orgId}`)).toEqual(before);
  });

  test('a lower idle limit holds for sessions that run already', async () => {
    await set({ idleMinutes: 30 });
    const member = await addMember(local, secured.orgId, 'reader');
    await set({ idleMinutes: 7 });
    expect(await stored(local, `sessions/${member.sessionId}`)).toMatchObject({ idleMinutes: 7 });
  });

  test('nobody asks more of the own role than the own sign-in shows; of others one may', async () => {
    expect(await refusal(set({ minimumStrength: every(3) }))).toMatchObject({
      code: 'orgs/strength-locks-you-out',
      details: { needed: 3, current: 1 },
    });
    await set({ minimumStrength: every(2, { owner: 1, administrator: 1 }) });
    const reader = await addMember(local, secured.orgId, 'reader');
    expect(await refusal(local.callable('listMembers', { orgId: secured.orgId }, reader.idToken))).toMatchObject({
      code: 'orgs/stronger-sign-in-needed',
      details: { needed: 2, current: 1 },
    });
  });

  test('strength and idle limit take a fresh sign-in, the others do not', async () => {
    await makeStale(local, manager);
    for (const change of [{ idleMinutes: 20 }, { minimumStrength: every(1) }])
      expect(await refusedWith(set(change, manager))).toBe('identity/reauthentication-needed');
    await set({ reviewEveryMonths: 3 }, manager);
  });

  test.each([
    [{ idleMinutes: 4 }],
    [{ idleMinutes: 121 }],
    [{ idleMinutes: 7.5 }],
    [{ minimumStrength: { owner: 1 } }],
    [{ minimumStrength: { owner: 0, administrator: 1, editor: 1, reader: 1, auditor: 1, billing: 1 } }],
    [{ minimumStrength: { owner: 4, administrator: 1, editor: 1, reader: 1, auditor: 1, billing: 1 } }],
    [{ maskedFields: { editor: [], reader: ['colour'], support: [] } }],
    [{ maskedFields: { editor: [], reader: ['email', 'email'], support: [] } }],
    [{ maskedFields: { editor: [], reader: [] } }],
    [{ maskedFields: { owner: ['email'], editor: [], reader: [], support: [] } }],
    [{ readBudget: { perHour: 49, perDay: 100 } }],
    [{ readBudget: { perHour: 100, perDay: 99 } }],
    [{ readBudget: { perHour: 100, perDay: 100_001 } }],
    [{ reviewEveryMonths: 0 }],
    [{ reviewEveryMonths: 13 }],
    [{ ownerCount: 2 }],
    [{ lastAccessReviewAt: null }],
    [{ identityProvider: null }],
  ])('refuse %j', async (changes) => {
    const before = await stored(local, `orgs/${secured.orgId}`);
    expect(await refusedWith(set(changes))).toBe('shared/invalid-input');
    expect(await stored(local, `orgs/${secured.orgId}`)).toEqual(before);
  });
});
