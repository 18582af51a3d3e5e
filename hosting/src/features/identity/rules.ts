/** Checks of sign-in and sign-up that the browser makes before it asks the server. */
import { codeRules, passwordLength } from '../../../../functions/src/identity/contract.ts';
import type { Messages } from '../../i18n/messages.ts';

/** Length only: no composition rules. */
export function newPasswordRules({ app }: Messages) {
  return {
    required: app.required,
    minLength: { value: passwordLength.min, message: app.tooShort(passwordLength.min) },
    maxLength: { value: passwordLength.max, message: app.tooLong(passwordLength.max) },
  };
}

/** Digits of a pasted code, without the spaces that mail programs add. */
export function digitsOf(pasted: string): string {
  return pasted.replaceAll(/\D/g, '').slice(0, codeRules.digits);
}
