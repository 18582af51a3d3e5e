/** What every part of identity says over the wire in the same way: limits, methods of sign-in, shapes of answers. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { plainText } from '../../shared/plainText.ts';

/** Languages of the interface and of mail. */
export const localeSchema = z.enum(['sv', 'en']);
/** `sv` or `en`. */
export type Locale = z.infer<typeof localeSchema>;

/** Password: 8 to 128 characters, no composition rules. Common ones are refused by the server. */
export const passwordLength = { min: 8, max: 128 } as const;

/** Limits of the e-mailed code. */
export const codeRules = { digits: 6, lifetimeMinutes: 10, maxTries: 5 } as const;

/** Limits of a session. The idle limit is the default; an organisation may set its own. `freshMinutes`: how long after it the person counts as just signed in. */
export const sessionRules = { idleMinutes: 30, absoluteHours: 12, warnSeconds: 120, freshMinutes: 5 } as const;

/** The ways to sign in: what besides the password was shown, or instead of it. */
export const signInMethods = ['emailCode', 'recoveryCode', 'totp', 'organisation', 'passkey', 'bankId'] as const;
/** One of {@link signInMethods}. */
export type SignInMethod = (typeof signInMethods)[number];

/** How strong a session is: 1 password and a code by e-mail, 2 password and an authenticator app, 3 a passkey or BankID. */
export type Strength = 1 | 2 | 3;

const strengths = { emailCode: 1, recoveryCode: 1, totp: 2, organisation: 2, passkey: 3, bankId: 3 } as const satisfies Record<
  SignInMethod,
  Strength
>;

/** The strength of a session that began in this way. */
export const strengthOf = (method: SignInMethod): Strength => strengths[method];

/** What a browser calls itself by, so that it is known again: 22 to 64 characters of base64url, random, kept in the browser. */
export const deviceIdSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{22,64}$/, 'must be a device id'));

/** An e-mail address as typed. */
export const emailSchema = z
  .string()
  .check(z.trim(), z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/u, 'must be an e-mail address'));
/** A password that somebody chooses. */
export const newPasswordSchema = z.string().check(z.minLength(passwordLength.min), z.maxLength(passwordLength.max));
/** The name of a person. */
export const displayNameSchema = z.string().check(z.trim(), z.minLength(1), z.maxLength(120), plainText);
/** A password as typed, of any length that can be one. */
export const passwordSchema = z.string().check(z.minLength(1), z.maxLength(passwordLength.max));

/** The second steps of an attempt. */
export const secondFactors = ['emailCode', 'totp', 'passkey', 'recoveryCode'] as const;
/** One of {@link secondFactors}. */
export type SecondFactor = (typeof secondFactors)[number];

/** An open attempt, the second steps that it takes, and whether a code was mailed already: if not, `codeResend` mails one. */
export const attemptOpened = z.object({
  attemptId: idSchemas.attempt,
  expiresAt: z.iso.datetime(),
  secondFactors: z.array(z.enum(secondFactors)),
  mailed: z.boolean(),
});
/** An {@link attemptOpened}. */
export type AttemptOpened = z.output<typeof attemptOpened>;

/** What the last step answers. The token is null when a session that is there was made fresh. */
export const signedIn = z.object({ customToken: z.nullable(z.string()), sessionId: idSchemas.session });
/** A {@link signedIn}. */
export type SignedIn = z.output<typeof signedIn>;
