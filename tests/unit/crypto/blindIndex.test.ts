import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { exactToken, maxNameTokens, maxQueryWords, nameQueryTokens, nameTokens } from '../../../functions/src/crypto/blindIndex.ts';
import { generateOrgKey, importOrgKey } from '../../../functions/src/crypto/keys.ts';
import { nameWords, normaliseEmail, normaliseNumber, normalisePhone, type Normalised } from '../../../functions/src/crypto/normalise.ts';
import { orgKeyOf, vectors } from './fixtures.ts';

type BlindIndexVectors = {
  orgKey: string;
  exact: { field: string; kind: 'email' | 'phone' | 'number'; value: string; normalised: string; token: string }[];
  names: { names: string[]; tokens: string[] }[];
  queries: { query: string; words: string[]; tokens: string[] }[];
};

const normalise = { email: normaliseEmail, phone: normalisePhone, number: normaliseNumber };
const orgKey = importOrgKey(generateOrgKey());
const email = normaliseEmail('asa@example.com')!; // has letters, so something remains

const finds = (query: string, ...names: string[]) => {
  const stored = new Set(nameTokens(orgKey, names));
  const wanted = nameQueryTokens(orgKey, query);
  return wanted.length > 0 && wanted.every((token) => stored.has(token));
};

describe('vectors made by another implementation', () => {
  const file = vectors<BlindIndexVectors>('blindIndex.json');
  const key = orgKeyOf(file.orgKey);

  test.each(file.exact)('exact token of $kind "$value"', (vector) => {
    const normalised = normalise[vector.kind](vector.value);
    expect(normalised).toBe(vector.normalised);
    expect(exactToken(key, vector.field, normalised!)).toBe(vector.token); // equal to the vector's text, so there is one
  });

  test.each(file.names)('name tokens of $names', (vector) => {
    expect(nameTokens(key, vector.names)).toEqual(vector.tokens);
  });

  test.each(file.queries)('query tokens of "$query"', (vector) => {
    expect(nameQueryTokens(key, vector.query)).toEqual(vector.tokens);
  });

  test('an exact token by node:crypto alone', () => {
    const blindKey = Buffer.from(hkdfSync('sha256', Buffer.from(file.orgKey, 'hex'), '', 'valv/1/org/blind-index', 32));
    const mac = createHmac('sha256', blindKey).update('valv\x01\x04\x00\x05emailasa@example.com', 'latin1').digest();
    expect(exactToken(key, 'email', email)).toBe(mac.subarray(0, 16).toString('base64url'));
  });
});

describe('exact tokens', () => {
  test('differ between organisations and between fields', () => {
    const other = importOrgKey(generateOrgKey());
    const tokens = [exactToken(orgKey, 'email', email), exactToken(other, 'email', email), exactToken(orgKey, 'email2', email)];
    expect(new Set(tokens).size).toBe(3);
  });

  test('do not confuse field and value', () => {
    const [b, ab] = ['b@x', 'ab@x'].map((value) => normaliseEmail(value)!); // both have letters
    expect(exactToken(orgKey, 'fielda', b!)).not.toBe(exactToken(orgKey, 'field', ab!)); // two in, two out
  });

  test('are no name tokens', () => {
    expect(nameTokens(orgKey, ['Anna'])).not.toContain(exactToken(orgKey, 'name', normaliseEmail('anna')!)); // has letters
  });

  test('refuse an empty value and an empty field', () => {
    expect(() => exactToken(orgKey, 'email', '' as Normalised)).toThrow(TypeError); // the misuse under test
    expect(() => exactToken(orgKey, '', email)).toThrow(TypeError);
  });
});

describe('normalisation', () => {
  test.each([
    ['Åsa@Example.com', 'åsa@example.com'],
    ['A\u030Asa@example.com', 'åsa@example.com'],
    ['\u200Easa@exa\u00ADmple.com\n', 'asa@example.com'],
    ['a\uD800@b', 'a\uFFFD@b'],
    [' \t\u200B', undefined],
    ['', undefined],
  ])('e-mail %j is %j', (value, expected) => {
    expect(normaliseEmail(value)).toBe(expected);
  });

  test.each([
    ['0701234567', '+46701234567'],
    ['070–123 45 67', '+46701234567'],
    ['+46 (0) 70 123 45 67', '+46701234567'],
    ['+46 070 123 45 67', '+46701234567'],
    ['(+46) 701234567', '+46701234567'],
    ['０７０1234567', '+46701234567'],
    ['00358 9 1234', '+35891234'],
    ['112', '112'],
    ['ring inte', undefined],
    ['+', undefined],
    ['', undefined],
  ])('phone %j is %j', (value, expected) => {
    expect(normalisePhone(value)).toBe(expected);
  });

  test.each([
    ['556000-0000', '5560000000'],
    [' 1990 0101 ‑ t123 ', '19900101T123'],
    ['５５６000-0000', '5560000000'],
    ['--', undefined],
  ])('number %j is %j', (value, expected) => {
    expect(normaliseNumber(value)).toBe(expected);
  });

  test.each([
    ['Åsa Ärlig Öst', ['åsa', 'ärlig', 'öst']],
    ['A\u030A\u0301sa Ǻ O\u0308', ['åsa', 'å', 'ö']],
    ['Renée Zoë Muñoz François Jürgen Dvořák', ['renee', 'zoe', 'munoz', 'francois', 'jurgen', 'dvorak']],
    ['Søren Æbel Łukasz Đorđe Þór Œuvre', ['sören', 'äbel', 'lukasz', 'dorde', 'thor', 'oeuvre']],
    ['STRAẞE straße', ['strasse', 'strasse']],
    ['İpek Işık', ['ipek', 'isik']],
    ['ΟΔΥΣΣΕΥΣ Οδυσσεύς', ['οδυσσευσ', 'οδυσσευσ']],
    ["Anna-Karin O'Neill O’Brien D\u02BCArc", ['anna', 'karin', 'o', 'neill', 'o', 'brien', 'd', 'arc']],
    ['An\u200Fna \u202EKarin\u202C', ['anna', 'karin']],
    ['\uD800Anna\u0000Karin', ['anna', 'karin']],
    ['محمد 李小龍', ['محمد', '李小龍']],
    ['🦊 — …', []],
  ])('words of %j', (name, expected) => {
    expect(nameWords(name)).toEqual(expected);
  });
});

describe('name search', () => {
  test('finds beginnings of words in any order', () => {
    expect(finds('öb ås', 'Åsa-Märta', 'Öberg')).toBe(true);
    expect(finds('märta öberg', 'Åsa-Märta', 'Öberg')).toBe(true);
    expect(finds('åsa karin', 'Åsa-Märta', 'Öberg')).toBe(false);
  });

  test('does not find Åsa by Asa, but René by Rene', () => {
    expect(finds('Asa', 'Åsa')).toBe(false);
    expect(finds('Rene', 'René')).toBe(true);
    expect(finds('RENÉ', 'Rene')).toBe(true);
  });

  test('does not find by one letter of a longer word', () => {
    expect(finds('a', 'Anna')).toBe(false);
    expect(finds('a', 'Anna', 'A')).toBe(true);
  });

  test('finds long words by every number of letters from two on', () => {
    const name = 'Wolfeschlegelsteinhausen';
    for (let letters = 2; letters <= name.length; letters += 1) expect(finds(name.slice(0, letters), name)).toBe(true);
  });

  test('finds nothing by a query without words', () => {
    expect(nameQueryTokens(orgKey, ' -🦊 ')).toEqual([]);
  });

  test('gives the longest word of a query first', () => {
    expect(nameQueryTokens(orgKey, 'li andersson')[0]).toBe(nameQueryTokens(orgKey, 'andersson')[0]);
  });

  test('caps tokens, complete words first, the same on every call', () => {
    const names = Array.from({ length: 12 }, (_, index) => `${String.fromCharCode(97 + index)}abcdefghijkl`);
    const tokens = nameTokens(orgKey, names);
    expect(tokens).toHaveLength(maxNameTokens);
    expect(nameTokens(orgKey, names)).toEqual(tokens);
    for (const name of names) expect(finds(name, ...names)).toBe(true);
    expect(finds('aa', ...names)).toBe(false);
  });

  test('takes a name of a million letters and a million words', () => {
    expect(nameTokens(orgKey, ['å'.repeat(1_000_000)])).toHaveLength(9);
    expect(nameTokens(orgKey, [Array.from({ length: 200_000 }, (_, index) => `n${index}`).join(' ')])).toHaveLength(maxNameTokens);
    expect(nameQueryTokens(orgKey, 'ab cd '.repeat(100_000))).toHaveLength(2);
    expect(nameQueryTokens(orgKey, Array.from({ length: 1000 }, (_, index) => `n${index}`).join(' '))).toHaveLength(maxQueryWords);
  });

  test('tokens are sorted, without repetition, 22 characters of base64url', () => {
    const tokens = nameTokens(orgKey, ['Anna Anna-Karin', 'Andersson']);
    expect(tokens).toEqual([...new Set(tokens)].toSorted());
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});
