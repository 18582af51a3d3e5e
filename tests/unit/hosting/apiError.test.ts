import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../functions/src/shared/errors.ts';
import { ApiError, fromHttpBody, toApiError } from '../../../hosting/src/api/apiError.ts';
import { en } from '../../../hosting/src/i18n/en/catalogue.ts';
import { sv } from '../../../hosting/src/i18n/sv/catalogue.ts';

describe('a failed call', () => {
  it('keeps the code and details of the server', () => {
    const error = toApiError({ code: 'functions/permission-denied', details: { code: 'identity/wrong-code', triesLeft: 3 } });
    expect([error.code, error.details['triesLeft']]).toEqual(['identity/wrong-code', 3]);
  });

  it.each([
    [{ code: 'functions/internal' }, 'shared/unavailable'],
    [{ code: 'unavailable' }, 'shared/unavailable'],
    [{ code: 'permission-denied' }, 'orgs/not-allowed'],
    [{ code: 'functions/unauthenticated' }, 'identity/not-signed-in'],
    [new TypeError('Failed to fetch'), 'shared/unavailable'],
    [{ code: 'functions/internal', details: { code: 'no/such-code' } }, 'shared/unavailable'],
    [new Error('anything'), 'shared/internal'],
    [null, 'shared/internal'],
  ] as const)('%o is %s', (thrown, code) => {
    expect(toApiError(thrown).code).toBe(code);
  });

  it('is the same after a second look', () => {
    const error = new ApiError('shared/conflict');
    expect(toApiError(error)).toBe(error);
  });

  it('of an HTTPS function is read from its body, else from its status', () => {
    expect(fromHttpBody(400, { error: { details: { code: 'register/import-not-csv' } } }).code).toBe('register/import-not-csv');
    expect([401, 403, 404, 413, 500, 0].map((status) => fromHttpBody(status, 'junk').code)).toEqual([
      'identity/not-signed-in',
      'orgs/not-allowed',
      'shared/not-found',
      'register/import-too-large',
      'shared/unavailable',
      'shared/unavailable',
    ]);
  });

  it('has words in both languages for every code, and never the code itself', () => {
    for (const catalogue of [sv, en]) {
      expect(Object.keys(catalogue.errors).toSorted()).toEqual(Object.keys(errorCodes).toSorted());
      for (const [code, words] of Object.entries(catalogue.errors)) expect(words.length > 10 && !words.includes(code)).toBe(true);
    }
  });
});
