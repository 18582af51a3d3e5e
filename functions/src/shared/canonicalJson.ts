/**
 * JSON with one spelling per value: object keys in code-unit order, no white space (RFC 8785 for the values Valv signs).
 * Guarantees that equal values give equal bytes. Does not accept what JSON cannot carry: it throws a TypeError.
 */

/** A value that JSON carries without loss. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The canonical text of a value. Throws a TypeError for numbers that are not finite, lone surrogates and foreign types. */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value as { readonly [key: string]: JsonValue }); // arrays and null are handled above
  throw new TypeError(`canonical JSON cannot carry a ${typeof value}`);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('canonical JSON cannot carry a number that is not finite');
  return JSON.stringify(value);
}

function canonicalString(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('canonical JSON cannot carry a lone surrogate');
  return JSON.stringify(value);
}

function canonicalObject(value: { readonly [key: string]: JsonValue }): string {
  const members = Object.keys(value)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((key) => {
      const member = value[key];
      if (member === undefined) throw new TypeError(`canonical JSON cannot carry an undefined "${key}"`);
      return `${canonicalString(key)}:${canonicalJson(member)}`;
    });
  return `{${members.join(',')}}`;
}
