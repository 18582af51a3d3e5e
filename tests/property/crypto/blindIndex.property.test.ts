import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactToken, maxNameTokens, nameQueryTokens, nameTokens } from '../../../functions/src/crypto/blindIndex.ts';
import { generateOrgKey, importOrgKey } from '../../../functions/src/crypto/keys.ts';
import { nameWords, normaliseEmail, normaliseNumber, normalisePhone } from '../../../functions/src/crypto/normalise.ts';

const runs = { numRuns: 500 }; // fast-check prints the seed of a failure

const [orgKey, otherOrgKey] = [importOrgKey(generateOrgKey()), importOrgKey(generateOrgKey())];
const letter = fc.constantFrom(..."aAåÅäÄöÖéÉüÜøØæÆßẞſıİςΣœđł-' ’\u200F\u00AD\u0301\u0308\u030A\u00A8\u02BC\uD800ﬁ２+0(4)6");
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string({ unit: letter, maxLength: 8 }));
const normalisations = [normaliseEmail, normalisePhone, normaliseNumber];

test('normalising twice is normalising once', () => {
  fc.assert(
    fc.property(text, (value) => {
      for (const normalise of normalisations) {
        const once = normalise(value);
        if (once !== undefined) expect(normalise(once)).toBe(once);
      }
      const words = nameWords(value);
      expect(nameWords(words.join(' '))).toEqual(words);
    }),
    { numRuns: 5000 },
  );
});

test('every single character is normalised the same once and twice', () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
    const character = String.fromCodePoint(codePoint);
    const words = nameWords(character);
    if (words.join(' ') !== nameWords(words.join(' ')).join(' ')) expect.fail(`words of U+${codePoint.toString(16)}`);
    const email = normaliseEmail(character);
    if (email !== undefined && normaliseEmail(email) !== email) expect.fail(`e-mail U+${codePoint.toString(16)}`);
  }
}, 60_000);

test('exact tokens are equal if and only if the normalised values are', () => {
  const pair = fc.oneof(
    fc.tuple(text, text),
    text.chain((value) =>
      fc.tuple(fc.constant(value), fc.constantFrom(value, value.toUpperCase(), ` ${value} `, value.normalize('NFD'), `${value}a`)),
    ),
  );
  fc.assert(
    fc.property(pair, ([one, other]) => {
      const [a, b] = [normaliseEmail(one), normaliseEmail(other)];
      if (a === undefined || b === undefined) return;
      expect(exactToken(orgKey, 'email', a) === exactToken(orgKey, 'email', b)).toBe(a === b);
    }),
    runs,
  );
});

test('two organisations have no token in common', () => {
  fc.assert(
    fc.property(text, fc.array(text), (value, names) => {
      const normalised = normaliseEmail(value);
      if (normalised !== undefined) expect(exactToken(orgKey, 'email', normalised)).not.toBe(exactToken(otherOrgKey, 'email', normalised));
      const others = new Set(nameTokens(otherOrgKey, names));
      expect(nameTokens(orgKey, names).filter((token) => others.has(token))).toEqual([]);
    }),
    runs,
  );
});

test('a record is found by every word of its names and every beginning of two letters, unless capped', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), (names) => {
      const stored = nameTokens(orgKey, names);
      if (stored.length === maxNameTokens) return;
      for (const word of names.flatMap(nameWords)) {
        const letters = [...word];
        for (let count = Math.min(2, letters.length); count <= letters.length; count += 1) {
          for (const token of nameQueryTokens(orgKey, letters.slice(0, count).join(''))) expect(stored).toContain(token);
        }
      }
    }),
    runs,
  );
});

test('the order of the names does not show, unless capped', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (names) => {
      const tokens = nameTokens(orgKey, names);
      if (tokens.length < maxNameTokens) expect(nameTokens(orgKey, names.toReversed())).toEqual(tokens);
      expect(tokens.length).toBeLessThanOrEqual(maxNameTokens);
    }),
    runs,
  );
});
