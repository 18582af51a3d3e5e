/** Findings of an import in words, on the screen and as a file. */
import type { RowError } from '../../../../functions/src/register/contract.ts';
import type { Messages } from '../../i18n/messages.ts';

/** What is wrong with a cell or row. */
export function problemText({ importing }: Messages, error: RowError): string {
  const words = importing.problems[error.problem];
  return error.firstRow === undefined ? words : `${words} (${importing.firstAt(error.firstRow)})`;
}

/** One value of a CSV file: quoted, and never a formula to a spreadsheet. */
function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** The report as a spreadsheet opens it: byte order mark, semicolons, one finding per row. Holds no value from the file. */
export function errorReport(text: Messages, errors: readonly RowError[]): Blob {
  const { importing } = text;
  const head = [importing.errorRow, importing.errorColumn, importing.errorProblem];
  const rows = errors.map((error) => [String(error.row), error.column ?? importing.wholeRow, problemText(text, error)]);
  const lines = [head, ...rows].map((row) => row.map(csvCell).join(';'));
  return new Blob([`\uFEFF${lines.join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' });
}
