/**
 * register.csv of an extract: the data in a structured, commonly used, machine-readable form (GDPR Art. 20(1)).
 *
 * Guarantees: one line per held value, none left out; RFC 4180 with CRLF and UTF-8; no cell that a spreadsheet would
 * run as a formula. A cell that begins with such a character, or with an apostrophe, gets an apostrophe in front;
 * {@link readableCell} takes it away again, so no value is lost.
 */
import type { ExtractModel } from './extractModel.ts';

/** The header line, the same in every language, for programs. */
export const csvColumns = ['collection', 'record', 'field', 'label', 'value'] as const;

/** The text of register.csv, with byte order mark; semicolons in Swedish, commas in English, as their spreadsheets expect. */
export function extractCsv(model: ExtractModel): string {
  const delimiter = model.locale === 'sv' ? ';' : ',';
  const rows = model.sections.flatMap(({ collection, records }) =>
    records.flatMap(({ id, fields }) => fields.map(({ name, label, value }) => [collection, id, name, label, value])),
  );
  const lines = [[...csvColumns], ...rows].map((row) => row.map((cell) => `"${safeCell(cell).replaceAll('"', '""')}"`).join(delimiter));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** First characters that spreadsheets take for a formula, full-width forms too, after any space or control character. */
const risky = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠']/u;
const controlFirst = /^[\t\r\n]/;

/** The cell with an apostrophe in front if a spreadsheet could take it for a formula. */
export function safeCell(value: string): string {
  return risky.test(value) || controlFirst.test(value) ? `'${value}` : value;
}

/** The value of a cell of register.csv: {@link safeCell} undone. */
export function readableCell(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
