/** An organisation's security settings over the wire: idle limit, strength, masking, reading budget, review. Browser-safe. */
import * as z from 'zod/mini';
import type { Strength } from '../../identity/contract.ts';
import { fieldNames, type FieldName } from '../../register/fields.ts';
import type { GivenRole, Role } from '../contract.ts';

/** A role that a member can be given; support is none. */
export type MemberRole = GivenRole;

/** The limits of the settings. Minutes without activity; persons that one member may open; months between reviews. */
export const settingLimits = {
  idleMinutes: { min: 5, max: 120 },
  readsPerHour: { min: 50, max: 20_000 },
  readsPerDay: { max: 100_000 },
  reviewEveryMonths: { min: 1, max: 12 },
} as const;

/** Roles from which fields can be masked: those that read the register without managing the organisation. */
export const maskableRoles = ['editor', 'reader', 'support'] as const satisfies readonly Role[];
/** One of {@link maskableRoles}. */
export type MaskableRole = (typeof maskableRoles)[number];

const strengthSchema: z.ZodMiniType<Strength, Strength> = z.literal([1, 2, 3]);

const maskedOfRole = z
  .array(z.enum(fieldNames as readonly [FieldName, ...FieldName[]])) // there are fields
  .check(z.refine((names) => new Set(names).size === names.length, 'must not repeat a field'));

/** Each setting's schema, for a change that may name any of them. */
export const settingSchemas = {
  /** Minutes after which a member's session ends without activity. */
  idleMinutes: z.int().check(z.minimum(settingLimits.idleMinutes.min), z.maximum(settingLimits.idleMinutes.max)),
  /** The weakest sign-in that each role may use here. */
  minimumStrength: z.strictObject({
    owner: strengthSchema,
    administrator: strengthSchema,
    editor: strengthSchema,
    reader: strengthSchema,
    auditor: strengthSchema,
    billing: strengthSchema,
  }),
  /** Fields that a role sees only by revealing them, or, where it may not reveal, never. */
  maskedFields: z.strictObject({ editor: maskedOfRole, reader: maskedOfRole, support: maskedOfRole }),
  /** How many persons one member may open. */
  readBudget: z
    .strictObject({
      perHour: z.int().check(z.minimum(settingLimits.readsPerHour.min), z.maximum(settingLimits.readsPerHour.max)),
      perDay: z.int().check(z.maximum(settingLimits.readsPerDay.max)),
    })
    .check(z.refine(({ perHour, perDay }) => perDay >= perHour, { message: 'must not be less than perHour', path: ['perDay'] })),
  /** Months from one access review to the next. */
  reviewEveryMonths: z.int().check(z.minimum(settingLimits.reviewEveryMonths.min), z.maximum(settingLimits.reviewEveryMonths.max)),
} as const;

/** The weakest sign-in of a technician of Valv, in every organisation alike: a mailbox alone opens nobody's register. */
export const supportStrength = 2 satisfies Strength;

/** An organisation's settings. */
export type SecuritySettings = {
  readonly idleMinutes: number;
  readonly minimumStrength: Readonly<Record<MemberRole, Strength>>;
  readonly maskedFields: Readonly<Record<MaskableRole, readonly FieldName[]>>;
  readonly readBudget: { readonly perHour: number; readonly perDay: number };
  readonly reviewEveryMonths: number;
};

/** What a new organisation begins with. */
export const defaultSettings: SecuritySettings = {
  idleMinutes: 30,
  minimumStrength: { owner: 1, administrator: 1, editor: 1, reader: 1, auditor: 1, billing: 1 },
  maskedFields: { editor: [], reader: [], support: [] },
  readBudget: { perHour: 500, perDay: 2000 },
  reviewEveryMonths: 12,
};
