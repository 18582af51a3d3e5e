/**
 * Tokens by which sealed values can be found without being read (README.md, "Blind indexes").
 *
 * Guarantees: without the org key a token tells nothing but equality; tokens of two organisations or fields have
 * nothing in common. Does leak equality and frequency inside an organisation, of beginnings of names too, and does not
 * vanish with a data subject's key: whoever deletes the record must delete its tokens.
 */
import { createHmac } from 'node:crypto';
import { encodeAad } from './aad.ts';
import type { OrgKey } from './keys.ts';
import { nameWords, type Normalised } from './normalise.ts';

declare const brand: unique symbol;

/** 22 characters of base64url: 16 bytes of an HMAC. */
export type BlindToken = string & { readonly [brand]: 'BlindToken' };

/** The most name tokens that one record has. */
export const maxNameTokens = 60;
/** The most words of a query that are looked for; more words would only narrow the result. */
export const maxQueryWords = 10;

const tokenBytes = 16;
const minLetters = 2;
const maxLetters = 10;

/** The token of a whole value in a field. Throws a TypeError for an empty field name or value. */
export function exactToken(orgKey: OrgKey, field: string, value: Normalised): BlindToken {
  if (value.length === 0) throw new TypeError('an empty value has no token');
  return token(orgKey, encodeAad('exactToken', [field]), value);
}

/** The tokens of a person's names: at most 60, sorted, without repetition. No words, no tokens. */
export function nameTokens(orgKey: OrgKey, names: readonly string[]): BlindToken[] {
  const aad = encodeAad('nameToken', []);
  return beginnings(names.flatMap(nameWords))
    .map((beginning) => token(orgKey, aad, beginning))
    .toSorted();
}

/** One token for each word of a query, longest word first, at most 10. A record matches if it has all; no words match nothing. */
export function nameQueryTokens(orgKey: OrgKey, query: string): BlindToken[] {
  const aad = encodeAad('nameToken', []);
  const words = [...new Set(nameWords(query).map((word) => firstLetters(word).join('')))];
  return words
    .toSorted((a, b) => b.length - a.length)
    .slice(0, maxQueryWords)
    .map((word) => token(orgKey, aad, word));
}

function token(orgKey: OrgKey, aad: Uint8Array, value: string): BlindToken {
  const mac = createHmac('sha256', orgKey.blindIndex).update(aad).update(value, 'utf8').digest();
  return mac.toString('base64url', 0, tokenBytes) as BlindToken; // that is what the type says
}

/** Complete words first, then their beginnings from long to short, until the limit. */
function beginnings(words: readonly string[]): string[] {
  const lettersOfWords = words.map(firstLetters);
  const found = new Set(lettersOfWords.map((letters) => letters.join('')));
  for (let length = maxLetters - 1; length >= minLetters; length -= 1) {
    for (const letters of lettersOfWords) {
      if (letters.length > length) found.add(letters.slice(0, length).join(''));
    }
  }
  return [...found].slice(0, maxNameTokens);
}

function firstLetters(word: string): string[] {
  return Array.from(word.slice(0, maxLetters * 2)).slice(0, maxLetters); // a code point is at most two code units
}
