/** What identity says over the wire about getting back into an account whose password is lost. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { deviceIdSchema, emailSchema, localeSchema, newPasswordSchema } from '../basics/contract.ts';

const nothing = z.object({});

/** Limits of a recovery. The hours are how long each state lasts. */
export const recoveryRules = {
  openHours: 1,
  waitingHours: 72,
  approvedHours: 24,
  /** Different owners or administrators of each organisation who must approve. */
  approvalsPerOrganisation: 2,
  referenceDigits: 8,
  maxReferenceTries: 5,
  maxRecoveryCodeTries: 5,
} as const;

/** How a recovery stands. */
export const recoveryStates = ['open', 'waiting', 'approved', 'declined', 'finished', 'expired'] as const;
/** One of {@link recoveryStates}. */
export type RecoveryState = (typeof recoveryStates)[number];

const secret = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/, 'must be the secret of a recovery'));
const held = { recoveryId: idSchemas.recovery, secret };

/** Eight digits, blanks and hyphens allowed between them. */
export const referenceSchema = z.pipe(
  z.string().check(z.maxLength(20), z.regex(/^(?:\d[ -]?){8}$/, 'must be eight digits')),
  z.transform((text) => text.replaceAll(/[ -]/g, '')),
);

/**
 * Callables of recovery, without a session. `recoveryBegin` mails a code, or to an address without account that there is none;
 * `recoveryConfirm` checks it. Then `recoveryFinish` sets a new password, together with a recovery code, or, after
 * `recoveryAsk`, when two administrators of each organisation have approved (`recoveryState`), to whom the person reads out
 * the reference. An account that is in no organisation and has no factor besides password and e-mail needs neither: `needed`
 * is 0. After approval by administrators every other factor is gone. Everything that is over is `identity/recovery-ended`.
 */
export const recoveryCallables = {
  recoveryBegin: {
    input: z.strictObject({ email: emailSchema, locale: localeSchema, deviceId: z.optional(deviceIdSchema) }),
    output: z.object({ attemptId: idSchemas.attempt, expiresAt: z.iso.datetime() }),
  },
  recoveryConfirm: {
    input: z.strictObject({ attemptId: idSchemas.attempt, code: z.string().check(z.regex(/^\d{6}$/, 'must be six digits')) }),
    output: z.object({ recoveryId: idSchemas.recovery, secret: z.string(), reference: z.string(), expiresAt: z.iso.datetime() }),
  },
  recoveryFinish: {
    input: z.strictObject({ ...held, newPassword: newPasswordSchema, recoveryCode: z.optional(z.string().check(z.maxLength(40))) }),
    output: nothing,
  },
  recoveryAsk: { input: z.strictObject(held), output: nothing },
  recoveryState: {
    input: z.strictObject(held),
    output: z.object({
      state: z.enum(recoveryStates),
      approvals: z.int(),
      needed: z.int(),
      hasRecoveryCodes: z.boolean(),
      expiresAt: z.iso.datetime(),
    }),
  },
} as const;
