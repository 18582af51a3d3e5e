import { describe, expect, test } from 'vitest';
import { isCommitted, unlessOutrun, untilSettled } from '../../../functions/src/platform/contention.ts';

const failing = (code: number, message: string) => async (): Promise<string> => {
  throw Object.assign(new Error(message), { code });
};

describe('a conditional write', () => {
  test.each([
    [5, 'No document to update'],
    [9, 'the stored version does not match'],
    [10, 'Transaction lock timeout.'],
    [3, 'The referenced transaction has expired or is no longer valid.'],
    [3, 'Transaction is invalid or closed.'],
  ])('that is refused with code %d, "%s", lost its race', async (code, message) => {
    expect(await unlessOutrun(failing(code, message))).toBeUndefined();
  });

  test.each([
    [3, 'Document name "x" has invalid trailing "/".'],
    [7, 'Transaction is invalid or closed.'],
    [13, 'internal'],
  ])('that is refused with code %d, "%s", has failed', async (code, message) => {
    await expect(unlessOutrun(failing(code, message))).rejects.toThrow(message);
  });

  test('is told apart from other errors by its code alone', async () => {
    await expect(
      unlessOutrun(async () => {
        throw new Error('Transaction is invalid or closed.');
      }),
    ).rejects.toThrow('invalid or closed');
  });
});

test.each([
  [6, 'Document already exists'],
  [9, 'the stored version does not match'],
])('a commit that is refused with code %d, "%s", is none, and any other refusal is thrown', async (code, message) => {
  expect(await isCommitted({ commit: failing(code, message) })).toBe(false);
  expect(await isCommitted({ commit: async () => [] })).toBe(true);
  await expect(isCommitted({ commit: failing(7, message) })).rejects.toThrow(message);
});

test('what loses its race is tried again until it settles', async () => {
  let rounds = 0;
  expect(await untilSettled(async () => ((rounds += 1) < 3 ? undefined : rounds))).toBe(3);
});
