import { describe, expect, test } from 'vitest';
import { fieldNames, standardFields } from '../../../functions/src/register/fields.ts';
import { suggestMapping, targetsOf } from '../../../functions/src/register/mapping.ts';

describe('a suggested mapping', () => {
  test.each([
    ['Förnamn', 'givenName'],
    ['FIRST NAME', 'givenName'],
    ['Efternamn', 'familyName'],
    ['efter-namn', 'familyName'],
    ['Surname', 'familyName'],
    ['Personnr', 'personalIdentityNumber'],
    ['pnr', 'personalIdentityNumber'],
    ['Person nr.', 'personalIdentityNumber'],
    ['Personnummer', 'personalIdentityNumber'],
    ['E-post', 'email'],
    ['epost', 'email'],
    ['Mail', 'email'],
    ['e-mail address', 'email'],
    ['Mobil', 'phone'],
    ['Telefon', 'phone'],
    ['Tel.nr', 'phone'],
    ['Adress', 'street'],
    ['Gatuadress', 'street'],
    ['Postnr', 'postalCode'],
    ['ZIP', 'postalCode'],
    ['Ort', 'city'],
    ['Land', 'country'],
    ['Medlemsnr', 'memberNumber'],
    ['Medlem sedan', 'memberSince'],
    ['medlem_sedan', 'memberSince'],
    ['Anteckning', 'note'],
    ['Övrigt', 'note'],
    ['ÖVRIGT', 'note'],
    ['Skyddad identitet', 'isProtected'],
    ['Skyddade personuppgifter', 'isProtected'],
    ['Protected identity', 'isProtected'],
    ['Fo\u0308rnamn', 'givenName'],
  ])('knows %s', (header, target) => {
    expect(suggestMapping([header])).toEqual({ [header]: target });
  });

  test('knows the labels of all fields in both languages', () => {
    for (const field of fieldNames) {
      const { sv, en } = standardFields[field].label;
      for (const label of [field, sv, en]) expect(suggestMapping([label])).toEqual({ [label]: field });
    }
  });

  test('leaves out what it does not know', () => {
    expect(suggestMapping(['Skostorlek', '__proto__'])).toEqual(
      Object.fromEntries([
        ['Skostorlek', null],
        ['__proto__', null],
      ]),
    );
  });

  test('gives each field to the first header only', () => {
    expect(suggestMapping(['Telefon', 'Mobil', 'Efternamn'])).toEqual({ Telefon: 'phone', Mobil: null, Efternamn: 'familyName' });
  });

  test('takes a whole name for the family name only when there is no other', () => {
    expect(suggestMapping(['Namn', 'E-post'])).toEqual({ Namn: 'familyName', 'E-post': 'email' });
    expect(suggestMapping(['Namn', 'Efternamn'])).toEqual({ Namn: null, Efternamn: 'familyName' });
  });
});

describe('a chosen mapping', () => {
  const refused = (reason: string, columns: string[]) =>
    expect.objectContaining({
      code: 'register/import-mapping-missing',
      details: { reason, columns },
      message: expect.stringContaining(`"${columns[0]}"`),
    });

  test('gives the target of each column by place; columns that are not in it are not imported', () => {
    expect(targetsOf(['A', 'B', 'C'], { C: 'familyName', A: null })).toEqual([null, null, 'familyName']);
  });

  test('is refused when two columns are one field, naming both', () => {
    expect(() => targetsOf(['A', 'B', 'C'], { A: 'email', B: 'familyName', C: 'email' })).toThrowError(refused('field-twice', ['A', 'C']));
    expect(() => targetsOf(['A', 'B', 'C'], { A: 'isProtected', B: 'familyName', C: 'isProtected' })).toThrowError(
      refused('field-twice', ['A', 'C']),
    );
  });

  test('is refused when the file has no such column', () => {
    expect(() => targetsOf(['A'], { A: 'familyName', Z: null })).toThrowError(refused('unknown-column', ['Z']));
  });

  test('is refused without a name, naming the columns that there are', () => {
    expect(() => targetsOf(['E-post', 'Ort'], { 'E-post': 'email', Ort: 'city' })).toThrowError(
      refused('no-name-column', ['E-post', 'Ort']),
    );
    expect(() => targetsOf(['__proto__', 'constructor'], {})).toThrowError(refused('no-name-column', ['__proto__', 'constructor']));
  });
});
