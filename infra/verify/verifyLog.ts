/**
 * Verifies an exported audit log (`.valvlog`), streamed: memory holds one seal and the ids of the events.
 *
 * Guarantees what functions/src/crypto/auditLog/verifyLog.ts does. The trust anchor is the member "checkpoints" of the key
 * file. A receipt, if any are given, is one of
 * - an earlier log file of the organisation: its last line counts;
 * - that last line alone, or the file that Valv mails: `{"checkpoint":{"n","note","leaf","index","proof"}}`, a signed note
 *   with the head leaf and the proof that the note includes it; it is verified with the same keys;
 * - `{"seq":4,"head":"<64 hexadecimal digits>"}`, as an earlier verification printed it and somebody kept it.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import * as z from 'zod/mini';
import { knownHead, type KnownHead } from '../../functions/src/crypto/auditLog/checkpointProof.ts';
import { maxFindings, type Finding, type FindingKind, type FindingPart } from '../../functions/src/crypto/auditLog/findings.ts';
import {
  cutLines,
  isCheckpointLine,
  logFileBegin,
  maxLineBytes,
  parseCheckpointLine,
} from '../../functions/src/crypto/auditLog/logFile.ts';
import { parseVerifierKey, type NoteKey } from '../../functions/src/crypto/auditLog/signedNote.ts';
import { newLogVerifier, type LogReport } from '../../functions/src/crypto/auditLog/verifyLog.ts';
import { sha256, verifyEd25519 } from '../../functions/src/crypto/nodeHashes.ts';
import type { Check } from './checks.ts';

/** Whether a file begins as a log does. */
export async function isLogFile(path: string): Promise<boolean> {
  return (await readPart(path, 0, logFileBegin.length)).toString('utf8') === logFileBegin;
}

const keyFile = z.object({ checkpoints: z.string() });

/** The key that checkpoints are trusted under, from the content of a key file; null if it names none. */
export function checkpointKey(content: unknown): NoteKey | null {
  const file = keyFile.safeParse(content);
  return file.success ? parseVerifierKey(sha256, file.data.checkpoints) : null;
}

/** All checks of a log file, and with `receipts`, the paths of earlier receipts, also that the log goes on from each of them. */
export async function verifyLogFile(path: string, key: NoteKey, receipts: readonly string[]): Promise<readonly Check[]> {
  const trust = { sha256, verifyEd25519, keys: [key] };
  const read = await Promise.all(receipts.map((receipt) => readReceipt(receipt, trust)));
  const verifier = newLogVerifier({ ...trust, known: read.filter((receipt) => receipt !== null) });
  const cutter = cutLines(verifier.line);
  // What a stream reads as text or bytes is Buffers without an encoding.
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) cutter.push(piece as Buffer);
  cutter.end();
  const report = await verifier.end();
  return [
    ...groups.flatMap(({ name, parts }) => checksOf(name, parts, report)),
    ...receiptChecks(read, report),
    ...(report.findingCount > maxFindings ? [failed('every fault is listed', `there are ${report.findingCount} in all`)] : []),
  ];
}

type Trust = Parameters<typeof knownHead>[0];
type Receipt = KnownHead & { readonly orgId: string | null };
const bareReceipt = z.strictObject({ seq: z.int().check(z.minimum(1)), head: z.string().check(z.regex(/^[0-9a-f]{64}$/)) });

/** The head that a receipt's file stands for; null if it is none, or not genuine. */
async function readReceipt(path: string, trust: Trust): Promise<Receipt | null> {
  const tail = (await readPart(path, -maxLineBytes, maxLineBytes)).toString('utf8').trimEnd();
  const line = tail.slice(tail.lastIndexOf('\n') + 1);
  if (isCheckpointLine(line)) {
    const proof = parseCheckpointLine(line)?.checkpoint ?? null;
    return proof === null ? null : knownHead(trust, proof);
  }
  const bare = bareReceipt.safeParse(parsed(line));
  return bare.success ? { ...bare.data, orgId: null } : null;
}

/** Part of a file: `length` bytes from `start`, a negative start counting from the end. */
async function readPart(path: string, start: number, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const position = start < 0 ? Math.max(0, (await file.stat()).size + start) : start;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Group = { readonly name: string; readonly parts: readonly FindingPart[] };

const groups: readonly Group[] = [
  { name: 'the file is a whole log of the known format', parts: ['file'] },
  { name: 'every event is the one that was sealed', parts: ['event', 'leaves'] },
  { name: 'the seals are one unbroken chain', parts: ['header', 'seal'] },
  { name: 'a trusted key signed the newest seal', parts: ['note', 'proof', 'head'] },
];
const mostShown = 20;
const failed = (name: string, detail: string): Check => ({ name, outcome: 'failed', detail });

function checksOf(name: string, parts: readonly FindingPart[], report: LogReport): Check[] {
  const findings = report.findings.filter(({ part }) => parts.includes(part));
  // What cannot be read has not been looked at: nothing else is vouched for.
  if (findings.length === 0 && report.findings.some(({ part }) => part === 'file')) return [{ name, outcome: 'skipped', detail: '' }];
  if (findings.length === 0) return [{ name, outcome: 'ok', detail: summary(parts, report) }];
  const shown = findings.slice(0, mostShown).map((finding) => failed(name, inWords(finding)));
  return findings.length > mostShown ? [...shown, failed(name, `and ${findings.length - mostShown} more`)] : shown;
}

function summary(parts: readonly FindingPart[], { findingCount, orgId, seals, events, newest, checkpoint }: LogReport): string {
  if (parts.includes('file')) return `organisation ${orgId ?? 'unknown'}`;
  if (parts.includes('event')) return `${events} events`;
  if (parts.includes('seal')) return `${seals} seals`;
  if (newest === null || checkpoint === null || findingCount > 0) return '';
  return `${checkpoint.origin}, ${checkpoint.size} heads; keep as a receipt: {"seq":${newest.seq},"head":"${newest.head}"}`;
}

function receiptChecks(receipts: readonly (Receipt | null)[], report: LogReport): Check[] {
  if (receipts.length === 0) return [];
  const name = 'the log goes on from the receipt';
  const genuine = 'the receipt is genuine';
  const known = receipts.filter((receipt) => receipt !== null);
  const areOthers = known.some(({ orgId }) => orgId !== null && orgId !== report.orgId);
  return [
    ...receipts.map((receipt): Check =>
      receipt === null
        ? failed(genuine, 'it is no receipt, or no trusted key signed it')
        : { name: genuine, outcome: 'ok', detail: `seal ${receipt.seq}` },
    ),
    ...(areOthers ? [failed(name, 'the receipt is about another organisation')] : []),
    ...(known.length === 0 ? [{ name, outcome: 'skipped', detail: '' } as const] : areOthers ? [] : checksOf(name, ['receipt'], report)),
  ];
}

const kindWords = {
  edited: 'was edited',
  removed: 'was removed',
  inserted: 'was inserted, or is there twice',
  reordered: 'is in another place',
  truncated: 'is missing, with everything behind it',
  forked: 'is another than the one that was signed or receipted: history was made anew',
  damaged: 'is damaged',
  unsigned: 'is not covered by a genuine signature',
} as const satisfies Record<FindingKind, string>;

/** A finding in plain words. Seals are numbered from 1, and so are events in their seal. */
function inWords(finding: Finding): string {
  return `${subject(finding)} ${kindWords[finding.kind]}`;
}

function subject({ kind, part, seq, index, eventId }: Finding): string {
  if (part === 'event' && index !== undefined) return `event ${index + 1} of seal ${seq}${eventId === undefined ? '' : ` (${eventId})`}`;
  if (part === 'event') return `an event of seal ${seq}`;
  if (part === 'leaves') return `the list of hashes of seal ${seq}`;
  if (part === 'header') return `the header of seal ${seq}`;
  if (part === 'file' && kind !== 'truncated') return seq === 0 ? 'the first line' : `the line of seal ${seq}, or one behind it,`;
  if (part === 'file') return 'the last line';
  return `seal ${seq}`;
}
