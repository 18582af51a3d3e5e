import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../functions/src/audit/refusals.ts';
import { AppError, errorCodes, type ErrorCode } from '../../../functions/src/shared/errors.ts';
import { formatCountdown, formatNumber, formatSize } from '../../../hosting/src/i18n/format.ts';
import { en } from '../../../hosting/src/i18n/en/catalogue.ts';
import { sv } from '../../../hosting/src/i18n/sv/catalogue.ts';

/** Paths of all texts of a catalogue, with the number of values that each takes. */
function shapeOf(tree: object, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'object' && value !== null) return shapeOf(value, `${path}${key}.`);
    return [`${path}${key}: ${typeof value === 'function' ? value.length : 0}`];
  });
}

describe('the two languages', () => {
  it('say the same things with the same values', () => {
    expect(shapeOf(en).toSorted()).toEqual(shapeOf(sv).toSorted());
  });

  it('leave no text empty', () => {
    const texts = (tree: object): unknown[] =>
      Object.values(tree).flatMap((value: unknown) => (typeof value === 'object' && value !== null ? texts(value) : [value]));
    expect([...texts(sv), ...texts(en)].filter((text) => text === '')).toEqual([]);
  });

  it('have words for every reason that the log can have for a refusal', () => {
    const codes = Object.keys(errorCodes) as ErrorCode[];
    const refusals = codes.filter((code) => isRefusal(new AppError(code, 'refused')) && !code.startsWith('backup/'));
    for (const { audit } of [sv, en]) expect(Object.keys(audit.reasons).toSorted()).toEqual(refusals.toSorted());
  });

  it('write numbers, sizes and times in their own way', () => {
    expect(formatNumber('sv', 1000).replaceAll(/\s/g, ' ')).toBe('1 000');
    expect(formatNumber('en', 1000)).toBe('1,000');
    expect([formatSize('sv', 1_250_000), formatSize('en', 1_250_000)]).toEqual(['1,3 MB', '1.3 MB']);
    expect([formatCountdown(114.2), formatCountdown(0), formatCountdown(-3)]).toEqual(['1:55', '0:00', '0:00']);
  });
});
