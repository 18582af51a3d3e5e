import { describe, expect, test } from 'vitest';
import { importLimits } from '../../../functions/src/register/contract.ts';
import { readCsv, type CsvLimits } from '../../../functions/src/register/csv.ts';
import type { CsvFormat } from '../../../functions/src/register/csvFormat.ts';
import { chunksOf, collect } from '../../support/sampleCsv.ts';

const utf8: CsvFormat = { encoding: 'utf-8', delimiter: ';' };
const open = (content: Uint8Array | string, { chunk = 5, format = utf8, limits = importLimits as CsvLimits } = {}) =>
  readCsv(chunksOf(content, chunk), format, limits);
async function read(content: Uint8Array | string, options: Parameters<typeof open>[1] = {}) {
  const csv = await open(content, options);
  const rows = await collect(csv.rows);
  return { columns: csv.columns, rows: rows.map(({ row, cells }) => [row, ...cells]) };
}

describe('rows', () => {
  test('have the numbers that a spreadsheet shows: the header is 1, a cell of several lines is in one row', async () => {
    await expect(read('Namn;Not\r\nÅsa;"ett\r\ntvå"\r\nBo;x\r\n')).resolves.toEqual({
      columns: ['Namn', 'Not'],
      rows: [
        [2, 'Åsa', 'ett\r\ntvå'],
        [3, 'Bo', 'x'],
      ],
    });
  });

  test('are the same however the bytes are cut', async () => {
    const text = '\ufeffsep=;\r\nNamn;Not\r\n"Åsa ""Ö"" 𝒜";"a;b"\r\nRené;”x”\r\n';
    const whole = await read(text, { chunk: 1000 });
    expect(whole).toEqual({
      columns: ['Namn', 'Not'],
      rows: [
        [2, 'Åsa "Ö" 𝒜', 'a;b'],
        [3, 'René', '”x”'],
      ],
    });
    for (let chunk = 1; chunk < 20; chunk += 1) await expect(read(text, { chunk })).resolves.toEqual(whole);
  });

  test('may end in any kind of line end, mixed, or in none', async () => {
    await expect(read('a;b\r\n1;2\n3;4\r5;6')).resolves.toMatchObject({
      rows: [
        [2, '1', '2'],
        [3, '3', '4'],
        [4, '5', '6'],
      ],
    });
  });

  test('that are blank count and are handed out, but not at the end', async () => {
    await expect(read('\n\na;b\n1;2\n\n ; \n3;4\n;\n\n;;;\n')).resolves.toEqual({
      columns: ['a', 'b'],
      rows: [[4, '1', '2'], [5], [6], [7, '3', '4']],
    });
  });

  test('keep the number of their cells, but for blank ones beyond the header', async () => {
    await expect(read('a;b;;\n1;2;;\n1\n1;2;3\n1;2\n')).resolves.toEqual({
      columns: ['a', 'b'],
      rows: [
        [2, '1', '2'],
        [3, '1'],
        [4, '1', '2', '3'],
        [5, '1', '2'],
      ],
    });
  });

  test('may be none', async () => {
    await expect(read('a;b\n')).resolves.toEqual({ columns: ['a', 'b'], rows: [] });
  });
});

describe('the header', () => {
  test('is tidied', async () => {
    await expect(read(' Fo\u0308rnamn ;"Medlem\n sedan"\n')).resolves.toMatchObject({ columns: ['Förnamn', 'Medlem sedan'] });
  });

  test('is refused with a blank name, naming the column as a spreadsheet does', async () => {
    await expect(open('a;;c; ;e\n')).rejects.toMatchObject({
      code: 'register/import-mapping-missing',
      details: { reason: 'blank-header', columns: ['B', 'D'] },
    });
    const wide = `${Array.from({ length: 28 }, (_, index) => (index === 26 ? '' : `c${index}`)).join(';')}\n`;
    await expect(open(wide)).rejects.toMatchObject({ details: { columns: ['AA'] } });
  });

  test('is refused with the same name twice, naming it', async () => {
    await expect(open('Namn;E-post; Namn;E-post\n')).rejects.toMatchObject({
      code: 'register/import-mapping-missing',
      details: { reason: 'duplicate-header', columns: ['Namn', 'E-post'] },
      message: expect.stringContaining('"Namn"'),
    });
  });

  test('that is a row of values is refused without repeating them', async () => {
    for (const text of ['Åsa;Öberg;asa@example.se\n', 'Åsa;Öberg;890201-0000\n', 'Åsa;0701740605\n']) {
      const error = await open(text).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'register/import-not-csv', details: { found: 'no-header-row' } });
      expect(JSON.stringify([error, (error as Error).message])).not.toMatch(/Åsa|example|890201|070174/);
    }
  });

  test('is missing in a file of blanks', async () => {
    await expect(open('\n;;\n')).rejects.toMatchObject({ code: 'register/import-not-csv', details: { found: 'empty' } });
  });
});

describe('limits', () => {
  const small: CsvLimits = { maxBytes: 1000, maxRows: 3, maxColumns: 3 };
  const tooLarge = (details: object) => ({ code: 'register/import-too-large', details: expect.objectContaining(details) });

  test('of rows: the row over it is named', async () => {
    await expect(read('a;b\n1;2\n1;2\n1;2\n', { limits: small })).resolves.toMatchObject({ rows: { length: 3 } });
    await expect(read('a;b\n1;2\n\n1;2\n1;2\n', { limits: small })).rejects.toMatchObject(tooLarge({ limit: 'rows', max: 3, row: 5 }));
  });

  test('of columns, of a header and of bytes', async () => {
    await expect(open('a;b;c;d\n', { limits: small })).rejects.toMatchObject(tooLarge({ limit: 'columns', max: 3 }));
    await expect(open(`${'a'.repeat(201)};b\n`)).rejects.toMatchObject(tooLarge({ limit: 'header', max: 200 }));
    await expect(read(`a;b\n${'1;2\n'.repeat(400)}`, { limits: { ...small, maxRows: 1000 } })).rejects.toMatchObject(
      tooLarge({ limit: 'bytes', max: 1000 }),
    );
  });

  test('of one row', async () => {
    await expect(read(`a;b\n1;2\n1;${'x'.repeat(300_000)}\n`, { chunk: 65_536 })).rejects.toMatchObject(tooLarge({ limit: 'row', row: 3 }));
  });

  test('50 MB without a line end are refused in a few chunks', async () => {
    let sent = 0;
    async function* big(): AsyncGenerator<Uint8Array> {
      for (; sent < 50 * 1024 * 1024; sent += 65_536) yield Buffer.alloc(65_536, 'x');
    }
    await expect(readCsv(big(), utf8)).rejects.toMatchObject(tooLarge({ limit: 'row' }));
    expect(sent).toBeLessThan(5 * 1024 * 1024);
  });
});

describe('a broken file', () => {
  test('names row and column of a quote in the wrong place, and no value', async () => {
    const error = await read('Namn;Not\nÅsa;x\nBo;"hemligt" ord\n').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'register/import-not-csv', details: { found: 'stray-quote', row: 3, column: 'Not' } });
    expect(error).not.toHaveProperty('cause');
    expect(JSON.stringify([error, (error as Error).message])).not.toMatch(/hemligt|ord|Bo/);
    await expect(read('Namn;Not\nBo "Bosse" Ek;x\n')).rejects.toMatchObject({ details: { found: 'stray-quote', row: 2, column: 'Namn' } });
  });

  test('names the row in which a quote was opened and never closed', async () => {
    await expect(read('Namn;Not\nÅsa;x\nBo;"ord\nEva;y\n')).rejects.toMatchObject({
      code: 'register/import-not-csv',
      details: { found: 'unclosed-quote', row: 3 },
    });
  });

  const late = (...bad: number[]) =>
    Buffer.concat([Buffer.from('Namn;Ort\nÅsa;Växjö\nBo;"V'), Uint8Array.from(bad), Buffer.from('xjö"\nEva;Boda\n')]);

  test('in UTF-8 with a late invalid byte names row and column, whatever the chunks', async () => {
    for (const bad of [[0xe4], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf5], [0x80], [0xc0, 0xaf]]) {
      for (let chunk = 1; chunk < 40; chunk += 3) {
        await expect(read(late(...bad), { chunk })).rejects.toMatchObject({ code: 'register/import-wrong-encoding', details: { row: 3 } });
      }
    }
    const unquoted = Buffer.concat([Buffer.from('Namn;Ort\nÅsa;Växjö\nBo;V'), Uint8Array.of(0xe4), Buffer.from('xjö\n')]);
    await expect(read(unquoted)).rejects.toMatchObject({ details: { row: 3, column: 'Ort' } });
  });

  test('hands out the rows before the damage and none that is cut off by it', async () => {
    for (const [bytes, whole] of [
      [Buffer.from('a;b\n1;2\n3;4\n5;'), 2],
      [Buffer.from('a;b\n1;2\n3;4\n'), 2],
    ] as const) {
      const csv = await open(Buffer.concat([bytes, Uint8Array.of(0xff), Buffer.from('6\n7;8\n')]), { chunk: 1000 });
      const rows: number[] = [];
      const reading = (async () => {
        for await (const { row } of csv.rows) rows.push(row);
      })();
      await expect(reading).rejects.toMatchObject({ details: { row: whole + 2 } });
      expect(rows).toEqual([2, 3]);
    }
  });

  test('cut off within a letter is refused', async () => {
    await expect(read(Buffer.concat([Buffer.from('a;b\n1;'), Uint8Array.of(0xc3)]))).rejects.toMatchObject({ details: { row: 2 } });
  });

  test('a failing source fails the reading', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a;b\n1;2\n');
      throw new TypeError('source is gone');
    }
    const csv = readCsv(failing(), utf8).then((opened) => collect(opened.rows));
    await expect(csv).rejects.toThrow('source is gone');
  });
});

test('closing before the end closes the source', async () => {
  let isClosed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from('a;b\n');
    } finally {
      isClosed = true;
    }
  }
  const csv = await readCsv(source(), { ...utf8, encoding: 'windows-1252' });
  await csv.close();
  await expect.poll(() => isClosed).toBe(true);
});
