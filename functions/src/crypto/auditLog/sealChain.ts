/**
 * The chain of seal headers, as a verifier meets them one after the other.
 *
 * Guarantees: whatever is done to headers, or to whole seals, is reported as soon as what follows decides it; if nothing
 * is reported, the top's head stands for every header. Keeps the top and the gaps, not the chain.
 */
import type { Finding } from './findings.ts';
import { headOf, noHead, type SealHeader } from './seal.ts';
import type { Sha256 } from './merkle.ts';

/** Seals that were passed over: `from` to `to`, the heads before them (null: not known), and the head that the seal behind them names. */
type Gap = { readonly from: number; readonly to: number; readonly before: readonly string[] | null; readonly after: string };
/** The newest seal: its number, the head it makes (several if the file has it several times, null: not known), and the number of events up to it. */
export type Top = { readonly seq: number; readonly heads: readonly string[] | null; readonly events: number | null };

/** What a chain answers about a seal: its number, and whether it stands in the file for a seal of the chain (false: it does not belong there). */
export type Placed = { readonly seq: number; readonly isPart: boolean };

/** A chain that grows. */
export type SealChain = {
  /** Takes the next header. */
  readonly add: (header: SealHeader, text: string) => Placed;
  /** Takes a seal whose header cannot be read; answers the number that it should have. */
  readonly addUnreadable: () => number;
  readonly top: () => Top;
  /** Nothing more comes. `signedHead` is the head that is to be the top's, or null if it is not known. */
  readonly end: (signedHead: string | null) => void;
  /** Whether the newest link is broken and the guilty one is not decided. */
  readonly isUndecided: () => boolean;
};

/** More than these gaps are reported by their first seal and not followed: such a file is beyond naming every fault. */
const maxGaps = 1000;
/** More seals of the gaps that are left at the end are not named one by one. */
const maxRemoved = 1000;
/** More copies of the top are not remembered. */
const maxHeads = 16;

/** A chain before its first seal. Reports to `report`. */
export function newSealChain(sha256: Sha256, report: (finding: Finding) => void): SealChain {
  const state: State = { report, top: { seq: 0, heads: [noHead], events: 0 }, gaps: [], isLinkBroken: false };
  return {
    add: (header, text) => addHeader(state, header, headOf(sha256, text)),
    addUnreadable: () => {
      decide(state, false);
      state.top = { seq: state.top.seq + 1, heads: null, events: null };
      return state.top.seq;
    },
    top: () => state.top,
    end: (signedHead) => {
      decide(state, signedHead !== null && state.top.heads?.includes(signedHead) === true);
      for (const seq of firstOf(state.gaps, maxRemoved)) report({ kind: 'removed', part: 'seal', seq });
    },
    isUndecided: () => state.isLinkBroken,
  };
}

/** Owned by one chain; the functions below change it. */
type State = {
  readonly report: (finding: Finding) => void;
  top: Top;
  gaps: readonly Gap[];
  /** Between the top and the seal before it: the seal behind the top decides which of them was edited. */
  isLinkBroken: boolean;
};

function addHeader(state: State, header: SealHeader, head: string): Placed {
  const { top } = state;
  const isLinked = top.heads?.includes(header.previous) === true;
  if (isLinked || header.seq === top.seq + 1) return addNext(state, header, head, isLinked);
  return header.seq > top.seq ? addAhead(state, header, head) : addLate(state, header, head);
}

function addNext(state: State, header: SealHeader, head: string, isLinked: boolean): Placed {
  const { top, isLinkBroken: wasBroken, report } = state;
  const seq = top.seq + 1;
  decide(state, isLinked);
  if (header.seq !== seq || (seq === 1 && !isLinked)) edited(state, seq);
  else if (!isLinked && top.heads !== null && !wasBroken) state.isLinkBroken = true;
  else if (isLinked && top.events !== null && header.start !== top.events) report({ kind: 'damaged', part: 'header', seq });
  return advance(state, header, seq, head);
}

function addAhead(state: State, header: SealHeader, head: string): Placed {
  decide(state, false);
  const gap = { from: state.top.seq + 1, to: header.seq - 1, before: state.top.heads, after: header.previous };
  if (state.gaps.length < maxGaps) state.gaps = [...state.gaps, gap];
  else state.report({ kind: 'removed', part: 'seal', seq: gap.from });
  return advance(state, header, header.seq, head);
}

function addLate(state: State, header: SealHeader, head: string): Placed {
  const { report, top, gaps } = state;
  const { seq } = header;
  const gap = gaps.find(({ from, to }) => from <= seq && seq <= to);
  if (gap === undefined) {
    report({ kind: 'inserted', part: 'seal', seq });
    if (seq === top.seq && top.heads !== null && top.heads.length < maxHeads) state.top = { ...top, heads: [...top.heads, head] };
    return { seq, isPart: false };
  }
  report({ kind: 'reordered', part: 'seal', seq });
  const isLinked = seq !== gap.from || gap.before === null || gap.before.includes(header.previous);
  if (!isLinked || (seq === gap.to && gap.after !== head)) edited(state, seq);
  const rest = splitGap(gap, header, head);
  if (gaps.length - 1 + rest.length <= maxGaps) state.gaps = gaps.flatMap((other) => (other === gap ? rest : [other]));
  return { seq, isPart: true };
}

/** The seal behind the top names the top's head, or another. */
function decide(state: State, confirmsTop: boolean): void {
  if (state.isLinkBroken) edited(state, confirmsTop ? state.top.seq - 1 : state.top.seq);
  state.isLinkBroken = false;
}

function advance(state: State, header: SealHeader, seq: number, head: string): Placed {
  state.top = { seq, heads: [head], events: header.start + header.count };
  return { seq, isPart: true };
}

const edited = ({ report }: State, seq: number): void => report({ kind: 'edited', part: 'header', seq });

/** What is left of a gap when one of its seals has come. */
function splitGap(gap: Gap, header: SealHeader, head: string): Gap[] {
  const left = { from: gap.from, to: header.seq - 1, before: gap.before, after: header.previous };
  const right = { from: header.seq + 1, to: gap.to, before: [head], after: gap.after };
  return [left, right].filter(({ from, to }) => from <= to);
}

/** The numbers in the gaps, at most so many. */
function firstOf(gaps: readonly Gap[], most: number): number[] {
  const numbers: number[] = [];
  for (const { from, to } of gaps) for (let seq = from; seq <= to && numbers.length < most; seq += 1) numbers.push(seq);
  return numbers;
}
