/**
 * A document's fields as text, and back: every value that Firestore can hold, without loss.
 *
 * Guarantees: one spelling for equal fields, so that texts can be compared; integers stay integers and doubles doubles, with
 * minus zero, NaN and the infinities; instants keep their nanoseconds. The form is that of Firestore's REST API, but for doubles
 * that JSON cannot carry, which are strings. Does not seal anything: what is sealed in the document is sealed in the text.
 */
import { canonicalJson, type JsonValue } from '../../shared/canonicalJson.ts';

/** A value as Firestore sends it: one member, named after its kind. */
type ProtoValue = Readonly<Record<string, unknown>>;
/** The fields of a document as Firestore sends them. */
export type ProtoFields = Readonly<Record<string, ProtoValue>>;

/** Kinds of values; `valueType` and absent members besides the one that counts are the decoder's own. */
const kinds = [
  'nullValue',
  'booleanValue',
  'integerValue',
  'doubleValue',
  'timestampValue',
  'stringValue',
  'bytesValue',
  'referenceValue',
  'geoPointValue',
  'arrayValue',
  'mapValue',
] as const;
type Kind = (typeof kinds)[number];

/** The canonical text of a document's fields. Throws a TypeError for a kind of value that this file does not know. */
export function textOfFields(fields: ProtoFields): string {
  return canonicalJson(jsonOfFields(fields));
}

/** The fields that a text of {@link textOfFields} stands for, as Firestore takes them. Throws a TypeError for any other text. */
export function fieldsOfText(text: string): ProtoFields {
  return protoOfFields(JSON.parse(text) as JsonValue); // JSON.parse answers nothing else
}

function jsonOfFields(fields: ProtoFields): JsonValue {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, jsonOfValue(value)]));
}

function jsonOfValue(value: ProtoValue): JsonValue {
  const kind = kindOf(value);
  return { [kind]: toJson[kind](value[kind]) };
}

/** The decoder says which member counts, since an absent one reads as its default. */
function kindOf(value: ProtoValue): Kind {
  const named = value['valueType'];
  const kind = kinds.find((known) => (named === undefined ? Object.hasOwn(value, known) : named === known));
  if (kind === undefined) throw new TypeError(`a document holds a value of unknown kind "${String(named)}"`);
  return kind;
}

const toJson = {
  nullValue: () => null,
  booleanValue: Boolean,
  integerValue: String,
  doubleValue: (value) => doubleText(Number(value)),
  timestampValue: (value) => instantText(membersOf(value)),
  stringValue: String,
  bytesValue: (value) => bytesOf(value).toString('base64'),
  referenceValue: String,
  geoPointValue: (value) => {
    const { latitude = 0, longitude = 0 } = membersOf(value);
    return { latitude: doubleText(Number(latitude)), longitude: doubleText(Number(longitude)) };
  },
  // A list of the API holds values.
  arrayValue: (value) => ((membersOf(value)['values'] ?? []) as readonly ProtoValue[]).map(jsonOfValue),
  // A map of the API holds fields.
  mapValue: (value) => jsonOfFields((membersOf(value)['fields'] ?? {}) as ProtoFields),
} as const satisfies Record<Kind, (value: unknown) => JsonValue>;

const fromJson = {
  nullValue: () => 'NULL_VALUE',
  booleanValue: Boolean,
  integerValue: String,
  doubleValue: Number,
  timestampValue: protoInstant,
  stringValue: String,
  bytesValue: (json) => Buffer.from(textOf(json), 'base64'),
  referenceValue: String,
  geoPointValue: (json) => {
    const { latitude, longitude } = objectOf(json);
    return { latitude: Number(latitude), longitude: Number(longitude) };
  },
  arrayValue: (json) => {
    if (!Array.isArray(json)) throw new TypeError('a list was expected');
    return { values: json.map(protoOfValue) };
  },
  mapValue: (json) => ({ fields: protoOfFields(json) }),
} as const satisfies Record<Kind, (json: JsonValue) => unknown>;

function protoOfFields(json: JsonValue): ProtoFields {
  return Object.fromEntries(Object.entries(objectOf(json)).map(([name, value]) => [name, protoOfValue(value)]));
}

function protoOfValue(json: JsonValue): ProtoValue {
  const [member, ...more] = Object.entries(objectOf(json));
  const kind = kinds.find((known) => known === member?.[0]);
  if (member === undefined || kind === undefined || more.length > 0) throw new TypeError('a value has one member, named after its kind');
  return { [kind]: fromJson[kind](member[1]), valueType: kind };
}

function objectOf(json: JsonValue): Readonly<Record<string, JsonValue>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('an object was expected');
  return json as Readonly<Record<string, JsonValue>>; // arrays and null are sorted out above
}

function textOf(json: JsonValue): string {
  if (typeof json !== 'string') throw new TypeError('a text was expected');
  return json;
}

/** A number if JSON carries it, otherwise its name, which `Number` reads. */
function doubleText(value: number): JsonValue {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

/** RFC 3339 with nine digits of fraction. */
function instantText({ seconds = 0, nanos = 0 }: Readonly<Record<string, unknown>>): string {
  const whole = new Date(Number(String(seconds)) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(nanos).padStart(9, '0')}Z`;
}

function protoInstant(json: JsonValue): { seconds: number; nanos: number } {
  const [, whole, nanos] = /^(.{19})\.(\d{9})Z$/.exec(textOf(json)) ?? [];
  const milliseconds = Date.parse(`${whole ?? ''}Z`);
  if (nanos === undefined || Number.isNaN(milliseconds)) throw new TypeError('an instant was expected');
  return { seconds: milliseconds / 1000, nanos: Number(nanos) };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new TypeError('a message was expected');
  return value as Readonly<Record<string, unknown>>; // an object, as was just seen
}

function bytesOf(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'base64'); // as JSON carries bytes
  if (!(value instanceof Uint8Array)) throw new TypeError('bytes were expected');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
