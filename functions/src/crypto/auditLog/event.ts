/**
 * The bytes of an event that are sealed (README.md, "Audit log v1").
 *
 * Guarantees: equal events have equal bytes, and different ones different; the bytes are canonical JSON, one line, without
 * control characters. Does not say whether an event is true: it says what was stored.
 */
import { canonicalJson } from '../../shared/canonicalJson.ts';
import { hashBytes, type Sha256 } from './merkle.ts';

/** An event as it is sealed. `fields` and `targetIds` keep their order. */
export type LoggedEvent = {
  readonly v: 1;
  /** Id of the event's document. */
  readonly id: string;
  /** Server time of the commit, UTC ISO 8601 with six digits of fraction; see {@link eventInstant}. */
  readonly at: string;
  readonly action: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly sessionId: string | null;
  readonly jobId: string | null;
  readonly grantId: string | null;
  /** Network that the call said it came from, such as `203.0.113.0/24`; null when it is not known. */
  readonly from: string | null;
  readonly targetKind: string;
  readonly targetIds: readonly string[];
  /** Names of fields, never values. */
  readonly fields: readonly string[];
  /** `done`, or the code of the error with which the call was refused. */
  readonly outcome: string;
};

/**
 * The canonical JSON of an event; what is sealed is its UTF-8. It equals `canonicalJson` of the event, at a quarter of the
 * time: the members are named in their order, so that JSON.stringify, which runs for every event, spells them canonically.
 * Throws a TypeError for a lone surrogate, which has no UTF-8, and for what is not a text where one belongs.
 */
export function eventText(event: LoggedEvent): string {
  const { action, actorId, actorKind, at, fields, from, grantId, id, jobId, outcome, sessionId, targetIds, targetKind, v } = event;
  if (!hasTexts(event)) throw new TypeError('an event of the log has version 1 and texts');
  const ordered = { action, actorId, actorKind, at, fields, from, grantId, id, jobId, outcome, sessionId, targetIds, targetKind, v };
  const text = JSON.stringify(ordered);
  // JSON.stringify escapes a lone surrogate, which canonicalJson refuses.
  return text.includes(String.raw`\ud`) ? canonicalJson(ordered) : text;
}

/** The types, looked at once more where what is stored came from outside. No loops over names: this too runs for every event. */
function hasTexts(event: LoggedEvent): boolean {
  const { action, actorId, actorKind, at, fields, from, grantId, id, jobId, outcome, sessionId, targetIds, targetKind, v } = event;
  return (
    v === 1 &&
    typeof action === 'string' &&
    typeof actorId === 'string' &&
    typeof actorKind === 'string' &&
    typeof at === 'string' &&
    typeof id === 'string' &&
    typeof outcome === 'string' &&
    typeof targetKind === 'string' &&
    isTextOrNull(from) &&
    isTextOrNull(grantId) &&
    isTextOrNull(jobId) &&
    isTextOrNull(sessionId) &&
    fields.every(isText) &&
    targetIds.every(isText)
  );
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';

/**
 * An instant as it is sealed, such as `2026-11-22T03:20:46.123456Z`: seconds since 1970 and the nanoseconds of that
 * second, of which whole microseconds are kept, as Firestore keeps them.
 */
export function eventInstant(seconds: number, nanoseconds: number): string {
  const fraction = Math.floor(nanoseconds / 1000)
    .toString()
    .padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** The form of an event's text, `quote` standing for a quotation mark and `string` for a JSON string; its id is captured, without quotation marks. */
function formOf(quote: string, string: string): string {
  const member = (name: string, value: string): string => `${quote}${name}${quote}:${value}`;
  const one = `${quote}${string}${quote}`;
  const strings = String.raw`\[(?:${one}(?:,${one})*)?\]`;
  const orNull = `(?:null|${one})`;
  const members = [
    member('action', one),
    member('actorId', one),
    member('actorKind', one),
    member('at', one),
    member('fields', strings),
    member('from', orNull),
    member('grantId', orNull),
    member('id', `${quote}(${string})${quote}`),
    member('jobId', orNull),
    member('outcome', one),
    member('sessionId', orNull),
    member('targetIds', strings),
    member('targetKind', one),
    member('v', '1'),
  ];
  return String.raw`\{${members.join(',')}\}`;
}

const anyString = String.raw`[^"\\\0-\x1f]*(?:\\(?:["\\bfnrt]|u00[01][0-9a-f])[^"\\\0-\x1f]*)*`;
const form = new RegExp(`^${formOf('"', anyString)}$`);
/** An event whose strings need no escape, inside a JSON string; behind it the next one or the end of the line. */
const escapedForm = new RegExp(`${formOf(String.raw`\\"`, String.raw`[^"\\\0-\x1f]*`)}(?:","|"\\]\\}$)`, 'y');

/** The id of an event from its canonical text, or null if the text has not the form of one. Keeps nothing of the text alive. */
export function eventIdOf(text: string): string | null {
  const id = form.exec(text)?.[1];
  return id === undefined ? null : copyOf(id);
}

/**
 * The ids of the events in a line of JSON that ends, from `start`, with texts of events as the members of the last array: as
 * {@link eventIdOf} would give them, from one look at the line, which also proves that they are spelled in the one way.
 * Null if they are not, or if an event has a character that is escaped: then each has to be looked at by itself.
 */
export function escapedEventIds(line: string, start: number): readonly string[] | null {
  const ids: string[] = [];
  for (let at = start; at < line.length; at = escapedForm.lastIndex) {
    escapedForm.lastIndex = at;
    if (!escapedForm.test(line)) return null;
    // No string of such an event holds a quotation mark, so the first such name is the member's.
    const id = line.indexOf(idMember, at) + idMember.length;
    ids.push(copyOf(line.slice(id, line.indexOf('\\', id))));
  }
  return ids;
}

const idMember = String.raw`,\"id\":\"`;

/** A cut of a string keeps the whole string in memory, and a million events would all stay: this is a cut of a copy. */
const copyOf = (cut: string): string => `,${cut}`.slice(1);

const encoder = new TextEncoder();
const mostBytesOfUnit = 3;
/** 0x00 and the bytes of the event that is being hashed; owned by {@link leafBytes}, which grows it. */
let scratch = new Uint8Array(4096);
let scratchText = scratch.subarray(1);
const digest = new Uint8Array(hashBytes);

/** 0x00 and the UTF-8 of a text, as its leaf is hashed, in memory that the next call overwrites. A lone surrogate becomes U+FFFD. */
function leafBytes(text: string): Uint8Array {
  if (text.length * mostBytesOfUnit > scratchText.length) {
    scratch = new Uint8Array(1 + text.length * mostBytesOfUnit);
    scratchText = scratch.subarray(1);
  }
  return scratch.subarray(0, 1 + encoder.encodeInto(text, scratchText).written);
}

/** RFC 6962 leaf hashes of texts of events, 32 bytes each. A lone surrogate is hashed as U+FFFD. */
export function leafHashes(sha256: Sha256, texts: readonly string[]): Uint8Array {
  const leaves = new Uint8Array(texts.length * hashBytes);
  let filled = 0;
  for (const text of texts) {
    leaves.set(sha256(leafBytes(text), digest), filled);
    filled += hashBytes;
  }
  return leaves;
}

/**
 * The bytes of events as a seal stores them, UTF-8 of each text with a line feed behind it, and their leaf hashes: what
 * {@link leafHashes} answers, but each text is encoded once for both. Bytes of ASCII, where there is no room to
 * spare, are not copied: copies of this size are garbage outside the heap, and collecting it took longer than the hashing.
 * `bytesOfUnit` is for the call from within.
 */
export function hashedEvents(
  sha256: Sha256,
  texts: readonly string[],
  bytesOfUnit = 1,
): { readonly bytes: Uint8Array; readonly leaves: Uint8Array } {
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  const buffer = new Uint8Array(units * bytesOfUnit + texts.length + 1);
  const leaves = new Uint8Array(texts.length * hashBytes);
  let [start, filled] = [0, 0];
  for (const text of texts) {
    const leaf = leafBytes(text);
    // Not only ASCII, and no room left for it and for the last line feed.
    if (start + leaf.length >= buffer.length) return hashedEvents(sha256, texts, mostBytesOfUnit);
    leaves.set(sha256(leaf, digest), filled);
    buffer.set(leaf, start);
    // The 0x00 before the event, as its leaf is hashed, turns into the line feed behind the one before.
    buffer[start] = lineFeed;
    [start, filled] = [start + leaf.length, filled + hashBytes];
  }
  buffer[start] = lineFeed;
  const bytes = buffer.subarray(1, texts.length === 0 ? 1 : start + 1);
  return { bytes: bytesOfUnit === 1 ? bytes : bytes.slice(), leaves };
}

const lineFeed = 0x0a;
