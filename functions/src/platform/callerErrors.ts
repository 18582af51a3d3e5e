/**
 * What Firestore answers under the caller's token, in Valv's codes.
 * Guarantees: a refusal by the rules is never taken for success, and "absent" and "not yours" look alike to the caller.
 */
import { AppError, isAppError, type ErrorCode } from '../shared/errors.ts';

/** Runs an access under the caller's token; a refusal becomes `refusedAs`. Other failures become `shared/unavailable`. */
export async function asCaller<T>(refusedAs: ErrorCode, access: () => Promise<T>): Promise<T> {
  try {
    return await access();
  } catch (thrown) {
    throw translated(thrown, refusedAs);
  }
}

function translated(thrown: unknown, refusedAs: ErrorCode): unknown {
  if (isAppError(thrown)) return thrown;
  const options = { cause: thrown };
  switch (codeOf(thrown)) {
    case 'permission-denied':
    case 'unauthenticated':
      return new AppError(refusedAs, refusedAs === 'shared/not-found' ? 'not found' : 'not allowed', {}, options);
    case 'not-found':
      return new AppError('shared/not-found', 'not found', {}, options);
    case 'aborted':
    case 'failed-precondition':
    case 'already-exists':
      return new AppError('shared/conflict', 'changed by somebody else meanwhile', {}, options);
    case 'unknown': // no answer at all
    case 'unavailable':
    case 'deadline-exceeded':
    case 'resource-exhausted':
    case 'cancelled':
      return new AppError('shared/unavailable', 'the database did not answer', { service: 'firestore' }, options);
    default:
      return thrown;
  }
}

/** The SDK's errors are not all of one class, but all have this name and a code. */
function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.name === 'FirebaseError' && 'code' in thrown ? thrown.code : undefined;
}
