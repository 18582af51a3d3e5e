import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { idFrom, idPattern, idSchemas } from '../../../functions/src/shared/ids.ts';

const bytes = (min: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: min, maxLength: 40 });

describe('an id', () => {
  test('made of random bytes has the form that every schema accepts', () => {
    fc.assert(
      fc.property(bytes(15), (random) => {
        const id = idFrom<string>(random);
        expect(id).toMatch(idPattern);
        expect(id).toHaveLength(20);
        for (const schema of Object.values(idSchemas)) expect(z.safeParse(schema, id).success).toBe(true);
      }),
    );
  });

  test('carries all 120 bits, but for what would begin as the reserved ones do', () => {
    const isReserved = (random: Uint8Array): boolean => Buffer.from(random).toString('base64url').startsWith('__');
    fc.assert(
      fc.property(bytes(15), (random) => {
        const carried = Buffer.from(idFrom<string>(random), 'base64url');
        const from = isReserved(random) ? 2 : 0;
        expect(carried.subarray(from)).toEqual(Buffer.from(random.subarray(from, 15)));
      }),
      { examples: [[new Uint8Array(15).fill(255)], [new Uint8Array(15)]] },
    );
  });

  test('is not made of too little randomness', () => {
    expect(() => idFrom(new Uint8Array(14))).toThrow(TypeError);
  });

  test.each([
    '',
    'short',
    'x'.repeat(19),
    'x'.repeat(65),
    'has a space in the id',
    '../../../../../../etc',
    'slash/slash/slash/slash',
    'åäöåäöåäöåäöåäöåäöåäö',
    '.'.repeat(20),
    `${'x'.repeat(20)}\n`,
  ])('is not %j', (text) => {
    expect(z.safeParse(idSchemas.org, text).success).toBe(false);
  });

  test.each([null, 1, {}, ['x'.repeat(20)], undefined])('is not %j', (value) => {
    expect(z.safeParse(idSchemas.dataSubject, value).success).toBe(false);
  });
});
