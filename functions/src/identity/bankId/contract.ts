/** What identity says over the wire about BankID. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';
import { attemptOpened, deviceIdSchema, emailSchema, localeSchema } from '../basics/contract.ts';

/** What an order is for. `signUp` and `signIn` are the same: somebody who has no account is asked for an e-mail address. */
export const bankIdPurposes = ['signIn', 'signUp', 'reauth', 'addFactor', 'sign'] as const;
/** One of {@link bankIdPurposes}. */
export type BankIdPurpose = (typeof bankIdPurposes)[number];

/**
 * Hints that are known, for the words of the interface; BankID may send others at any time. `failed` holds, besides BankID's
 * own, Valv's: `wrongPerson` (not the person of the account), `factorExists` (that person has another account),
 * `accountClosed`, `textChanged` (what was signed is not what was to be signed), and BankID's error codes.
 */
export const bankIdHints = {
  pending: ['outstandingTransaction', 'noClient', 'started', 'userMrtd', 'userCallConfirm', 'userSign', 'processing'],
  failed: [
    'expiredTransaction',
    'certificateErr',
    'userCancel',
    'cancelled',
    'startFailed',
    'userDeclinedCall',
    'notSupportedByUserApp',
    'transactionRiskBlocked',
    'alreadyInProgress',
    'invalidParameters',
    'wrongPerson',
    'factorExists',
    'accountClosed',
    'textChanged',
  ],
} as const;

/** What is to be signed: an access review that the caller completes. */
export const signingSchema = z.strictObject({ orgId: idSchemas.org, kind: z.literal('orgs.accessReview'), id: idSchemas.accessReview });
/** See {@link signingSchema}. */
export type Signing = z.output<typeof signingSchema>;

const order = { orderId: idSchemas.bankIdOrder } as const;
/** A path of the web app, to which the BankID app on the same device goes back. */
const returnPath = z.string().check(z.maxLength(500), z.regex(/^\/(?![/\\])[!-~]*$/, 'must be a path'));
/** Addresses that open the BankID app on this device: a link on phones and tablets, another on computers. */
const launchUrls = z.object({ mobile: z.string(), desktop: z.string() });
/** See {@link launchUrls}. */
export type LaunchUrls = z.output<typeof launchUrls>;

const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signedIn'), customToken: z.string(), sessionId: idSchemas.session }),
  /** Nobody has an account with this identity: `attemptId` is for `bankIdSignUp`, for ten minutes. */
  z.object({ kind: z.literal('needsEmail'), attemptId: idSchemas.attempt, displayName: z.string() }),
  z.object({ kind: z.literal('reauthenticated') }),
  z.object({ kind: z.literal('factorAdded') }),
  z.object({ kind: z.literal('signed'), evidenceId: z.string() }),
]);

/**
 * Callables of BankID, by name. The browser calls `bankIdCollect` once a second until the status is no longer `pending`; the
 * outcome is told once. `qr` is the code to draw now, new every second; `launchUrls` change when an order was restarted;
 * both are null once the order has been opened. `reauth`, `addFactor` and `sign` need the session that began them.
 */
export const bankIdCallables = {
  bankIdStart: {
    input: z.strictObject({
      purpose: z.enum(bankIdPurposes),
      locale: localeSchema,
      sameDevice: z.boolean(),
      returnPath: z.optional(returnPath),
      signing: z.optional(signingSchema),
      deviceId: z.optional(deviceIdSchema),
    }),
    output: z.object({ ...order, autoStartToken: z.string(), launchUrls }),
  },
  bankIdCollect: {
    input: z.strictObject(order),
    output: z.object({
      status: z.enum(['pending', 'complete', 'failed']),
      hintCode: z.nullable(z.string()),
      qr: z.nullable(z.string()),
      launchUrls: z.nullable(launchUrls),
      restarted: z.boolean(),
      outcome: z.nullable(outcome),
    }),
  },
  bankIdCancel: { input: z.strictObject(order), output: z.object({}) },
  bankIdSignUp: {
    input: z.strictObject({ attemptId: idSchemas.attempt, email: emailSchema, locale: localeSchema }),
    output: attemptOpened,
  },
} as const;

/** What `bankIdCollect` answers. */
export type BankIdCollected = z.output<typeof bankIdCallables.bankIdCollect.output>;
