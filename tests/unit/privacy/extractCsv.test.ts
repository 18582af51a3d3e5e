import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { extractCsv, readableCell, safeCell, type csvColumns } from '../../../functions/src/privacy/extractCsv.ts';
import { sampleExtract } from '../../support/privacy/sampleExtract.ts';

describe('register.csv', () => {
  it.each([
    ['sv', ';'],
    ['en', ','],
  ] as const)('gives back every value in %s', (locale, delimiter) => {
    const model = sampleExtract(locale);
    const rows = parse(extractCsv(model), { bom: true, delimiter, columns: true }) as Record<(typeof csvColumns)[number], string>[];
    const expected = model.sections.flatMap((section) =>
      section.records.flatMap((record) => record.fields.map((field) => [record.id, field.name, field.value])),
    );
    expect(rows.map((row) => [row.record, row.field, readableCell(row.value)])).toEqual(expected);
  });

  it('holds no cell that a spreadsheet would run', () => {
    const rows = parse(extractCsv(sampleExtract('sv')), { bom: true, delimiter: ';' });
    expect(rows.flat().filter((cell) => /^[\s\p{C}]*[=+\-@＝＋－＠]/u.test(cell))).toEqual([]);
    expect(rows.flat()).toContain('\'=HYPERLINK("https://exempel.example";"klicka")');
  });

  it.each(['=1+1', '+46 70', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1', '\u200B=1', "'quoted", '\nx'])(
    'puts an apostrophe before %j',
    (value) => {
      expect(safeCell(value)).toBe(`'${value}`);
      expect(readableCell(safeCell(value))).toBe(value);
    },
  );

  it('leaves ordinary values alone', () => {
    for (const value of ['Åsa', '446 37', 'a=b', "O'Brien", '']) expect(safeCell(value)).toBe(value);
  });
});
