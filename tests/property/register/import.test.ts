import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppError } from '../../../functions/src/shared/errors.ts';
import { readCsv } from '../../../functions/src/register/csv.ts';
import { detectFormat, type CsvEncoding } from '../../../functions/src/register/csvFormat.ts';
import { dryRun, planRows } from '../../../functions/src/register/importRows.ts';
import { parseIdentityNumber } from '../../../functions/src/register/identityNumber.ts';
import { suggestMapping } from '../../../functions/src/register/mapping.ts';
import { createUtf8Scanner } from '../../../functions/src/register/utf8.ts';
import { validatePerson } from '../../../functions/src/register/validate.ts';
import { samplePersons, toCsv, type SamplePerson } from '../../../infra/local/sample/persons.ts';
import { chunksOf, collect, sampleCsv } from '../../support/sampleCsv.ts';

const today = new Date('2026-06-15T12:00:00Z');
const nothingTaken = () => Promise.resolve(new Set<string>());

const style = fc.record({
  delimiter: fc.constantFrom(',' as const, ';' as const, '\t' as const),
  encoding: fc.constantFrom('utf-8' as const, 'utf-8-bom' as const, 'windows-1252' as const),
  language: fc.constantFrom('sv' as const, 'en' as const),
  newline: fc.constantFrom('\r\n' as const, '\n' as const),
});

/** Text of characters that both encodings have, without those that a field may not begin with or hold. */
const text = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'abcåäöÅÄÖéüŠž€–”"\';, xyz123'), minLength: 1, maxLength }).map((value) => `A${value}b`);

const variedPerson: fc.Arbitrary<SamplePerson> = fc
  .record({
    base: fc.constantFrom(...samplePersons(300)),
    familyName: text(30),
    street: text(30),
    note: fc.array(text(20), { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n')),
    isProtected: fc.boolean(),
  })
  .map(({ base, isProtected, ...fields }) => {
    const { personalIdentityNumber: _, ...others } = base.fields;
    const validation = validatePerson({ ...others, ...fields }, today);
    if (!validation.ok) throw new TypeError('the varied person is valid');
    return { fields: validation.fields, isProtected };
  });

async function readBack(bytes: Uint8Array, chunkBytes: number, encoding?: CsvEncoding): Promise<SamplePerson[]> {
  const format = await detectFormat(chunksOf(bytes, chunkBytes), { encoding });
  const csv = await readCsv(chunksOf(bytes, chunkBytes), format);
  const rows = await collect(planRows(csv, suggestMapping(csv.columns), today));
  return rows.map((row) => {
    if ('errors' in row) throw new TypeError(`a finding: ${JSON.stringify(row.errors)}`);
    return { fields: row.person, isProtected: row.isProtected };
  });
}

describe('reading inverts writing', () => {
  test('for made-up persons in every style, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 40 }),
        style,
        fc.integer({ min: 1, max: 5000 }),
        async (seed, count, written, chunkBytes) => {
          const persons = samplePersons(count, seed);
          expect(await readBack(toCsv(persons, written), chunkBytes)).toEqual(persons);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('for names, streets and notes with quotes, delimiters and lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(variedPerson, { minLength: 1, maxLength: 10 }),
        style,
        fc.integer({ min: 1, max: 500 }),
        async (persons, written, chunkBytes) => {
          // Of a few odd characters alone nobody could tell the encoding; whoever imports may say it.
          const encoding = written.encoding === 'windows-1252' ? 'windows-1252' : 'utf-8';
          expect(await readBack(toCsv(persons, written), chunkBytes, encoding)).toEqual(persons);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('whatever the bytes', () => {
  const tolerant = async (bytes: Uint8Array): Promise<void> => {
    try {
      const preview = await dryRun(() => chunksOf(bytes, 97), { today, isTaken: nothingTaken });
      expect(preview.validCount + preview.errorCount).toBe(preview.rowCount);
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
  };

  test('random ones give a preview or an error with a code', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), tolerant), { numRuns: 500 });
  });

  test('random text of a table gives a preview or an error with a code', async () => {
    const cells = fc.string({ unit: fc.constantFrom(...'aåEkfternamn";,\t\r\n=+-@1 \ufeff\u0000'), maxLength: 300 });
    const header = fc.constantFrom('', 'Efternamn;Personnr;E-post\n', 'sep=;\nFörnamn;Not\r\n', '"Efternamn",Skyddad\n');
    await fc.assert(
      fc.asyncProperty(header, cells, (start, rest) => tolerant(Buffer.from(start + rest))),
      { numRuns: 1000 },
    );
  });

  test('a good file with some bytes changed gives a preview or an error with a code', async () => {
    const good = sampleCsv(20, { delimiter: ',', encoding: 'utf-8', language: 'sv' });
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const bytes = Uint8Array.from(good);
        for (const [place, byte] of changed) bytes[place] = byte;
        await tolerant(bytes);
      }),
      { numRuns: 300 },
    );
  });
});

test('the scanner agrees with the decoder on what is UTF-8', () => {
  const near = fc
    .uint8Array({ maxLength: 40 })
    .chain((bytes) => fc.tuple(fc.constant(bytes), fc.string({ unit: 'binary', maxLength: 10 })));
  fc.assert(
    fc.property(near, fc.boolean(), ([noise, words], isPlain) => {
      const bytes = isPlain ? Buffer.from(words) : Buffer.concat([Buffer.from(words), noise.slice(0, 3), Buffer.from(words)]);
      const scanner = createUtf8Scanner();
      scanner.scan(bytes);
      scanner.end();
      let isValid = true;
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      } catch {
        isValid = false;
      }
      expect(scanner.invalidBytes() === 0).toBe(isValid);
    }),
    { numRuns: 5000 },
  );
});

test('validation is stable: what was accepted is accepted again, unchanged', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(anyText, anyText, anyText, anyText, (familyName, city, note, country) => {
      const first = validatePerson({ familyName: `x${familyName}`, city, note, country }, today);
      if (first.ok) expect(validatePerson(first.fields, today)).toEqual(first);
    }),
    { numRuns: 2000 },
  );
});

test('no text but a number of ten or twelve digits is an identity number', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-+ T'), maxLength: 14 }), (written) => {
      const result = parseIdentityNumber(written, today);
      if (!result.ok) return;
      expect(result.number).toMatch(/^\d{12}$/);
      expect(written.replaceAll(/\D/g, '').endsWith(result.number.slice(2))).toBe(true);
      expect(parseIdentityNumber(result.number, today)).toEqual(result);
    }),
    { numRuns: 5000 },
  );
});
