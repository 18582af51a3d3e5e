import { describe, expect, test } from 'vitest';
import {
  formatOrganisationNumber,
  parseOrganisationNumber,
  requireOrganisationNumber,
} from '../../../functions/src/orgs/organisationNumber.ts';
import { testCoordinationNumbers, testOrganisationNumbers, testPersonalNumbers } from '../../support/testNumbers.ts';

describe('organisation numbers', () => {
  test('the test numbers are accepted in every form and shown with a hyphen', () => {
    expect(testOrganisationNumbers.length).toBeGreaterThan(0);
    for (const { short_format: number, separated_format: separated } of testOrganisationNumbers) {
      for (const written of [number, separated, ` ${separated} `, `16${number}`, `16 ${separated}`]) {
        expect(parseOrganisationNumber(written), written).toEqual({ ok: true, organisationNumber: number });
      }
      expect(formatOrganisationNumber(number)).toBe(separated);
    }
  });

  test('any change of one digit is refused', () => {
    for (const { short_format: number } of testOrganisationNumbers) {
      for (let place = 0; place < 10; place += 1) {
        for (let change = 1; change < 10; change += 1) {
          const mutated = number.slice(0, place) + String((Number(number[place]) + change) % 10) + number.slice(place + 1);
          expect(parseOrganisationNumber(mutated).ok, mutated).toBe(false);
        }
      }
    }
  });

  test('a personal identity or coordination number is refused as such, in ten and twelve digits', () => {
    for (const number of [...testPersonalNumbers.slice(0, 500), ...testCoordinationNumbers.slice(0, 500)]) {
      for (const written of [
        number,
        number.slice(2),
        `${number.slice(2, 8)}-${number.slice(8)}`,
        `${number.slice(2, 8)}+${number.slice(8)}`,
      ]) {
        expect(parseOrganisationNumber(written), written).toEqual({ ok: false, problem: 'personal-identity-number' });
      }
    }
  });

  test('other text is malformed', () => {
    for (const text of ['', '857209-060', '857209-06066', '85720906O6', '178572090606', '857209+0606', 'SE857209060601']) {
      expect(parseOrganisationNumber(text), text).toEqual({ ok: false, problem: 'malformed' });
    }
  });

  test('the error names field and reason, and not the number', () => {
    const number = testPersonalNumbers[0] ?? '';
    expect(() => requireOrganisationNumber(number)).toThrowError(
      expect.objectContaining({
        code: 'shared/invalid-input',
        message: 'invalid "organisationNumber": must be an organisation number, not a personal identity number',
      }),
    );
    expect(() => requireOrganisationNumber('857209-0607')).toThrowError('invalid "organisationNumber": has a wrong check digit');
  });
});
