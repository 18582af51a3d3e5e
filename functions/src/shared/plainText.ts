/** What a text of one line may hold. Browser-safe. */
import * as z from 'zod/mini';

/** Control characters, line separators, text direction overrides and isolates, damaged characters. */
const forbidden = /[\p{Cc}\u2028-\u202e\u2066-\u2069\ufffd\ufffe\uffff]/u;

/** Whether a text is well-formed Unicode of one line without characters that hide or turn other characters. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !forbidden.test(text);
}

/** The check of {@link isPlainText} for schemas. */
export const plainText = z.refine<string>(isPlainText, 'must be plain text');
