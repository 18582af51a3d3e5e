import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasLuhnDigit } from '../../../functions/src/shared/luhn.ts';
import { testCoordinationNumbers, testOrganisationNumbers, testPersonalNumbers } from '../../support/testNumbers.ts';

describe('the check digit', () => {
  test('is right in every published number', () => {
    const numbers = [...testPersonalNumbers, ...testCoordinationNumbers].map((number) => number.slice(2));
    const all = [...numbers, ...testOrganisationNumbers.map((number) => number.short_format)];
    expect(all.length).toBeGreaterThan(40_000);
    expect(all.filter((number) => !hasLuhnDigit(number))).toEqual([]);
  });

  test('one digit wrong is always found', () => {
    const digits = fc.constantFrom(...testPersonalNumbers.slice(0, 500)).map((number) => number.slice(2));
    fc.assert(
      fc.property(digits, fc.nat(9), fc.integer({ min: 1, max: 9 }), (number, position, shift) => {
        const changed = (Number(number[position]) + shift) % 10;
        return !hasLuhnDigit(number.slice(0, position) + String(changed) + number.slice(position + 1));
      }),
      { numRuns: 500 },
    );
  });

  test('exactly one of ten endings is right', () => {
    const nine = fc.stringMatching(/^\d{9}$/);
    fc.assert(fc.property(nine, (start) => Array.from({ length: 10 }, (_, last) => `${start}${last}`).filter(hasLuhnDigit).length === 1));
  });
});
