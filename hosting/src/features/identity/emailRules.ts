/** The check of an e-mail address before it is sent; apart from the other rules, so that the first page stays small. */
import type { Messages } from '../../i18n/messages.ts';

/** An address with one @ and a dot after it; the mail that is sent proves the rest. */
export function emailRules({ app, identity }: Messages) {
  return { required: app.required, pattern: { value: /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/u, message: identity.invalidEmail } };
}
