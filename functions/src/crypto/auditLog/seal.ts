/**
 * Seals: up to a thousand events under one Merkle root, each seal linked to the one before (README.md, "Audit log v1").
 *
 * Guarantees: the head, the hash of the newest header, stands for every event of the organisation in its order. Does not
 * guarantee that the head was not made anew: that is what signed checkpoints, and copies of them in other hands, are for.
 */
import { canonicalJson, type JsonValue } from '../../shared/canonicalJson.ts';
import { toHex, utf8, utf8Text } from './bytes.ts';
import { hashedEvents } from './event.ts';
import { merkleRoot, type Sha256 } from './merkle.ts';

/** Most of what one seal holds: it is one Firestore document of at most 1 MiB. */
export const sealLimits = { events: 1000, bytes: 700_000 } as const;

/** What a header says. */
export type SealHeader = {
  readonly v: 1;
  readonly orgId: string;
  /** From 1, without gaps. */
  readonly seq: number;
  /** Number of events sealed before this seal. */
  readonly start: number;
  /** Number of events in this seal, at least 1. */
  readonly count: number;
  /** Merkle root over the seal's leaves, hexadecimal. */
  readonly root: string;
  /** Head before this seal; {@link noHead} for the first. */
  readonly previous: string;
  /** UTC ISO 8601 with milliseconds. */
  readonly sealedAt: string;
};

/** What stands for the head before the first seal. */
export const noHead = '0'.repeat(64);

/** A seal, ready to be stored. */
export type Seal = {
  /** Canonical JSON of the header. */
  readonly header: string;
  readonly seq: number;
  readonly start: number;
  readonly count: number;
  /** Head of the organisation after this seal: hexadecimal SHA-256 of the header. */
  readonly head: string;
  /** Bytes of each event, each with a line feed behind it. */
  readonly events: Uint8Array;
  /** Leaf hashes, 32 bytes each. */
  readonly leaves: Uint8Array;
};

/** What is sealed, and behind what. */
export type SealRequest = {
  readonly orgId: string;
  /** Header text of the seal before; null for the first. */
  readonly previous: string | null;
  /** UTC ISO 8601 with milliseconds. */
  readonly sealedAt: string;
  /** What `eventText` answered, in the order in which it is to be sealed; 1 to 1,000 of them, at most 700,000 bytes. */
  readonly events: readonly string[];
};

/** How many of the first texts fit in one seal. One that would not fit alone counts nevertheless: it must not stop the others. */
export function countThatFits(events: readonly string[]): number {
  let bytes = 0;
  let count = 0;
  for (const text of events.slice(0, sealLimits.events)) {
    bytes += utf8(text).length + 1;
    if (count > 0 && bytes > sealLimits.bytes) return count;
    count += 1;
  }
  return count;
}

/** Makes the next seal of an organisation. Throws a TypeError for no events, too many, and a previous header that is none or another organisation's. */
export function sealEvents(sha256: Sha256, { orgId, previous, sealedAt, events }: SealRequest): Seal {
  if (events.length === 0 || events.length > sealLimits.events) throw new TypeError('a seal has 1 to 1,000 events');
  const before = previous === null ? null : parseHeader(previous);
  if (previous !== null && before?.orgId !== orgId) throw new TypeError('the seal before is not one of this organisation');
  const { bytes, leaves } = hashedEvents(sha256, events);
  const header = {
    v: 1,
    orgId,
    seq: (before?.seq ?? 0) + 1,
    start: before === null ? 0 : before.start + before.count,
    count: events.length,
    root: toHex(merkleRoot(sha256, leaves)),
    previous: previous === null ? noHead : headOf(sha256, previous),
    sealedAt,
  } as const satisfies SealHeader;
  const text = canonicalJson(header);
  return {
    header: text,
    seq: header.seq,
    start: header.start,
    count: header.count,
    head: headOf(sha256, text),
    events: bytes,
    leaves,
  };
}

/** The head that a header text makes: its SHA-256, hexadecimal. */
export const headOf = (sha256: Sha256, header: string): string => toHex(sha256(utf8(header)));

/** The texts of a seal's events from its bytes. Throws a TypeError for bytes that no seal has. */
export function eventTexts(events: Uint8Array): readonly string[] {
  const text = utf8Text(events);
  if (text === null || !text.endsWith('\n')) throw new TypeError('the events of a seal are UTF-8, a line each');
  return text.slice(0, -1).split('\n');
}

/** What a header text says; null if it is not the canonical JSON of a header. */
export function parseHeader(text: string): SealHeader | null {
  const header = canonicalObject(text);
  if (header === null || Object.keys(header).join() !== 'count,orgId,previous,root,sealedAt,seq,start,v') return null;
  const { count, orgId, previous, root, sealedAt, seq, start, v } = header;
  if (v !== 1 || !isText(orgId, name) || !isText(previous, hash) || !isText(root, hash) || !isText(sealedAt, instant)) return null;
  if (!isCount(count, 1) || count > sealLimits.events || !isCount(seq, 1) || !isCount(start, 0)) return null;
  return { v, orgId, seq, start, count, root, previous, sealedAt };
}

/** A JSON object from its canonical spelling; null for any other text. */
export function canonicalObject(text: string): { readonly [key: string]: JsonValue } | null {
  try {
    const value = JSON.parse(text) as JsonValue; // JSON.parse answers nothing else
    if (typeof value !== 'object' || value === null || Array.isArray(value) || canonicalJson(value) !== text) return null;
    return value as { readonly [key: string]: JsonValue }; // arrays and null are sorted out above
  } catch {
    return null;
  }
}

/** A hash in hexadecimal. */
export const hash = /^[0-9a-f]{64}$/;
/** An id that can be part of a path. */
export const name = /^[^/\p{Cc}]{1,128}$/u;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Whether a value is a string of that form. */
export const isText = (value: JsonValue | undefined, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

/** Whether a value is a whole number of at least `least` that is exact. */
export const isCount = (value: JsonValue | undefined, least: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
