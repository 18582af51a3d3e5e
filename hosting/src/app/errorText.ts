/** What a failure is called in the reader's language. */
import { toApiError } from '../api/apiError.ts';
import type { Messages } from '../i18n/messages.ts';

/** The words for anything thrown: a lost network is named as such, what nothing is known of is our own fault. */
export function errorText(text: Messages, error: unknown): string {
  return text.errors[toApiError(error).code];
}
