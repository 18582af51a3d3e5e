/**
 * Swedish personal identity numbers (personnummer) and coordination numbers (samordningsnummer): every written form
 * to the one that is stored, twelve digits.
 *
 * Guarantees: what it accepts has a date of birth that is not in the future (and in the calendar, if it is a personal
 * identity number) and a right check digit.
 * Does not guarantee that the number was ever given to anybody. Interim and reserve numbers (with letters) are refused.
 */
import { hasLuhnDigit } from '../shared/luhn.ts';
import { swedishDate } from '../shared/time.ts';

/** Personnummer, or samordningsnummer (the day of birth plus 60). */
export type IdentityNumberKind = 'personal' | 'coordination';

/** What {@link parseIdentityNumber} found: twelve digits `YYYYMMDDNNNC` and their kind, or what is wrong. */
export type IdentityNumberResult =
  | { readonly ok: true; readonly number: string; readonly kind: IdentityNumberKind }
  | { readonly ok: false; readonly problem: 'invalid-identity-number' | 'invalid-check-digit' };

type Written = { century: string; year: string; month: number; day: number; separator: string; tail: string };

/** Nobody born before this year was alive in 1947, when the numbers were introduced. */
const earliestYear = 1840;

/**
 * Reads a number in any written form: ten or twelve digits, with `-`, with `+`, or with nothing between, blanks anywhere.
 *
 * The century of ten digits is the youngest that is possible at `today` (its date in Sweden): `-` says that the person
 * does not turn 100 this year or earlier, `+` that the person does (SFS 1991:481, 18 §), nothing says nothing.
 */
export function parseIdentityNumber(text: string, today: Date): IdentityNumberResult {
  const written = readForm(text);
  if (!written) return { ok: false, problem: 'invalid-identity-number' };
  const now = swedishDate(today);
  const year = written.century ? Number(written.century + written.year) : guessYear(written, now);
  if (year === null || !isPossible(year, written, now)) return { ok: false, problem: 'invalid-identity-number' };
  const number = String(year) + two(written.month) + two(written.day) + written.tail;
  if (!hasLuhnDigit(number.slice(2))) return { ok: false, problem: 'invalid-check-digit' };
  return { ok: true, number, kind: written.day >= 60 ? 'coordination' : 'personal' };
}

/** A stored number with its last four digits hidden: `19890201-****`. Throws TypeError for anything but twelve digits. */
export function maskIdentityNumber(number: string): string {
  if (!/^\d{12}$/.test(number)) throw new TypeError('an identity number is twelve digits');
  return `${number.slice(0, 8)}-****`;
}

function readForm(text: string): Written | null {
  const compact = text.replaceAll(/\s/gu, '').replaceAll(/[\u2010-\u2013\u2212]/gu, '-');
  const match = /^([0-9]{2})?([0-9]{2})([0-9]{2})([0-9]{2})([-+]?)([0-9]{4})$/.exec(compact);
  if (!match) return null;
  const [, century = '', year = '', month, day, separator = '', tail = ''] = match;
  if (tail.startsWith('000')) return null; // the serial numbers are 001 to 999
  return { century, year, month: Number(month), day: Number(day), separator, tail };
}

/** The full year of a ten-digit form, or null if no century fits what the separator says. */
function guessYear(written: Written, now: string): number | null {
  const thisYear = Number(now.slice(0, 4));
  const youngest = thisYear - ((thisYear - Number(written.year)) % 100);
  if (written.separator === '+') {
    const hundred = thisYear - 100;
    return hundred - ((hundred - Number(written.year)) % 100);
  }
  if (!isFuture(youngest, written, now)) return youngest;
  // Later this year: with nothing between the digits the person turns 100 this year; `-` would say that this is not so.
  return written.separator === '' ? youngest - 100 : null;
}

function isPossible(year: number, written: Written, now: string): boolean {
  if (year < earliestYear || isFuture(year, written, now)) return false;
  if (written.century && written.separator === '+' && Number(now.slice(0, 4)) - year < 100) return false;
  const { month, day } = written;
  // The date of a coordination number is what was told, and parts that are not known are zero: the numbers published for
  // testing have months 00 to 12 and days 00 to 31 in every month (31 April, 30 February), so no calendar is asked.
  if (day >= 60) return month <= 12 && day <= 91;
  return isRealDate(year, month, day);
}

function isFuture(year: number, { month, day }: Written, now: string): boolean {
  return `${year}-${two(month)}-${two(day >= 60 ? day - 60 : day)}` > now;
}

/** Whether the calendar has this day. */
export function isRealDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
