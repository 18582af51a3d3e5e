/** Values and writes as Firestore's REST interface spells them. */
import { Bytes, deleteField, FieldValue, serverTimestamp, Timestamp } from 'firebase/firestore/lite';
import type { Fields } from './documents.ts';

/** One write of a commit. `set` replaces the document, `update` changes the named fields (dots lead into maps) of one that is there. */
export type Write = { readonly op: 'set' | 'update' | 'delete'; readonly path: string; readonly data: Fields };

const wireKey = Symbol('as the wire has it');

/** A value spelled as the wire spells it, for what JavaScript cannot tell apart: `wire({ doubleValue: 1 })`. */
export const wire = (value: Readonly<Record<string, unknown>>): unknown => ({ [wireKey]: value });

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isServerTime = (value: unknown): boolean => value instanceof FieldValue && value.isEqual(serverTimestamp());
const isDeletion = (value: unknown): boolean => value instanceof FieldValue && value.isEqual(deleteField());

/** A value. */
export function encodeValue(value: unknown): unknown {
  if (value === null) return { nullValue: null };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (value instanceof Timestamp) return { timestampValue: value.toDate().toISOString() };
  if (value instanceof Date) return { timestampValue: value.toISOString() };
  if (value instanceof Bytes) return { bytesValue: value.toBase64() };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encodeValue) } };
  if (!isMap(value) || value instanceof FieldValue) throw new TypeError('no value of Firestore');
  if (wireKey in value) return (value as { [wireKey]: unknown })[wireKey]; // set by `wire`
  return { mapValue: { fields: encodeFields(value) } };
}

/** The fields of a document or map. */
export function encodeFields(data: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encodeValue(value)]));
}

/** A write, below `database` (`projects/…/databases/(default)`). */
export function encodeWrite(database: string, { op, path, data }: Write): unknown {
  const name = `${database}/documents/${path}`;
  if (op === 'delete') return { delete: name };
  const entries = Object.entries(data);
  const plain = entries.filter(([, value]) => !isServerTime(value));
  const updateTransforms = entries
    .filter(([, value]) => isServerTime(value))
    .map(([fieldPath]) => ({ fieldPath, setToServerValue: 'REQUEST_TIME' }));
  const stored = nested(plain.filter(([, value]) => !isDeletion(value)));
  const write = { update: { name, fields: encodeFields(stored) }, updateTransforms };
  if (op === 'set') return write;
  return { ...write, updateMask: { fieldPaths: plain.map(([key]) => key) }, currentDocument: { exists: true } };
}

/** `a.b` becomes `b` within the map `a`. */
function nested(entries: readonly (readonly [string, unknown])[]): Fields {
  const root: Fields = {};
  for (const [key, value] of entries) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let map = root;
    for (const step of path) map = (map[step] ??= {}) as Fields; // only this loop puts maps here
    map[last] = value;
  }
  return root;
}
