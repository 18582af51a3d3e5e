/**
 * The one validation of a person's fields, for what is typed in and for what is imported.
 *
 * Guarantees: accepted values are trimmed, in Unicode NFC, within their length, without control characters, without
 * characters that reverse the direction of text, and of the form that their kind asks for. A problem names the field
 * and never holds the value.
 */
import { AppError, invalidInput } from '../shared/errors.ts';
import { swedishDate } from '../shared/time.ts';
import type { RowError } from './contract.ts';
import { fieldNames, standardFields, type FieldName, type PersonFields } from './fields.ts';
import { isRealDate, parseIdentityNumber } from './identityNumber.ts';

/** What can be wrong with one field; the codes of an import's findings that concern a field. */
export type FieldProblemCode = Exclude<
  RowError['problem'],
  'ragged-row' | 'duplicate-in-file' | 'duplicate-in-register' | 'formula' | 'empty-row' | 'invalid-yes-no'
>;

/** One finding about one field. */
export type FieldProblem = { readonly field: FieldName; readonly problem: FieldProblemCode };

/** The fields as they are to be stored, or all that is wrong with them, in the order of the fields. */
export type PersonValidation =
  | { readonly ok: true; readonly fields: PersonFields }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

type FieldKind = (typeof standardFields)[FieldName]['kind'];
type Outcome = { readonly value: string } | { readonly problem: FieldProblemCode };
type Context = { readonly today: Date; readonly isSwedish: boolean };

const checks = {
  text: (value) => ({ value }),
  longText: (value) => ({ value }),
  email: (value) => (isEmail(value) ? { value } : { problem: 'invalid-email' }),
  phone: (value) => phone(value),
  postalCode: (value, { isSwedish }) => postalCode(value, isSwedish),
  date: (value, { today }) => (isPastDate(value, today) ? { value } : { problem: 'invalid-date' }),
  identityNumber: (value, { today }) => {
    const result = parseIdentityNumber(value, today);
    return result.ok ? { value: result.number } : { problem: result.problem };
  },
} as const satisfies Record<FieldKind, (value: string, context: Context) => Outcome>;

/**
 * Validates all fields of one person together. Blank fields are left out; a given or family name must remain.
 * Throws `shared/invalid-input` for a field name that does not exist.
 */
export function validatePerson(input: { readonly [K in FieldName]?: string | undefined }, today: Date): PersonValidation {
  // A record from outside may have other keys than its type says.
  if (Object.keys(input).some((name) => !Object.hasOwn(standardFields, name))) throw invalidInput('fields', 'unknown field name');
  const context: Context = { today, isSwedish: isSweden(input.country ?? '') };
  const fields: { [K in FieldName]?: string } = {};
  const problems: FieldProblem[] = [];
  for (const field of fieldNames) {
    const outcome = validateField(field, input[field] ?? '', context);
    if ('problem' in outcome) problems.push({ field, problem: outcome.problem });
    else if (outcome.value !== '') fields[field] = outcome.value;
  }
  const hasName = [input.givenName, input.familyName].some((name) => (name ?? '').trim() !== '');
  if (!hasName) problems.push({ field: 'familyName', problem: 'required' });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, fields };
}

/** The error for a form whose fields have problems: `details` holds the first one, and all as `field: problem`. */
export function invalidPerson(problems: readonly FieldProblem[]): AppError {
  const [first] = problems;
  if (!first) throw new TypeError('there is no problem to report');
  const all = problems.map(({ field, problem }) => `${field}: ${problem}`);
  return new AppError('shared/invalid-input', `invalid "${first.field}": ${first.problem}`, { ...first, problems: all });
}

function validateField(field: FieldName, raw: string, context: Context): Outcome {
  const { kind, maxLength } = standardFields[field];
  const value = tidy(raw, kind === 'longText');
  if (value === '') return { value };
  if (hasForbiddenCharacter(value, kind === 'longText')) return { problem: 'control-character' };
  // An identity number is measured by its form, since blanks in it do not count.
  if (kind !== 'identityNumber' && [...value].length > maxLength) return { problem: 'too-long' };
  return checks[kind](value, context);
}

/** Trims; one form per character; LF for every kind of line end in long text, plain single blanks elsewhere. */
function tidy(raw: string, isLongText: boolean): string {
  const value = raw.isWellFormed() ? raw.trim().normalize('NFC') : raw;
  return isLongText ? value.replaceAll(/\r\n?/g, '\n') : value.replaceAll(/\p{Zs}+/gu, ' ');
}

/** Control characters, line separators, text direction overrides and isolates, lone surrogates, damaged characters. */
function hasForbiddenCharacter(value: string, mayHaveNewline: boolean): boolean {
  const checked = mayHaveNewline ? value.replaceAll('\n', '') : value;
  return !value.isWellFormed() || /[\p{Cc}\u2028-\u202e\u2066-\u2069\ufffd\ufffe\uffff]/u.test(checked);
}

function isEmail(value: string): boolean {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, at);
  const labels = value.slice(at + 1).split('.');
  const isLocal = local.length <= 64 && /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local);
  const isLabel = (label: string) => label.length <= 63 && /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u.test(label);
  const topLevel = labels.at(-1) ?? '';
  return isLocal && labels.length > 1 && labels.every(isLabel) && [...topLevel].length > 1 && !/^\p{N}+$/u.test(topLevel);
}

/** Kept as written but for its dashes: `070-174 06 05`, `+46 (0)70 174 06 05`, `+358 9 1234567`; 5 to 15 digits (E.164). */
function phone(written: string): Outcome {
  const value = written.replaceAll(/[\u2010-\u2013\u2212]/gu, '-');
  const digits = value.replaceAll(/[^0-9]/g, '').length;
  const isForm = /^(\+|\()?[0-9]([ ()./-]*[0-9])*$/.test(value) && /^[^()]*(\([0-9]+\)[^()]*)*$/.test(value);
  return isForm && digits >= 5 && digits <= 15 ? { value } : { problem: 'invalid-phone' };
}

/** `NNN NN` in Sweden, elsewhere letters, digits, blanks and hyphens. */
function postalCode(value: string, isSwedish: boolean): Outcome {
  if (!isSwedish) return /^[\p{L}\p{N}][\p{L}\p{N} -]*$/u.test(value) ? { value } : { problem: 'invalid-postal-code' };
  const match = /^(?:SE?[- ]?)?([1-9][0-9]{2}) ?([0-9]{2})$/i.exec(value);
  return match ? { value: `${match[1]} ${match[2]}` } : { problem: 'invalid-postal-code' };
}

function isSweden(country: string): boolean {
  return ['', 'sverige', 'sweden', 'se', 's', 'swe'].includes(country.trim().toLowerCase());
}

function isPastDate(value: string, today: Date): boolean {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(value);
  return (
    match !== null &&
    Number(match[1]) >= 1000 &&
    isRealDate(Number(match[1]), Number(match[2]), Number(match[3])) &&
    value <= swedishDate(today)
  );
}
