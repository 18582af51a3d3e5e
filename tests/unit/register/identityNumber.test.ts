import { describe, expect, test } from 'vitest';
import { maskIdentityNumber, parseIdentityNumber } from '../../../functions/src/register/identityNumber.ts';
import { testCoordinationNumbers, testPersonalNumbers } from '../../support/testNumbers.ts';

const today = new Date('2026-06-15T12:00:00Z');
const parse = (text: string, at = today) => parseIdentityNumber(text, at);
const malformed = { ok: false, problem: 'invalid-identity-number' };
const wrongDigit = { ok: false, problem: 'invalid-check-digit' };

describe('the published test numbers', () => {
  const all = [
    ...testPersonalNumbers.map((number) => ({ number, kind: 'personal' })),
    ...testCoordinationNumbers.map((number) => ({ number, kind: 'coordination' })),
  ];

  test('there are as many as were published', () => {
    expect([testPersonalNumbers.length, testCoordinationNumbers.length]).toEqual([41_129, 2_264]);
  });

  test('are all accepted in twelve digits, with and without separator and blanks', () => {
    for (const { number, kind } of all) {
      const [date, tail] = [number.slice(0, 8), number.slice(8)];
      for (const written of [number, `${date}-${tail}`, ` ${date} ${tail}\u00a0`, `${date.slice(0, 2)} ${date.slice(2)} - ${tail}`]) {
        expect(parse(written), written).toEqual({ ok: true, number, kind });
      }
    }
  });

  test('are all accepted in ten digits with the separator of their age', () => {
    let checked = 0;
    for (const { number, kind } of all) {
      const turns = 2026 - Number(number.slice(0, 4));
      if (turns >= 120) continue; // not even `+` tells 1890 from 1990
      const separator = turns >= 100 ? '+' : '-';
      expect(parse(`${number.slice(2, 8)}${separator}${number.slice(8)}`), number).toEqual({ ok: true, number, kind });
      if (turns < 100) expect(parse(number.slice(2)), number).toEqual({ ok: true, number, kind });
      checked += 1;
    }
    expect(checked).toBeGreaterThan(30_000);
  });

  test('are refused after any change of one of their ten digits', () => {
    for (const { number } of all.filter((_, index) => index % 97 === 0)) {
      for (let place = 2; place < 12; place += 1) {
        for (let change = 1; change < 10; change += 1) {
          const digit = (Number(number[place]) + change) % 10;
          const mutated = number.slice(0, place) + String(digit) + number.slice(place + 1);
          expect(parse(mutated).ok, mutated).toBe(false);
        }
      }
      const lastChanged = number.slice(0, 11) + String((Number(number[11]) + 1) % 10);
      expect(parse(lastChanged)).toEqual(wrongDigit);
    }
  });
});

describe('the century of ten digits', () => {
  const number = testPersonalNumbers.find((candidate) => candidate.startsWith('1912')) ?? '';
  const young = testPersonalNumbers.find((candidate) => candidate.startsWith('2012')) ?? '';
  const ten = (separator: string, of = number) => `${of.slice(2, 8)}${separator}${of.slice(8)}`;

  test('is the youngest possible with a hyphen or nothing', () => {
    expect(parse(ten('-', young))).toMatchObject({ number: young });
    expect(parse(ten('', young))).toMatchObject({ number: young });
  });

  test('is a hundred years back with a plus sign', () => {
    expect(parse(ten('+'))).toEqual({ ok: true, number, kind: 'personal' });
  });

  test('changes with the year in which the person turns 100, not with the day', () => {
    expect(parse(ten('+'), new Date('2011-12-31T12:00:00Z'))).toEqual(malformed); // would be 1812
    expect(parse(ten('-'), new Date('2011-12-31T12:00:00Z'))).toMatchObject({ number });
    expect(parse(ten('+'), new Date('2012-01-01T12:00:00Z'))).toMatchObject({ number });
  });

  test('is decided by the date in Sweden, not in UTC', () => {
    // 23:30 UTC on New Year's Eve is already the next year in Sweden.
    expect(parse(ten('+'), new Date('2011-12-31T23:30:00Z'))).toMatchObject({ number });
  });

  test('of a date later this year is the last one without separator, and none with a hyphen', () => {
    const at = new Date('2012-01-01T12:00:00Z');
    expect(parse(ten(''), at)).toMatchObject({ number });
    expect(parse(ten('-'), at)).toEqual(malformed);
  });

  test('of a date in the future is refused', () => {
    const dayBefore = new Date(Date.UTC(Number(young.slice(0, 4)), Number(young.slice(4, 6)) - 1, Number(young.slice(6, 8)) - 1, 12));
    expect(parse(young, dayBefore)).toEqual(malformed);
    expect(parse(young, new Date(dayBefore.getTime() + 86_400_000))).toMatchObject({ number: young });
  });

  test('of twelve digits is what is written, and a plus sign must agree with it', () => {
    expect(parse(`${number.slice(0, 8)}+${number.slice(8)}`)).toMatchObject({ number });
    expect(parse(`${number.slice(0, 8)}+${number.slice(8)}`, new Date('2011-06-01T12:00:00Z'))).toEqual(malformed);
  });
});

describe('what is no identity number', () => {
  test.each([
    ['letters of an interim number', '19890201T123'],
    ['too few digits', '890201123'],
    ['too many digits', '1989020112345'],
    ['a spreadsheet exponent', '1.98902E+11'],
    ['a fraction', '198902011234.0'],
    ['two separators', '890201--1234'],
    ['digits of another script', '٨٩٠٢٠١١٢٣٤'],
    ['nothing', ''],
    ['blanks', '  '],
    ['31 April', '198904312380'],
    ['29 February of a common year', '198902292380'],
    ['month 13', '198913012380'],
    ['day 92 of a coordination number', '198901922380'],
    ['serial number 000', '198902010000'],
    ['a century before there were numbers', '178902012380'],
    ['an organisation number', '165560360793'],
  ])('%s is refused', (_, text) => {
    expect(parse(text)).toEqual(malformed);
  });

  test('a wrong check digit is told from a wrong form', () => {
    const number = testPersonalNumbers[0] ?? '';
    expect(parse(`${number.slice(0, 11)}${(Number(number[11]) + 5) % 10}`)).toEqual(wrongDigit);
    expect(parse(`${number.slice(0, 6)}39${number.slice(8)}`)).toEqual(malformed);
  });
});

describe('masking', () => {
  test('hides the last four digits', () => {
    const number = testPersonalNumbers[0] ?? '';
    expect(maskIdentityNumber(number)).toBe(`${number.slice(0, 8)}-****`);
  });

  test('refuses anything but twelve digits', () => {
    expect(() => maskIdentityNumber('890201-1234')).toThrow(TypeError);
  });
});
