/** What identity says over the wire: sign-up, sign-in in two steps, sessions. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../shared/ids.ts';
import { plainText } from '../shared/plainText.ts';

/** Languages of the interface and of mail. */
export const localeSchema = z.enum(['sv', 'en']);
/** `sv` or `en`. */
export type Locale = z.infer<typeof localeSchema>;

/** Password: 8 to 128 characters, no composition rules. Common ones are refused by the server. */
export const passwordLength = { min: 8, max: 128 } as const;

/** Limits of the e-mailed code. */
export const codeRules = { digits: 6, lifetimeMinutes: 10, maxTries: 5 } as const;

/** Limits of a session. The idle limit is the default; an organisation may set its own. */
export const sessionRules = { idleMinutes: 30, absoluteHours: 12, warnSeconds: 120 } as const;

const email = z.string().check(z.trim(), z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/u, 'must be an e-mail address'));
const password = z.string().check(z.minLength(passwordLength.min), z.maxLength(passwordLength.max));
const displayName = z.string().check(z.trim(), z.minLength(1), z.maxLength(120), plainText);

const attemptOpened = z.object({ attemptId: idSchemas.attempt, expiresAt: z.iso.datetime() });
const sessionTimes = z.object({ idleExpiresAt: z.iso.datetime(), absoluteExpiresAt: z.iso.datetime(), now: z.iso.datetime() });

/**
 * Callables of identity, by name.
 * `signUpBegin` and `signInBegin` check the first factor and mail a code; `codeConfirm` checks it and only then
 * answers a custom token. `codeResend` mails a new code for the same attempt (the old one stops working).
 */
export const identityCallables = {
  signUpBegin: {
    input: z.strictObject({ email, password, displayName, locale: localeSchema }),
    output: attemptOpened,
  },
  signInBegin: {
    input: z.strictObject({ email, password: z.string().check(z.minLength(1), z.maxLength(passwordLength.max)), locale: localeSchema }),
    output: attemptOpened,
  },
  codeResend: { input: z.strictObject({ attemptId: idSchemas.attempt }), output: attemptOpened },
  codeConfirm: {
    input: z.strictObject({ attemptId: idSchemas.attempt, code: z.string().check(z.regex(/^\d{6}$/, 'must be six digits')) }),
    output: z.object({ customToken: z.string(), sessionId: idSchemas.session }),
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
      session: sessionTimes,
    }),
  },
} as const;
