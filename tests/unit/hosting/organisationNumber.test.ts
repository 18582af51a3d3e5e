import { describe, expect, it } from 'vitest';
import { parseOrganisationNumber } from '../../../functions/src/orgs/organisationNumber.ts';
import { organisationNumberDigits, writtenOrganisationNumber } from '../../../hosting/src/features/orgs/organisationNumber.ts';
import { testOrganisationNumbers } from '../../support/testNumbers.ts';

describe('the browser’s check of an organisation number', () => {
  it('accepts every published number, with and without hyphen', () => {
    for (const { short_format: short, separated_format: separated } of testOrganisationNumbers) {
      const server = parseOrganisationNumber(short);
      expect(organisationNumberDigits(short)).toBe(server.ok ? server.organisationNumber : null);
      expect(organisationNumberDigits(separated)).toBe(organisationNumberDigits(short));
    }
  });

  it.each(['', '556703-7486', '55670374', '195567037485', '900101-9802', 'abcdefghij'])('refuses %o', (typed) => {
    expect(organisationNumberDigits(typed)).toBeNull();
  });

  it('takes the century digits that some registers put first', () => {
    expect(organisationNumberDigits('165567037485')).toBe('5567037485');
  });

  it('writes the number with its hyphen', () => {
    expect(writtenOrganisationNumber('5567037485')).toBe('556703-7485');
  });
});
