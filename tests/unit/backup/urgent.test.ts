/** Which of several failures a run ends with: an outage never hides what was found. */
import { expect, test } from 'vitest';
import { gravest } from '../../../functions/src/backup/urgent.ts';
import { AppError } from '../../../functions/src/shared/errors.ts';

test('what must be told at once comes before other errors, and an outage is last', () => {
  const [outage, missing, damaged] = (['shared/unavailable', 'backup/missing', 'backup/damaged'] as const).map(
    (code) => new AppError(code, 'failed'),
  );
  const fault = new TypeError('of our own');
  expect(gravest([outage, missing, damaged, fault])).toBe(damaged);
  expect(gravest([outage, fault])).toBe(fault);
  expect(gravest([outage])).toBe(outage);
});
