/** Teams over the wire. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { plainText } from '../../shared/plainText.ts';

/** The most active teams of one organisation. */
export const maxTeamsOfOrganisation = 100;

const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(80), plainText);
const one = { orgId: idSchemas.org, teamId: idSchemas.team, version: z.int() } as const;

/** Callables of teams. Removing one takes its id out of folders, with an event each, and out of members. */
export const teamsCallables = {
  listTeams: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({
      teams: z.array(z.object({ teamId: idSchemas.team, name: z.string(), memberCount: z.int(), version: z.int() })),
    }),
  },
  createTeam: {
    input: z.strictObject({ orgId: idSchemas.org, name }),
    output: z.object({ teamId: idSchemas.team, version: z.int() }),
  },
  renameTeam: { input: z.strictObject({ ...one, name }), output: z.object({ version: z.int() }) },
  removeTeam: { input: z.strictObject(one), output: z.object({}) },
} as const;
