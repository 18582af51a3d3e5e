/** What identity says over the wire: sign-up, sign-in in two steps, sessions, factors. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../shared/ids.ts';
import {
  attemptOpened,
  deviceIdSchema,
  displayNameSchema,
  emailSchema,
  localeSchema,
  newPasswordSchema,
  passwordSchema,
  signedIn,
  signInMethods,
} from './basics/contract.ts';
import { bankIdCallables } from './bankId/contract.ts';
import { factorCallables } from './factors/contract.ts';
import { oidcCallables } from './oidc/contract.ts';
import { recoveryCallables } from './recovery/contract.ts';
import { sessionCallables, strengthSchema } from './sessions/contract.ts';

export {
  codeRules,
  localeSchema,
  passwordLength,
  sessionRules,
  signInMethods,
  strengthOf,
  type Locale,
  type SignInMethod,
  type Strength,
} from './basics/contract.ts';

const deviceId = z.optional(deviceIdSchema);
const sessionTimes = z.object({ idleExpiresAt: z.iso.datetime(), absoluteExpiresAt: z.iso.datetime(), now: z.iso.datetime() });

const sessionFacts = z.extend(sessionTimes, {
  method: z.enum(signInMethods),
  strength: strengthSchema,
  idleMinutes: z.int(),
  authenticatedAt: z.iso.datetime(),
});

/**
 * Callables of identity, by name.
 * `signUpBegin` and `signInBegin` check the first factor, and mail a code unless the account has a better second one;
 * `codeConfirm` checks it and only then answers a custom token. `codeResend` mails a new code for the same attempt (the old one
 * stops working). Those of the parts are in their own folders' contracts.
 */
export const identityCallables = {
  ...factorCallables,
  ...bankIdCallables,
  ...oidcCallables,
  ...sessionCallables,
  ...recoveryCallables,
  signUpBegin: {
    input: z.strictObject({
      email: emailSchema,
      password: newPasswordSchema,
      displayName: displayNameSchema,
      locale: localeSchema,
      deviceId,
    }),
    output: attemptOpened,
  },
  signInBegin: {
    input: z.strictObject({ email: emailSchema, password: passwordSchema, locale: localeSchema, deviceId }),
    output: attemptOpened,
  },
  codeResend: { input: z.strictObject({ attemptId: idSchemas.attempt }), output: attemptOpened },
  codeConfirm: {
    input: z.strictObject({ attemptId: idSchemas.attempt, code: z.string().check(z.regex(/^\d{6}$/, 'must be six digits')) }),
    output: signedIn,
  },
  sessionExtend: { input: z.strictObject({}), output: sessionTimes },
  signOut: { input: z.strictObject({}), output: z.object({}) },
  getAccount: {
    input: z.strictObject({}),
    output: z.object({
      accountId: idSchemas.account,
      displayName: z.string(),
      email: z.string(),
      locale: localeSchema,
      session: sessionFacts,
      /** True for Valv's own technicians, who see a page of support cases; absent for everybody else. */
      isSupport: z.optional(z.literal(true)),
    }),
  },
} as const;
