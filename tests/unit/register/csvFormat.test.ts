import { describe, expect, test } from 'vitest';
import { detectFormat, type CsvDelimiter, type CsvEncoding } from '../../../functions/src/register/csvFormat.ts';
import { encodeWindows1252 } from '../../../infra/local/sample/persons.ts';
import { chunksOf } from '../../support/sampleCsv.ts';

const detect = (content: Uint8Array | string, wanted: { encoding?: CsvEncoding; delimiter?: CsvDelimiter } = {}) =>
  detectFormat(chunksOf(content, 7), wanted);
const latin = (text: string) => encodeWindows1252(text);
const utf16 = (text: string, mark: readonly number[] = []) => Uint8Array.from([...mark, ...Buffer.from(text, 'utf16le')]);
const table = 'Förnamn;Efternamn\r\nÅsa;Öberg\r\n';

describe('encoding', () => {
  test('is UTF-8 for ASCII, UTF-8 and UTF-8 with a mark', async () => {
    for (const text of ['a;b\n1;2\n', table, `\ufeff${table}`])
      await expect(detect(text)).resolves.toEqual({ encoding: 'utf-8', delimiter: ';' });
  });

  test('is Windows-1252 for what is not UTF-8 but text', async () => {
    await expect(detect(latin(`${table}René;”Smeknamn” – €\r\n`))).resolves.toEqual({ encoding: 'windows-1252', delimiter: ';' });
  });

  test('is found where the first letter that is not ASCII comes late', async () => {
    const late = Buffer.concat([Buffer.from(`namn;ort\n${'Anna;Boda\n'.repeat(20_000)}`), latin('Åsa;Växjö\n')]);
    await expect(detectFormat(chunksOf(late))).resolves.toMatchObject({ encoding: 'windows-1252' });
  });

  test('stays UTF-8 when a file in UTF-8 is damaged in one place', async () => {
    const damaged = Buffer.concat([Buffer.from(table.repeat(3)), Uint8Array.of(0xe5), Buffer.from('sa;Berg\n')]);
    await expect(detect(damaged)).resolves.toMatchObject({ encoding: 'utf-8' });
  });

  test.each([
    ['UTF-16 with a mark', utf16(table, [0xff, 0xfe]), 'utf-16'],
    ['UTF-16 without a mark', utf16(table), 'utf-16'],
    ['UTF-16 big endian', Uint8Array.from([0xfe, 0xff, 0, 0x61]), 'utf-16'],
    // Förnamn, Växjö, Åsa as Mac OS Roman and as code page 850.
    [
      'Mac OS Roman',
      Uint8Array.from([...latin('F'), 0x9a, ...latin('rnamn;Ort\nSven;V'), 0x8a, ...latin('xj'), 0x9a, ...latin('\n')]),
      'another 8-bit encoding',
    ],
    [
      'code page 850',
      Uint8Array.from([...latin('F'), 0x94, ...latin('rnamn;Ort\nSven;V'), 0x84, ...latin('xj'), 0x94, ...latin('\n')]),
      'another 8-bit encoding',
    ],
    ['bytes that Windows-1252 lacks', Uint8Array.from([...latin('Namn;Ort\n'), 0x81, ...latin('sa;Ort\n')]), 'another 8-bit encoding'],
  ])('%s is refused by name', async (_, bytes, found) => {
    await expect(detect(bytes)).rejects.toMatchObject({ code: 'register/import-wrong-encoding', details: { found } });
  });

  test('is not guessed when it is wanted, unless a mark says otherwise', async () => {
    await expect(detect(latin('Namn;Ort\nŽižek;Š\n'), { encoding: 'windows-1252' })).resolves.toMatchObject({ encoding: 'windows-1252' });
    await expect(detect(`\ufeff${table}`, { encoding: 'windows-1252' })).rejects.toMatchObject({
      code: 'register/import-wrong-encoding',
      details: { found: 'utf-8' },
    });
  });
});

describe('what is no table of text', () => {
  const bytes = (text: string, ...rest: number[]) => Uint8Array.from([...Buffer.from(text, 'latin1'), ...rest]);
  test.each([
    ['an Excel workbook', bytes('PK\u0003\u0004\u0014\u0000[Content_Types].xml', 0, 0, 1), 'xlsx'],
    ['another ZIP', bytes('PK\u0003\u0004\u0014\u0000photo.jpg', 0, 0, 1), 'zip'],
    ['an old Excel workbook', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1), 'xls'],
    ['a PDF', bytes('%PDF-1.7\n%âãÏÓ\n'), 'pdf'],
    ['a compressed file', Uint8Array.of(0x1f, 0x8b, 8, 0), 'gzip'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), 'png'],
    ['a photograph', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'jpeg'],
    ['formatted text', bytes('{\\rtf1\\ansi Namn}'), 'rtf'],
    ['a page', bytes('\n <!DOCTYPE html><table>'), 'html-or-xml'],
    ['JSON', bytes('[ {"namn": "Åsa"}]'), 'json'],
    ['text with a NUL', bytes('Namn;Ort\nÅsa\u0000;Boda och mer text här\n'), 'binary'],
    ['many control characters', bytes('Namn\u0001\u0002\u0003\u0004;Ort\n'), 'binary'],
    ['an empty file', new Uint8Array(), 'empty'],
    ['a file of blanks', bytes(' \r\n\r\n'), 'empty'],
    ['only a mark', Uint8Array.of(0xef, 0xbb, 0xbf), 'empty'],
  ])('%s is refused by name', async (_, content, found) => {
    await expect(detect(content)).rejects.toMatchObject({ code: 'register/import-not-csv', details: { found } });
  });
});

describe('delimiter', () => {
  test.each([
    ['commas', 'a,b,c\n1,2,3\n', ','],
    ['semicolons', 'a;b;c\n1;2;3\n', ';'],
    ['tabs', 'a\tb\tc\n1\t2\t3\n', '\t'],
    ['semicolons beside decimal commas', 'namn;avgift;ort\nA;1,5;x\nB;2,5;y\n', ';'],
    ['semicolons beside commas in the header', 'Namn, hela;Ort\n"Öberg, Åsa";x\nBerg;y\n', ';'],
    ['commas beside semicolons in quotes', 'namn,"a;b;c;d",ort\nA,"x;y;z",x\n', ','],
    ['what Excel is told', 'sep=\t\r\na,b\t\r\n', '\t'],
    ['one column', 'Efternamn\nÖberg\n', ','],
    ['a header alone', 'a;b;c', ';'],
    ['lines within quotes', 'namn,anteckning\nA,"1;\n2;\n3;"\nB,x\n', ','],
  ])('%s', async (_, text, delimiter) => {
    await expect(detect(text)).resolves.toMatchObject({ delimiter });
    await expect(detect(text, { delimiter: ';' })).resolves.toMatchObject({ delimiter: ';' });
  });
});

test('a file of 50 MB is refused as soon as it is over the limit', async () => {
  let sent = 0;
  async function* big(): AsyncGenerator<Uint8Array> {
    const chunk = Buffer.from('Åsa;Öberg\n'.repeat(8192));
    for (; sent < 50 * 1024 * 1024; sent += chunk.length) yield chunk;
  }
  await expect(detectFormat(big())).rejects.toMatchObject({
    code: 'register/import-too-large',
    details: { limit: 'bytes', max: 25 * 1024 * 1024 },
  });
  expect(sent).toBeLessThan(26 * 1024 * 1024);
});
