/** Invitations over the wire. The token is in the mailed link only, after the `#`, which browsers do not send. Browser-safe. */
import * as z from 'zod/mini';
import { localeSchema } from '../../identity/contract.ts';
import { idSchemas } from '../../shared/ids.ts';
import { memberRoleSchema, teamIdsSchema } from '../members/contract.ts';

/** Limits of an invitation. A resent one is valid for as long again. */
export const invitationRules = { lifetimeDays: 14, maxResends: 20, maxOpen: 100 } as const;

/** How an invitation stands. An open one that is too old is expired; it can be resent. */
export const invitationStates = ['open', 'accepted', 'withdrawn', 'expired'] as const;

const email = z.string().check(z.trim(), z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/u, 'must be an e-mail address'));
const one = { orgId: idSchemas.org, invitationId: idSchemas.invitation } as const;
const withToken = z.strictObject({ ...one, token: z.string().check(z.regex(/^[A-Za-z0-9_-]{22,64}$/, 'must be a token')) });

/**
 * Callables of invitations. `getInvitation` needs no sign-in; `acceptInvitation` asks for the account of the invited address
 * (`orgs/invitation-for-another`). Used, withdrawn, expired, wrong token: `orgs/invitation-ended`.
 */
export const invitationsCallables = {
  inviteMember: {
    input: z.strictObject({ orgId: idSchemas.org, email, role: memberRoleSchema, teamIds: teamIdsSchema, locale: localeSchema }),
    output: z.object({ invitationId: idSchemas.invitation }),
  },
  listInvitations: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({
      invitations: z.array(
        z.object({
          invitationId: idSchemas.invitation,
          state: z.enum(['open', 'expired']),
          email: z.string(),
          role: memberRoleSchema,
          teamIds: z.array(idSchemas.team),
          invitedBy: idSchemas.account,
          createdAt: z.iso.datetime(),
          expiresAt: z.iso.datetime(),
          resends: z.int(),
        }),
      ),
    }),
  },
  resendInvitation: { input: z.strictObject(one), output: z.object({ expiresAt: z.iso.datetime() }) },
  withdrawInvitation: { input: z.strictObject(one), output: z.object({}) },
  getInvitation: {
    input: withToken,
    output: z.object({
      organisationName: z.string(),
      role: memberRoleSchema,
      invitedBy: z.string(),
      emailHint: z.string(),
      expiresAt: z.iso.datetime(),
      state: z.enum(invitationStates),
    }),
  },
  acceptInvitation: { input: withToken, output: z.object({ orgId: idSchemas.org }) },
} as const;

/** The page of the web app that a mailed link opens; the token follows as its fragment. */
export const invitationPath = (orgId: string, invitationId: string): string => `/invitation/${orgId}/${invitationId}`;
