/**
 * A parser of Firestore's rules language, as far as `firestore.rules` uses it: functions, matches, allows, expressions.
 *
 * Guarantees: every expression knows its place in the source, so that it can be replaced there. Throws a TypeError at
 * whatever it does not understand, rather than leaving it out. Does not know types; the emulator does.
 */
import { type Token, tokenize } from './tokens.ts';

/** An expression. `start` and `end` are its place in the source, parentheses around it not included. */
export type Expression = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'ternary'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'call'; readonly callee: Expression; readonly inputs: readonly Expression[] }
  | { readonly kind: 'member'; readonly object: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly items: readonly Expression[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'path'; readonly text: string }
);

/** Where a condition stands: in a function, or in one of the `allow`s of a match. */
export type Place = {
  /** `isId()`, or `orgs/members update 2` for the second `allow update` of that match. */
  readonly name: string;
  /** Collections whose documents the match is about, or null in a function. */
  readonly collection: string | null;
  /** Methods of the `allow`, none in a function. */
  readonly methods: readonly string[];
  /** What is evaluated there: the condition, or the values of `let` and `return`. */
  readonly expressions: readonly { readonly role: 'condition' | 'return' | 'let'; readonly expression: Expression }[];
};

/** All places of a rules file. */
export function parseRules(source: string): Place[] {
  const cursor = cursorOf(tokenize(source));
  while (cursor.peek().text !== 'service') cursor.take();
  while (cursor.peek().text !== '{') cursor.take();
  const places = parseBody(cursor, '');
  const counts = new Map<string, number>();
  return places.map((place) => {
    if (place.collection === null) return place;
    const count = (counts.get(place.name) ?? 0) + 1;
    counts.set(place.name, count);
    return { ...place, name: `${place.name} ${count}` };
  });
}

/** What stands between the braces of a service or a match, whose path so far is given. */
function parseBody(cursor: Cursor, path: string): Place[] {
  const places: Place[] = [];
  cursor.take('{');
  while (cursor.peek().text !== '}') {
    const { text } = cursor.take();
    if (text === 'match') places.push(...parseBody(cursor, path + cursor.take().text));
    else if (text === 'function') places.push(parseFunction(cursor));
    else if (text === 'allow') places.push(parseAllow(cursor, collectionOf(path)));
    else throw new TypeError(`no statement of the rules: ${text}`);
  }
  cursor.take('}');
  return places;
}

function parseAllow(cursor: Cursor, collection: string): Place {
  const methods = [cursor.take().text];
  while (cursor.peek().text === ',') {
    cursor.take(',');
    methods.push(cursor.take().text);
  }
  cursor.take(':');
  cursor.take('if');
  const expression = parseTernary(cursor);
  cursor.take(';');
  return { name: `${collection} ${methods.join(', ')}`, collection, methods, expressions: [{ role: 'condition', expression }] };
}

function parseFunction(cursor: Cursor): Place {
  const name = `${cursor.take().text}()`;
  const expressions: Place['expressions'][number][] = [];
  while (cursor.peek().text !== '{') cursor.take();
  cursor.take('{');
  for (let last = false; !last;) {
    last = cursor.take().text === 'return';
    if (!last) for (const _ of ['name', '=']) cursor.take();
    expressions.push({ role: last ? 'return' : 'let', expression: parseTernary(cursor) });
    cursor.take(';');
  }
  cursor.take('}');
  return { name, collection: null, methods: [], expressions };
}

/** The names of the collections in a match's path, without what leads to the database. */
function collectionOf(path: string): string {
  const segments = path
    .replace('/databases/{database}/documents', '')
    .split('/')
    .filter((segment) => segment !== '');
  return segments.filter((segment) => !segment.startsWith('{')).join('/');
}

/** Reads words one after the other. */
type Cursor = { readonly peek: () => Token; readonly take: (text?: string) => Token };

function cursorOf(tokens: readonly Token[]): Cursor {
  let at = 0;
  const peek = (): Token => {
    const token = tokens[at];
    if (token === undefined) throw new TypeError('the rules end too early');
    return token;
  };
  const take = (text?: string): Token => {
    const token = peek();
    if (text !== undefined && token.text !== text) throw new TypeError(`expected ${text} at ${token.start}, found ${token.text}`);
    at += 1;
    return token;
  };
  return { peek, take };
}

function parseTernary(cursor: Cursor): Expression {
  const condition = parseBinary(cursor, 0);
  if (cursor.peek().text !== '?') return condition;
  cursor.take('?');
  const yes = parseTernary(cursor);
  cursor.take(':');
  const no = parseTernary(cursor);
  return { kind: 'ternary', condition, yes, no, start: condition.start, end: no.end };
}

/** Loosest first. */
const levels = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>=', 'in', 'is'], ['+', '-'], ['*', '/', '%']] as const;

function parseBinary(cursor: Cursor, level: number): Expression {
  const operators: readonly string[] | undefined = levels[level];
  if (operators === undefined) return parseUnary(cursor);
  let left = parseBinary(cursor, level + 1);
  while (operators.includes(cursor.peek().text)) {
    const operator = cursor.take().text;
    const right = parseBinary(cursor, level + 1);
    left = { kind: 'binary', operator, left, right, start: left.start, end: right.end };
  }
  return left;
}

function parseUnary(cursor: Cursor): Expression {
  if (cursor.peek().text !== '!') return parsePostfix(cursor);
  const { start } = cursor.take('!');
  const operand = parseUnary(cursor);
  return { kind: 'not', operand, start, end: operand.end };
}

function parsePostfix(cursor: Cursor): Expression {
  let expression = parsePrimary(cursor);
  for (;;) {
    const { text } = cursor.peek();
    if (text === '.') {
      cursor.take('.');
      const { text: name, end } = cursor.take();
      expression = { kind: 'member', object: expression, name, start: expression.start, end };
    } else if (text === '[') {
      cursor.take('[');
      const index = parseTernary(cursor);
      expression = { kind: 'index', object: expression, index, start: expression.start, end: cursor.take(']').end };
    } else if (text === '(') {
      const { items, end } = parseItems(cursor, '(', ')');
      expression = { kind: 'call', callee: expression, inputs: items, start: expression.start, end };
    } else return expression;
  }
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.peek();
  const { start, end } = token;
  if (token.text === '(') {
    cursor.take('(');
    const inner = parseTernary(cursor);
    // The parentheses belong to it, so that what follows ends behind them.
    return { ...inner, start, end: cursor.take(')').end };
  }
  if (token.text === '[') return { kind: 'list', ...parseItems(cursor, '[', ']'), start };
  if (token.text === '{') return { kind: 'map', ...parseItems(cursor, '{', '}'), start };
  cursor.take();
  if (token.kind === 'number') return { kind: 'number', value: Number(token.text), start, end };
  if (token.kind === 'string') return { kind: 'string', start, end };
  if (token.kind === 'path') return { kind: 'path', text: token.text, start, end };
  if (token.kind === 'name') return { kind: 'name', name: token.text, start, end };
  throw new TypeError(`no expression at ${start}: ${token.text}`);
}

function parseItems(cursor: Cursor, open: string, close: string): { items: Expression[]; end: number } {
  cursor.take(open);
  const items: Expression[] = [];
  while (cursor.peek().text !== close) {
    items.push(parseTernary(cursor));
    if (cursor.peek().text === ',' || cursor.peek().text === ':') cursor.take();
  }
  return { items, end: cursor.take(close).end };
}
