/** Ways of tampering with a log file, each with what it is to be found as. */
import { eventText } from '../../../functions/src/crypto/auditLog/event.ts';
import type { FindingKind } from '../../../functions/src/crypto/auditLog/findings.ts';
import { checkpointLine, logFileHead, sealLine, type CheckpointProof } from '../../../functions/src/crypto/auditLog/logFile.ts';
import { eventTexts, sealEvents, type Seal } from '../../../functions/src/crypto/auditLog/seal.ts';
import type { KnownHead } from '../../../functions/src/crypto/auditLog/checkpointProof.ts';
import { leafHashes } from '../../../functions/src/crypto/auditLog/event.ts';
import { toBase64 } from '../../../functions/src/crypto/auditLog/bytes.ts';
import { sha256 } from '../../../functions/src/crypto/nodeHashes.ts';
import { fileOf, leafOf, logLines, newSampleSigner, sampleCheckpoint, sampleEvent, type Draw, type SampleLog } from './sampleLog.ts';

/** A log that somebody changed. */
export type Tampered = {
  readonly bytes: Uint8Array;
  /** What at least one finding is to be called. */
  readonly expected: readonly FindingKind[];
  /** The seal and the event that the finding is to name; left out where the change itself leaves that open. */
  readonly at?: { readonly seq: number; readonly index?: number };
  readonly known?: KnownHead;
};

/** Changes a log in one way; null if the log is too small for it. */
export type Tampering = (log: SampleLog, draw: Draw) => Tampered | null;

type Parts = { header: string; leaves: string; events: string[] };
const partsOf = (line: string): Parts => JSON.parse(line) as Parts; // a line that sealLine wrote
const stranger = newSampleSigner();

/** A file of these seal lines, its first line adjusted as a careful forger would. */
function rebuilt(log: SampleLog, sealLines: readonly string[], last: string = checkpointLine(log.checkpoint)): Uint8Array {
  const events = sealLines.reduce((sum, line) => sum + partsOf(line).events.length, 0);
  return fileOf([logFileHead({ orgId: log.orgId, seals: sealLines.length, events }), ...sealLines, last]);
}

/** A file in which one seal has other parts. */
function withSeal(log: SampleLog, at: number, change: (parts: Parts) => Parts): Uint8Array {
  return rebuilt(
    log,
    log.seals.map((seal, index) => (index === at ? JSON.stringify(change(partsOf(sealLine(seal)))) : sealLine(seal))),
  );
}

/** The event, changed so that it is still one. */
function otherText(text: string, draw: Draw): string {
  const changes = [
    () => text.replace(/"actorId":"."?/, (found) => `${found.slice(0, -1)}${found.endsWith('A') ? 'B' : 'A'}`),
    () => text.replace(/"outcome":"[^"]*"/, (found) => (found.includes('done') ? '"outcome":"orgs/not-allowed"' : '"outcome":"done"')),
    () => text.replace(/"at":"2026-(\d\d)/, (_found, month: string) => `"at":"2026-${month === '01' ? '02' : '01'}`),
    () => text.replace(/"targetIds":\[/, '"targetIds":["xxxxxxxxxxxxxxxxxxxx",'),
  ];
  return changes[draw(changes.length)]?.() ?? text;
}

const drawSeal = (log: SampleLog, draw: Draw): number => draw(log.seals.length);
const swapped = <T>(list: readonly T[], a: number, b: number): T[] =>
  list.map((item, index) => (index === a ? (list[b] ?? item) : index === b ? (list[a] ?? item) : item));
const putIn = <T>(list: readonly T[], at: number, item: T): T[] => [...list.slice(0, at), item, ...list.slice(at)];
const without = <T>(list: readonly T[], at: number): T[] => list.filter((_item, index) => index !== at);

/** A byte, at `at`, becomes another; half the time a character that can be read. */
function otherByte(bytes: Uint8Array, at: number, draw: Draw): Uint8Array {
  const changed = bytes.slice();
  const before = changed[at] ?? 0;
  const isReadable = before >= 0x20 && before < 0x7f && draw(2) === 0;
  changed[at] = isReadable ? 0x20 + ((before - 0x20 + 1 + draw(94)) % 95) : (before + 1 + draw(255)) % 256;
  return changed;
}

/** The log from seal `at` on sealed anew, with another event in it: what somebody can do who has everything but the key. */
function resealed(log: SampleLog, at: number, draw: Draw): Seal[] {
  const seals = log.seals.slice(0, at);
  for (const seal of log.seals.slice(at)) {
    const texts = [...eventTexts(seal.events)];
    const changed = draw(texts.length);
    const events = seals.length === at ? texts.map((text, index) => (index === changed ? otherText(text, draw) : text)) : texts;
    seals.push(
      sealEvents(sha256, { orgId: log.orgId, previous: seals.at(-1)?.header ?? null, sealedAt: '2026-11-22T04:00:00.000Z', events }),
    );
  }
  return seals;
}

const newestOf = (log: SampleLog): number => log.seals.length;

/** All ways, by name. */
export const tamperings = {
  'an event is edited': (log, draw) => {
    const at = drawSeal(log, draw);
    const index = draw(log.seals[at]?.count ?? 0);
    const bytes = withSeal(log, at, (parts) => ({
      ...parts,
      events: parts.events.map((text, place) => (place === index ? otherText(text, draw) : text)),
    }));
    return { bytes, expected: ['edited'], at: { seq: at + 1, index } };
  },
  'a byte of an event is edited': (log, draw) => {
    const at = drawSeal(log, draw);
    const lines = log.lines.map((line) => Buffer.byteLength(line) + 1);
    const start = lines.slice(0, at + 1).reduce((sum, length) => sum + length, 0);
    const line = log.lines[at + 1] ?? '';
    const begin = Buffer.byteLength(line.slice(0, line.indexOf('"events":[')) + '"events":[');
    const place = start + begin + draw((lines[at + 1] ?? 0) - 1 - begin - 2);
    return { bytes: otherByte(fileOf(log.lines), place, draw), expected: ['edited', 'damaged', 'inserted', 'removed'] };
  },
  'an event is edited, and the stored leaves with it': (log, draw) => {
    const at = drawSeal(log, draw);
    const bytes = withSeal(log, at, (parts) => {
      const index = draw(parts.events.length);
      const events = parts.events.map((text, place) => (place === index ? otherText(text, draw) : text));
      return { ...parts, events, leaves: toBase64(leafHashes(sha256, events)) };
    });
    return { bytes, expected: ['edited'], at: { seq: at + 1 } };
  },
  'an event is removed': (log, draw) => {
    const at = drawSeal(log, draw);
    const index = draw(log.seals[at]?.count ?? 0);
    const bytes = withSeal(log, at, (parts) => ({ ...parts, events: without(parts.events, index) }));
    return { bytes, expected: ['removed'], at: { seq: at + 1, index } };
  },
  'an event is made up and inserted': (log, draw) => {
    const at = drawSeal(log, draw);
    const index = draw((log.seals[at]?.count ?? 0) + 1);
    const text = eventText(sampleEvent(1_000_000 + draw(1e6), draw));
    const bytes = withSeal(log, at, (parts) => ({ ...parts, events: putIn(parts.events, index, text) }));
    return { bytes, expected: ['inserted'], at: { seq: at + 1, index } };
  },
  'an event is doubled': (log, draw) => {
    const [from, at] = [drawSeal(log, draw), drawSeal(log, draw)];
    const text = partsOf(log.lines[from + 1] ?? '').events[0] ?? '';
    const bytes = withSeal(log, at, (parts) => ({ ...parts, events: [...parts.events, text] }));
    return { bytes, expected: ['inserted'], at: { seq: at + 1, index: log.seals[at]?.count ?? 0 } };
  },
  'events change places': (log, draw) => {
    const at = log.seals.findIndex(({ count }) => count > 1);
    if (at === -1) return null;
    const count = log.seals[at]?.count ?? 0;
    const a = draw(count);
    const b = (a + 1 + draw(count - 1)) % count;
    return {
      bytes: withSeal(log, at, (parts) => ({ ...parts, events: swapped(parts.events, a, b) })),
      expected: ['reordered'],
      at: { seq: at + 1 },
    };
  },
  'an event moves to another seal': (log, draw) => {
    if (log.seals.length < 2) return null;
    const from = drawSeal(log, draw);
    const to = (from + 1 + draw(log.seals.length - 1)) % log.seals.length;
    const lines = log.seals.map((seal) => partsOf(sealLine(seal)));
    const text = lines[from]?.events.pop() ?? '';
    lines[to]?.events.push(text);
    return {
      bytes: rebuilt(
        log,
        lines.map((parts) => JSON.stringify(parts)),
      ),
      expected: ['removed'],
      at: { seq: from + 1 },
    };
  },
  'a seal is removed': (log, draw) => {
    if (log.seals.length < 2) return null;
    const at = draw(log.seals.length - 1);
    return { bytes: rebuilt(log, without(log.seals.map(sealLine), at)), expected: ['removed'], at: { seq: at + 1 } };
  },
  'a seal is doubled': (log, draw) => {
    const [from, to] = [drawSeal(log, draw), draw(log.seals.length + 1)];
    const lines = log.seals.map(sealLine);
    return { bytes: rebuilt(log, putIn(lines, to, lines[from] ?? '')), expected: ['inserted', 'reordered'] };
  },
  'a seal of another organisation is inserted': (log, draw) => {
    const events = [eventText(sampleEvent(draw(1e6), draw))];
    const foreign = sealEvents(sha256, { orgId: 'anotherOrganisation0', previous: null, sealedAt: '2026-11-22T04:00:00.000Z', events });
    const at = 1 + draw(log.seals.length);
    return { bytes: rebuilt(log, putIn(log.seals.map(sealLine), at, sealLine(foreign))), expected: ['inserted'] };
  },
  'seals change places': (log, draw) => {
    if (log.seals.length < 2) return null;
    const a = drawSeal(log, draw);
    const b = (a + 1 + draw(log.seals.length - 1)) % log.seals.length;
    return { bytes: rebuilt(log, swapped(log.seals.map(sealLine), a, b)), expected: ['reordered'] };
  },
  'a header is edited': (log, draw) => {
    const at = drawSeal(log, draw);
    const field = ['count', 'previous', 'root', 'sealedAt', 'seq', 'start'][draw(6)] ?? '';
    const bytes = withSeal(log, at, (parts) => ({
      ...parts,
      header: parts.header.replace(
        new RegExp(`("${field}":"?[^,"}]*?)(\\d)([^\\d,"}]*"?[,}])`),
        (_all, begin: string, digit: string, end: string) => `${begin}${(Number(digit) + 1) % 10}${end}`,
      ),
    }));
    return { bytes, expected: ['edited', 'forked', 'damaged', 'removed', 'inserted'] };
  },
  'a stored leaf is edited': (log, draw) => {
    const at = drawSeal(log, draw);
    const leaves = log.seals[at]?.leaves ?? new Uint8Array(0);
    const bytes = withSeal(log, at, (parts) => ({ ...parts, leaves: toBase64(otherByte(leaves, draw(leaves.length), draw)) }));
    return { bytes, expected: ['damaged'], at: { seq: at + 1 } };
  },
  'the end is cut off, and the first line adjusted': (log, draw) => {
    const kept = draw(log.seals.length);
    return { bytes: rebuilt(log, log.seals.slice(0, kept).map(sealLine)), expected: ['truncated'], at: { seq: kept + 1 } };
  },
  'the file is cut anywhere': (log, draw) => {
    const bytes = fileOf(log.lines);
    return { bytes: bytes.slice(0, draw(bytes.length)), expected: ['truncated', 'damaged'] };
  },
  'history is sealed anew, without the key': (log, draw) => {
    const seals = resealed(log, drawSeal(log, draw), draw);
    return { bytes: rebuilt(log, seals.map(sealLine)), expected: ['forked'], at: { seq: newestOf(log) } };
  },
  'history is sealed anew, and the head leaf with it': (log, draw) => {
    const seals = resealed(log, drawSeal(log, draw), draw);
    const last = { ...log.checkpoint, leaf: leafOf(log.orgId, seals) };
    return { bytes: rebuilt(log, seals.map(sealLine), checkpointLine(last)), expected: ['unsigned'] };
  },
  "history is sealed anew, and signed with the forger's key": (log, draw) => {
    const seals = resealed(log, drawSeal(log, draw), draw);
    const last = sampleCheckpoint(stranger, leafOf(log.orgId, seals), draw(9), draw(9));
    return { bytes: rebuilt(log, seals.map(sealLine), checkpointLine(last)), expected: ['unsigned'] };
  },
  'the operator itself seals history anew, but a receipt is known': (log, draw) => {
    const at = drawSeal(log, draw);
    const seals = resealed(log, at, draw);
    const known = log.seals[at + draw(log.seals.length - at)];
    const last = sampleCheckpoint(log.signer, leafOf(log.orgId, seals), draw(9), draw(9));
    if (known === undefined) return null;
    return { bytes: rebuilt(log, seals.map(sealLine), checkpointLine(last)), expected: ['forked'], at: { seq: known.seq }, known };
  },
  'an older checkpoint is put in its place': (log, draw) => {
    const older = olderCheckpoint(log, draw);
    return older === null
      ? null
      : {
          bytes: rebuilt(log, log.seals.map(sealLine), checkpointLine(older.checkpoint)),
          expected: ['unsigned'],
          at: { seq: older.kept + 1 },
        };
  },
  'the log is cut back to an older checkpoint, but a newer receipt is known': (log, draw) => {
    const older = olderCheckpoint(log, draw);
    if (older === null) return null;
    const bytes = rebuilt(log, log.seals.slice(0, older.kept).map(sealLine), checkpointLine(older.checkpoint));
    const known = log.seals[older.kept + draw(log.seals.length - older.kept)];
    return known === undefined ? null : { bytes, expected: ['truncated'], at: { seq: older.kept + 1 }, known };
  },
  'the note is taken from another checkpoint': (log, draw) => {
    const other = sampleCheckpoint(log.signer, leafOf(log.orgId, log.seals), 50 + draw(50), draw(9));
    return {
      bytes: rebuilt(log, log.seals.map(sealLine), checkpointLine({ ...log.checkpoint, note: other.note })),
      expected: ['unsigned'],
    };
  },
  'the checkpoint is taken away': (log) => ({
    bytes: rebuilt(log, log.seals.map(sealLine), checkpointLine(null)),
    expected: ['unsigned'],
    at: { seq: newestOf(log) },
  }),
  'a byte of the checkpoint is edited': (log, draw) => {
    const bytes = fileOf(log.lines);
    const length = Buffer.byteLength(log.lines.at(-1) ?? '') + 1;
    // Behind the number `n`, which nobody signs.
    const place = bytes.length - length + '{"checkpoint":{"n":7,'.length + draw(length - '{"checkpoint":{"n":7,'.length);
    return { bytes: otherByte(bytes, place, draw), expected: ['unsigned', 'damaged', 'truncated'] };
  },
  'the first line is edited': (log, draw) => {
    const bytes = fileOf(log.lines);
    return { bytes: otherByte(bytes, draw((log.lines[0] ?? '').length + 1), draw), expected: ['damaged', 'truncated'] };
  },
} as const satisfies Record<string, Tampering>;

function olderCheckpoint(log: SampleLog, draw: Draw): { kept: number; checkpoint: CheckpointProof } | null {
  if (log.seals.length < 2) return null;
  const kept = 1 + draw(log.seals.length - 1);
  return { kept, checkpoint: sampleCheckpoint(log.signer, leafOf(log.orgId, log.seals.slice(0, kept)), draw(9), draw(9)) };
}

/** Lines of a log with nothing wrong. */
export const cleanFile = (log: SampleLog): Uint8Array => fileOf(logLines(log.orgId, log.seals, log.checkpoint));
