/**
 * Refuses what `JSON.stringify` would drop or change without a word. Guarantees that
 * `JSON.parse(JSON.stringify(value))` equals an accepted value; does not guard against accessors that change their answer.
 */

const maxDepth = 32;

/** Throws a TypeError unless JSON carries the value exactly. The message never holds a part of the value. */
export function assertLosslessJson(value: unknown, depth = 0): void {
  switch (typeof value) {
    case 'string': // JSON escapes lone surrogates and NUL, so every string comes back: no need to call this for one
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value) || Object.is(value, -0)) throw new TypeError('a sealed number is not finite or is minus zero');
      return;
    case 'object':
      if (value !== null) assertLosslessObject(value, depth);
      return;
    default:
      throw new TypeError(`a sealed value is of type ${typeof value}`);
  }
}

function assertLosslessObject(value: object, depth: number): void {
  if (depth >= maxDepth) throw new TypeError(`a sealed value is nested deeper than ${maxDepth}`);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isArray = Array.isArray(value);
  if (isArray ? prototype !== Array.prototype : prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('a sealed value is neither a plain object nor an array');
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new TypeError('a sealed value has a symbol as property');
  const members: unknown[] = Object.values(value);
  if (members.length !== Object.getOwnPropertyNames(value).length - (isArray ? 1 : 0))
    throw new TypeError('a sealed value has a hidden property');
  if (isArray && members.length !== value.length) throw new TypeError('a sealed array is sparse or has further properties');
  for (const member of members) if (typeof member !== 'string') assertLosslessJson(member, depth + 1);
}
