/** Mutants of the rules: each a single expression exchanged for another one that says a little more or less. */
import type { Expression, Place } from './parse.ts';

/** What a mutant does to the rules: `weaker` lets more through, `stronger` less, `other` one or the other. */
export type Bias = 'weaker' | 'stronger' | 'other';

/** One change of one expression. */
export type Mutant = {
  readonly place: Place;
  /** The expression that is exchanged, by its place in the source. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly bias: Bias;
};

const memberRoles = ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing', 'support'];

/** All mutants of some places, in the order of the source. */
export function mutantsOf(source: string, places: readonly Place[]): Mutant[] {
  const all = places.flatMap((place) =>
    place.expressions.flatMap(({ role, expression }) => visit(source, place, expression, isCondition(role, expression) ? 'only' : 'none')),
  );
  const seen = new Set<string>();
  return all.filter((mutant) => {
    const key = `${mutant.start}-${mutant.end} ${mutant.replacement}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

/** What a function returns is a condition when it looks like one; an access or a list is none. */
function isCondition(role: 'condition' | 'return' | 'let', expression: Expression): boolean {
  if (role === 'condition') return true;
  if (role === 'let') return false;
  if (expression.kind === 'binary') return !['+', '-', '*', '/', '%'].includes(expression.operator);
  return expression.kind === 'not' || (expression.kind === 'call' && !isAccess(expression));
}

const isAccess = (expression: Expression): boolean =>
  expression.kind === 'call' &&
  expression.callee.kind === 'name' &&
  ['get', 'getAfter', 'memberBefore', 'memberAfter'].includes(expression.callee.name);

/** Whether an expression is true or false, and then whether it is one of several alternatives; or a list of keys of a document. */
type Condition = 'none' | 'only' | 'alternative' | 'keys';

/** The mutants of an expression and of all within it. */
function visit(source: string, place: Place, expression: Expression, how: Condition): Mutant[] {
  const text = (part: Expression): string => source.slice(part.start, part.end);
  const exchange = (part: Expression, replacement: string, bias: Bias): Mutant => ({
    place,
    start: part.start,
    end: part.end,
    replacement,
    bias,
  });
  const within = (part: Expression, partly: Condition = 'none'): Mutant[] => visit(source, place, part, partly);
  const ofCondition = how === 'only' || how === 'alternative' ? conditionMutants(expression, how === 'alternative', text, exchange) : [];
  switch (expression.kind) {
    case 'binary': {
      const inner = expression.operator === '&&' ? 'only' : expression.operator === '||' ? 'alternative' : 'none';
      return [
        ...ofCondition,
        ...operatorMutants(expression, text, exchange),
        ...within(expression.left, inner),
        ...within(expression.right, inner),
      ];
    }
    case 'not':
      return [...ofCondition, ...within(expression.operand, 'only')];
    case 'ternary':
      return [
        ...ofCondition,
        exchange(expression, `(${text(expression.condition)}) ? (${text(expression.no)}) : (${text(expression.yes)})`, 'other'),
        ...within(expression.condition, 'only'),
        ...within(expression.yes),
        ...within(expression.no),
      ];
    case 'call':
      return [
        ...ofCondition,
        ...within(expression.callee),
        ...expression.inputs.flatMap((input) => within(input, isOfKeys(expression) ? 'keys' : 'none')),
      ];
    case 'member':
      return [...ofCondition, ...within(expression.object)];
    case 'index':
      return [...ofCondition, ...within(expression.object), ...within(expression.index)];
    case 'list':
      return [...listMutants(expression, how === 'keys', text, exchange), ...expression.items.flatMap((item) => within(item))];
    case 'number':
      return [
        exchange(expression, String(expression.value + 1), 'other'),
        ...(expression.value > 0 ? [exchange(expression, String(expression.value - 1), 'other')] : []),
      ];
    case 'map':
    case 'name':
    case 'string':
    case 'path':
      return ofCondition;
  }
}

/** Calls that say which keys a document has, or which of them change. */
const isOfKeys = ({ callee }: Extract<Expression, { kind: 'call' }>): boolean =>
  (callee.kind === 'name' && ['hasExactly', 'onlyChanges'].includes(callee.name)) ||
  (callee.kind === 'member' && callee.name === 'hasOnly');

type Text = (part: Expression) => string;
type Exchange = (part: Expression, replacement: string, bias: Bias) => Mutant;

/** Dropped and turned round; one of several alternatives is also taken out. A whole conjunction is treated conjunct by conjunct. */
function conditionMutants(expression: Expression, isAlternative: boolean, text: Text, exchange: Exchange): Mutant[] {
  if (expression.kind === 'binary' && expression.operator === '&&') return [];
  return [
    exchange(expression, 'true', 'weaker'),
    ...(isAlternative ? [exchange(expression, 'false', 'stronger')] : []),
    exchange(expression, `!(${text(expression)})`, 'other'),
  ];
}

const neighbours: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '&&': '||', '||': '&&' };

function operatorMutants(expression: Extract<Expression, { kind: 'binary' }>, text: Text, exchange: Exchange): Mutant[] {
  const { operator, left, right } = expression;
  const other = neighbours[operator];
  // No request comes at exactly an instant, to the microsecond; so no test could tell before from not after.
  const isOfTime = operator !== '&&' && operator !== '||' && /request\.time/u.test(text(left) + text(right));
  if (other === undefined || isOfTime) return [];
  const bias = operator === '&&' ? 'weaker' : operator === '||' ? 'stronger' : 'other';
  return [exchange(expression, `(${text(left)}) ${other} (${text(right)})`, bias)];
}

/** A list of roles with one more or one less; any other list of texts with one less, and a list of keys also with one more. */
function listMutants(expression: Extract<Expression, { kind: 'list' }>, isOfKeys: boolean, text: Text, exchange: Exchange): Mutant[] {
  const items = expression.items.map(text);
  if (!expression.items.every(({ kind }) => kind === 'string') || items.length === 0) return [];
  const names = items.map((item) => item.slice(1, -1));
  const isOfRoles = names.every((name) => memberRoles.includes(name));
  const added = isOfRoles ? memberRoles.filter((role) => !names.includes(role)) : isOfKeys ? ['remark'] : [];
  return [
    ...items.map((_, at) => exchange(expression, `[${items.filter((__, other) => other !== at).join(', ')}]`, 'stronger')),
    ...added.map((name) => exchange(expression, `[${[...items, `'${name}'`].join(', ')}]`, 'weaker')),
  ];
}

/** The name by which a mutant is known: where it is, what was there and what is there now. */
export const describeMutant = (source: string, { place, start, end, replacement }: Mutant): string =>
  `${place.name}: ${oneLine(source.slice(start, end))} → ${oneLine(replacement)}`;

const oneLine = (text: string): string => text.replaceAll(/\s*\/\/[^\n]*\n/gu, '\n').replaceAll(/\s+/gu, ' ');

/** The line of a mutant, from 1. */
export const lineOf = (source: string, { start }: Mutant): number => source.slice(0, start).split('\n').length;

/**
 * The rules with several mutants asleep in them: each awakes for the caller whose token names it (`mutant`, from 1), and
 * otherwise the rules are as they were. So one compilation serves many.
 */
export function withSleeping(source: string, mutants: readonly { readonly id: number; readonly mutant: Mutant }[]): string {
  const inner = mutants.toSorted((a, b) => b.mutant.start - a.mutant.start || a.mutant.end - b.mutant.end);
  let text = source;
  for (const { id, mutant } of inner) {
    const { start, end, replacement } = mutant;
    text = `${text.slice(0, start)}(request.auth.token.mutant == ${id} ? (${replacement}) : (${text.slice(start, end)}))${text.slice(end)}`;
  }
  return text;
}

/** The rules with a mutant in the place of what it exchanges. */
export const writtenOut = (source: string, { start, end, replacement }: Mutant): string =>
  `${source.slice(0, start)}(${replacement})${source.slice(end)}`;

/** Whether two mutants exchange the same text, or one a part of the other's. */
export const overlap = (one: Mutant, other: Mutant): boolean => one.start < other.end && other.start < one.end;
