/**
 * The one error type that callers of Valv can cause, and the closed list of its codes.
 *
 * Guarantees: every code maps to exactly one canonical Cloud Functions code; messages and details carry
 * field names, row numbers and limits, never personal data and never secrets. Does not guarantee that
 * `cause` is safe to show: it stays on the server.
 */

/** Canonical codes of the callable protocol that Valv uses (a subset of google.rpc.Code). */
export type CanonicalCode =
  | 'invalid-argument'
  | 'failed-precondition'
  | 'not-found'
  | 'already-exists'
  | 'permission-denied'
  | 'resource-exhausted'
  | 'unauthenticated'
  | 'aborted'
  | 'unavailable'
  | 'internal';

/** Every error code of Valv, with the canonical code that it travels as. The table in errors.md documents them. */
export const errorCodes = {
  'shared/invalid-input': 'invalid-argument',
  'shared/not-found': 'not-found',
  'shared/conflict': 'aborted',
  'shared/unavailable': 'unavailable',
  'shared/internal': 'internal',
  'crypto/cannot-open': 'internal',
  'audit/chain-broken': 'internal',
  'audit/checkpoint-contradicted': 'internal',
  'audit/change-without-event': 'internal',
  'audit/event-not-as-sealed': 'internal',
  'identity/not-signed-in': 'unauthenticated',
  'identity/session-ended': 'unauthenticated',
  'identity/wrong-credentials': 'permission-denied',
  'identity/wrong-code': 'permission-denied',
  'identity/attempt-ended': 'failed-precondition',
  'identity/too-many-attempts': 'resource-exhausted',
  'identity/password-too-common': 'invalid-argument',
  'identity/reauthentication-needed': 'failed-precondition',
  'identity/wrong-recovery-code': 'permission-denied',
  'identity/factor-exists': 'already-exists',
  'identity/last-factor': 'failed-precondition',
  'identity/stronger-factor-needed': 'failed-precondition',
  'identity/passkey-refused': 'permission-denied',
  'identity/bankid-failed': 'failed-precondition',
  'identity/bankid-unavailable': 'unavailable',
  'identity/recovery-ended': 'failed-precondition',
  'orgs/not-allowed': 'permission-denied',
  'orgs/organisation-number-taken': 'already-exists',
  'orgs/identity-number-ground-missing': 'failed-precondition',
  'orgs/stronger-sign-in-needed': 'failed-precondition',
  'orgs/strength-locks-you-out': 'failed-precondition',
  'orgs/last-owner': 'failed-precondition',
  'orgs/invitation-ended': 'failed-precondition',
  'orgs/invitation-for-another': 'permission-denied',
  'orgs/already-member': 'already-exists',
  'orgs/organisation-full': 'failed-precondition',
  'orgs/approval-ended': 'failed-precondition',
  'orgs/needs-second-person': 'failed-precondition',
  'register/number-exists': 'already-exists',
  'register/not-editable': 'failed-precondition',
  'register/import-too-large': 'invalid-argument',
  'register/import-not-csv': 'invalid-argument',
  'register/import-wrong-encoding': 'invalid-argument',
  'register/import-mapping-missing': 'invalid-argument',
  'register/import-has-errors': 'failed-precondition',
  'register/import-already-running': 'failed-precondition',
  'register/upload-gone': 'failed-precondition',
  'register/read-budget-spent': 'resource-exhausted',
  'privacy/erasure-blocked': 'failed-precondition',
  'privacy/erasure-already-running': 'failed-precondition',
  'privacy/extract-expired': 'failed-precondition',
  'privacy/erasures-need-approval': 'failed-precondition',
  'support/grant-ended': 'failed-precondition',
  'backup/export-incomplete': 'internal',
  'backup/location-outside-eu': 'failed-precondition',
  'backup/damaged': 'internal',
  'backup/not-genuine': 'internal',
  'backup/scratch-outdated': 'failed-precondition',
  'backup/missing': 'not-found',
  'backup/moment-out-of-reach': 'failed-precondition',
  'backup/nothing-to-restore': 'not-found',
  'backup/restored-meanwhile': 'aborted',
  'backup/restore-unfinished': 'failed-precondition',
  'backup/keys-present': 'failed-precondition',
  'backup/keys-remade': 'failed-precondition',
  'backup/keys-fell': 'internal',
  'backup/restore-failed': 'internal',
  'backup/drill-failed': 'internal',
  'backup/drill-untried': 'unavailable',
  'backup/journal-incomplete': 'internal',
  'backup/copy-differs': 'internal',
  'backup/schedule-late': 'internal',
} as const satisfies Record<string, CanonicalCode>;

/** A stable error code, `capability/what`. */
export type ErrorCode = keyof typeof errorCodes;

/** What may accompany an error to the caller: names and numbers, never values that a person supplied. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** An error that a caller can cause, or must be told about in safe words. */
export class AppError extends Error {
  /** The stable code. */
  readonly code: ErrorCode;
  /** Field names, limits and counts that help to put it right. */
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** Tells whether something thrown is an {@link AppError}, of a certain code if one is given. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** The error for input that names its field: `invalidInput('email', 'must be an e-mail address')`. */
export function invalidInput(field: string, reason: string): AppError {
  return new AppError('shared/invalid-input', `invalid "${field}": ${reason}`, { field, reason });
}
