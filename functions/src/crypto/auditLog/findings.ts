/** What can be wrong with a log, by name. */

/**
 * - `edited`: something is there that was sealed otherwise; `removed`: something sealed is missing in the middle;
 *   `inserted`: something is there that was not sealed there, or is there twice; `reordered`: something sealed is in another place.
 * - `truncated`: the end is missing; `forked`: the log is whole in itself, but is another than the one that was signed or
 *   receipted; `unsigned`: no trusted signature covers the log, or not all of it; `damaged`: the file cannot be read there,
 *   or was changed so that no more can be told.
 */
export type FindingKind = 'edited' | 'removed' | 'inserted' | 'reordered' | 'truncated' | 'forked' | 'damaged' | 'unsigned';

/**
 * Where it shows: `file` (a line, or what the first one says), `event`, `leaves` (the stored hashes of events), `header`
 * (of a seal), `seal` (a whole one), `head` (the newest seal against the signed head), `note` (the signed note),
 * `proof` (head leaf and its inclusion in the checkpoint), `receipt` (an earlier one).
 */
export type FindingPart = 'file' | 'event' | 'leaves' | 'header' | 'seal' | 'head' | 'note' | 'proof' | 'receipt';

/** One thing that is wrong. */
export type Finding = {
  readonly kind: FindingKind;
  readonly part: FindingPart;
  /** The seal: its number as sealed; of something truncated the first that is missing; 0 for what concerns no seal. */
  readonly seq: number;
  /** Place of the event in its seal, from 0: as sealed, or of something inserted as it stands in the file. */
  readonly index?: number;
  /** Id of the event as the file has it; of something removed it is not known. */
  readonly eventId?: string;
};

/** Most findings that are kept; all are counted. */
export const maxFindings = 1000;

/** Collects findings, each once. */
export type FindingList = {
  readonly add: (finding: Finding) => void;
  readonly kept: readonly Finding[];
  /** How many there were, those that were not kept included. */
  readonly count: () => number;
};

/** An empty list. */
export function newFindingList(): FindingList {
  const kept: Finding[] = [];
  const seen = new Set<string>();
  let count = 0;
  const add = (finding: Finding) => {
    const key = `${finding.kind} ${finding.part} ${finding.seq} ${finding.index ?? ''}`;
    if (seen.has(key)) return;
    count += 1;
    if (kept.length === maxFindings) return;
    seen.add(key);
    kept.push(finding);
  };
  return { add, kept, count: () => count };
}
