/**
 * The lines of a `.valvlog` file (README.md, "Audit log v1"): how they are written, and how they are read strictly.
 *
 * Guarantees: what is read was spelled as Valv spells it, so no two programs read two contents; a line is bounded before
 * it is held. Does not judge what the lines say.
 */
import type { JsonValue } from '../../shared/canonicalJson.ts';
import { fromBase64, toBase64, utf8Text } from './bytes.ts';
import { escapedEventIds, eventIdOf } from './event.ts';
import { eventTexts, isCount, isText, name } from './seal.ts';

/** Name of the format, which the first line begins with. */
export const logFormat = 'valv-log/1';

/** The first bytes of every log file. */
export const logFileBegin = `{"format":"${logFormat}"`;

/** Most bytes of one line: a seal of 700,000 bytes, every one escaped, and its leaves fit several times. */
export const maxLineBytes = 4 * 1024 * 1024;

/** First line: whose log it is, and how many seals and events follow. */
export type LogFileHead = { readonly orgId: string; readonly seals: number; readonly events: number };

/** A checkpoint with the proof that it includes an organisation's head: the last line of a log, and a receipt of its own. */
export type CheckpointProof = {
  /** Number of the checkpoint: only where to look for it. Nothing signs it, and nothing relies on it. */
  readonly n: number;
  /** The signed note. */
  readonly note: string;
  /** Text of the head leaf. */
  readonly leaf: string;
  /** Place of the leaf in the log of all heads, from 0. */
  readonly index: number;
  /** Audit path, base64. */
  readonly proof: readonly string[];
};

/** The first line, without line feed. */
export function logFileHead({ orgId, seals, events }: LogFileHead): string {
  return JSON.stringify({ format: logFormat, orgId, seals, events });
}

/** The line of a seal as it is stored, without line feed. Throws a TypeError for bytes that no seal has. */
export function sealLine(seal: { readonly header: string; readonly leaves: Uint8Array; readonly events: Uint8Array }): string {
  return JSON.stringify({ header: seal.header, leaves: toBase64(seal.leaves), events: eventTexts(seal.events) });
}

/** The last line, without line feed; null while no head of the organisation has been signed. */
export function checkpointLine(checkpoint: CheckpointProof | null): string {
  if (checkpoint === null) return JSON.stringify({ checkpoint });
  const { n, note, leaf, index, proof } = checkpoint;
  return JSON.stringify({ checkpoint: { n, note, leaf, index, proof } });
}

/** The first line read; null for any other line. */
export function parseLogFileHead(line: string): LogFileHead | null {
  const { orgId, seals, events } = parsedObject(line) ?? {};
  if (!isText(orgId, name) || !isCount(seals, 0) || !isCount(events, 0)) return null;
  return logFileHead({ orgId, seals, events }) === line ? { orgId, seals, events } : null;
}

/** A seal's line, read. */
export type ReadSealLine = {
  readonly header: string;
  /** Null if they are no base64. */
  readonly leaves: Uint8Array | null;
  readonly events: readonly string[];
  /** Ids of the events; null for a text that has not the form of an event. */
  readonly ids: readonly (string | null)[];
  /** Whether the line is spelled as Valv spells it. */
  readonly isSpelledOnce: boolean;
};

/** Reads a seal's line; null for any other line. */
export function parseSealLine(line: string): ReadSealLine | null {
  const { header, leaves, events } = parsedObject(line) ?? {};
  if (typeof header !== 'string' || typeof leaves !== 'string' || !areTexts(events)) return null;
  const begin = `{"header":${JSON.stringify(header)},"leaves":"${leaves}","events":["`;
  const ids = line.startsWith(begin) ? escapedEventIds(line, begin.length) : null;
  return {
    header,
    leaves: fromBase64(leaves),
    events,
    ids: ids ?? events.map(eventIdOf),
    isSpelledOnce: ids !== null || JSON.stringify({ header, leaves, events }) === line,
  };
}

/** The last line read: the proof, or null inside when it says that there is none; null for any other line. */
export function parseCheckpointLine(line: string): { readonly checkpoint: CheckpointProof | null } | null {
  const { checkpoint } = parsedObject(line) ?? {};
  if (checkpoint === null) return line === checkpointLine(null) ? { checkpoint } : null;
  if (typeof checkpoint !== 'object' || Array.isArray(checkpoint)) return null;
  const { n, note, leaf, index, proof } = checkpoint as { readonly [key: string]: JsonValue }; // arrays are sorted out above
  if (!isCount(n, 0) || typeof note !== 'string' || typeof leaf !== 'string' || !isCount(index, 0) || !areTexts(proof)) return null;
  const read = { n, note, leaf, index, proof };
  return checkpointLine(read) === line ? { checkpoint: read } : null;
}

/** Whether a line claims to be the last one. */
export const isCheckpointLine = (line: string): boolean => line.startsWith('{"checkpoint"');

const areTexts = (value: JsonValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

function parsedObject(line: string): { readonly [key: string]: JsonValue } | null {
  try {
    const value = JSON.parse(line) as JsonValue; // JSON.parse answers nothing else
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: JsonValue }) : null; // what is left is an object
  } catch {
    return null;
  }
}

/** Cuts bytes into lines. */
export type LineCutter = {
  /** Takes the next bytes, in pieces of any length. */
  readonly push: (bytes: Uint8Array) => void;
  /** Says that there are no more. */
  readonly end: () => void;
};

/**
 * Hands on each line without its line feed. A line that is not UTF-8 or longer than {@link maxLineBytes} is handed on as
 * null, and so is what stands behind the last line feed; no more than one line is held.
 */
export function cutLines(onLine: (line: string | null) => void): LineCutter {
  let held: Uint8Array[] = []; // pieces of the line that is not complete
  let heldBytes = 0;
  const hold = (piece: Uint8Array) => {
    heldBytes += piece.length;
    if (heldBytes <= maxLineBytes && piece.length > 0) held.push(piece.slice());
    else if (heldBytes > maxLineBytes) held = [];
  };
  const takeLine = (): string | null => {
    const line = heldBytes > maxLineBytes ? null : utf8Text(joined(held, heldBytes));
    held = [];
    heldBytes = 0;
    return line;
  };
  return {
    push: (bytes) => {
      let start = 0;
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, start)) {
        const piece = bytes.subarray(start, at);
        if (heldBytes > 0) hold(piece);
        onLine(heldBytes > 0 ? takeLine() : piece.length > maxLineBytes ? null : utf8Text(piece));
        start = at + 1;
      }
      hold(bytes.subarray(start));
    },
    end: () => {
      if (heldBytes > 0) onLine(null);
    },
  };
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
