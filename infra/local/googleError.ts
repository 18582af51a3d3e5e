/** Google's canonical error codes with the HTTP status each is sent with. */
const HTTP_STATUS = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

/** A canonical Google API status, such as `NOT_FOUND`. */
export type GoogleStatus = keyof typeof HTTP_STATUS;

/** An error that a loopback service answers in Google's JSON shape. */
export class GoogleError extends Error {
  readonly status: GoogleStatus;
  /** HTTP status; differs from the canonical one only for Cloud Storage (412). */
  readonly httpStatus: number;
  readonly reason: string;

  constructor(status: GoogleStatus, message: string, more: { httpStatus?: number; reason?: string } = {}) {
    super(message);
    this.status = status;
    this.httpStatus = more.httpStatus ?? HTTP_STATUS[status];
    this.reason = more.reason ?? status.toLowerCase();
  }

  /** The body that Google's JSON APIs send: `{error: {code, message, status, errors}}`. */
  toBody(): { error: { code: number; message: string; status: GoogleStatus; errors: unknown[] } } {
    const { httpStatus, message, status, reason } = this;
    return { error: { code: httpStatus, message, status, errors: [{ message, domain: 'global', reason }] } };
  }
}

const failures = {
  '403': () => new GoogleError('PERMISSION_DENIED', 'The caller does not have permission.', { reason: 'forbidden' }),
  '500': () => new GoogleError('INTERNAL', 'Internal error encountered.', { reason: 'backendError' }),
  '503': () => new GoogleError('UNAVAILABLE', 'The service is currently unavailable.', { reason: 'backendError' }),
  '429': () => new GoogleError('RESOURCE_EXHAUSTED', 'Quota exceeded.', { reason: 'rateLimitExceeded' }),
} as const;

/** The error with which a service answers an injected HTTP failure. */
export const failureFor = (kind: keyof typeof failures): GoogleError => failures[kind]();
