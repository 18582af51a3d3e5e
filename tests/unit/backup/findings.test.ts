import { expect, test } from 'vitest';
import { checked, noFindings } from '../../../functions/src/backup/drill/findings.ts';
import { isOutage } from '../../../functions/src/platform/outage.ts';
import { AppError } from '../../../functions/src/shared/errors.ts';

test('whatever is thrown by a check is a fault that was found, save the silence of a service', async () => {
  const findings = noFindings();
  const failing = async (name: string, thrown: Error): Promise<boolean> => checked(findings, name, () => Promise.reject(thrown));
  expect(await checked(findings, 'sound', () => Promise.resolve('as it should be'))).toBe(true);
  expect(await failing('damaged', new AppError('backup/damaged', 'a file is damaged'))).toBe(false);
  expect(await failing('unforeseen', new TypeError('somebody: 42'))).toBe(false);
  await expect(failing('silent', new AppError('shared/unavailable', 'no answer'))).rejects.toThrow('no answer');
  expect(findings.checks).toEqual([
    { name: 'sound', ok: true, detail: 'as it should be' },
    { name: 'damaged', ok: false, detail: 'a file is damaged' },
    { name: 'unforeseen', ok: false, detail: 'broke off; the log says why' },
  ]);
});

test('a service that does not answer is told from an answer that is bad', () => {
  const coded = (code: unknown): Error => Object.assign(new Error('x'), { code });
  for (const code of [4, 8, 13, 14, 503, 'ECONNREFUSED']) expect([code, isOutage(coded(code))]).toEqual([code, true]);
  for (const code of [3, 5, 7, 9, 404, 412, 'ERR_INVALID_ARG_TYPE']) expect([code, isOutage(coded(code))]).toEqual([code, false]);
  expect(isOutage(new AppError('shared/unavailable', 'no answer'))).toBe(true);
  for (const code of ['crypto/cannot-open', 'backup/damaged', 'backup/missing'] as const)
    expect(isOutage(new AppError(code, 'bad'))).toBe(false);
  expect(isOutage(new TypeError('bad'))).toBe(false);
});
