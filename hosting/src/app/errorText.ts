/** What a failure is called in the reader's language. */
import { ApiError } from '../api/apiError.ts';
import type { Messages } from '../i18n/messages.ts';

/** The words for anything thrown; what is not an ApiError is our own fault. */
export function errorText(text: Messages, error: unknown): string {
  return text.errors[error instanceof ApiError ? error.code : 'shared/internal'];
}
