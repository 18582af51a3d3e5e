/**
 * Verifies an organisation's exported log, line by line (README.md, "Audit log v1").
 *
 * Guarantees: without findings, a trusted key signed a checkpoint that includes the head of exactly these seals, and these
 * seals stand for exactly these events, none changed, missing, added, doubled or moved, from the organisation's first to
 * the signed one. With earlier receipts: the log is also the one that each of them is about, continued. Memory holds one
 * seal and the ids of the events.
 *
 * Does not guarantee that nothing was sealed later (a log cut back to an older checkpoint is whole: only a newer receipt
 * tells), nor that events are true, nor the checkpoint's number `n`, which nobody signed.
 */
import { equalBytes } from './bytes.ts';
import type { Checkpoint, HeadLeaf } from './checkpoint.ts';
import { verifyCheckpointProof, type KnownHead, type NoteTrust } from './checkpointProof.ts';
import { compareSeal } from './compareSeal.ts';
import { newFindingList, type Finding, type FindingList } from './findings.ts';
import { newIdSet, type IdSet } from './idSet.ts';
import {
  isCheckpointLine,
  parseCheckpointLine,
  parseLogFileHead,
  parseSealLine,
  type CheckpointProof,
  type LogFileHead,
  type ReadSealLine,
} from './logFile.ts';
import { headOf, noHead, parseHeader, sealLimits } from './seal.ts';
import { newSealChain, type SealChain, type Top } from './sealChain.ts';

/** What a verifier works with: the trusted keys, and earlier receipts if there are any. */
export type LogVerifierOptions = NoteTrust & { readonly known?: readonly KnownHead[] };

/** What was verified. The log is good exactly if `findingCount` is 0. */
export type LogReport = {
  /** In the order in which they were found, at most 1,000. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  /** As the first line says; null if it cannot be read. */
  readonly orgId: string | null;
  /** Numbers of seals and of events in the file. */
  readonly seals: number;
  readonly events: number;
  /** The newest seal and its head; null if there is none that can be read. Keep it as a receipt if there are no findings. */
  readonly newest: { readonly seq: number; readonly head: string } | null;
  /** The genuine checkpoint that includes the newest head; null if there is none. */
  readonly checkpoint: Checkpoint | null;
};

/** A verifier at work. */
export type LogVerifier = {
  /** Takes the next line, as `cutLines` hands it on. */
  readonly line: (line: string | null) => void;
  /** Number of events seen, for a progress bar. */
  readonly eventCount: () => number;
  /** Nothing more comes. Answers what was found. Call it once. */
  readonly end: () => Promise<LogReport>;
};

/** Starts the verification of one log. Throws a TypeError without keys: nothing could be verified. */
export function newLogVerifier(options: LogVerifierOptions): LogVerifier {
  if (options.keys.length === 0) throw new TypeError('a log is verified with at least one key');
  const findings = newFindingList();
  const state: State = {
    options,
    findings,
    chain: newSealChain(options.sha256, findings.add),
    ids: newIdSet(),
    lines: 0,
    seals: 0,
    events: 0,
    fileHead: null,
    orgId: null,
    last: null,
  };
  return { line: (line) => addLine(state, line), eventCount: () => state.events, end: () => conclude(state) };
}

/** Owned by one verifier; the functions below change it. */
type State = {
  readonly options: LogVerifierOptions;
  readonly findings: FindingList;
  readonly chain: SealChain;
  readonly ids: IdSet;
  lines: number;
  seals: number;
  events: number;
  fileHead: LogFileHead | null;
  /** As the first seal says. */
  orgId: string | null;
  /** The last line, when it has come. */
  last: { readonly proof: CheckpointProof | null } | null;
};

function addLine(state: State, line: string | null): void {
  const { findings, chain } = state;
  state.lines += 1;
  if (state.lines === 1) {
    state.fileHead = line === null ? null : parseLogFileHead(line);
    if (state.fileHead === null) findings.add({ kind: 'damaged', part: 'file', seq: 0 });
  } else if (state.last !== null) {
    findings.add({ kind: 'inserted', part: 'file', seq: chain.top().seq });
  } else if (line !== null && isCheckpointLine(line)) {
    const read = parseCheckpointLine(line);
    if (read === null) findings.add({ kind: 'damaged', part: 'file', seq: chain.top().seq });
    state.last = { proof: read?.checkpoint ?? null };
  } else addSeal(state, line);
}

function addSeal(state: State, line: string | null): void {
  const { findings, chain, options } = state;
  const read = line === null ? null : parseSealLine(line);
  const header = read === null ? null : parseHeader(read.header);
  state.seals += 1;
  state.events += read?.events.length ?? 0;
  if (read === null || header === null) {
    const seq = chain.addUnreadable();
    return findings.add(read === null ? { kind: 'damaged', part: 'file', seq } : { kind: 'edited', part: 'header', seq });
  }
  state.orgId ??= header.orgId;
  if (header.orgId !== state.orgId) return findings.add({ kind: 'inserted', part: 'seal', seq: header.seq });
  const { seq, isPart } = chain.add(header, read.header);
  if (!read.isSpelledOnce) findings.add({ kind: 'damaged', part: 'file', seq });
  const isTooLong = read.events.length > mostCompared;
  if (isTooLong) findings.add({ kind: 'damaged', part: 'event', seq });
  else for (const finding of compareSeal(options.sha256, { ...read, seq, header })) findings.add(finding);
  if (!isPart) return; // reported; its events are others' or seen before
  const known = options.known?.filter((head) => head.seq === header.seq) ?? [];
  if (known.some(({ head }) => head !== headOf(options.sha256, read.header))) findings.add({ kind: 'forked', part: 'receipt', seq });
  if (!isTooLong) addIds(state, seq, read);
}

/** Most events of a line that are compared, a full seal twice over: to name what became of more would take too long. */
const mostCompared = 2 * sealLimits.events;

/** One event, one id: the same event may not be sealed again, nor another one under its id. */
function addIds({ findings, ids }: State, seq: number, read: ReadSealLine): void {
  let index = -1;
  for (const id of read.ids) {
    index += 1;
    if (id === null) findings.add({ kind: 'damaged', part: 'event', seq, index });
    else if (!ids.add(id)) findings.add({ kind: 'inserted', part: 'event', seq, index, eventId: id });
  }
}

async function conclude(state: State): Promise<LogReport> {
  const { findings, chain, options, last, orgId, fileHead } = state;
  const top = chain.top();
  const signed = last?.proof == null ? null : await verifyCheckpointProof(options, last.proof);
  if (last === null) findings.add({ kind: 'truncated', part: 'file', seq: top.seq + 1 });
  else if (signed === null) findings.add({ kind: 'unsigned', part: 'head', seq: top.seq });
  else if (signed.problem !== null) findings.add({ kind: 'unsigned', part: signed.problem, seq: top.seq });
  const genuine = signed?.problem === null ? signed : null;
  const isTopSuspected = chain.isUndecided();
  chain.end(genuine?.leaf.seq === top.seq ? genuine.leaf.head : null);
  if (genuine !== null) for (const finding of againstHead(genuine.leaf, orgId, top, isTopSuspected)) findings.add(finding);
  for (const known of options.known ?? [])
    for (const finding of againstReceipt(known, top, genuine?.checkpoint ?? null)) findings.add(finding);
  // Whatever else is wrong explains why the first line does not fit.
  if (findings.count() === 0 && !fits(state)) findings.add({ kind: 'damaged', part: 'file', seq: 0 });
  const head = top.heads?.[0];
  return {
    findings: findings.kept,
    findingCount: findings.count(),
    orgId: fileHead?.orgId ?? null,
    seals: state.seals,
    events: state.events,
    newest: head === undefined || head === noHead ? null : { seq: top.seq, head },
    checkpoint: genuine?.checkpoint ?? null,
  };
}

/** The chain's end against the head that was signed. */
function againstHead(leaf: HeadLeaf, orgId: string | null, top: Top, isTopSuspected: boolean): Finding[] {
  if (orgId !== null && leaf.orgId !== orgId) return [{ kind: 'unsigned', part: 'head', seq: top.seq }];
  if (leaf.seq > top.seq) return [{ kind: 'truncated', part: 'head', seq: top.seq + 1 }];
  if (leaf.seq < top.seq) return [{ kind: 'unsigned', part: 'head', seq: leaf.seq + 1 }];
  // A top that cannot be read, or whose own link is broken, has been reported: that it is not the signed one adds nothing.
  if (top.heads === null) return [];
  if (!top.heads.includes(leaf.head)) return isTopSuspected ? [] : [{ kind: 'forked', part: 'head', seq: top.seq }];
  return top.events === null || leaf.count === top.events ? [] : [{ kind: 'damaged', part: 'head', seq: top.seq }];
}

/** The chain's end against an earlier receipt; the seal that it is about was compared when it came. */
function againstReceipt(known: KnownHead, top: Top, checkpoint: Checkpoint | null): Finding[] {
  if (top.seq < known.seq) return [{ kind: 'truncated', part: 'receipt', seq: top.seq + 1 }];
  const isContradicted = checkpoint !== null && known.checkpoint !== undefined && contradict(checkpoint, known.checkpoint);
  return isContradicted ? [{ kind: 'forked', part: 'receipt', seq: top.seq }] : [];
}

/** Two states of one log of all heads that have one size are one state. Of different sizes, only the heads can be compared. */
function contradict(a: Checkpoint, b: Checkpoint): boolean {
  return a.origin === b.origin && a.size === b.size && !equalBytes(a.root, b.root);
}

function fits({ fileHead, orgId, seals, events }: State): boolean {
  return fileHead !== null && fileHead.orgId === (orgId ?? fileHead.orgId) && fileHead.seals === seals && fileHead.events === events;
}
