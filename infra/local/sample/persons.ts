/**
 * Made-up persons for the sample organisation, the tests and the measurements, the same for the same seed.
 *
 * Guarantees: no person is real. Names are put together at random; numbers are those that the Swedish Tax Agency
 * publishes for testing (tests/data), each used once; telephone numbers are the ones that the Swedish Post and Telecom
 * Authority keeps free for fiction (070-174 06 05 to 070-174 06 99); e-mail is at domains kept for examples.
 */
import { readFileSync } from 'node:fs';
import { fieldNames, standardFields, type PersonFields } from '../../../functions/src/register/fields.ts';
import { cities, familyNames, givenNames, notes, streets } from './names.ts';

/** A made-up person. The identity number is in its stored form, twelve digits. */
export type SamplePerson = { readonly fields: PersonFields; readonly isProtected: boolean };

/** How {@link toCsv} writes. */
export type CsvStyle = {
  readonly delimiter: ',' | ';' | '\t';
  readonly encoding: 'utf-8' | 'utf-8-bom' | 'windows-1252';
  /** Language of the headers and of yes and no. */
  readonly language: 'sv' | 'en';
  readonly newline?: '\r\n' | '\n';
};

/** Answers numbers from 0 up to, not including, `below`. */
type Dice = (below: number) => number;

/**
 * Makes persons: about 3 % have a coordination number, 2 % a protected identity, 4 % no number and 10 % no e-mail.
 * When the published numbers are used up (after some 43,000), the rest have none.
 */
export function samplePersons(count: number, seed = 1): SamplePerson[] {
  const dice = createDice(seed);
  const personal = shuffled(readNumbers('personnummer'), dice);
  const coordination = shuffled(readNumbers('samordningsnummer'), dice);
  return Array.from({ length: count }, (_, index) => {
    const pile = dice(100) < 3 ? coordination : personal;
    const number = dice(100) < 4 ? undefined : pile.pop();
    return samplePerson(index, number, dice);
  });
}

function samplePerson(index: number, number: string | undefined, dice: Dice): SamplePerson {
  // Every name comes first in turn, so that a few persons use all letters.
  const givenName = givenNames[index] ?? pick(givenNames, dice);
  const familyName = familyNames[index] ?? pick(familyNames, dice);
  const phoneEnd = String(5 + dice(95)).padStart(2, '0');
  const domain = ['example.se', 'example.org'][dice(2)];
  const joinedYear = Math.max(1975, Number(number?.slice(0, 4) ?? 0) + 1) + dice(3);
  const fields: PersonFields = {
    givenName,
    familyName,
    ...(number !== undefined && { personalIdentityNumber: number }),
    ...(dice(10) > 0 && { email: `${asciiName(givenName)}.${asciiName(familyName)}${index + 1}@${domain}` }),
    ...(dice(10) > 1 && { phone: dice(4) === 0 ? `+46 70 174 06 ${phoneEnd}` : `070-174 06 ${phoneEnd}` }),
    street: `${pick(streets, dice)} ${1 + dice(120)}${dice(6) === 0 ? ' B' : ''}`,
    postalCode: `${100 + dice(900)} ${String(dice(100)).padStart(2, '0')}`,
    city: pick(cities, dice),
    ...(dice(5) === 0 && { country: 'Sverige' }),
    memberNumber: `M-${String(index + 1).padStart(5, '0')}`,
    memberSince: `${Math.min(2025, joinedYear)}-${String(1 + dice(12)).padStart(2, '0')}-${String(1 + dice(28)).padStart(2, '0')}`,
    ...(dice(12) === 0 && { note: pick(notes, dice) }),
  };
  return { fields, isProtected: dice(100) < 2 };
}

/** The persons as a file, numbers written `YYYYMMDD-NNNN`. Throws TypeError for a character that the encoding lacks. */
export function toCsv(persons: readonly SamplePerson[], style: CsvStyle): Uint8Array {
  const { language, newline = '\r\n' } = style;
  const headers = [
    ...fieldNames.map((name) => standardFields[name].label[language]),
    { sv: 'Skyddad identitet', en: 'Protected identity' }[language],
  ];
  const yesNo = { sv: ['nej', 'ja'], en: ['no', 'yes'] }[language];
  const rows = persons.map(({ fields, isProtected }) => [
    ...fieldNames.map((name) => (name === 'personalIdentityNumber' ? written(fields[name] ?? '') : (fields[name] ?? ''))),
    yesNo[isProtected ? 1 : 0] ?? '',
  ]);
  const quote = (cell: string): string => (/["\r\n,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const text = [headers, ...rows].map((cells) => cells.map(quote).join(style.delimiter) + newline).join('');
  if (style.encoding === 'windows-1252') return encodeWindows1252(text);
  return new TextEncoder().encode(style.encoding === 'utf-8-bom' ? `\ufeff${text}` : text);
}

/** Bytes of a text in Windows-1252. Throws TypeError for a character that it lacks. */
export function encodeWindows1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) throw new TypeError('a character is not in windows-1252');
    return byte;
  });
}

const byteOfCharacter = new Map(
  Array.from({ length: 256 }, (_, byte): [string, number] => [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte]),
);

function written(number: string): string {
  return number === '' ? '' : `${number.slice(0, 8)}-${number.slice(8)}`;
}

function readNumbers(kind: 'personnummer' | 'samordningsnummer'): string[] {
  const file = new URL(`../../../tests/data/test-${kind}.json`, import.meta.url);
  // The files are committed: arrays of strings of twelve digits, some of them twice.
  return [...new Set(JSON.parse(readFileSync(file, 'utf8')) as string[])];
}

/** A small generator (mulberry32): good enough to look various, the same everywhere. */
function createDice(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function shuffled(numbers: string[], dice: Dice): string[] {
  for (let last = numbers.length - 1; last > 0; last -= 1) {
    const other = dice(last + 1);
    // Both places are within the array.
    [numbers[last], numbers[other]] = [numbers[other] as string, numbers[last] as string];
  }
  return numbers;
}

function pick<T>(list: readonly T[], dice: Dice): T {
  // The dice stay below the length of the list, which is never empty.
  return list[dice(list.length)] as T;
}

function asciiName(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z -]/g, '')
    .replaceAll(' ', '-');
}
