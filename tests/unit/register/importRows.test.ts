import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../../functions/src/register/csv.ts';
import type { ColumnMapping } from '../../../functions/src/register/contract.ts';
import { batchRows, dryRun, planRows, type PlannedRow } from '../../../functions/src/register/importRows.ts';
import { suggestMapping } from '../../../functions/src/register/mapping.ts';
import { samplePersons, toCsv } from '../../../infra/local/sample/persons.ts';
import { chunksOf, collect, excelStyle, sampleCsv } from '../../support/sampleCsv.ts';
import { testPersonalNumbers } from '../../support/testNumbers.ts';

const today = new Date('2026-06-15T12:00:00Z');
const nothingTaken = () => Promise.resolve(new Set<string>());
const [number = '', other = ''] = testPersonalNumbers;

async function plan(text: string, mapping?: ColumnMapping): Promise<PlannedRow[]> {
  const csv = await readCsv(chunksOf(text), { encoding: 'utf-8', delimiter: ';' });
  return collect(planRows(csv, mapping ?? suggestMapping(csv.columns), today));
}

/** Bytes of the heap that are still in use after a full collection. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

/** The problems of one row whose only mapped cells are the family name and one more. */
async function problemsOf(header: string, cell: string): Promise<string[]> {
  const [row] = await plan(`Efternamn;${header}\nEk;"${cell.replaceAll('"', '""')}"\n`);
  return row && 'errors' in row ? row.errors.map(({ column, problem }) => `${column}: ${problem}`) : [];
}

describe('formulas in cells', () => {
  test.each([
    '=1+1',
    '=cmd|" /C calc"!A0',
    '@SUM(A1)',
    '+cmd',
    '-cmd',
    '+1+cmd',
    '-2+3+cmd|x',
    '\t=1',
    '\rx',
    '\tx',
    '  =1',
    '\u00a0@x',
    '＝1',
    '＠x',
    '＋cmd',
    '- se nedan',
  ])('%j is refused', async (cell) => {
    expect(await problemsOf('Anteckning', cell)).toEqual(['Anteckning: formula']);
  });

  test.each(['a=b', '1+1', '-5', '+5', '-5,5', '+46 70-174 06 05', '-', 'e-post', 'Ek = bra', '(08) 465 004 00'])(
    '%j is no formula',
    async (cell) => {
      expect(await problemsOf('Anteckning', cell)).toEqual([]);
    },
  );

  test('are refused in every mapped column, once, and overlooked in others', async () => {
    expect(await problemsOf('E-post', '=x')).toEqual(['E-post: formula']);
    expect(await problemsOf('Personnr', '=x')).toEqual(['Personnr: formula']);
    expect(await problemsOf('Skyddad identitet', '=x')).toEqual(['Skyddad identitet: formula']);
    expect(await problemsOf('Skostorlek', '=x')).toEqual([]);
    expect(await problemsOf('Telefon', '+46701740605')).toEqual([]);
  });
});

describe('a protected identity', () => {
  test.each([
    ['ja', true],
    ['JA ', true],
    ['x', true],
    ['1', true],
    ['true', true],
    ['SANT', true],
    ['Yes', true],
    ['', false],
    ['nej', false],
    ['No', false],
    ['0', false],
    ['FALSKT', false],
  ])('%j is %s', async (cell, isProtected) => {
    expect(await plan(`Efternamn;Skyddad identitet\nEk;${cell}\n`)).toEqual([{ row: 2, person: { familyName: 'Ek' }, isProtected }]);
  });

  test('is not guessed from other words', async () => {
    expect(await problemsOf('Skyddad identitet', 'kanske')).toEqual(['Skyddad identitet: invalid-yes-no']);
  });

  test('is not shown in the sample of a dry run', async () => {
    const text = `Efternamn;Skyddad\nHemlig;ja\nEk;nej\n`;
    const preview = await dryRun(() => chunksOf(text), { today, isTaken: nothingTaken });
    expect(preview).toMatchObject({ validCount: 2, sample: [{ familyName: 'Ek' }] });
  });
});

describe('the same number twice in a file', () => {
  test('is refused in every form, naming the first row', async () => {
    const forms = [number, `${number.slice(0, 8)}-${number.slice(8)}`, ` ${number} `];
    const rows = await plan(`Efternamn;Pnr\n${forms.map((form) => `Ek;${form}`).join('\n')}\nEk;${other}\n`);
    const finding = { column: 'Pnr', field: 'personalIdentityNumber', problem: 'duplicate-in-file', firstRow: 2 };
    expect(rows).toEqual([
      { row: 2, person: { familyName: 'Ek', personalIdentityNumber: number }, isProtected: false },
      { row: 3, errors: [{ row: 3, ...finding }] },
      { row: 4, errors: [{ row: 4, ...finding }] },
      { row: 5, person: { familyName: 'Ek', personalIdentityNumber: other }, isProtected: false },
    ]);
  });

  test('counts also when the first row has another error', async () => {
    const rows = await plan(`Efternamn;Pnr;E-post\nEk;${number};fel\nEk;${number};a@example.se\n`);
    expect(rows.map((row) => 'errors' in row && row.errors.map(({ problem }) => problem))).toEqual([
      ['invalid-email'],
      ['duplicate-in-file'],
    ]);
  });
});

describe('rows', () => {
  test('that are short name the first column they lack; long ones name none', async () => {
    expect(await plan('Förnamn;Efternamn;Ort\nÅsa;Ek\nÅsa;Ek;Boda;mer\n')).toEqual([
      { row: 2, errors: [{ row: 2, column: 'Ort', field: null, problem: 'ragged-row' }] },
      { row: 3, errors: [{ row: 3, column: null, field: null, problem: 'ragged-row' }] },
    ]);
  });

  test('without any name name the column where it would be', async () => {
    expect(await plan('Förnamn;Ort\n;Boda\n')).toEqual([
      { row: 2, errors: [{ row: 2, column: 'Förnamn', field: 'givenName', problem: 'required' }] },
    ]);
  });

  test('give findings that hold no value of the file', async () => {
    const rows = await plan(`Efternamn;Pnr;E-post\nHemligsson;${number.slice(0, 11)}x;hemlig@\n=Hemlig;${number};\n`);
    expect(JSON.stringify(rows)).not.toMatch(/hemlig|\d{11}/i);
    expect(rows).toHaveLength(2);
  });
});

describe('a dry run', () => {
  test('of a thousand made-up persons has no findings and asks for each number once, in batches', async () => {
    const bytes = sampleCsv(1_234);
    const asked: string[][] = [];
    const isTaken = (numbers: readonly string[]) => (asked.push([...numbers]), nothingTaken());
    const preview = await dryRun(() => chunksOf(bytes), { today, isTaken });
    expect(preview).toMatchObject({
      encoding: 'windows-1252',
      delimiter: ';',
      rowCount: 1_234,
      validCount: 1_234,
      errorCount: 0,
      errors: [],
    });
    const numbers = samplePersons(1_234).flatMap(({ fields }) => fields.personalIdentityNumber ?? []);
    expect(asked.flat()).toEqual(numbers);
    expect(asked).toHaveLength(Math.ceil(1_234 / batchRows));
  });

  test('tells which numbers are in the register, in the order of the rows', async () => {
    const text = `Efternamn;Pnr\nEk;${number}\n;\nEk;${other}\nEk;fel\n`;
    const preview = await dryRun(() => chunksOf(text), { today, isTaken: async () => new Set([other]) });
    expect(preview.errors).toEqual([
      { row: 3, column: null, field: null, problem: 'empty-row' },
      { row: 4, column: 'Pnr', field: 'personalIdentityNumber', problem: 'duplicate-in-register' },
      { row: 5, column: 'Pnr', field: 'personalIdentityNumber', problem: 'invalid-identity-number' },
    ]);
    expect(preview).toMatchObject({
      rowCount: 4,
      validCount: 1,
      errorCount: 3,
      sample: [{ personalIdentityNumber: `${number.slice(0, 8)}-****` }],
    });
  });

  test('reports at most 500 findings and counts all', async () => {
    const text = `Efternamn;E-post\n${'Ek;fel\n'.repeat(700)}`;
    const preview = await dryRun(() => chunksOf(text), { today, isTaken: nothingTaken });
    expect(preview).toMatchObject({ rowCount: 700, validCount: 0, errorCount: 700 });
    expect(preview.errors).toHaveLength(500);
  });

  test('uses the mapping that was chosen', async () => {
    const text = 'Spalt 1;Spalt 2\nEk;Boda\n';
    await expect(dryRun(() => chunksOf(text), { today, isTaken: nothingTaken })).rejects.toMatchObject({
      code: 'register/import-mapping-missing',
      details: { reason: 'no-name-column', columns: ['Spalt 1', 'Spalt 2'] },
    });
    const mapping = { 'Spalt 1': 'familyName', 'Spalt 2': null } as const;
    const preview = await dryRun(() => chunksOf(text), { today, isTaken: nothingTaken, mapping });
    expect(preview).toMatchObject({ mapping, sample: [{ familyName: 'Ek' }] });
  });

  test('closes the file that it refuses', async () => {
    const closed: number[] = [];
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* chunksOf(`Ort\n${'Boda\n'.repeat(100_000)}`, 1000);
      } finally {
        closed.push(1);
      }
    }
    await expect(dryRun(source, { today, isTaken: nothingTaken })).rejects.toMatchObject({ code: 'register/import-mapping-missing' });
    await expect.poll(() => closed.length).toBe(2);
  });

  test('of 50,000 rows keeps memory flat and 50,001 are too many', async () => {
    const bytes = toCsv(samplePersons(50_000), excelStyle);
    const held: number[] = [];
    let calls = 0;
    const isTaken = () => {
      calls += 1;
      if (calls % 20 === 1) held.push(heldBytes());
      return nothingTaken();
    };
    const preview = await dryRun(() => chunksOf(bytes), { today, isTaken });
    expect(preview).toMatchObject({ rowCount: 50_000, validCount: 50_000, errorCount: 0 });
    // What is held grows by the numbers seen (about 40 bytes each), not by the rows (about a kilobyte each).
    expect(held).toHaveLength(5);
    expect(Math.max(...held) - (held[0] ?? 0)).toBeLessThan(8 * 1024 * 1024);
    const tooMany = Buffer.concat([bytes, Buffer.from('A;B;;;;;;;;;;;\r\n')]);
    await expect(dryRun(() => chunksOf(tooMany), { today, isTaken: nothingTaken })).rejects.toMatchObject({
      code: 'register/import-too-large',
      details: { limit: 'rows', max: 50_000, row: 50_002 },
    });
  }, 30_000);
});
