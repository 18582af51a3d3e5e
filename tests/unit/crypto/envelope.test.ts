import { createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeSealContext, type SealContext } from '../../../functions/src/crypto/aad.ts';
import { maxPlaintextBytes, openRecord, sealRecord, type Fields } from '../../../functions/src/crypto/envelope.ts';
import { generateDek } from '../../../functions/src/crypto/keys.ts';
import { context, dekOf, onlyBytes, refuses, vectors, withByteChanged } from './fixtures.ts';

type EnvelopeVectors = { dek: string; nonce: string; cases: { context: SealContext; fields: Fields; aad: string; envelope: string }[] };

const dek = generateDek();
const fields: Fields = { givenName: 'Åsa-Märta', familyName: 'Öberg' };

describe('vectors made by another implementation', () => {
  const file = vectors<EnvelopeVectors>('envelope.json');

  test.each(file.cases)('seal to the same bytes and open: case %#', (vector) => {
    const envelope = sealRecord(dekOf(file.dek), vector.context, vector.fields, onlyBytes(file.nonce));
    expect(envelope.toString('hex')).toBe(vector.envelope);
    expect(openRecord(dekOf(file.dek), vector.context, Buffer.from(vector.envelope, 'hex'))).toEqual(vector.fields);
  });

  test.each(file.cases)('have the same associated data: case %#', (vector) => {
    expect(encodeSealContext('record', vector.context).toString('hex')).toBe(vector.aad);
  });

  test.each(file.cases)('open by node:crypto alone: case %#', (vector) => {
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', Buffer.from(file.dek, 'hex'), '', 'valv/1/dek/record', 32)));
    const bytes = Buffer.from(vector.envelope, 'hex');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(vector.aad, 'hex')).setAuthTag(bytes.subarray(-16));
    const plaintext = Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()]);
    expect(plaintext.length % 64).toBe(0);
    expect(plaintext.toString('utf8').trimEnd()).toBe(JSON.stringify(vector.fields));
  });
});

describe('an envelope', () => {
  const envelope = sealRecord(dek, context, fields);

  test('is refused with any one byte changed, at every position and in every bit', () => {
    for (let position = 0; position < envelope.length; position += 1) {
      for (const mask of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const changed = withByteChanged(envelope, position, mask);
        expect(
          refuses(() => openRecord(dek, context, changed)),
          `position ${position}, mask ${mask}`,
        ).toBe(true);
      }
    }
  });

  test('is refused at every shorter length, and longer', () => {
    for (let length = 0; length < envelope.length; length += 1) {
      expect(
        refuses(() => openRecord(dek, context, envelope.subarray(0, length))),
        `length ${length}`,
      ).toBe(true);
    }
    for (const extra of [1, 16, 64]) {
      expect(refuses(() => openRecord(dek, context, Buffer.concat([envelope, Buffer.alloc(extra)])))).toBe(true);
      expect(refuses(() => openRecord(dek, context, Buffer.concat([Buffer.alloc(extra, 1), envelope])))).toBe(true);
    }
  });

  test.each<Partial<SealContext>>([
    { orgId: 'organisation-two-0002' },
    { collection: 'documents' },
    { docId: 'subject-number-two-02' },
    { sensitivityClass: 'identity' },
    { orgId: 'organisation-one-0001d', collection: 'ataSubjects' },
    { orgId: context.collection, collection: context.orgId },
  ])('is refused in another place: %o', (elsewhere) => {
    expect(refuses(() => openRecord(dek, { ...context, ...elsewhere }, envelope))).toBe(true);
  });

  test('is refused with the key of another data subject', () => {
    expect(refuses(() => openRecord(generateDek(), context, envelope))).toBe(true);
  });

  test('never repeats: two seals of the same fields differ in nonce and ciphertext', () => {
    const again = sealRecord(dek, context, fields);
    expect(again.subarray(1, 13).equals(envelope.subarray(1, 13))).toBe(false);
    expect(again.subarray(13).equals(envelope.subarray(13))).toBe(false);
  });

  test('has one length for all texts of a bucket', () => {
    const lengths = [0, 1, 30, 55].map((length) => sealRecord(dek, context, { a: 'x'.repeat(length) }).length);
    expect(new Set(lengths)).toEqual(new Set([1 + 12 + 64 + 16]));
    expect(sealRecord(dek, context, { a: 'x'.repeat(57) }).length).toBe(1 + 12 + 128 + 16);
  });

  test('holds up to 512 KiB and refuses more', () => {
    const overhead = '{"a":""}'.length;
    const most = { a: 'x'.repeat(maxPlaintextBytes - overhead) };
    expect(openRecord(dek, context, sealRecord(dek, context, most))).toEqual(most);
    expect(() => sealRecord(dek, context, { a: `${most.a}x` })).toThrow(TypeError);
    expect(() => sealRecord(dek, context, { a: 'å'.repeat(1_000_000) })).toThrow(TypeError);
  });
});

describe('hostile values', () => {
  test.each<[string, string]>([
    ['lone high surrogate', 'a\uD800b'],
    ['lone low surrogate', '\uDC00'],
    ['surrogates in the wrong order', '\uDC00\uD800'],
    ['NUL', 'a\u0000b'],
    ['marks of direction', '\u202Eabc\u200F\u2066'],
    ['byte order mark', '\uFEFFa'],
    ['line separators', '\u2028\u2029\r\n'],
    ['trailing spaces', 'a   '],
    ['decomposed letters', 'A\u030Asa'],
    ['300,000 letters', 'å'.repeat(200_000)],
  ])('come back exactly: %s', (_name, value) => {
    const hostile = { value, [value]: 'as a name' };
    if (Buffer.byteLength(JSON.stringify(hostile)) > maxPlaintextBytes)
      return expect(() => sealRecord(dek, context, hostile)).toThrow(TypeError);
    expect(openRecord(dek, context, sealRecord(dek, context, hostile))).toStrictEqual(hostile);
  });

  test('come back exactly: names of the prototype chain', () => {
    const hostile = JSON.parse('{"__proto__":{"isAdministrator":true},"constructor":"c","toString":"t","hasOwnProperty":1}') as Fields;
    const opened = openRecord(dek, context, sealRecord(dek, context, hostile));
    expect(Object.keys(opened)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
    expect(JSON.stringify(opened)).toBe(JSON.stringify(hostile));
    expect(Object.getPrototypeOf(opened)).toBe(Object.prototype);
    expect('isAdministrator' in {}).toBe(false);
  });

  const nested = (depth: number): unknown => (depth === 0 ? 'end' : [nested(depth - 1)]);
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a bigint', 1n],
    ['NaN', Number.NaN],
    ['infinity', -Infinity],
    ['minus zero', -0],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(3)],
    ['a boxed string', Object('x')],
    ['an object with toJSON', { toJSON: () => 'other' }],
    ['a sparse array', Array.from({ length: 1 }).concat(Array(2))],
    ['an array with a hole', [1, , 2]], // oxlint-disable-line no-sparse-arrays -- the hole is the case
    ['an array with a property', Object.assign([1], { extra: 2 })],
    ['a hidden property', Object.defineProperty({}, 'hidden', { value: 1 })],
    ['a symbol as name', { [Symbol('s')]: 1 }],
    [
      'a class instance',
      new (class Person {
        name = 'x';
      })(),
    ],
    ['nesting without end', cyclic],
    ['nesting too deep', nested(40)],
  ])('are refused with a TypeError: %s', (_name, value) => {
    expect(() => sealRecord(dek, context, { value } as Fields)).toThrow(TypeError);
    expect(() => sealRecord(dek, context, { list: [{ value }] } as Fields)).toThrow(TypeError);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['an array', []],
    ['a text', 'text'],
    ['undefined', undefined],
  ])('are no record: %s', (_name, value) => {
    expect(() => sealRecord(dek, context, value as Fields)).toThrow(TypeError);
  });

  test('as places are refused with a TypeError', () => {
    for (const docId of ['', 'a\uD800', 'x'.repeat(1501), 'å'.repeat(751)]) {
      expect(() => sealRecord(dek, { ...context, docId }, fields)).toThrow(TypeError);
      expect(() => openRecord(dek, { ...context, docId }, sealRecord(dek, context, fields))).toThrow(TypeError);
    }
  });
});
