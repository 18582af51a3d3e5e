import { createDecipheriv, hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openRecord, sealRecord } from '../../../functions/src/crypto/envelope.ts';
import { generateDek, generateOrgKey, importOrgKey, unwrapDek, wrapDek, type DekContext } from '../../../functions/src/crypto/keys.ts';
import { context, dekOf, onlyBytes, orgKeyOf, refuses, vectors, withByteChanged } from './fixtures.ts';

type WrappedDekVector = { orgKey: string; dek: string; nonce: string; context: DekContext; wrapped: string };

const orgKey = importOrgKey(generateOrgKey());
const subject: DekContext = { orgId: 'organisation-one-0001', dataSubjectId: 'subject-number-one-01' };

describe('the vector made by another implementation', () => {
  const vector = vectors<WrappedDekVector>('wrappedDek.json');

  test('wraps to the same bytes', () => {
    const wrapped = wrapDek(orgKeyOf(vector.orgKey), dekOf(vector.dek), vector.context, onlyBytes(vector.nonce));
    expect(wrapped.toString('hex')).toBe(vector.wrapped);
  });

  test('unwraps to the same key', () => {
    const dek = unwrapDek(orgKeyOf(vector.orgKey), Buffer.from(vector.wrapped, 'hex'), vector.context);
    expect(dek.root.export().toString('hex')).toBe(vector.dek);
  });

  test('unwraps by node:crypto alone', () => {
    const key = Buffer.from(hkdfSync('sha256', Buffer.from(vector.orgKey, 'hex'), '', 'valv/1/org/wrapping', 32));
    const bytes = Buffer.from(vector.wrapped, 'hex');
    const aad = Buffer.concat([
      Buffer.from('valv\x01\x02', 'latin1'),
      ...[vector.context.orgId, vector.context.dataSubjectId].map(lengthPrefixed),
    ]);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13), { authTagLength: 16 });
    decipher.setAAD(aad).setAuthTag(bytes.subarray(-16));
    expect(Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()]).toString('hex')).toBe(vector.dek);
  });
});

describe('a wrapped key', () => {
  const dek = generateDek();
  const wrapped = wrapDek(orgKey, dek, subject);

  test('unwraps to a key that opens what the first one sealed', () => {
    const envelope = sealRecord(dek, context, { a: 'b' });
    expect(openRecord(unwrapDek(orgKey, wrapped, subject), context, envelope)).toEqual({ a: 'b' });
  });

  test('is refused with any one byte changed, at every position and in every bit', () => {
    for (let position = 0; position < wrapped.length; position += 1) {
      for (const mask of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const changed = withByteChanged(wrapped, position, mask);
        expect(
          refuses(() => unwrapDek(orgKey, changed, subject)),
          `position ${position}, mask ${mask}`,
        ).toBe(true);
      }
    }
  });

  test('is refused at every other length', () => {
    for (let length = 0; length < wrapped.length; length += 1)
      expect(refuses(() => unwrapDek(orgKey, wrapped.subarray(0, length), subject))).toBe(true);
    expect(refuses(() => unwrapDek(orgKey, Buffer.concat([wrapped, Buffer.alloc(1)]), subject))).toBe(true);
  });

  test('is refused for another data subject, organisation or org key', () => {
    expect(refuses(() => unwrapDek(orgKey, wrapped, { ...subject, dataSubjectId: 'subject-number-two-02' }))).toBe(true);
    expect(refuses(() => unwrapDek(orgKey, wrapped, { ...subject, orgId: 'organisation-two-0002' }))).toBe(true);
    expect(refuses(() => unwrapDek(orgKey, wrapped, { orgId: subject.dataSubjectId, dataSubjectId: subject.orgId }))).toBe(true);
    expect(refuses(() => unwrapDek(importOrgKey(generateOrgKey()), wrapped, subject))).toBe(true);
  });

  test('can be wrapped anew under another org key', () => {
    const nextKey = importOrgKey(generateOrgKey());
    const rewrapped = wrapDek(nextKey, unwrapDek(orgKey, wrapped, subject), subject);
    expect(openRecord(unwrapDek(nextKey, rewrapped, subject), context, sealRecord(dek, context, { a: 1 }))).toEqual({ a: 1 });
  });

  test('wants ids that are not empty', () => {
    expect(() => wrapDek(orgKey, dek, { ...subject, dataSubjectId: '' })).toThrow(TypeError);
    expect(() => unwrapDek(orgKey, wrapped, { ...subject, orgId: '' })).toThrow(TypeError);
  });
});

describe('raw keys', () => {
  test('are zeroed by the import', () => {
    const raw = generateOrgKey();
    expect(raw.some((byte) => byte !== 0)).toBe(true);
    importOrgKey(raw);
    expect(raw.every((byte) => byte === 0)).toBe(true);
  });

  test('are zeroed by an import that throws', () => {
    const raw = new Uint8Array(31).fill(7);
    expect(() => importOrgKey(raw)).toThrow(TypeError);
    expect(raw.every((byte) => byte === 0)).toBe(true);
  });

  test('are zeroed when a data key has been made of them', () => {
    const raw = new Uint8Array(32).fill(7);
    generateDek(() => raw);
    expect(raw.every((byte) => byte === 0)).toBe(true);
  });

  test('of 0, 16, 31, 33 and 64 bytes are no keys', () => {
    for (const length of [0, 16, 31, 33, 64]) expect(() => importOrgKey(new Uint8Array(length))).toThrow(TypeError);
  });
});

describe('key objects', () => {
  const hex = '5a'.repeat(32);
  const base64 = Buffer.from(hex, 'hex').toString('base64');

  test.each([
    ['org key', orgKeyOf(hex)],
    ['data key', dekOf(hex)],
  ])('show nothing: %s', (_name, key) => {
    expect(() => JSON.stringify({ key })).toThrow(TypeError);
    const printed =
      inspect({ key }, { depth: 10, showHidden: true }) +
      String(key) +
      JSON.stringify({ ...key }) +
      JSON.stringify(structuredClone({ ...key }));
    expect(printed).not.toContain(hex);
    expect(printed).not.toContain('5a, 5a');
    expect(printed).not.toContain('5a 5a');
    expect(printed).not.toContain('90, 90');
    expect(printed).not.toContain(base64);
    expect(Object.keys(key)).toEqual([]);
  });

  test('cannot be changed', () => {
    expect(() => Object.assign(dekOf(hex), { record: orgKey.wrapping })).toThrow(TypeError);
  });

  test('are different for every purpose', () => {
    const dek = dekOf(hex);
    const org = orgKeyOf(hex);
    const all = [dek.root, dek.record, dek.file, org.wrapping, org.blindIndex].map((key) => key.export().toString('hex'));
    expect(new Set(all).size).toBe(5);
  });
});

function lengthPrefixed(part: string): Buffer {
  const bytes = Buffer.from(part, 'utf8');
  return Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes]);
}
