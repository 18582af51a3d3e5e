/** The colleagues of the sample organisation, its teams and its folders: invited, accepted and made as members do it. */
import * as z from 'zod/mini';
import type { GivenRole } from '../../../functions/src/orgs/contract.ts';
import { documentsCallables } from '../../../functions/src/documents/contract.ts';
import { invitationsCallables } from '../../../functions/src/orgs/invitations/contract.ts';
import { teamsCallables } from '../../../functions/src/orgs/teams/contract.ts';
import { call, CallError, mailedInvitation, type Addresses } from '../../client/client.ts';
import { signedIn, type SamplePerson } from './signIn.ts';

type TeamName = 'Styrelsen' | 'Ekonomi';
type Colleague = SamplePerson & { readonly role: GivenRole; readonly teams: readonly TeamName[] };

/** Made-up persons, one for each role that the founder does not have herself; the sixth, billing, sees nothing of interest. */
export const colleagues: readonly Colleague[] = [
  { email: 'bjorn@example.org', displayName: 'Björn Exempel', role: 'administrator', teams: ['Styrelsen'] },
  { email: 'cecilia@example.org', displayName: 'Cecilia Exempel', role: 'editor', teams: ['Styrelsen', 'Ekonomi'] },
  { email: 'david@example.org', displayName: 'David Exempel', role: 'reader', teams: ['Ekonomi'] },
  { email: 'elin@example.org', displayName: 'Elin Exempel', role: 'auditor', teams: [] },
];

type Folder = { readonly name: string; readonly description: string; readonly teams: readonly TeamName[] };

const folders: readonly Folder[] = [
  { name: 'Medlemsärenden', description: 'Brev och beslut som rör medlemmar.', teams: [] },
  { name: 'Styrelsens protokoll', description: 'Protokoll och underlag till styrelsens möten.', teams: ['Styrelsen'] },
  { name: 'Ekonomi', description: 'Fakturor, budget och årsredovisning.', teams: ['Ekonomi'] },
];

/** Makes teams, folders and colleagues; what is there already is kept. */
export async function addColleagues(at: Addresses, orgId: string, owner: string): Promise<void> {
  const teams = await teamsByName(at, orgId, owner);
  const idsOf = (names: readonly TeamName[]): string[] => names.flatMap((name) => teams.get(name) ?? []);
  await addFolders(at, orgId, owner, idsOf);
  await Promise.all(colleagues.map((colleague) => addColleague(at, orgId, owner, { ...colleague, teamIds: idsOf(colleague.teams) })));
}

async function teamsByName(at: Addresses, orgId: string, owner: string): Promise<ReadonlyMap<string, string>> {
  const { teams } = z.parse(teamsCallables.listTeams.output, await call(at, 'listTeams', { orgId }, owner));
  const known = new Map<string, string>(teams.map(({ name, teamId }) => [name, teamId]));
  for (const name of ['Styrelsen', 'Ekonomi'] satisfies TeamName[]) {
    if (known.has(name)) continue;
    const { teamId } = z.parse(teamsCallables.createTeam.output, await call(at, 'createTeam', { orgId, name }, owner));
    known.set(name, teamId);
  }
  return known;
}

async function addFolders(at: Addresses, orgId: string, owner: string, idsOf: (names: readonly TeamName[]) => string[]): Promise<void> {
  const { folders: known } = z.parse(documentsCallables.listFolders.output, await call(at, 'listFolders', { orgId }, owner));
  for (const { name, description, teams } of folders) {
    if (known.some((folder) => folder.name === name)) continue;
    const rights = { openTo: teams.length === 0 ? 'everyone' : 'teams', readTeams: idsOf(teams), writeTeams: idsOf(teams) };
    await call(at, 'createFolder', { orgId, name, description, ...rights }, owner);
  }
}

/** Signs up, is invited, accepts, signs out. Somebody who is a member already just signs in and out. */
async function addColleague(at: Addresses, orgId: string, owner: string, colleague: Colleague & { teamIds: string[] }): Promise<void> {
  const idToken = await signedIn(at, colleague);
  if (await invited(at, orgId, owner, colleague)) {
    const { invitationId, token } = await mailedInvitation(at, colleague.email);
    await call(at, 'acceptInvitation', { orgId, invitationId, token }, idToken);
  }
  await call(at, 'signOut', {}, idToken);
}

/** Whether an invitation is on its way: a new one, or one of an interrupted run sent again. */
async function invited(
  at: Addresses,
  orgId: string,
  owner: string,
  { email, role, teamIds }: Colleague & { teamIds: string[] },
): Promise<boolean> {
  try {
    await call(at, 'inviteMember', { orgId, email, role, teamIds, locale: 'sv' }, owner);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof CallError) || thrown.code !== 'orgs/already-member') throw thrown;
  }
  const answer = await call(at, 'listInvitations', { orgId }, owner);
  const { invitations } = z.parse(invitationsCallables.listInvitations.output, answer);
  const open = invitations.find((invitation) => invitation.email === email);
  if (open === undefined) return false;
  await call(at, 'resendInvitation', { orgId, invitationId: open.invitationId }, owner);
  return true;
}
