/** Support access: granted for a problem, taken up by one technician, seen in the log, over when it is over. */
import { Timestamp } from 'firebase-admin/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { orgsCallables } from '../../../functions/src/orgs/contract.ts';
import { supportCallables } from '../../../functions/src/support/contract.ts';
import { addTotp, growWeak } from '../../support/factors.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  database,
  logOf,
  everyDocument,
  getPerson,
  listPersons,
  makeStale,
  newOrganisation,
  refusal,
  refusedWith,
  signIn,
  signUp,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let administrator: SignedIn;
let technician: SignedIn;
let colleague: SignedIn;
let person: string;

/** An account that operators have marked as support's, in a session with an authenticator app. */
async function newTechnician(displayName: string): Promise<SignedIn> {
  const account = await signUp(local, displayName);
  await database(local).doc(`accounts/${account.accountId}`).update({ isSupport: true });
  await addTotp(local, account);
  return account;
}

const problem = 'Importen av medlemmar stannar vid rad 400.';
const grant = async (over: object = {}, by = at.owner): Promise<string> => {
  const answer = await local.callable('createSupportGrant', { orgId: at.orgId, problem, hours: 4, ...over }, by.idToken);
  return supportCallables.createSupportGrant.output.parse(answer).grantId;
};
const claim = (grantId: string, by = technician, orgId = at.orgId) => local.callable('claimSupportGrant', { orgId, grantId }, by.idToken);
const end = (grantId: string, by = at.owner) => local.callable('endSupportGrant', { orgId: at.orgId, grantId }, by.idToken);
const listed = async (by = at.owner) =>
  supportCallables.listSupportGrants.output.parse(await local.callable('listSupportGrants', { orgId: at.orgId }, by.idToken)).grants;
const toTakeUp = async (by: SignedIn) =>
  supportCallables.listOpenGrants.output.parse(await local.callable('listOpenGrants', {}, by.idToken));
const grantOf = (grantId: string) => database(local).doc(`orgs/${at.orgId}/supportGrants/${grantId}`);

beforeAll(async () => {
  at = await newOrganisation(local);
  administrator = await addMember(local, at.orgId, 'administrator');
  technician = await newTechnician('Tekla Tekniker');
  colleague = await newTechnician('Torsten Tekniker');
  person = await addPerson(local, at, { givenName: 'Pia', familyName: 'Provsson' });
});

describe('a grant', () => {
  test('lets its technician see the register, each view in the log, and nothing more', async () => {
    expect(await refusedWith(listPersons(local, at.orgId, technician))).toBe('shared/not-found');
    const grantId = await grant({}, administrator);
    expect(await toTakeUp(technician)).toMatchObject({
      isTechnician: true,
      grants: [{ orgId: at.orgId, grantId, organisationName: 'Föreningen Prov', problem: null, state: 'open', isMine: false }],
    });
    expect(await claim(grantId)).toEqual({ orgId: at.orgId });
    expect(await claim(grantId)).toEqual({ orgId: at.orgId });
    expect(await toTakeUp(technician)).toMatchObject({ grants: [{ grantId, problem, state: 'claimed', isMine: true }] });
    expect((await listPersons(local, at.orgId, technician)).items).toHaveLength(1);
    await getPerson(local, at.orgId, person, technician);
    const views = (await logOf(local, at.orgId)).filter(({ actorId }) => actorId === technician.accountId);
    expect(views).toMatchObject([
      { action: 'register.dataSubject.list', outcome: 'shared/not-found', grantId: null },
      { action: 'support.grant.claim', outcome: 'done', grantId: null },
      { action: 'register.dataSubject.list', outcome: 'done', grantId },
      { action: 'register.dataSubject.read', outcome: 'done', grantId },
    ]);
    const forbidden: [string, object][] = [
      ['revealFields', { dataSubjectId: person, fields: ['personalIdentityNumber'], reason: 'x' }],
      ['listMembers', {}],
      ['listTeams', {}],
      ['listFolders', {}],
      ['createDataSubject', { isProtected: false, fields: { givenName: 'Ada' } }],
      ['listSupportGrants', {}],
      ['endSupportGrant', { grantId }],
      ['leaveOrganisation', {}],
    ];
    for (const [name, input] of forbidden)
      expect(await refusedWith(local.callable(name, { orgId: at.orgId, ...input }, technician.idToken)), name).toBe('orgs/not-allowed');
    const refused = (await logOf(local, at.orgId)).filter(({ outcome }) => outcome === 'orgs/not-allowed');
    expect(refused.map((event) => event['grantId'] as unknown)).toEqual(forbidden.map(() => grantId));
    expect(await statusOfRead(local, `orgs/${at.orgId}/dataSubjects/${person}`, technician.idToken)).toBe(200);
    await end(grantId);
  });

  test('shows the organisation who is in, and ends at once', async () => {
    const grantId = await grant();
    await claim(grantId);
    const [shown] = await listed(administrator);
    expect(shown).toMatchObject({
      grantId,
      state: 'claimed',
      problem,
      hours: 4,
      claimedBy: technician.accountId,
      claimedByName: 'Tekla Tekniker',
    });
    const members = orgsCallables.listMembers.output.parse(await local.callable('listMembers', { orgId: at.orgId }, at.owner.idToken));
    expect(members.members.find(({ role }) => role === 'support')).toMatchObject({
      accountId: technician.accountId,
      displayName: 'Tekla Tekniker',
      expiresAt: shown?.expiresAt,
    });
    await end(grantId, administrator);
    expect(await refusedWith(listPersons(local, at.orgId, technician))).toBe('shared/not-found');
    expect(await statusOfRead(local, `orgs/${at.orgId}/dataSubjects/${person}`, technician.idToken)).toBe(403);
    expect(await stored(local, `orgs/${at.orgId}/members/${technician.accountId}`)).toMatchObject({ state: 'removed' });
    expect((await listed())[0]).toMatchObject({ state: 'ended', claimedByName: 'Tekla Tekniker' });
    expect(await refusedWith(end(grantId))).toBe('support/grant-ended');
    expect(await refusedWith(claim(grantId))).toBe('support/grant-ended');
  });

  test('that is ended by the rules alone refuses its technician at the next call too', async () => {
    const grantId = await grant();
    await claim(grantId);
    await grantOf(grantId).update({ state: 'ended' }); // killed before the technician was taken off the list
    expect(await refusedWith(listPersons(local, at.orgId, technician))).toBe('shared/not-found');
    expect(await statusOfRead(local, `orgs/${at.orgId}`, technician.idToken)).toBe(403);
  });

  test('ends with its time', async () => {
    const grantId = await grant();
    await claim(grantId);
    const past = Timestamp.fromMillis(Date.now() - 1000);
    await grantOf(grantId).update({ expiresAt: past });
    await database(local).doc(`orgs/${at.orgId}/members/${technician.accountId}`).update({ expiresAt: past });
    expect(await refusedWith(listPersons(local, at.orgId, technician))).toBe('shared/not-found');
    expect(await statusOfRead(local, `orgs/${at.orgId}/dataSubjects/${person}`, technician.idToken)).toBe(403);
    const organisations = orgsCallables.listOrganisations.output.parse(await local.callable('listOrganisations', {}, technician.idToken));
    expect(organisations.organisations).toEqual([]);
    expect((await listed()).find((one) => one.grantId === grantId)).toMatchObject({ state: 'ended' });
    expect(await refusedWith(claim(grantId))).toBe('support/grant-ended');
    expect((await toTakeUp(technician)).grants).toEqual([]);
    await local.cloud.runSchedule('pruneExpired');
    expect(await stored(local, `orgs/${at.orgId}/supportGrants/${grantId}`)).toMatchObject({ state: 'ended', endedAt: past });
    expect(await stored(local, `orgs/${at.orgId}/members/${technician.accountId}`)).toMatchObject({ state: 'removed' });
  });

  test('that has run out neither keeps its technician from being invited nor makes their sessions shorter', async () => {
    const strict = await newOrganisation(local);
    await database(local).doc(`orgs/${strict.orgId}`).update({ idleMinutes: 5 });
    const former = await addMember(local, strict.orgId, 'billing');
    const member = database(local).doc(`orgs/${strict.orgId}/members/${former.accountId}`);
    const invite = () =>
      local.callable(
        'inviteMember',
        { orgId: strict.orgId, email: former.email, role: 'billing', teamIds: [], locale: 'sv' },
        strict.owner.idToken,
      );
    // As a claim leaves them.
    await member.update({ role: 'support', grantId: 'G'.repeat(20), expiresAt: Timestamp.fromMillis(Date.now() + 3_600_000) });
    expect(await stored(local, `sessions/${(await signIn(local, former.email)).sessionId}`)).toMatchObject({ idleMinutes: 5 });
    expect(await refusedWith(invite())).toBe('orgs/already-member');
    await member.update({ expiresAt: Timestamp.fromMillis(Date.now() - 1000) });
    expect(await stored(local, `sessions/${(await signIn(local, former.email)).sessionId}`)).toMatchObject({ idleMinutes: 30 });
    expect(await invite()).toMatchObject({ invitationId: expect.any(String) as string });
  });

  test('is neither seen nor taken up nor used in a session of a mailbox, whatever the organisation asks of its members', async () => {
    const grantId = await grant();
    const weak = await newTechnician('Tage Tekniker');
    await claim(grantId, weak);
    await growWeak(local, weak);
    const needsMore = { code: 'orgs/stronger-sign-in-needed', details: { needed: 2, current: 1 } };
    for (const [name, input] of [
      ['listOpenGrants', {}],
      ['claimSupportGrant', { orgId: at.orgId, grantId }],
      ['listDataSubjects', { orgId: at.orgId, pageSize: 10 }],
    ] as const)
      expect(await refusal(local.callable(name, input, weak.idToken)), name).toMatchObject(needsMore);
    expect(await statusOfRead(local, `orgs/${at.orgId}/dataSubjects/${person}`, weak.idToken)).toBe(403);
    await end(grantId);
  });

  test('goes to one technician, however many take it up at once', async () => {
    const grantId = await grant();
    const outcomes = await Promise.allSettled([claim(grantId, technician), claim(grantId, colleague)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(await refusedWith(Promise.reject(lost?.reason as unknown))).toBe('support/grant-ended');
    const members = await database(local).collection(`orgs/${at.orgId}/members`).where('grantId', '==', grantId).get();
    expect(members.size).toBe(1);
    await end(grantId);
  });

  test('is for accounts that operators have marked, not for those that mark themselves', async () => {
    const grantId = await grant();
    expect(await toTakeUp(administrator)).toEqual({ isTechnician: false, grants: [] });
    const stranger = await signUp(local);
    expect(await refusal(claim(grantId, stranger))).toEqual(await refusal(claim('N'.repeat(20), technician)));
    expect(await stored(local, `orgs/${at.orgId}/members/${stranger.accountId}`)).toBeUndefined();
    await end(grantId);
  });

  test('is not taken up by a technician who is a member', async () => {
    const grantId = await grant();
    const employed = await newTechnician('Tore Anställd');
    await addMember(local, at.orgId, 'billing', { account: employed });
    expect(await refusedWith(claim(grantId, employed))).toBe('orgs/already-member');
    expect(await stored(local, `orgs/${at.orgId}/members/${employed.accountId}`)).toMatchObject({ role: 'billing' });
    await end(grantId);
  });
});

describe('granting', () => {
  test('takes a fresh sign-in, and an owner or administrator', async () => {
    const editor = await addMember(local, at.orgId, 'editor');
    expect(await refusedWith(grant({}, editor))).toBe('orgs/not-allowed');
    const stale = await addMember(local, at.orgId, 'administrator');
    await makeStale(local, stale);
    expect(await refusedWith(grant({}, stale))).toBe('identity/reauthentication-needed');
    await end(await grant(), stale); // ending takes none
  });

  test.each([
    ['no problem', { problem: 'kort' }],
    ['a huge problem', { problem: 'x'.repeat(1001) }],
    ['a problem with a control character', { problem: 'importen\u0000stannar' }],
    ['no hours', { hours: 0 }],
    ['too many hours', { hours: 73 }],
    ['half an hour', { hours: 0.5 }],
  ])('refuses %s', async (_what, over) => {
    expect(await refusedWith(grant(over))).toBe('shared/invalid-input');
  });

  test('that a member wrote as any bytes hides no other grant', async () => {
    const readable = await grant();
    const unreadable = await grant();
    await grantOf(unreadable).update({ problem: Buffer.alloc(30, 7) });
    const words = new Map<string, string>((await listed()).map(({ grantId, problem: shown }) => [grantId, shown]));
    expect([words.get(readable), words.get(unreadable)]).toEqual([problem, '']);
    await Promise.all([end(readable), end(unreadable)]);
  });

  test('stores no word of the problem in the clear', async () => {
    await end(await grant());
    expect(JSON.stringify(await everyDocument(local))).not.toMatch(/Importen|Tekla Tekniker/);
  });
});
