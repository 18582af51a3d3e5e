import { describe, expect, test } from 'vitest';
import { AppError, errorCodes, invalidInput, isAppError } from '../../../functions/src/shared/errors.ts';

describe('an error of Valv', () => {
  test('carries code, words, details and its cause', () => {
    const cause = new Error('inner');
    const error = new AppError('register/import-too-large', 'the file has more than 5 rows', { limit: 'rows', max: 5 }, { cause });
    expect(error).toMatchObject({
      name: 'AppError',
      code: 'register/import-too-large',
      message: 'the file has more than 5 rows',
      details: { limit: 'rows', max: 5 },
    });
    expect(error.cause).toBe(cause);
    expect(error).toBeInstanceOf(Error);
  });

  test('has no details unless given', () => {
    expect(new AppError('shared/not-found', 'not found').details).toEqual({});
    expect(new AppError('shared/not-found', 'not found').cause).toBeUndefined();
  });

  test('is told apart from other errors, and by its code', () => {
    const error = new AppError('shared/not-found', 'not found');
    expect(isAppError(error)).toBe(true);
    expect(isAppError(error, 'shared/not-found')).toBe(true);
    expect(isAppError(error, 'shared/conflict')).toBe(false);
    for (const other of [new Error('x'), { code: 'shared/not-found', message: 'x' }, null, undefined, 'shared/not-found'])
      expect(isAppError(other)).toBe(false);
  });

  test('for wrong input names the field', () => {
    expect(invalidInput('email', 'must be an e-mail address')).toMatchObject({
      code: 'shared/invalid-input',
      message: 'invalid "email": must be an e-mail address',
      details: { field: 'email', reason: 'must be an e-mail address' },
    });
  });
});

describe('codes', () => {
  test('have the form capability/what', () => {
    expect(Object.keys(errorCodes).filter((code) => !/^[a-z]+\/[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
  });
});
