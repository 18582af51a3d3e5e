import { describe, expect, test } from 'vitest';
import type { FieldName } from '../../../functions/src/register/fields.ts';
import { invalidPerson, validatePerson } from '../../../functions/src/register/validate.ts';
import { testPersonalNumbers } from '../../support/testNumbers.ts';

const today = new Date('2026-06-15T12:00:00Z');
const number = testPersonalNumbers[0] ?? '';

/** The stored value of one field, or its problem. */
function check(field: FieldName, value: string, others: { [K in FieldName]?: string } = {}): string | undefined {
  const result = validatePerson({ familyName: 'Öberg', ...others, [field]: value }, today);
  return result.ok ? result.fields[field] : result.problems.map((found) => `${found.field}: ${found.problem}`).join(', ');
}

describe('every field', () => {
  test('is trimmed, in NFC, and left out when blank', () => {
    const result = validatePerson(
      { givenName: ' A\u030asa\u00a0 Ma\u0308rta ', familyName: '\tÖberg\n', city: ' \u00a0', email: undefined },
      today,
    );
    expect(result).toEqual({ ok: true, fields: { givenName: 'Åsa Märta', familyName: 'Öberg' } });
  });

  test.each([
    ['NUL', 'a\u0000b'],
    ['a tab', 'a\tb'],
    ['a newline', 'a\nb'],
    ['a C1 control', 'a\u0081b'],
    ['delete', 'a\u007fb'],
    ['a right-to-left override', 'a\u202eb'],
    ['an isolate', 'a\u2067b'],
    ['a line separator', 'a\u2028b'],
    ['a lone surrogate', 'a\ud800b'],
    ['a replacement character', 'a\ufffdb'],
  ])('with %s inside is refused', (_, value) => {
    expect(check('city', value)).toBe('city: control-character');
    expect(check('note', value)).toBe(value === 'a\nb' ? value : 'note: control-character');
  });

  test('is measured in characters, not in code units', () => {
    expect(check('givenName', '𝒜'.repeat(120))).toBe('𝒜'.repeat(120));
    expect(check('givenName', 'a'.repeat(121))).toBe('givenName: too-long');
  });

  test('of another name is refused without repeating it', () => {
    const input = { familyName: 'Öberg', ['secret name']: 'x' };
    expect(() => validatePerson(input, today)).toThrowError(
      expect.objectContaining({ code: 'shared/invalid-input', message: 'invalid "fields": unknown field name' }),
    );
  });
});

describe('a person', () => {
  test('needs a given or a family name', () => {
    expect(validatePerson({ email: 'a@example.se', familyName: '  ' }, today)).toEqual({
      ok: false,
      problems: [{ field: 'familyName', problem: 'required' }],
    });
    expect(validatePerson({ givenName: 'Åsa' }, today).ok).toBe(true);
  });

  test('has all problems reported, in the order of the fields', () => {
    const result = validatePerson({ memberSince: 'igår', email: 'inte', personalIdentityNumber: '1' }, today);
    expect(result).toEqual({
      ok: false,
      problems: [
        { field: 'personalIdentityNumber', problem: 'invalid-identity-number' },
        { field: 'email', problem: 'invalid-email' },
        { field: 'memberSince', problem: 'invalid-date' },
        { field: 'familyName', problem: 'required' },
      ],
    });
  });

  test('is refused to a caller with field and problem, and no value', () => {
    const error = invalidPerson([
      { field: 'email', problem: 'invalid-email' },
      { field: 'phone', problem: 'too-long' },
    ]);
    expect(error).toMatchObject({
      code: 'shared/invalid-input',
      message: 'invalid "email": invalid-email',
      details: { field: 'email', problem: 'invalid-email', problems: ['email: invalid-email', 'phone: too-long'] },
    });
  });
});

describe('e-mail', () => {
  test.each([
    'anna@example.se',
    "o'brien+lista@sub.example.org",
    'åsa@exämple.se',
    'a@xn--exmple-cua.se',
    'x@räksmörgås.example',
    'a.b-c_d@example.museum',
    'pelle@例え.テスト',
  ])('%s is accepted', (value) => {
    expect(check('email', value)).toBe(value);
  });
  test.each([
    'anna',
    '@example.se',
    'anna@',
    'anna@localhost',
    'a b@example.se',
    'a..b@example.se',
    '.a@example.se',
    'a@example..se',
    'a@-example.se',
    'a@example-.se',
    'a@example.1',
    'a@b@example.se',
    'a@example.se, b@example.se',
    'Anna <anna@example.se>',
    `${'a'.repeat(65)}@example.se`,
    'a@example.s',
  ])('%s is refused', (value) => {
    expect(check('email', value)).toBe('email: invalid-email');
  });
});

describe('telephone', () => {
  test.each([
    '070-174 06 05',
    '0701740605',
    '+46701740605',
    '+46 (0)70-174 06 05',
    '(08) 465 004 00',
    '0046 70 174 06 05',
    '+358 9 123 4567',
    '070/174.06.05',
  ])('%s is kept as written', (value) => {
    expect(check('phone', value)).toBe(value);
  });
  test('long dashes become hyphens', () => {
    expect(check('phone', '070–174 06 05')).toBe('070-174 06 05');
  });
  test.each([
    '070',
    'saknas',
    '070-174 06 05 eller 070-174 06 06',
    '+46 701 740 605 123 456',
    '++46701740605',
    '070-174 06 05-',
    '0701740605 (hem)',
    '(070 174 06 05',
    '07O1740605',
  ])('%s is refused', (value) => {
    expect(check('phone', value)).toBe('phone: invalid-phone');
  });
});

describe('postal code', () => {
  test.each(['123 45', '12345', 'SE-123 45', 's-12345', 'SE 12345', '123\u00a045'])('%s is stored as NNN NN', (value) => {
    expect(check('postalCode', value)).toBe('123 45');
  });
  test.each(['1234', '123456', '012 34', '12 345', 'AB1 2CD'])('%s is refused in Sweden', (value) => {
    for (const country of ['', 'Sverige', ' SWEDEN ', 'se'])
      expect(check('postalCode', value, { country })).toBe('postalCode: invalid-postal-code');
  });
  test('another country has its own', () => {
    for (const value of ['AB1 2CD', '0150', 'D-10115']) expect(check('postalCode', value, { country: 'Norge' })).toBe(value);
    expect(check('postalCode', 'x=1', { country: 'Norge' })).toBe('postalCode: invalid-postal-code');
  });
});

describe('date', () => {
  test.each(['2026-06-15', '2024-02-29', '1900-01-01'])('%s is accepted', (value) => {
    expect(check('memberSince', value)).toBe(value);
  });
  test.each(['2026-06-16', '2023-02-29', '2024-13-01', '2024-00-10', '24-01-01', '2024-1-1', '20240101', '2024/01/01', '0024-01-01'])(
    '%s is refused',
    (value) => {
      expect(check('memberSince', value)).toBe('memberSince: invalid-date');
    },
  );
});

describe('personal identity number', () => {
  test('is stored in twelve digits', () => {
    expect(check('personalIdentityNumber', `${number.slice(0, 8)}-${number.slice(8)}`)).toBe(number);
  });
  test('has its own problem for the check digit', () => {
    const wrong = `${number.slice(0, 11)}${(Number(number[11]) + 1) % 10}`;
    expect(check('personalIdentityNumber', wrong)).toBe('personalIdentityNumber: invalid-check-digit');
    expect(check('personalIdentityNumber', 'saknas')).toBe('personalIdentityNumber: invalid-identity-number');
  });
});

test('a note keeps its lines, with one kind of line end', () => {
  expect(check('note', 'ett\r\ntvå\rtre\n')).toBe('ett\ntvå\ntre');
});
