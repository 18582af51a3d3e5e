/**
 * The forms in which values are compared blindly (README.md, "Blind indexes").
 * Guarantees that each function is idempotent and linear in its input. Does not validate: whether an address or number
 * exists or is well-formed is for the register to say.
 */
declare const brand: unique symbol;

/** A value in the form from which a token is made; never empty, always well-formed. */
export type Normalised = string & { readonly [brand]: 'Normalised' };

/** E-mail address: NFKC, lower case, no white space, no format characters. `undefined` if nothing remains. */
export function normaliseEmail(value: string): Normalised | undefined {
  const visible = value
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\p{Cf}\s]/gu, '');
  return unlessEmpty(visible.toLowerCase().normalize('NFKC'));
}

/** Phone number: `+` and digits where the country is known or the number is Swedish, else digits. `undefined` without a digit. */
export function normalisePhone(value: string): Normalised | undefined {
  const text = value.toWellFormed().normalize('NFKC').replaceAll('(0)', '');
  const digits = text.replace(/[^0-9]/g, '');
  if (digits === '') return undefined;
  const isInternational = /^[^0-9]*\+/.test(text);
  const number = isInternational ? `+${digits}` : digits.replace(/^00(?=.)/, '+').replace(/^0/, '+46');
  return unlessEmpty(number.replace(/^\+460+/, '+46'));
}

/** Personal identity number and the like: NFKC, upper case, only 0–9 and A–Z. Wants the 12-digit form. `undefined` if nothing remains. */
export function normaliseNumber(value: string): Normalised | undefined {
  return unlessEmpty(
    value
      .toWellFormed()
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[^0-9A-Z]/g, ''),
  );
}

/** The words of a name: lower case, å ä ö kept, other diacritics folded; in order, with repetitions. */
export function nameWords(name: string): string[] {
  return foldName(name)
    .split(/[^\p{L}\p{N}\p{Mc}]+|[\u{2B0}-\u{2FF}]+/u)
    .filter((word) => word !== '');
}

const counterparts: Readonly<Record<string, string>> = {
  ø: 'ö',
  æ: 'ä',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ħ: 'h',
  ς: 'σ',
  ß: 'ss',
};

function foldName(name: string): string {
  return name
    .toWellFormed()
    .replace(/\p{Cf}/gu, '')
    .normalize('NFKC')
    .toUpperCase() // before lower case, so that ſ and ı fold too
    .toLowerCase()
    .normalize('NFKD')
    .replace(/([ao])(\p{Mn}+)/gu, (_match, base: string, marks: string) => swedishLetter(base, marks))
    .replace(/\p{Mn}+/gu, '')
    .replace(/[øæœđðłþħςß]/gu, (letter) => counterparts[letter] ?? letter)
    .normalize('NFC');
}

function swedishLetter(base: string, marks: string): string {
  if (base === 'a' && marks.includes('\u030A')) return 'å';
  if (marks.includes('\u0308')) return base === 'a' ? 'ä' : 'ö';
  return base;
}

function unlessEmpty(value: string): Normalised | undefined {
  return value === '' ? undefined : (value as Normalised); // every caller above has just brought it to its form
}
