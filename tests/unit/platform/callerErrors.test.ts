import { FirebaseError } from 'firebase/app';
import { describe, expect, test } from 'vitest';
import { asCaller } from '../../../functions/src/platform/callerErrors.ts';
import { AppError } from '../../../functions/src/shared/errors.ts';

const outcome = (thrown: unknown, refusedAs: 'shared/not-found' | 'orgs/not-allowed' = 'shared/not-found'): Promise<unknown> =>
  asCaller(refusedAs, () => Promise.reject(thrown)).catch((caught: unknown) => caught);

describe('what Firestore answers a caller', () => {
  test.each([
    ['permission-denied', 'shared/not-found'],
    ['unauthenticated', 'shared/not-found'],
    ['not-found', 'shared/not-found'],
    ['aborted', 'shared/conflict'],
    ['failed-precondition', 'shared/conflict'],
    ['already-exists', 'shared/conflict'],
    ['unavailable', 'shared/unavailable'],
    ['deadline-exceeded', 'shared/unavailable'],
    ['resource-exhausted', 'shared/unavailable'],
    ['cancelled', 'shared/unavailable'],
  ])('%s becomes %s', async (firestoreCode, code) => {
    const error = await outcome(new FirebaseError(firestoreCode, 'details that stay inside'));
    expect(error).toMatchObject({ name: 'AppError', code });
    expect(String(error)).not.toContain('details that stay inside');
  });

  test('absent and not yours are one and the same to the caller', async () => {
    const [absent, refused] = await Promise.all([
      outcome(new FirebaseError('not-found', 'a')),
      outcome(new FirebaseError('permission-denied', 'b')),
    ]);
    const seen = (error: unknown): unknown =>
      error instanceof AppError && { code: error.code, message: error.message, details: error.details };
    expect(seen(absent)).toEqual(seen(refused));
  });

  test('a refusal becomes what the use case says it is', async () => {
    expect(await outcome(new FirebaseError('permission-denied', 'x'), 'orgs/not-allowed')).toMatchObject({ code: 'orgs/not-allowed' });
  });

  test('Valv’s own errors and unknown ones pass unchanged, and success too', async () => {
    for (const thrown of [new AppError('register/not-editable', 'x'), new TypeError('bug'), 'text'])
      expect(await outcome(thrown)).toBe(thrown);
    expect(await asCaller('shared/not-found', () => Promise.resolve(7))).toBe(7);
  });
});
