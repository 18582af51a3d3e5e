/** Logs for tests: events, seals, heads of several organisations and signed checkpoints, made as the service makes them. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { toBase64, utf8 } from '../../../functions/src/crypto/auditLog/bytes.ts';
import type { KnownHead } from '../../../functions/src/crypto/auditLog/checkpointProof.ts';
import { checkpointText, headLeafText } from '../../../functions/src/crypto/auditLog/checkpoint.ts';
import { eventInstant, eventText, type LoggedEvent } from '../../../functions/src/crypto/auditLog/event.ts';
import { checkpointLine, cutLines, logFileHead, sealLine, type CheckpointProof } from '../../../functions/src/crypto/auditLog/logFile.ts';
import { appendLeaves, emptyFrontier, frontierRoot, inclusionProof, leafHash } from '../../../functions/src/crypto/auditLog/merkle.ts';
import { sealEvents, type Seal } from '../../../functions/src/crypto/auditLog/seal.ts';
import { noteKey, noteText, type NoteKey } from '../../../functions/src/crypto/auditLog/signedNote.ts';
import { newLogVerifier, type LogReport } from '../../../functions/src/crypto/auditLog/verifyLog.ts';
import { sha256, verifyEd25519 } from '../../../functions/src/crypto/nodeHashes.ts';

/** Which numbers a generator draws: whole, from 0 to below `limit`. */
export type Draw = (limit: number) => number;

/** Numbers that a seed decides (mulberry32). */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** An id with the form of ours, from any text. */
export const sampleId = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 20);

/** A key that signs checkpoints. */
export type SampleSigner = { readonly key: NoteKey; readonly privateKey: KeyObject };

/** A new key of that name. */
export function newSampleSigner(name = 'valv.example/audit'): SampleSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return { key: noteKey(sha256, name, new Uint8Array(Buffer.from(x ?? '', 'base64url'))), privateKey };
}

/** An event; `number` makes it another. */
export function sampleEvent(number: number, draw: Draw): LoggedEvent {
  const isJob = draw(8) === 0;
  const isRefused = draw(10) === 0;
  const pick = <T>(values: readonly [T, ...T[]]): T => values[draw(values.length)] ?? values[0];
  return {
    v: 1,
    id: sampleId(`event ${number} ${draw(1e9)}`),
    at: eventInstant(1_790_000_000 + number, draw(1_000_000) * 1000),
    action: pick(['register.dataSubject.read', 'register.dataSubject.correct', 'orgs.member.update']),
    actorKind: isJob ? 'job' : 'member',
    actorId: sampleId(`actor ${draw(20)}`),
    sessionId: isJob ? null : sampleId(`session ${draw(40)}`),
    jobId: isJob ? sampleId(`job ${number}`) : null,
    grantId: draw(20) === 0 ? sampleId('grant') : null,
    from: isJob ? null : pick(['203.0.113.0/24', '2001:db8:1::/48', null]),
    targetKind: 'dataSubject',
    targetIds: Array.from({ length: 1 + draw(3) }, () => sampleId(`subject ${draw(500)}`)),
    fields: isRefused ? [] : ['givenName', 'familyName', 'e"mail\\', 'ort å'].slice(0, draw(5)),
    outcome: isRefused ? 'orgs/not-allowed' : 'done',
  };
}

/** The sizes of a log's seals. */
export type Shape = readonly number[];

/** Seals one behind the other, with the texts of their events. */
export function sampleSeals(orgId: string, shape: Shape, draw: Draw, before: readonly Seal[] = []): Seal[] {
  const seals = [...before];
  for (const count of shape) {
    const events = Array.from({ length: count }, (_, index) => eventText(sampleEvent(seals.length * 1000 + index, draw)));
    const previous = seals.at(-1)?.header ?? null;
    seals.push(sealEvents(sha256, { orgId, previous, sealedAt: `2026-11-22T03:${String(10 + (seals.length % 50))}:00.000Z`, events }));
  }
  return seals;
}

/** The head leaf after the newest of the seals. */
export function leafOf(orgId: string, seals: readonly Seal[]): string {
  const newest = seals.at(-1);
  if (newest === undefined) throw new TypeError('a log without seals has no head');
  return headLeafText({ orgId, seq: newest.seq, count: newest.start + newest.count, head: newest.head });
}

/** A signed checkpoint with the leaf behind `before` and in front of `after` other leaves. */
export function sampleCheckpoint(signer: SampleSigner, leaf: string, before = 5, after = 3, origin = signer.key.name): CheckpointProof {
  const other = (number: number) => leafHash(sha256, utf8(`other ${number}`));
  const earlier = appendLeaves(
    sha256,
    emptyFrontier,
    Array.from({ length: before }, (_, number) => other(number)),
  );
  const batch = [leafHash(sha256, utf8(leaf)), ...Array.from({ length: after }, (_, number) => other(1000 + number))];
  const root = frontierRoot(sha256, appendLeaves(sha256, earlier, batch));
  const note = signedNote(signer, checkpointText({ origin, size: before + batch.length, root }));
  return { n: 7, note, leaf, index: before, proof: inclusionProof(sha256, earlier, batch, 0).map(toBase64) };
}

/** A note under the signer's key. */
export function signedNote({ key, privateKey }: SampleSigner, text: string): string {
  return noteText({ text, signatures: [{ name: key.name, keyId: key.keyId, signature: sign(null, utf8(text), privateKey) }] });
}

/** The lines of a log file. */
export function logLines(orgId: string, seals: readonly Seal[], checkpoint: CheckpointProof | null): string[] {
  const events = seals.reduce((sum, { count }) => sum + count, 0);
  return [logFileHead({ orgId, seals: seals.length, events }), ...seals.map(sealLine), checkpointLine(checkpoint)];
}

/** A whole log of one organisation, signed. */
export type SampleLog = {
  readonly orgId: string;
  readonly signer: SampleSigner;
  readonly seals: readonly Seal[];
  readonly checkpoint: CheckpointProof;
  readonly lines: readonly string[];
};

/** Makes a signed log with seals of these sizes. */
export function sampleLog(signer: SampleSigner, shape: Shape, seed = 1): SampleLog {
  const draw = drawFrom(seed);
  const orgId = sampleId(`org ${seed}`);
  const seals = sampleSeals(orgId, shape, draw);
  const checkpoint = sampleCheckpoint(signer, leafOf(orgId, seals), draw(40), draw(20));
  return { orgId, signer, seals, checkpoint, lines: logLines(orgId, seals, checkpoint) };
}

/** Bytes of a file with these lines. */
export const fileOf = (lines: readonly string[]): Uint8Array => utf8(lines.map((line) => `${line}\n`).join(''));

/** Verifies a file's bytes. */
export function verifyBytes(bytes: Uint8Array, keys: readonly NoteKey[], known?: KnownHead): Promise<LogReport> {
  const verifier = newLogVerifier({ sha256, verifyEd25519, keys, known: known === undefined ? [] : [known] });
  const cutter = cutLines(verifier.line);
  for (let start = 0; start < bytes.length; start += 65_536) cutter.push(bytes.subarray(start, start + 65_536));
  cutter.end();
  return verifier.end();
}
