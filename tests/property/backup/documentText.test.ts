import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldsOfText, textOfFields, type ProtoFields } from '../../../functions/src/backup/journal/documentText.ts';

const double = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, 0, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, 5e-324),
);
const text = fc.string({ unit: 'grapheme' });
const name = text.filter((value) => value !== '');
const { value } = fc.letrec<{ value: Record<string, unknown>; fields: ProtoFields }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant({ nullValue: 'NULL_VALUE' }),
    fc.record({ booleanValue: fc.boolean() }),
    fc.record({ integerValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
    fc.record({ doubleValue: double }),
    fc.record({
      timestampValue: fc.record({
        seconds: fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
        nanos: fc.integer({ min: 0, max: 999_999_999 }),
      }),
    }),
    fc.record({ stringValue: text }),
    fc.record({ bytesValue: fc.uint8Array().map((bytes) => Buffer.from(bytes)) }),
    fc.record({ referenceValue: text }),
    fc.record({ geoPointValue: fc.record({ latitude: double, longitude: double }) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 4 }) }) }),
    fc.record({ mapValue: fc.record({ fields: tie('fields') }) }),
  ),
  fields: fc.dictionary(name, tie('value'), { maxKeys: 4 }) as fc.Arbitrary<ProtoFields>,
}));
const fields = fc.dictionary(name, value, { maxKeys: 6 });

/** What the decoder adds to each value, taken away again. */
const bare = (of: unknown): unknown => {
  if (Array.isArray(of)) return of.map(bare);
  if (typeof of !== 'object' || of === null || Buffer.isBuffer(of)) return of;
  return Object.fromEntries(
    Object.entries(of).flatMap(([key, inner]) => (key === 'valueType' && typeof inner === 'string' ? [] : [[key, bare(inner)]])),
  );
};

describe('the text of a document', () => {
  test('stands for exactly its fields', () => {
    fc.assert(
      fc.property(fields, (document) => {
        fc.pre(!JSON.stringify(document).includes('"valueType"') && JSON.stringify(document).isWellFormed());
        expect(bare(fieldsOfText(textOfFields(document)))).toStrictEqual(bare(document));
      }),
      { numRuns: 300 },
    );
  });

  test('is the same whatever the order of the fields, and survives a second journey', () => {
    fc.assert(
      fc.property(fields, (document) => {
        fc.pre(JSON.stringify(document).isWellFormed());
        const reversed = Object.fromEntries(Object.entries(document).toReversed());
        expect(textOfFields(reversed)).toBe(textOfFields(document));
        expect(textOfFields(fieldsOfText(textOfFields(document)))).toBe(textOfFields(document));
      }),
    );
  });

  test.each([
    '[]',
    '{"a":1}',
    '{"a":{}}',
    '{"a":{"colour":1}}',
    '{"a":{"integerValue":"1","doubleValue":1}}',
    '{"a":{"timestampValue":"now"}}',
  ])('%s is refused', (other) => {
    expect(() => fieldsOfText(other)).toThrow(TypeError);
  });

  test('a kind that is not known is refused, not left out', () => {
    expect(() => textOfFields({ a: { regexValue: 'x' } })).toThrow(TypeError);
  });
});
