import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type JsonValue } from '../../../functions/src/shared/canonicalJson.ts';

/** Any value that JSON carries; strings of whole characters, as canonical JSON wants them. */
const anyJson = fc.jsonValue({ stringUnit: 'binary' }).filter((value) => isWellFormed(value)) as fc.Arbitrary<JsonValue>; // fast-check's JSON values are ours

function isWellFormed(value: unknown): boolean {
  return JSON.stringify(value).isWellFormed() && !/\\ud[89ab]../i.test(JSON.stringify(value));
}

/** The same value with the keys of every object in another order. */
function shuffled(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
}

describe('canonical JSON', () => {
  test('is JSON of the same value', () => {
    fc.assert(
      fc.property(anyJson, (value) => void expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))),
      { numRuns: 300 },
    );
  });

  test('gives equal values equal text, whatever the order of their keys', () => {
    fc.assert(
      fc.property(anyJson, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)),
      { numRuns: 300 },
    );
  });

  test('comes back from reading and writing unchanged', () => {
    fc.assert(
      fc.property(anyJson, (value) => canonicalJson(JSON.parse(canonicalJson(value)) as JsonValue) === canonicalJson(value)),
      { numRuns: 300 },
    );
  });

  test('sorts keys by code unit and leaves out white space', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'x y'], Å: {}, A: [] })).toBe('{"A":[],"a":[true,null,"x y"],"b":1,"Å":{}}');
  });

  // RFC 8785, 3.2.3: property names are compared as arrays of UTF-16 code units.
  test('orders the names of RFC 8785 as the standard does', () => {
    const names = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = [...canonicalJson(names).matchAll(/:"([^"]+)"/g)].map(([, name]) => name?.split(/[ :]/)[0]);
    expect(order).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew']);
  });

  // RFC 8785, appendix B.
  test.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [1e21, '1e+21'],
    [0.000001, '0.000001'],
  ])('writes the number %d as %s', (number, text) => {
    expect(canonicalJson(number)).toBe(text);
  });

  test('keeps the name __proto__ as a name', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}') as JsonValue)).toBe('{"__proto__":1,"a":2}');
  });

  test.each([
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate as a name', { '\udc00': 1 }],
    ['undefined', undefined],
    ['undefined inside', { a: undefined }],
    ['a big integer', 1n],
    ['a function', () => 1],
  ])('refuses %s', (_what, value) => {
    expect(() => canonicalJson(value as unknown as JsonValue)).toThrow(TypeError); // exactly what the types forbid
  });
});
