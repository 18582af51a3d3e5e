/** Binds the callables of teams to their use cases. */
import { memberCallable } from '../memberCallable.ts';
import { teamsCallables } from './contract.ts';
import { createTeam as create, listTeams as list, removeTeam as remove, renameTeam as rename } from './teams.ts';

export const listTeams = /* @__PURE__ */ memberCallable(teamsCallables, 'listTeams', 'orgs.readTeams', {}, async (actor) => ({
  teams: await list(actor),
}));

export const createTeam = /* @__PURE__ */ memberCallable(teamsCallables, 'createTeam', 'orgs.teams', {}, async (actor, { name }) => ({
  teamId: await create(actor, name),
  version: 1,
}));

export const renameTeam = /* @__PURE__ */ memberCallable(teamsCallables, 'renameTeam', 'orgs.teams', {}, async (actor, input) => ({
  version: await rename(actor, input, input.name),
}));

export const removeTeam = /* @__PURE__ */ memberCallable(teamsCallables, 'removeTeam', 'orgs.teams', {}, async (actor, input) => {
  await remove(actor, input);
  return {};
});
