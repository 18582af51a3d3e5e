/**
 * One error type for everything that the server, the database or the network answers, so that screens know one shape.
 * Holds codes, field names and limits, never what a person typed.
 */
import { errorCodes, type ErrorCode } from '../../../functions/src/shared/errors.ts';

/** What a failed call came to. */
export class ApiError extends Error {
  /** Stable code; the words are in i18n. */
  readonly code: ErrorCode;
  /** Field names, row numbers and limits from the server. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.details = details;
  }
}

const byCanonicalCode: Readonly<Record<string, ErrorCode>> = {
  'invalid-argument': 'shared/invalid-input',
  'not-found': 'shared/not-found',
  'permission-denied': 'orgs/not-allowed',
  unauthenticated: 'identity/not-signed-in',
  aborted: 'shared/conflict',
  // Without details no handler of ours answered: the network, a proxy or a cold start did.
  internal: 'shared/unavailable',
  unavailable: 'shared/unavailable',
  'deadline-exceeded': 'shared/unavailable',
  cancelled: 'shared/unavailable',
};

/** Whether a text is one of Valv's error codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // Narrowed to an object; its members stay unknown.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Makes an {@link ApiError} of anything thrown by the Firebase SDKs, `fetch` or our own code. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const error = record(thrown);
  const details = record(error['details']);
  if (isErrorCode(details['code'])) return new ApiError(details['code'], { ...details, ...record(details['details']) });
  if (thrown instanceof TypeError) return new ApiError('shared/unavailable');
  const canonical = typeof error['code'] === 'string' ? error['code'].replace(/^[a-z]+\//, '') : '';
  if (canonical === 'network-request-failed') return new ApiError('shared/unavailable');
  return new ApiError(byCanonicalCode[canonical] ?? 'shared/internal');
}

/** The {@link ApiError} in the JSON body of an HTTPS function's refusal (`{ error: { status, message, details } }`). */
export function fromHttpBody(status: number, body: unknown): ApiError {
  const error = record(record(body)['error']);
  const details = record(error['details']);
  if (isErrorCode(details['code'])) return new ApiError(details['code'], { ...details, ...record(details['details']) });
  if (isErrorCode(error['code'])) return new ApiError(error['code'], details);
  if (status === 401) return new ApiError('identity/not-signed-in');
  if (status === 403) return new ApiError('orgs/not-allowed');
  if (status === 404) return new ApiError('shared/not-found');
  if (status === 413) return new ApiError('register/import-too-large');
  return new ApiError(status >= 500 || status === 0 ? 'shared/unavailable' : 'shared/internal');
}
