/** Teams and the folders that are open to them: seen and written by whom they name, in functions and in rules. */
import { beforeAll, describe, expect, test } from 'vitest';
import { documentsCallables, type FolderView } from '../../../functions/src/documents/contract.ts';
import { teamsCallables } from '../../../functions/src/orgs/teams/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  builtFunctions,
  database,
  eventsOf,
  everyDocument,
  newOrganisation,
  refusal,
  refusedWith,
  statusOfRead,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let other: Organisation;
let administrator: SignedIn;
let editorInTeam: SignedIn;
let readerInTeam: SignedIn;
let editorOutside: SignedIn;
let auditor: SignedIn;
let team: string;
let foreignTeam: string;

const createTeam = async (name: string, to = at): Promise<string> =>
  teamsCallables.createTeam.output.parse(await local.callable('createTeam', { orgId: to.orgId, name }, to.owner.idToken)).teamId;
const listTeams = async (by: SignedIn, orgId = at.orgId) =>
  teamsCallables.listTeams.output.parse(await local.callable('listTeams', { orgId }, by.idToken)).teams;

const plain = { name: 'Protokoll', description: 'Styrelsens protokoll.', openTo: 'everyone', readTeams: [], writeTeams: [] };
const create = async (over: object = {}, by = at.owner): Promise<string> => {
  const answer = await local.callable('createFolder', { orgId: at.orgId, ...plain, ...over }, by.idToken);
  return documentsCallables.createFolder.output.parse(answer).folderId;
};
const get = async (folderId: string, by: SignedIn): Promise<FolderView> =>
  documentsCallables.getFolder.output.parse(await local.callable('getFolder', { orgId: at.orgId, folderId }, by.idToken));
const list = async (by: SignedIn): Promise<FolderView[]> =>
  documentsCallables.listFolders.output.parse(await local.callable('listFolders', { orgId: at.orgId }, by.idToken)).folders;
const update = (folderId: string, version: number, over: object = {}, by = at.owner) =>
  local.callable('updateFolder', { orgId: at.orgId, folderId, version, ...plain, ...over }, by.idToken);
const remove = (folderId: string, version: number, by = at.owner) =>
  local.callable('removeFolder', { orgId: at.orgId, folderId, version }, by.idToken);

beforeAll(async () => {
  [at, other] = [await newOrganisation(local), await newOrganisation(local)];
  [team, foreignTeam] = [await createTeam('Styrelsen'), await createTeam('Annan', other)];
  administrator = await addMember(local, at.orgId, 'administrator');
  editorInTeam = await addMember(local, at.orgId, 'editor', { teamIds: [team] });
  readerInTeam = await addMember(local, at.orgId, 'reader', { teamIds: [team] });
  editorOutside = await addMember(local, at.orgId, 'editor');
  auditor = await addMember(local, at.orgId, 'auditor');
});

describe('teams', () => {
  test('are listed by name with how many they are, to every role', async () => {
    for (const who of [at.owner, administrator, editorOutside, readerInTeam, auditor])
      expect(await listTeams(who)).toEqual([{ teamId: team, name: 'Styrelsen', memberCount: 2, version: 1 }]);
  });

  test('get another name; an older version is a conflict, and of two at once one wins', async () => {
    const teamId = await createTeam('Ett');
    const rename = (name: string, version: number, by = at.owner) =>
      local.callable('renameTeam', { orgId: at.orgId, teamId, version, name }, by.idToken);
    expect(await rename('Två', 1)).toEqual({ version: 2 });
    expect(await refusal(rename('Tre', 1))).toMatchObject({ code: 'shared/conflict', details: { version: 2 } });
    const outcomes = await Promise.allSettled([rename('Fyra', 2), rename('Fem', 2, administrator)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusedWith(rename('Sex', 3, editorOutside))).toBe('orgs/not-allowed');
    expect(await local.callable('removeTeam', { orgId: at.orgId, teamId, version: 3 }, administrator.idToken)).toEqual({});
    expect(await refusedWith(rename('Sju', 4))).toBe('shared/not-found');
  });

  test('that are removed lose their members, and open nothing to them', async () => {
    const teamId = await createTeam('Tillfällig');
    const member = await addMember(local, at.orgId, 'editor', { teamIds: [team, teamId] });
    const folderId = await create({ openTo: 'teams', readTeams: [teamId] });
    expect(await get(folderId, member)).toMatchObject({ mayWrite: false });
    await local.callable('removeTeam', { orgId: at.orgId, teamId, version: 1 }, administrator.idToken);
    expect(await stored(local, `orgs/${at.orgId}/members/${member.accountId}`)).toMatchObject({ teamIds: [team] });
    expect(await refusedWith(get(folderId, member))).toBe('shared/not-found');
    expect(await statusOfRead(local, `orgs/${at.orgId}/folders/${folderId}`, member.idToken)).toBe(403);
    await local.callable('removeMember', { orgId: at.orgId, accountId: member.accountId }, at.owner.idToken);
    await remove(folderId, 2);
  });

  test('that are removed open nothing to a member whom the removal did not reach', async () => {
    const teamId = await createTeam('Tillfällig');
    const member = await addMember(local, at.orgId, 'editor', { teamIds: [teamId] });
    const closed = await create({ openTo: 'teams', readTeams: [team], writeTeams: [teamId] });
    const open = await create({ writeTeams: [teamId] });
    await local.callable('removeTeam', { orgId: at.orgId, teamId, version: 1 }, administrator.idToken);
    await database(local)
      .doc(`orgs/${at.orgId}/members/${member.accountId}`)
      .update({ teamIds: [teamId] });
    expect(await refusedWith(get(closed, member))).toBe('shared/not-found');
    expect(await statusOfRead(local, `orgs/${at.orgId}/folders/${closed}`, member.idToken)).toBe(403);
    expect(await get(closed, at.owner)).toMatchObject({ readTeams: [team], writeTeams: [], version: 2 });
    expect(await get(open, editorOutside)).toMatchObject({ mayWrite: false, version: 1 }); // or every editor would write
    const events = await eventsOf(local, at.orgId);
    const what = events.filter(({ targetIds }) => [closed, teamId].includes(String((targetIds as string[])[0]))).slice(2); // ids, by its contract
    expect(what.map(({ action, fields }) => [action, fields])).toEqual([
      ['documents.folder.update', ['readTeams', 'writeTeams']],
      ['orgs.team.remove', []],
    ]);
    await local.callable('removeMember', { orgId: at.orgId, accountId: member.accountId }, at.owner.idToken);
    await remove(closed, 2);
    await remove(open, 1);
  });

  const change = (who: SignedIn, role: string, teamIds: readonly string[], by: SignedIn) =>
    local.callable('changeMember', { orgId: at.orgId, accountId: who.accountId, role, teamIds }, by.idToken);
  const teamsOf = async ({ accountId }: SignedIn): Promise<unknown> =>
    (await stored(local, `orgs/${at.orgId}/members/${accountId}`))?.['teamIds'];

  test('that are removed open nothing to an administrator who becomes a reader later', async () => {
    const teamId = await createTeam('Tillfällig');
    const member = await addMember(local, at.orgId, 'administrator', { teamIds: [team, teamId] });
    const folderId = await create({ openTo: 'teams', readTeams: [teamId] });
    // An administrator may not change another one, so the team stays with the member in name.
    await local.callable('removeTeam', { orgId: at.orgId, teamId, version: 1 }, administrator.idToken);
    await change(member, 'reader', [team, teamId], at.owner); // as the form has them
    expect(await teamsOf(member)).toEqual([team]);
    expect(await refusedWith(get(folderId, member))).toBe('shared/not-found');
    expect(await statusOfRead(local, `orgs/${at.orgId}/folders/${folderId}`, member.idToken)).toBe(403);
    await local.callable('removeMember', { orgId: at.orgId, accountId: member.accountId }, at.owner.idToken);
    await remove(folderId, 2);
  });

  test('that an owner removes lose the owner too, and a removal that was interrupted is finished by repeating it', async () => {
    const teamId = await createTeam('Tillfällig');
    await change(at.owner, 'owner', [teamId], at.owner);
    const removal = () => local.callable('removeTeam', { orgId: at.orgId, teamId, version: 1 }, at.owner.idToken);
    await removal();
    expect(await teamsOf(at.owner)).toEqual([]);
    const left = await addMember(local, at.orgId, 'reader', { teamIds: [teamId] }); // whom the interrupted one did not reach
    await removal();
    expect(await teamsOf(left)).toEqual([]);
    await local.callable('removeMember', { orgId: at.orgId, accountId: left.accountId }, at.owner.idToken);
  });

  test('keep nobody who is put into them at the moment of their removal', async () => {
    const member = await addMember(local, at.orgId, 'reader');
    for (let round = 0; round < 4; round += 1) {
      const teamId = await createTeam('Tillfällig');
      await Promise.allSettled([
        change(member, 'reader', [teamId], at.owner),
        local.callable('removeTeam', { orgId: at.orgId, teamId, version: 1 }, administrator.idToken),
      ]);
      expect(await stored(local, `orgs/${at.orgId}/teams/${teamId}`)).toMatchObject({ state: 'removed' });
      expect(await teamsOf(member)).toEqual([]);
    }
    await local.callable('removeMember', { orgId: at.orgId, accountId: member.accountId }, at.owner.idToken);
  });

  test.each([[''], [' '], ['x'.repeat(81)], ['två\nrader'], ['dold\u0000'], ['vänd\u202e']])('refuse the name %j', async (name) => {
    expect(await refusedWith(createTeam(name))).toBe('shared/invalid-input');
  });

  test('and folders are stored without their names', async () => {
    const documents = JSON.stringify(await everyDocument(local));
    expect(documents).not.toMatch(/Styrelsen|Protokoll/);
  });
});

describe('a folder', () => {
  test('for everyone is read by all who read the register and written by editors', async () => {
    const folderId = await create();
    for (const [who, mayWrite] of [
      [at.owner, true],
      [administrator, true],
      [editorOutside, true],
      [readerInTeam, false],
    ] as const) {
      expect(await get(folderId, who)).toMatchObject({ ...plain, folderId, version: 1, mayWrite });
      expect((await list(who)).map((folder) => folder.folderId)).toContain(folderId);
    }
    expect(await refusedWith(get(folderId, auditor))).toBe('orgs/not-allowed');
    expect(await refusedWith(list(auditor))).toBe('orgs/not-allowed');
    await remove(folderId, 1);
  });

  test('for a team is not there for others, in functions and in rules', async () => {
    const folderId = await create({ openTo: 'teams', writeTeams: [team] });
    for (const [who, mayWrite] of [
      [at.owner, true],
      [administrator, true],
      [editorInTeam, true],
      [readerInTeam, false],
    ] as const) {
      expect(await get(folderId, who)).toMatchObject({ openTo: 'teams', readTeams: [team], writeTeams: [team], mayWrite });
      expect((await list(who)).map((folder) => folder.folderId)).toEqual([folderId]);
      expect(await statusOfRead(local, `orgs/${at.orgId}/folders/${folderId}`, who.idToken)).toBe(200);
    }
    expect(await list(editorOutside)).toEqual([]);
    const hidden = await refusal(get(folderId, editorOutside));
    expect(hidden).toEqual(await refusal(get('N'.repeat(20), editorOutside)));
    expect(await statusOfRead(local, `orgs/${at.orgId}/folders/${folderId}`, editorOutside.idToken)).toBe(403);
    await remove(folderId, 1);
  });

  test('opens at the next call to whoever joins the team, and closes to whoever leaves it', async () => {
    const folderId = await create({ openTo: 'teams', readTeams: [team] });
    const moved = await addMember(local, at.orgId, 'reader');
    const to = (teamIds: readonly string[]) =>
      local.callable('changeMember', { orgId: at.orgId, accountId: moved.accountId, role: 'reader', teamIds }, administrator.idToken);
    expect(await refusedWith(get(folderId, moved))).toBe('shared/not-found');
    await to([team]);
    expect(await get(folderId, moved)).toMatchObject({ folderId });
    await to([]);
    expect(await refusedWith(get(folderId, moved))).toBe('shared/not-found');
    await local.callable('removeMember', { orgId: at.orgId, accountId: moved.accountId }, at.owner.idToken);
    await remove(folderId, 1);
  });

  test('for everyone with teams that write is written by their editors only', async () => {
    const folderId = await create({ writeTeams: [team] });
    expect(await get(folderId, editorInTeam)).toMatchObject({ mayWrite: true });
    expect(await get(folderId, editorOutside)).toMatchObject({ mayWrite: false });
    await remove(folderId, 1);
  });

  test('is changed with names of what changed in the log, at its version only, and removed for good', async () => {
    const folderId = await create();
    expect(await update(folderId, 1, { description: 'Annat.', openTo: 'teams', readTeams: [team] })).toEqual({ version: 2 });
    expect(await get(folderId, at.owner)).toMatchObject({ description: 'Annat.', openTo: 'teams', readTeams: [team] });
    expect(await refusal(update(folderId, 1))).toMatchObject({ code: 'shared/conflict', details: { version: 2 } });
    expect(await refusedWith(remove(folderId, 1))).toBe('shared/conflict');
    const outcomes = await Promise.allSettled([update(folderId, 2, { name: 'A' }), update(folderId, 2, { name: 'B' }, administrator)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await remove(folderId, 3, administrator);
    expect(await refusedWith(get(folderId, at.owner))).toBe('shared/not-found');
    expect(await refusedWith(update(folderId, 4))).toBe('shared/not-found');
    const events = (await eventsOf(local, at.orgId)).filter(({ targetIds }) => (targetIds as string[])[0] === folderId);
    expect(events.map(({ action, fields }) => [action, fields])).toEqual([
      ['documents.folder.create', ['name', 'description', 'openTo', 'readTeams', 'writeTeams']],
      ['documents.folder.update', ['description', 'openTo', 'readTeams']],
      ['documents.folder.update', expect.arrayContaining(['name'])],
      ['documents.folder.remove', []],
    ]);
  });

  test('is made, changed and removed by owners and administrators only', async () => {
    const folderId = await create({}, administrator);
    for (const who of [editorInTeam, readerInTeam, auditor]) {
      expect(await refusedWith(create({}, who))).toBe('orgs/not-allowed');
      expect(await refusedWith(update(folderId, 1, {}, who))).toBe('orgs/not-allowed');
      expect(await refusedWith(remove(folderId, 1, who))).toBe('orgs/not-allowed');
    }
    const stranger = other.owner;
    for (const ask of [() => create({}, stranger), () => update(folderId, 1, {}, stranger), () => get(folderId, stranger)])
      expect(await refusedWith(ask())).toBe('shared/not-found');
    await remove(folderId, 1);
  });

  test.each([
    ['an empty name', () => ({ name: ' ' })],
    ['a huge name', () => ({ name: 'x'.repeat(121) })],
    ['a name with a control character', () => ({ name: 'a\u0007b' })],
    ['a huge description', () => ({ description: 'x'.repeat(501) })],
    ['teams, and names none', () => ({ openTo: 'teams' })],
    ['a team of another organisation', () => ({ openTo: 'teams', readTeams: [foreignTeam] })],
    ['a writing team that is not there', () => ({ writeTeams: ['N'.repeat(20)] })],
    ['one team twice', () => ({ openTo: 'teams', readTeams: [team, team] })],
    ['somebody else', () => ({ openTo: 'nobody' })],
    ['something besides', () => ({ version: 7 })],
  ])('refuses %s', async (_what, over) => {
    expect(await refusedWith(create(over()))).toBe('shared/invalid-input');
    expect((await database(local).collection(`orgs/${at.orgId}/folders`).where('state', '==', 'active').get()).size).toBe(0);
  });
});
