/** Members over the wire: changing, removing, leaving, transferring ownership. They are listed by orgs/contract.ts. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { givenRoles } from '../contract.ts';

/** The schema of a role that a member can be given. */
export const memberRoleSchema = z.enum(givenRoles);

/** The most members of one organisation, support apart: as many as one access review decides about. */
export const maxMembers = 1000;

/** The most teams that one member is in, and that may read or write one folder. */
export const maxTeams = 20;

/** Ids of teams, none twice. */
export const teamIdsSchema = z.array(idSchemas.team).check(
  z.maxLength(maxTeams),
  z.refine((ids) => new Set(ids).size === ids.length, 'must not repeat a team'),
);

const access = { role: memberRoleSchema, teamIds: teamIdsSchema } as const;
const oneMember = z.strictObject({ orgId: idSchemas.org, accountId: idSchemas.account });
const nothing = z.object({});

/** Callables that change members. `transferOwnership` makes the member owner and the caller administrator; it asks for a fresh sign-in. */
export const membersCallables = {
  changeMember: {
    /** `was` is the access that the change was decided upon: when it is another by now, the change is a conflict. */
    input: z.strictObject({ orgId: idSchemas.org, accountId: idSchemas.account, ...access, was: z.optional(z.strictObject(access)) }),
    output: nothing,
  },
  removeMember: { input: oneMember, output: nothing },
  leaveOrganisation: { input: z.strictObject({ orgId: idSchemas.org }), output: nothing },
  transferOwnership: { input: oneMember, output: nothing },
} as const;
