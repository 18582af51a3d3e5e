import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildExtract, type ExtractInputs } from '../../../functions/src/privacy/buildExtract.ts';
import { extractCsv, readableCell } from '../../../functions/src/privacy/extractCsv.ts';
import { extractSchema } from '../../../functions/src/privacy/extractModel.ts';
import { renderExtractPdf } from '../../../functions/src/privacy/extractPdf.ts';
import { loadPdfFonts } from '../../../functions/src/privacy/pdf/fonts.ts';
import type { PdfFonts } from '../../../functions/src/privacy/pdf/page.ts';
import { visibleText, wrapText } from '../../../functions/src/privacy/pdf/wrap.ts';
import { rawSignature, type Signer, signJws, verifyJws } from '../../../functions/src/privacy/signature.ts';
import { fieldNames } from '../../../functions/src/register/fields.ts';
import { canonicalJson, type JsonValue } from '../../../functions/src/shared/canonicalJson.ts';
import { readPdf } from '../../support/privacy/pdfReader.ts';
import { sampleInputs } from '../../support/privacy/sampleExtract.ts';
import { testSigner } from '../../support/privacy/testSigner.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const anyValues = fc.dictionary(fc.constantFrom(...fieldNames), anyText);

/** The sample with other values in its first record. */
function inputsWith(values: Record<string, string>): ExtractInputs {
  const inputs = sampleInputs('sv', 2);
  const sections = inputs.sections.map((section, index) =>
    index === 0 ? { ...section, records: section.records.map((record) => ({ ...record, values })) } : section,
  );
  return { ...inputs, sections };
}

let signer: Signer;
let fonts: PdfFonts;
beforeAll(async () => {
  [signer, fonts] = await Promise.all([testSigner(), loadPdfFonts()]);
});

describe('an extract', () => {
  it('carries any values unchanged through JSON and CSV', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const model = buildExtract(inputsWith(values));
        const read = extractSchema.parse(JSON.parse(canonicalJson(model)));
        expect(Object.fromEntries(read.sections[0]?.records[0]?.fields.map(({ name, value }) => [name, value]) ?? [])).toEqual({
          ...values,
        });
        const rows = parse(extractCsv(model), { bom: true, delimiter: ';', columns: true }) as {
          record: string;
          field: string;
          value: string;
        }[];
        const mine = rows.filter((row) => row.record === 'subAAAAAAAAAAAAAAAAA').map((row) => [row.field, readableCell(row.value)]);
        expect(Object.fromEntries(mine)).toEqual({ ...values });
      }),
      { numRuns: 200 },
    );
  });

  it('becomes a PDF whose every drawing is tagged, whatever the values', async () => {
    await fc.assert(
      fc.asyncProperty(anyValues, async (values) => {
        const pdf = readPdf(await renderExtractPdf(buildExtract(inputsWith(values)), fonts));
        expect(pdf.pieces.filter((piece) => piece.mcid === null && piece.tag !== 'Artifact')).toEqual([]);
        expect(pdf.pieces.some((piece) => piece.text.includes('\0'))).toBe(false);
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});

describe('wrapping', () => {
  const texts = fc.oneof(anyText, fc.lorem({ maxCount: 40 }), fc.string({ unit: 'grapheme', maxLength: 200 }));
  it('loses no character and keeps to the width', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = wrapText(text, width, (part) => part.length);
        expect(lines.join('')).toBe(text.replaceAll('\n', ''));
        const segmenter = new Intl.Segmenter('sv', { granularity: 'grapheme' });
        for (const line of lines) if (line.trimEnd().length > width) expect([...segmenter.segment(line.trim())]).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing invisible', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visibleText(text, () => true).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/u);
        expect(visibleText(text, () => false)).toMatch(/^(?:\[U\+[0-9A-F]{4,6}\]|\n)*$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('signatures', () => {
  it('verification inverts signing for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false, stringUnit: 'binary' }), async (value) => {
        const payload = JSON.parse(JSON.stringify(value)) as JsonValue; // jsonValue makes JSON; minus zero becomes zero
        expect(await verifyJws(await signJws(payload, signer), { keys: [signer.jwk] })).toEqual(payload);
      }),
      { numRuns: 100 },
    );
  });

  it('raw signatures are 64 bytes or refused, whatever the bytes', () => {
    const numbers = fc.uint8Array({ minLength: 0, maxLength: 34 });
    fc.assert(
      fc.property(numbers, numbers, (r, s) => {
        const der = Buffer.concat([Buffer.from([0x30, r.length + s.length + 4, 2, r.length]), r, Buffer.from([2, s.length]), s]);
        let raw: Uint8Array | null = null;
        try {
          raw = rawSignature(der);
        } catch (error) {
          expect(error).toMatchObject({ code: 'shared/internal' });
        }
        const plain = (bytes: Uint8Array): string =>
          Buffer.from(bytes)
            .toString('hex')
            .replace(/^(?:00)+/, '')
            .padStart(64, '0');
        if (raw !== null) expect(Buffer.from(raw).toString('hex')).toBe(plain(r) + plain(s));
      }),
      { numRuns: 500 },
    );
  });
});
