/**
 * The events of one seal against what was sealed.
 *
 * Guarantees: no difference in bytes, number or order goes unnamed. If the stored leaves are the sealed ones, every
 * difference is named at its place; if they are not, only that there is one.
 */
import { equalBytes, toHex } from './bytes.ts';
import { eventIdOf, leafHashes } from './event.ts';
import type { Finding, FindingKind } from './findings.ts';
import { hashBytes, merkleRoot, type Sha256 } from './merkle.ts';
import type { SealHeader } from './seal.ts';

/** A seal as a file has it; `leaves` null if they cannot be read. `seq` is the place that the seal has in the chain. */
export type FoundSeal = {
  readonly seq: number;
  readonly header: SealHeader;
  readonly leaves: Uint8Array | null;
  readonly events: readonly string[];
};

/** Everything in which the seal differs from what its header stands for. */
export function compareSeal(sha256: Sha256, { seq, header, leaves, events }: FoundSeal): readonly Finding[] {
  const hashes = leafHashes(sha256, events);
  const isRoot = (candidate: Uint8Array): boolean =>
    candidate.length === header.count * hashBytes && toHex(merkleRoot(sha256, candidate)) === header.root;
  const areSame = leaves !== null && equalBytes(hashes, leaves);
  if (isRoot(hashes)) return areSame ? illFormed(seq, events) : [{ kind: 'damaged', part: 'leaves', seq }];
  if (leaves !== null && leaves.length % hashBytes === 0 && isRoot(leaves))
    return differences(listOf(hashes), listOf(leaves)).map(({ kind, index, at }) => ({
      kind,
      part: 'event',
      seq,
      index,
      ...idOf(at === undefined ? undefined : events[at]),
    }));
  if (areSame) return [{ kind: kindByCount(events.length - header.count), part: 'event', seq }];
  return [
    { kind: 'damaged', part: 'leaves', seq },
    { kind: 'damaged', part: 'event', seq },
  ];
}

/** A lone surrogate has no bytes of its own: the hash is that of U+FFFD. */
function illFormed(seq: number, events: readonly string[]): Finding[] {
  return events.flatMap((text, index) => (text.isWellFormed() ? [] : [{ kind: 'edited', part: 'event', seq, index, ...idOf(text) }]));
}

const kindByCount = (more: number): FindingKind => (more > 0 ? 'inserted' : more < 0 ? 'removed' : 'edited');

function idOf(text: string | undefined): { eventId?: string } {
  const eventId = text === undefined ? null : eventIdOf(text);
  return eventId === null ? {} : { eventId };
}

function listOf(leaves: Uint8Array): string[] {
  return Array.from({ length: leaves.length / hashBytes }, (_, index) =>
    toHex(leaves.subarray(index * hashBytes, (index + 1) * hashBytes)),
  );
}

/** A difference: `index` as {@link Finding} has it, `at` the place in the file of the event in question, if it is there. */
export type Difference = {
  readonly kind: 'edited' | 'removed' | 'inserted' | 'reordered';
  readonly index: number;
  readonly at?: number;
};

/**
 * How `found` came about from `sealed`: the longest run in order stays, what else was sealed is reordered; between what
 * stays, unknown ones stand for missing ones in turn (edited), and what is left over was removed or inserted.
 */
export function differences(found: readonly string[], sealed: readonly string[]): readonly Difference[] {
  const places = placesOf(found, sealed);
  const staying = longestRun(places);
  const result: Difference[] = [];
  const isFound = new Set(places);
  for (const [at, place] of places.entries()) if (place !== -1 && !staying.has(at)) result.push({ kind: 'reordered', index: place, at });
  let [nextFound, nextSealed] = [0, 0];
  for (const stop of [...staying].concat(found.length)) {
    const stopSealed = places[stop] ?? sealed.length;
    const unknown = range(nextFound, stop).filter((at) => places[at] === -1);
    const missing = range(nextSealed, stopSealed).filter((place) => !isFound.has(place));
    for (const difference of gapDifferences(unknown, missing)) result.push(difference);
    [nextFound, nextSealed] = [stop + 1, stopSealed + 1];
  }
  return result;
}

function gapDifferences(unknown: readonly number[], missing: readonly number[]): Difference[] {
  const pairs = Math.min(unknown.length, missing.length);
  return [
    ...missing.slice(0, pairs).map((index, pair): Difference => ({ kind: 'edited', index, ...at(unknown[pair]) })),
    ...missing.slice(pairs).map((index): Difference => ({ kind: 'removed', index })),
    ...unknown.slice(pairs).map((index): Difference => ({ kind: 'inserted', index, at: index })),
  ];
}

const at = (place: number | undefined): { at?: number } => (place === undefined ? {} : { at: place });
const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);

/** For each found one its place among the sealed, each place once; -1 for what was not sealed. */
function placesOf(found: readonly string[], sealed: readonly string[]): number[] {
  const free = new Map<string, number[]>();
  for (const [place, hash] of sealed.entries()) free.set(hash, [...(free.get(hash) ?? []), place]);
  return found.map((hash) => free.get(hash)?.shift() ?? -1);
}

/** Indexes, in order, of a longest strictly rising run among the places, -1 left out (patience sorting). */
function longestRun(places: readonly number[]): Set<number> {
  const ends: number[] = []; // for each length, the index at which the run with the lowest end stops
  const before = new Map<number, number | undefined>();
  for (const [index, place] of places.entries()) {
    if (place === -1) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[ends[middle] ?? 0] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    before.set(index, ends[low - 1]);
    ends[low] = index;
  }
  const run: number[] = [];
  for (let index = ends.at(-1); index !== undefined; index = before.get(index)) run.push(index);
  return new Set(run.toReversed());
}
