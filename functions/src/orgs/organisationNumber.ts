/** Swedish organisation numbers: their check, the form in which they are stored and the form in which they are shown. */
import { invalidInput } from '../shared/errors.ts';
import { hasLuhnDigit } from '../shared/luhn.ts';

/** Why a text is no organisation number. A sole trader's number is a personal identity number, which is never stored as this. */
export type OrganisationNumberProblem = 'malformed' | 'wrong-check-digit' | 'personal-identity-number';

/** Ten digits without hyphen, or what is wrong. */
export type OrganisationNumberResult =
  | { readonly ok: true; readonly organisationNumber: string }
  | { readonly ok: false; readonly problem: OrganisationNumberProblem };

const reasons = {
  malformed: 'must be an organisation number of ten digits',
  'wrong-check-digit': 'has a wrong check digit',
  'personal-identity-number': 'must be an organisation number, not a personal identity number',
} as const satisfies Record<OrganisationNumberProblem, string>;

/** Reads an organisation number with or without hyphen, blanks, or the century digits `16` that some registers put first. */
export function parseOrganisationNumber(text: string): OrganisationNumberResult {
  const compact = text.replaceAll(/\s/gu, '').replaceAll(/[\u2010-\u2013\u2212]/gu, '-');
  const match = /^([0-9]{2})?([0-9]{6})([-+]?)([0-9]{4})$/.exec(compact);
  if (!match) return { ok: false, problem: 'malformed' };
  const [, prefix, head = '', separator, tail = ''] = match;
  // The third digit is at least 2 (SFS 1974:174, 1 §), so that no organisation number can be read as a date of birth.
  if (Number(head[2]) < 2) return { ok: false, problem: 'personal-identity-number' };
  if ((prefix !== undefined && prefix !== '16') || separator === '+') return { ok: false, problem: 'malformed' };
  const organisationNumber = head + tail;
  return hasLuhnDigit(organisationNumber) ? { ok: true, organisationNumber } : { ok: false, problem: 'wrong-check-digit' };
}

/** The ten digits of an organisation number. Throws `shared/invalid-input`, naming the field and the reason. */
export function requireOrganisationNumber(text: string, field = 'organisationNumber'): string {
  const result = parseOrganisationNumber(text);
  if (!result.ok) throw invalidInput(field, reasons[result.problem]);
  return result.organisationNumber;
}

/** How a stored organisation number is shown: `NNNNNN-NNNN`. Throws TypeError for anything but ten digits. */
export function formatOrganisationNumber(organisationNumber: string): string {
  if (!/^[0-9]{10}$/.test(organisationNumber)) throw new TypeError('an organisation number is ten digits');
  return `${organisationNumber.slice(0, 6)}-${organisationNumber.slice(6)}`;
}
