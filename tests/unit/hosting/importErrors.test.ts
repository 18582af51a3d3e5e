import { describe, expect, it } from 'vitest';
import { errorReport, problemText } from '../../../hosting/src/features/register/importErrors.ts';
import { en } from '../../../hosting/src/i18n/en/catalogue.ts';
import { sv } from '../../../hosting/src/i18n/sv/catalogue.ts';

const finding = { row: 7, column: 'Namn', field: 'givenName', problem: 'too-long' } as const;

describe('the error report of an import', () => {
  it('has a byte order mark, a header and one line per finding', async () => {
    const bytes = new Uint8Array(await errorReport(sv, [finding]).arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes).split('\r\n')).toEqual([
      '"Rad";"Kolumn";"Vad som är fel"',
      '"7";"Namn";"värdet är för långt"',
      '',
    ]);
  });

  it.each(['=HYPERLINK("x")', '+1', '-1', '@cmd', '\tx'])('never starts a cell with a formula (%j)', async (column) => {
    const text = await errorReport(en, [{ ...finding, column }]).text();
    const cell = text.split('\r\n')[1]?.split('";"')[1] ?? '';
    expect(cell.startsWith("'")).toBe(true);
  });

  it('names the row that came first of two that are the same', () => {
    expect(problemText(en, { ...finding, problem: 'duplicate-in-file', firstRow: 3 })).toBe(
      'the same number is earlier in the file (first in row 3)',
    );
  });
});
