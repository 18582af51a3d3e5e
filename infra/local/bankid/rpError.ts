/** An error as BankID's relying-party API answers it. */
export class RpError extends Error {
  readonly status: number;
  readonly errorCode: string;

  constructor(status: number, errorCode: string, details: string) {
    super(details);
    this.status = status;
    this.errorCode = errorCode;
  }

  /** The body: `{errorCode, details}`. */
  toBody(): { errorCode: string; details: string } {
    return { errorCode: this.errorCode, details: this.message };
  }
}

/** A request that is not as the API wants it. */
export const invalidParameters = (details: string): RpError => new RpError(400, 'invalidParameters', details);

/** What an injected HTTP failure looks like at BankID. */
export const rpFailures = {
  '500': new RpError(500, 'internalError', 'Internal technical error.'),
  '503': new RpError(503, 'Maintenance', 'The service is temporarily unavailable.'),
  '429': new RpError(429, 'tooManyRequests', 'Too many requests.'),
  '504': new RpError(504, 'requestTimeout', 'It took too long to carry out the request.'),
} as const;
