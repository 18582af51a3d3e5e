import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeAad, type SealContext } from '../../../functions/src/crypto/aad.ts';
import { openRecord, sealRecord, type Fields } from '../../../functions/src/crypto/envelope.ts';
import { generateDek, generateOrgKey, importOrgKey, unwrapDek, wrapDek } from '../../../functions/src/crypto/keys.ts';
import { openStream, sealStream } from '../../../functions/src/crypto/stream.ts';
import { collect, inPieces, refuses, refusesStream } from '../../unit/crypto/fixtures.ts';

const runs = { numRuns: 200 }; // fast-check prints the seed of a failure

const dek = generateDek();
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    text,
    fc.array(tie('value')),
    fc.array(fc.tuple(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toJSON', '0')), tie('value'))).map(objectOf),
  ),
}));
// Everything above is JSON.
const fields = fc.array(fc.tuple(text, value)).map((entries) => objectOf(entries) as Fields);
const id = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '\0'), minLength: 1, maxLength: 4 }),
);
const place: fc.Arbitrary<SealContext> = fc.record({
  orgId: id,
  collection: id,
  docId: id,
  sensitivityClass: fc.constantFrom('ordinary' as const, 'identity' as const),
});

test('open inverts seal, to the order of the properties', () => {
  fc.assert(
    fc.property(place, fields, (context, record) => {
      const opened = openRecord(dek, context, sealRecord(dek, context, record));
      expect(isDeepStrictEqual(opened, record)).toBe(true);
      expect(JSON.stringify(opened)).toBe(JSON.stringify(record)); // the order
    }),
    runs,
  );
});

test('anything is sealed exactly or refused with a TypeError', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    withBoxedValues: true,
  });
  fc.assert(
    fc.property(place, anything, (context, whatever) => {
      const record = { whatever } as Fields; // what is no JSON is the case
      let envelope: Uint8Array;
      try {
        envelope = sealRecord(dek, context, record);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        return;
      }
      expect(openRecord(dek, context, envelope)).toEqual(record);
    }),
    { numRuns: 1000 },
  );
});

test('a ciphertext with any one byte changed is refused', () => {
  fc.assert(
    fc.property(place, fields, fc.integer({ min: 1, max: 255 }), (context, record, mask) => {
      const envelope = sealRecord(dek, context, record);
      for (let position = 0; position < envelope.length; position += 1) {
        envelope[position]! ^= mask; // a position of the envelope
        if (!refuses(() => openRecord(dek, context, envelope))) expect.fail(`opened with byte ${position} changed`);
        envelope[position]! ^= mask; // and back
      }
      expect(openRecord(dek, context, envelope)).toEqual(record);
    }),
    { numRuns: 100 },
  );
});

test('a ciphertext opens in its own place only', () => {
  fc.assert(
    fc.property(place, place, fields, (here, there, record) => {
      const isSame = JSON.stringify(here) === JSON.stringify(there);
      expect(refuses(() => openRecord(dek, there, sealRecord(dek, here, record)))).toBe(!isSame);
    }),
    runs,
  );
});

test('associated data is injective', () => {
  const parts = fc.array(id, { maxLength: 5 });
  const purpose = fc.constantFrom('record' as const, 'dek' as const, 'file' as const, 'exactToken' as const, 'nameToken' as const);
  fc.assert(
    fc.property(purpose, parts, purpose, parts, (onePurpose, one, otherPurpose, other) => {
      const isSame = JSON.stringify([onePurpose, one]) === JSON.stringify([otherPurpose, other]);
      expect(encodeAad(onePurpose, one).equals(encodeAad(otherPurpose, other))).toBe(isSame);
    }),
    { numRuns: 2000 },
  );
});

test('unwrap inverts wrap, for its own data subject only', () => {
  const orgKey = importOrgKey(generateOrgKey());
  fc.assert(
    fc.property(id, id, id, id, (orgId, dataSubjectId, otherOrgId, otherSubjectId) => {
      const made = generateDek();
      const wrapped = wrapDek(orgKey, made, { orgId, dataSubjectId });
      expect(unwrapDek(orgKey, wrapped, { orgId, dataSubjectId }).root.equals(made.root)).toBe(true);
      const isSame = orgId === otherOrgId && dataSubjectId === otherSubjectId;
      expect(refuses(() => unwrapDek(orgKey, wrapped, { orgId: otherOrgId, dataSubjectId: otherSubjectId }))).toBe(!isSame);
    }),
    runs,
  );
});

test('opening a file inverts sealing it, however the pieces come, and a cut file is refused', async () => {
  const length = fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 65_500, max: 65_600 }),
    fc.integer({ min: 131_000, max: 131_200 }),
  );
  const pieceBytes = fc.integer({ min: 500, max: 140_000 });
  await fc.assert(
    fc.asyncProperty(
      place,
      length,
      pieceBytes,
      pieceBytes,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      async (context, byteCount, inBytes, outBytes, cut) => {
        const plaintext = Buffer.alloc(byteCount, 'Valv');
        const sealed = await collect(sealStream(dek, context, inPieces(plaintext, inBytes)));
        expect((await collect(openStream(dek, context, inPieces(sealed, outBytes)))).equals(plaintext)).toBe(true);
        const start = sealed.subarray(0, Math.floor(sealed.length * cut));
        expect(await refusesStream(openStream(dek, context, inPieces(start, outBytes)))).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});

/** Like an object literal, but with an own `__proto__` where an entry is called so. */
function objectOf(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries);
}
