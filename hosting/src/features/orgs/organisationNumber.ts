/** A Swedish organisation number as the browser checks it; the server checks it again. */

/** The ten digits without hyphen and century, or null when the check digit or the form is wrong. */
export function organisationNumberDigits(typed: string): string | null {
  const digits = typed.replaceAll(/[\s-]/g, '').replace(/^16(?=\d{10}$)/, '');
  // A legal person's number has at least 2 as its third digit, unlike a date of birth.
  if (!/^\d{2}[2-9]\d{7}$/.test(digits)) return null;
  const sum = [...digits].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return sum % 10 === 0 ? digits : null;
}

/** `8020051952` as people write it: `802005-1952`. */
export function writtenOrganisationNumber(digits: string): string {
  return digits.length === 10 ? `${digits.slice(0, 6)}-${digits.slice(6)}` : digits;
}
