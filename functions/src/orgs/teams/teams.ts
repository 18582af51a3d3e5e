/** Teams: named groups of members, to which folders are opened. A removed team opens nothing. */
import { newId } from '../../platform/random.ts';
import { AppError, invalidInput } from '../../shared/errors.ts';
import type { AccountId, TeamId } from '../../shared/ids.ts';
import type { OrgActor } from '../memberCallable.ts';
import { mayGive } from '../members/membership.ts';
import { activeMembers, againAfterConflict, commitMember, findMember } from '../members/store.ts';
import { openStructure, sealStructure } from '../structure.ts';
import { structureKey } from '../../platform/structureKey.ts';
import { maxTeamsOfOrganisation } from './contract.ts';
import { closeFolderTo, foldersNaming } from './folderStore.ts';
import { activeTeams, createTeamDoc, getTeam, isRemovedSince, updateTeamDoc } from './store.ts';

/** The active teams by name, with how many members each has. */
export async function listTeams(actor: OrgActor) {
  const [teams, members, dek] = await Promise.all([activeTeams(actor), activeMembers(actor), structureKey(actor.orgId)]);
  return teams
    .map(({ teamId, version, sealed }) => ({
      teamId,
      version,
      name: openStructure(dek, actor.orgId, 'teams', teamId, sealed)['name'] ?? '',
      memberCount: members.filter((member) => member.teamIds.includes(teamId)).length,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'sv'));
}

/** Makes a team. Throws `shared/invalid-input` beyond a hundred. */
export async function createTeam(actor: OrgActor, name: string): Promise<TeamId> {
  if ((await activeTeams(actor)).length >= maxTeamsOfOrganisation) throw invalidInput('name', `at most ${maxTeamsOfOrganisation} teams`);
  const teamId = newId<TeamId>();
  await createTeamDoc(actor, teamId, await sealedName(actor, teamId, name));
  return teamId;
}

/** Gives a team another name; answers its new version. Throws `shared/conflict` when it is not at `version`. */
export async function renameTeam(actor: OrgActor, team: { teamId: TeamId; version: number }, name: string): Promise<number> {
  await needsVersion(actor, team);
  await updateTeamDoc(actor, team, 'orgs.team.update', { sealed: await sealedName(actor, team.teamId, name) });
  return team.version + 1;
}

/**
 * Removes a team: folders do not open by it any more, its members leave it, and then it is marked. So a removal that was
 * interrupted leaves the team on the list, less open than before, to be removed again. Members whom the actor may not change
 * stay in name: they see every folder anyway, and {@link activeAmong} drops the team when they get another role. Throws
 * `shared/conflict` when the team is not at `version`.
 */
export async function removeTeam(actor: OrgActor, team: { teamId: TeamId; version: number }): Promise<void> {
  if (!(await isRemovedSince(actor, team))) {
    await needsVersion(actor, team);
    await emptyTeam(actor, team.teamId);
    await updateTeamDoc(actor, team, 'orgs.team.remove', { state: 'removed' });
  }
  // Whoever came in meanwhile. From here on nobody is put into it: changeMember looks again after it has written.
  await emptyTeam(actor, team.teamId);
}

/** Folders first, for they are what it opens. */
async function emptyTeam(actor: OrgActor, teamId: TeamId): Promise<void> {
  for (const folderId of await foldersNaming(actor, teamId)) await againAfterConflict(() => closeFolderTo(actor, folderId, teamId));
  const members = (await activeMembers(actor)).filter(({ role, teamIds }) => teamIds.includes(teamId) && mayGive(actor.role, role));
  for (const { accountId } of members) await againAfterConflict(() => leaveTeam(actor, accountId, teamId));
}

async function leaveTeam(actor: OrgActor, accountId: AccountId, teamId: TeamId): Promise<void> {
  const member = await findMember(actor, accountId);
  if (member === null || !member.teamIds.includes(teamId)) return;
  const rest = member.teamIds.filter((id) => id !== teamId);
  await commitMember(actor, accountId, 'orgs.member.update', { teamIds: rest }, 0);
}

async function sealedName(actor: OrgActor, teamId: TeamId, name: string): Promise<Uint8Array> {
  return sealStructure(await structureKey(actor.orgId), actor.orgId, 'teams', teamId, { name });
}

async function needsVersion(actor: OrgActor, team: { teamId: TeamId; version: number }): Promise<void> {
  const { version } = await getTeam(actor, team.teamId);
  if (version !== team.version) throw new AppError('shared/conflict', 'changed by somebody else meanwhile', { version });
}
