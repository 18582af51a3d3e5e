/** What organisations say over the wire, and the table of roles and permissions. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../shared/ids.ts';
import { plainText } from '../shared/plainText.ts';
import { settingSchemas, type SecuritySettings } from './settings/contract.ts';

/** Roles that members give one another, strongest first. */
export const givenRoles = ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing'] as const;
/** One of {@link givenRoles}. */
export type GivenRole = (typeof givenRoles)[number];

/** Roles that an administrator may give and take; the two above them are the owners' business. */
export const rolesBelowAdministrator = ['editor', 'reader', 'auditor', 'billing'] as const satisfies readonly GivenRole[];

/** Roles of a member: those that are given, and `support`, which only the claim of an open support grant brings, for its hours. */
export const roles = [...givenRoles, 'support'] as const;
/** A member's role in one organisation. */
export type Role = (typeof roles)[number];

/** The state of a member whom a restore keeps out until it has ended. */
export const lockedOut = 'lockedOut';
/** States of those who are members, whether or not they may enter at present. */
export const standingStates = ['active', lockedOut] as const;

/** Which roles may do what. `firestore.rules` says the same in its own words; a test holds them together. */
export const rolesByPermission = {
  'orgs.read': ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing', 'support'],
  'orgs.readMembers': ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing'],
  'orgs.leave': ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing'],
  'orgs.manage': ['owner', 'administrator'],
  'orgs.members': ['owner', 'administrator'],
  'orgs.transfer': ['owner'],
  'orgs.identityProvider': ['owner'],
  'orgs.invite': ['owner', 'administrator'],
  'orgs.readTeams': ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing'],
  'orgs.teams': ['owner', 'administrator'],
  'orgs.readReviews': ['owner', 'administrator', 'auditor'],
  'orgs.review': ['owner', 'administrator'],
  'orgs.recoveries': ['owner', 'administrator'],
  'orgs.liftReadBudget': ['owner', 'administrator'],
  'alarms.read': ['owner', 'administrator', 'auditor'],
  'alarms.acknowledge': ['owner', 'administrator'],
  'register.read': ['owner', 'administrator', 'editor', 'reader', 'support'],
  'register.write': ['owner', 'administrator', 'editor'],
  'register.import': ['owner', 'administrator', 'editor'],
  'register.reveal': ['owner', 'administrator', 'editor'],
  'register.readProtected': ['owner', 'administrator'],
  'register.canaries': ['owner', 'administrator'],
  'documents.read': ['owner', 'administrator', 'editor', 'reader'],
  'documents.write': ['owner', 'administrator', 'editor'],
  'documents.manage': ['owner', 'administrator'],
  'privacy.extract': ['owner', 'administrator'],
  'privacy.erase': ['owner', 'administrator'],
  'privacy.massErase': ['owner', 'administrator'],
  'privacy.exportRegister': ['owner', 'administrator'],
  'approvals.read': ['owner', 'administrator', 'auditor'],
  'approvals.decide': ['owner', 'administrator'],
  'support.readGrants': ['owner', 'administrator', 'auditor'],
  'support.grant': ['owner', 'administrator'],
  'audit.read': ['owner', 'administrator', 'auditor'],
  'audit.receipts': ['owner'],
} as const satisfies Record<string, readonly Role[]>;

/** Something a role may be allowed to do. */
export type Permission = keyof typeof rolesByPermission;

/** Whether a role holds a permission. */
export function roleMay(role: Role, permission: Permission): boolean {
  const allowed: readonly Role[] = rolesByPermission[permission];
  return allowed.includes(role);
}

/**
 * Grounds on which Swedish law lets a personal identity number be processed.
 * Source: SFS 2018:218, 3 kap. 10 § (consent, or clearly justified by the purpose, by secure identification, or another weighty reason).
 */
export const identityNumberGrounds = ['consent', 'purpose', 'secureIdentification', 'otherWeightyReason'] as const;
/** One of the grounds of {@link identityNumberGrounds}. */
export type IdentityNumberGround = (typeof identityNumberGrounds)[number];

/** Line breaks of a text field become blanks. */
const oneLine = z.overwrite<string>((text) => text.replaceAll(/\s+/g, ' ').trim());

const groundSchema = z.nullable(
  z.strictObject({
    ground: z.enum(identityNumberGrounds),
    explanation: z.string().check(oneLine, z.minLength(10), z.maxLength(500), plainText),
  }),
);

const organisationName = z.string().check(z.trim(), z.minLength(1), z.maxLength(120), plainText);

/** Callables of orgs, by name. The organisation's own document is read by the browser directly, under the rules. */
export const orgsCallables = {
  createOrganisation: {
    input: z.strictObject({
      name: organisationName,
      organisationNumber: z.string().check(z.maxLength(20)),
      identityNumberGround: groundSchema,
    }),
    output: z.object({ orgId: idSchemas.org }),
  },
  listOrganisations: {
    input: z.strictObject({}),
    output: z.object({
      organisations: z.array(z.object({ orgId: idSchemas.org, name: z.string(), organisationNumber: z.string(), role: z.enum(roles) })),
    }),
  },
  updateOrganisation: {
    /** Names what is to change; what is absent stays. Strength and idle limit ask for a fresh sign-in. */
    input: z.strictObject({
      orgId: idSchemas.org,
      version: z.int(),
      name: z.optional(organisationName),
      identityNumberGround: z.optional(groundSchema),
      idleMinutes: z.optional(settingSchemas.idleMinutes),
      minimumStrength: z.optional(settingSchemas.minimumStrength),
      maskedFields: z.optional(settingSchemas.maskedFields),
      readBudget: z.optional(settingSchemas.readBudget),
      reviewEveryMonths: z.optional(settingSchemas.reviewEveryMonths),
    }),
    output: z.object({ version: z.int() }),
  },
  listMembers: {
    input: z.strictObject({ orgId: idSchemas.org }),
    output: z.object({
      members: z.array(
        z.object({
          accountId: idSchemas.account,
          displayName: z.string(),
          email: z.string(),
          role: z.enum(roles),
          state: z.literal('active'),
          teamIds: z.array(idSchemas.team),
          /** When the access ends by itself, as that of support does; null for members. */
          expiresAt: z.nullable(z.iso.datetime()),
          /** The last call in any session; null when it was long ago, and for those who do not follow the organisation's access. */
          lastActiveAt: z.nullable(z.iso.datetime()),
          isYou: z.boolean(),
        }),
      ),
    }),
  },
} as const;

/** The organisation's document as the browser reads it: `orgs/{orgId}`. */
export type OrganisationDoc = SecuritySettings & {
  readonly name: string;
  /** Ten digits, no hyphen. */
  readonly organisationNumber: string;
  readonly identityNumberGround: { readonly ground: IdentityNumberGround; readonly explanation: string } | null;
  /** How many active owners there are; never less than one. */
  readonly ownerCount: number;
  /** The organisation's own identity provider, and who set it; null when it has none. */
  readonly identityProvider: { readonly issuer: string; readonly setBy: string } | null;
  readonly version: number;
};
