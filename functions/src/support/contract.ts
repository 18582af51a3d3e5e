/** Support access over the wire: granted by the organisation for one problem, for some hours, ended by whoever granted it or by time. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../shared/ids.ts';
import { plainText } from '../shared/plainText.ts';

/** Hours that a grant may last. */
export const grantHours = { min: 1, max: 72 } as const;

/** How a grant stands. One whose time has passed is ended, whatever is stored. */
export const grantStates = ['open', 'claimed', 'ended'] as const;

/** Line breaks of a text field become blanks. */
const oneLine = z.overwrite<string>((text) => text.replaceAll(/\s+/g, ' ').trim());
const one = z.strictObject({ orgId: idSchemas.org, grantId: idSchemas.supportGrant });

/**
 * Callables of support access. The first three are the organisation's (granting asks for a fresh sign-in); the last two are
 * for Valv's technicians. `listOpenGrants` answers `isTechnician: false` and nothing more to everybody else.
 */
export const supportCallables = {
  createSupportGrant: {
    input: z.strictObject({
      orgId: idSchemas.org,
      problem: z.string().check(oneLine, z.minLength(10), z.maxLength(1000), plainText),
      hours: z.int().check(z.minimum(grantHours.min), z.maximum(grantHours.max)),
    }),
    output: z.object({ grantId: idSchemas.supportGrant, expiresAt: z.iso.datetime() }),
  },
  endSupportGrant: { input: one, output: z.object({}) },
  listSupportGrants: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({
      grants: z.array(
        z.object({
          grantId: idSchemas.supportGrant,
          state: z.enum(grantStates),
          problem: z.string(),
          hours: z.int(),
          createdBy: idSchemas.account,
          createdAt: z.iso.datetime(),
          expiresAt: z.iso.datetime(),
          claimedBy: z.nullable(idSchemas.account),
          /** The technician's name, for as long as the membership is stored. */
          claimedByName: z.nullable(z.string()),
          claimedAt: z.nullable(z.iso.datetime()),
          endedAt: z.nullable(z.iso.datetime()),
        }),
      ),
    }),
  },
  listOpenGrants: {
    input: z.strictObject({}),
    output: z.object({
      isTechnician: z.boolean(),
      grants: z.array(
        z.object({
          orgId: idSchemas.org,
          organisationName: z.string(),
          grantId: idSchemas.supportGrant,
          state: z.enum(['open', 'claimed']),
          /** Null until the caller has claimed the grant, which leaves its event: then it is opened. */
          problem: z.nullable(z.string()),
          createdAt: z.iso.datetime(),
          expiresAt: z.iso.datetime(),
          /** Whether the caller has claimed it. */
          isMine: z.boolean(),
        }),
      ),
    }),
  },
  claimSupportGrant: { input: one, output: z.object({ orgId: idSchemas.org }) },
} as const;
