/**
 * What Firestore answers under the caller's token, in Valv's codes.
 * Guarantees: a refusal by the rules is never taken for success, and "absent" and "not yours" look alike to the caller.
 */
import { FirestoreError } from 'firebase/firestore/lite';
import { AppError, type ErrorCode } from '../shared/errors.ts';

/** Runs an access under the caller's token; a refusal becomes `refusedAs`. Other failures become `shared/unavailable`. */
export async function asCaller<T>(refusedAs: ErrorCode, access: () => Promise<T>): Promise<T> {
  try {
    return await access();
  } catch (thrown) {
    throw translated(thrown, refusedAs);
  }
}

function translated(thrown: unknown, refusedAs: ErrorCode): unknown {
  if (!(thrown instanceof FirestoreError)) return thrown;
  const options = { cause: thrown };
  switch (thrown.code) {
    case 'permission-denied':
    case 'unauthenticated':
      return new AppError(refusedAs, refusedAs === 'shared/not-found' ? 'not found' : 'not allowed', {}, options);
    case 'not-found':
      return new AppError('shared/not-found', 'not found', {}, options);
    case 'aborted':
    case 'failed-precondition':
    case 'already-exists':
      return new AppError('shared/conflict', 'changed by somebody else meanwhile', {}, options);
    default:
      return new AppError('shared/unavailable', 'the database did not answer', { service: 'firestore' }, options);
  }
}
