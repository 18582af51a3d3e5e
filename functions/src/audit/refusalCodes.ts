/** Which errors refuse a call, so that the log has them as the outcome of an event. Browser-safe. */
import type { CanonicalCode, ErrorCode, errorCodes } from '../shared/errors.ts';

/**
 * How an answer travels that withholds something from who asked. "Not found" is among them, because it is also what somebody is
 * told who may not know that it is there. Input that is wrong, a race that was lost and a service that is away withhold nothing.
 */
export const refusingCodes = [
  'permission-denied',
  'failed-precondition',
  'unauthenticated',
  'resource-exhausted',
  'not-found',
  'already-exists',
] as const satisfies readonly CanonicalCode[];

type Refusing = (typeof refusingCodes)[number];

/** Every code that an event can have as its outcome besides `done`. Those of backups are told to operators only. */
export type RefusalCode = Exclude<
  { readonly [Code in ErrorCode]: (typeof errorCodes)[Code] extends Refusing ? Code : never }[ErrorCode],
  `backup/${string}`
>;
