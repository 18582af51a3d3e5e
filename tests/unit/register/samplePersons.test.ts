import { describe, expect, test } from 'vitest';
import { validatePerson } from '../../../functions/src/register/validate.ts';
import { encodeWindows1252, samplePersons } from '../../../infra/local/sample/persons.ts';
import { testCoordinationNumbers, testPersonalNumbers } from '../../support/testNumbers.ts';

const today = new Date('2026-01-01T12:00:00Z');
const persons = samplePersons(1_000);
const numbers = persons.flatMap(({ fields }) => fields.personalIdentityNumber ?? []);

describe('made-up persons', () => {
  test('are the same for the same seed and others for another', () => {
    expect(samplePersons(1_000)).toEqual(persons);
    expect(samplePersons(1_000, 2)).not.toEqual(persons);
    expect(samplePersons(100)).toEqual(persons.slice(0, 100));
  });

  test('are valid, and stored as they are', () => {
    for (const { fields } of persons) expect(validatePerson(fields, today)).toEqual({ ok: true, fields });
  });

  test('have published test numbers, each once, some of them coordination numbers', () => {
    const published = new Set([...testPersonalNumbers, ...testCoordinationNumbers]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.filter((number) => !published.has(number))).toEqual([]);
    const coordination = new Set(testCoordinationNumbers);
    expect(numbers.filter((number) => coordination.has(number)).length).toBeGreaterThan(10);
  });

  test('have telephone numbers that are kept free for fiction, and e-mail at example domains', () => {
    for (const { fields } of persons) {
      if (fields.phone) expect(fields.phone.replace('+46 ', '0').replaceAll(/[ -]/g, '')).toMatch(/^07017406(0[5-9]|[1-9]\d)$/);
      if (fields.email) expect(fields.email).toMatch(/^[a-z.-]+\d+@example\.(se|org)$/);
    }
  });

  test('use all Swedish letters, and include every kind of person', () => {
    const letters = persons
      .map(({ fields }) => `${fields.givenName}${fields.familyName}${fields.street}`)
      .join('')
      .toLowerCase();
    for (const letter of 'abcdefghijklmnopqrstuvwxyzåäöéü') expect(letters).toContain(letter);
    expect(persons.filter(({ isProtected }) => isProtected).length).toBeGreaterThan(5);
    expect(persons.filter(({ fields }) => !fields.personalIdentityNumber).length).toBeGreaterThan(10);
    expect(persons.filter(({ fields }) => !fields.email).length).toBeGreaterThan(10);
  });
});

test('Windows-1252 has no character for what it lacks', () => {
  expect(encodeWindows1252('Åäé€')).toEqual(Uint8Array.of(0xc5, 0xe4, 0xe9, 0x80));
  expect(() => encodeWindows1252('Ł')).toThrow(TypeError);
});
