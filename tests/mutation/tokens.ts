/** The words of Firestore's rules language, with their places in the source. */

/** A word: `start` and `end` count characters of the source, `end` excluded. */
export type Token = {
  readonly kind: 'name' | 'number' | 'string' | 'path' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

const signs = [
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  '+',
  '-',
  '*',
  '%',
  '!',
  '?',
  ':',
  '.',
  ',',
  ';',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '=',
  '/',
];

/** Splits a source into words; blanks and comments are left out. Throws when something is no word. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const blank = /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/u.exec(source.slice(at, at + 20_000));
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const token = nextToken(source, at, tokens.at(-1));
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function nextToken(source: string, start: number, previous: Token | undefined): Token {
  const rest = source.slice(start);
  const made = (kind: Token['kind'], text: string): Token => ({ kind, text, start, end: start + text.length });
  const text = /^'(?:[^'\\]|\\.)*'/u.exec(rest)?.[0];
  if (text !== undefined) return made('string', text);
  const number = /^\d+/u.exec(rest)?.[0];
  if (number !== undefined) return made('number', number);
  const name = /^[A-Za-z_]\w*/u.exec(rest)?.[0];
  if (name !== undefined) return made('name', name);
  if (rest.startsWith('/') && startsPath(previous)) return made('path', rest.slice(0, pathLength(rest)));
  const sign = signs.find((known) => rest.startsWith(known));
  if (sign === undefined) throw new TypeError(`no word of the rules at ${start}: ${rest.slice(0, 20)}`);
  return made('sign', sign);
}

/** A slash begins a path, unless something stands before it that it could divide. */
const startsPath = (previous: Token | undefined): boolean =>
  previous === undefined ||
  (previous.kind === 'sign' && ![')', ']'].includes(previous.text)) ||
  previous.text === 'match' ||
  previous.text === 'return';

/** Up to the end of a path, whose `$(…)` may hold anything in balanced parentheses and whose `{…}` names a wildcard. */
function pathLength(text: string): number {
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('$(', at)) at = closing(text, at + 1) + 1;
    else if (text[at] === '{' && text[at - 1] === '/') at = text.indexOf('}', at) + 1;
    else if (/[\w/]/u.test(text[at] ?? '')) at += 1;
    else return at;
  }
  return at;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  throw new TypeError('a path does not end');
}
