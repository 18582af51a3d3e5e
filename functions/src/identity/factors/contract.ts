/** What identity says over the wire about factors: second steps, passkeys, authenticator apps, recovery codes, passwords. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { plainText } from '../../shared/plainText.ts';
import { attemptOpened, deviceIdSchema, emailSchema, newPasswordSchema, passwordSchema, signedIn } from '../basics/contract.ts';

/** Limits of recovery codes: how many there are, and random bytes of each. */
export const recoveryCodeRules = { count: 10, bytes: 10 } as const;
/** Limits of factors of one account. */
export const factorRules = { mostPasskeys: 10, enrolmentMinutes: 10, challengeMinutes: 5, maxTries: 5 } as const;

/** What an account can be entered with, weakest first. */
export const factorKinds = ['password', 'emailCode', 'recoveryCodes', 'totp', 'passkey', 'bankId'] as const;
/** One of {@link factorKinds}. */
export type FactorKind = (typeof factorKinds)[number];

const base64url = (mostLetters: number) => z.string().check(z.maxLength(mostLetters), z.regex(/^[A-Za-z0-9_-]+$/, 'must be base64url'));
const credentialId = base64url(1364); // 1023 bytes, the most that WebAuthn allows
const transport = z.string().check(z.regex(/^[a-z-]{1,20}$/));
const descriptor = z.object({ id: z.string(), type: z.literal('public-key'), transports: z.array(z.string()) });
const answerOf = <T extends z.ZodMiniType>(response: T) =>
  z.object({
    id: credentialId,
    rawId: credentialId,
    type: z.literal('public-key'),
    authenticatorAttachment: z.optional(z.nullable(z.enum(['platform', 'cross-platform']))),
    /** What extensions answered; nothing is asked of them and nothing kept. */
    clientExtensionResults: z.pipe(
      z.unknown(),
      z.transform(() => ({})),
    ),
    response,
  });

const passkeyCreated = answerOf(
  z.object({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(65_536),
    transports: z.optional(z.array(transport).check(z.maxLength(10))),
  }),
);
const passkeyAnswer = answerOf(
  z.object({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(8192),
    signature: base64url(8192),
    userHandle: z.optional(z.nullable(base64url(86))),
  }),
);
/** What a browser answers after it made a passkey (`RegistrationResponseJSON`). */
export type PasskeyCreated = z.output<typeof passkeyCreated>;
/** What a browser answers after it used a passkey (`AuthenticationResponseJSON`). */
export type PasskeyAnswer = z.output<typeof passkeyAnswer>;

const creationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ alg: z.int(), type: z.literal('public-key') })),
  timeout: z.int(),
  excludeCredentials: z.array(descriptor),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
});
const requestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.int(),
  userVerification: z.literal('required'),
  allowCredentials: z.optional(z.array(descriptor)),
});
/** What a browser needs to make a passkey (`PublicKeyCredentialCreationOptionsJSON`). */
export type CreationOptions = z.output<typeof creationOptions>;
/** What a browser needs to use a passkey (`PublicKeyCredentialRequestOptionsJSON`). */
export type RequestOptions = z.output<typeof requestOptions>;

const label = z.string().check(z.trim(), z.minLength(1), z.maxLength(60), plainText);
const sixDigits = z.string().check(z.regex(/^\d{6}$/, 'must be six digits'));
const challenged = z.object({ challengeId: idSchemas.challenge, options: requestOptions });
const factorAdded = z.object({ factorId: idSchemas.factor });
const attempt = { attemptId: idSchemas.attempt };
const nothing = z.strictObject({});
const done = z.object({});

/**
 * Callables of factors, by name.
 * `totpConfirm`, `recoveryCodeConfirm` and `passkeyConfirm` are second steps beside `codeConfirm`; `passkeyConfirm` is also a
 * whole sign-in. In an attempt begun by `reauthBegin` or `reauthPasskeyOptions` they answer no token: the session is fresh.
 * Whatever changes a factor needs a fresh session. `removeFactor` takes `bankId` for the account's BankID.
 */
export const factorCallables = {
  reauthBegin: { input: z.strictObject({ password: passwordSchema }), output: attemptOpened },
  totpConfirm: { input: z.strictObject({ ...attempt, code: sixDigits }), output: signedIn },
  recoveryCodeConfirm: {
    input: z.strictObject({
      ...attempt,
      recoveryCode: z.string().check(z.maxLength(40), z.regex(/^\s*(?:[A-Za-z2-7][\s-]*){16}$/, 'must be a recovery code')),
    }),
    output: signedIn,
  },
  passkeyOptions: { input: z.strictObject({ attemptId: z.optional(idSchemas.attempt) }), output: challenged },
  passkeyConfirm: {
    input: z.strictObject({ challengeId: idSchemas.challenge, response: passkeyAnswer, deviceId: z.optional(deviceIdSchema) }),
    output: signedIn,
  },
  reauthPasskeyOptions: { input: nothing, output: challenged },
  listFactors: {
    input: nothing,
    output: z.object({
      factors: z.array(
        z.object({
          factorId: z.string(),
          kind: z.enum(factorKinds),
          strength: z.literal([1, 2, 3]),
          label: z.nullable(z.string()),
          createdAt: z.iso.datetime(),
          lastUsedAt: z.nullable(z.iso.datetime()),
          /** Of recovery codes: how many are left. */
          remaining: z.nullable(z.int()),
        }),
      ),
      authenticatedAt: z.iso.datetime(),
      freshUntil: z.iso.datetime(),
    }),
  },
  totpEnrolBegin: { input: nothing, output: z.object({ enrolmentId: idSchemas.enrolment, secret: z.string(), uri: z.string() }) },
  totpEnrolConfirm: { input: z.strictObject({ enrolmentId: idSchemas.enrolment, code: sixDigits }), output: factorAdded },
  passkeyEnrolBegin: { input: nothing, output: z.object({ enrolmentId: idSchemas.enrolment, options: creationOptions }) },
  passkeyEnrolConfirm: {
    input: z.strictObject({ enrolmentId: idSchemas.enrolment, response: passkeyCreated, label }),
    output: factorAdded,
  },
  removeFactor: { input: z.strictObject({ factorId: z.union([idSchemas.factor, z.literal('bankId')]) }), output: done },
  createRecoveryCodes: { input: nothing, output: z.object({ codes: z.array(z.string()) }) },
  changePassword: { input: z.strictObject({ newPassword: newPasswordSchema }), output: done },
  changeEmailBegin: {
    input: z.strictObject({ email: emailSchema }),
    output: z.object({ attemptId: idSchemas.attempt, expiresAt: z.iso.datetime() }),
  },
  changeEmailConfirm: { input: z.strictObject({ ...attempt, code: sixDigits }), output: done },
} as const;
