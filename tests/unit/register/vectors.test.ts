import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ImportPreview } from '../../../functions/src/register/contract.ts';
import { dryRun } from '../../../functions/src/register/importRows.ts';
import { samplePersons } from '../../../infra/local/sample/persons.ts';
import { chunksOf } from '../../support/sampleCsv.ts';

const today = new Date('2026-06-15T12:00:00Z');
const nothingTaken = () => Promise.resolve(new Set<string>());
function run(file: string): Promise<ImportPreview> {
  const bytes = readFileSync(new URL(`../../vectors/csv/${file}`, import.meta.url));
  return dryRun(() => chunksOf(bytes, 100), { today, isTaken: nothingTaken });
}

describe('committed files', () => {
  test.each([
    ['excel-sv.csv', { encoding: 'windows-1252', delimiter: ';' }, 12],
    ['comma-en-utf8.csv', { encoding: 'utf-8', delimiter: ',' }, 12],
    ['tab-sv-bom.txt', { encoding: 'utf-8', delimiter: '\t' }, 12],
    ['excel-sep-line.csv', { encoding: 'windows-1252', delimiter: ';' }, 3],
  ])('%s is read without findings', async (file, format, count) => {
    const preview = await run(file);
    expect(preview).toMatchObject({ ...format, rowCount: count, validCount: count, errorCount: 0, errors: [] });
    const first = samplePersons(1)[0]?.fields;
    expect(preview.sample[0]).toEqual({ ...first, personalIdentityNumber: `${first?.personalIdentityNumber?.slice(0, 8)}-****` });
  });

  test('findings.csv gives each finding with row, column and field', async () => {
    const preview = await run('findings.csv');
    expect(preview).toMatchObject({ encoding: 'windows-1252', delimiter: ';', rowCount: 8, validCount: 1, errorCount: 7 });
    expect(
      preview.errors.map(({ row, column, field, problem, firstRow }) => [
        row,
        column,
        field,
        problem,
        ...(firstRow === undefined ? [] : [firstRow]),
      ]),
    ).toEqual([
      [3, 'Personnr', 'personalIdentityNumber', 'invalid-check-digit'],
      [3, 'E-post', 'email', 'invalid-email'],
      [3, 'Mobil', 'phone', 'invalid-phone'],
      [3, 'Postnr', 'postalCode', 'invalid-postal-code'],
      [3, 'Medlem sedan', 'memberSince', 'invalid-date'],
      [3, 'Skyddad identitet', null, 'invalid-yes-no'],
      [4, 'E-post', 'email', 'formula'],
      [4, 'Personnr', 'personalIdentityNumber', 'invalid-identity-number'],
      [5, 'Mobil', null, 'ragged-row'],
      [6, 'Personnr', 'personalIdentityNumber', 'duplicate-in-file', 2],
      [7, null, null, 'empty-row'],
      [8, 'Efternamn', 'familyName', 'required'],
      [9, 'Förnamn', 'givenName', 'formula'],
      [9, 'Efternamn', 'familyName', 'formula'],
    ]);
  });

  test('utf16.csv and late-damage-utf8.csv are refused, the latter by row and column', async () => {
    await expect(run('utf16.csv')).rejects.toMatchObject({ code: 'register/import-wrong-encoding', details: { found: 'utf-16' } });
    await expect(run('late-damage-utf8.csv')).rejects.toMatchObject({
      code: 'register/import-wrong-encoding',
      details: { row: 3, column: 'Ort' },
    });
  });
});
