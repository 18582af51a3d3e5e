/** Which collections' rules lead to which function. */
import type { Expression, Place } from './parse.ts';

/** The collections whose rules come to what is evaluated at a place. */
export function reachOf(places: readonly Place[]): (place: Place) => ReadonlySet<string> {
  const callsOf = new Map(places.map(({ name, expressions }) => [name, expressions.flatMap(({ expression }) => callees(expression))]));
  const reached = new Map<string, Set<string>>();
  for (const { name, collection } of places) {
    if (collection === null) continue;
    const seen = new Set<string>();
    const left = [...(callsOf.get(name) ?? [])];
    for (let called = left.pop(); called !== undefined; called = left.pop()) {
      if (seen.has(called)) continue;
      seen.add(called);
      reached.set(called, (reached.get(called) ?? new Set<string>()).add(collection));
      left.push(...(callsOf.get(called) ?? []));
    }
  }
  return ({ name, collection }) => (collection === null ? (reached.get(name) ?? new Set()) : new Set([collection]));
}

/** The names of the functions that an expression calls, with their parentheses. */
function callees(expression: Expression): string[] {
  switch (expression.kind) {
    case 'binary':
      return [...callees(expression.left), ...callees(expression.right)];
    case 'not':
      return callees(expression.operand);
    case 'ternary':
      return [expression.condition, expression.yes, expression.no].flatMap(callees);
    case 'call': {
      const { callee, inputs } = expression;
      return [...(callee.kind === 'name' ? [`${callee.name}()`] : callees(callee)), ...inputs.flatMap(callees)];
    }
    case 'member':
      return callees(expression.object);
    case 'index':
      return [...callees(expression.object), ...callees(expression.index)];
    case 'list':
    case 'map':
      return expression.items.flatMap(callees);
    case 'name':
    case 'number':
    case 'string':
    case 'path':
      return [];
  }
}
