/**
 * Merkle trees of RFC 6962, section 2.1: SHA-256, 0x00 before a leaf, 0x01 before two children.
 *
 * Guarantees: a root stands for one list of leaves; a proof shows one leaf at one place, or nothing. The tree of all
 * heads grows by its frontier alone, so no leaf is ever read again. Hashing is passed in. Does not keep anything secret.
 */
import { equalBytes } from './bytes.ts';

/**
 * SHA-256: the 32 bytes of the digest. `into`, if it is given, is memory that may be used for them, which spares a garbage
 * collector where millions are made; otherwise they are in memory that the caller may keep. A function that takes no
 * `into` is one as well.
 */
export type Sha256 = (bytes: Uint8Array, into?: Uint8Array) => Uint8Array;

/** Bytes of a hash. */
export const hashBytes = 32;

/** The hashes of the largest perfect subtrees of a tree of `size` leaves, from left to right: as many as `size` has one-bits. */
export type Frontier = { readonly size: number; readonly hashes: readonly Uint8Array[] };

/** The tree without leaves. */
export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/** Hash of a leaf: SHA-256(0x00 || data). */
export function leafHash(sha256: Sha256, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + data.length);
  bytes.set(data, 1);
  return sha256(bytes);
}

/** Hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * hashBytes);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + hashBytes);
  return sha256(bytes);
}

/**
 * The root over leaf hashes that lie one behind the other, 32 bytes each; of no leaves SHA-256 of nothing.
 * Throws a TypeError for a length that is no multiple of 32.
 */
export function merkleRoot(sha256: Sha256, leaves: Uint8Array): Uint8Array {
  if (leaves.length % hashBytes !== 0) throw new TypeError('leaf hashes have 32 bytes each');
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  // Each level overwrites the one below. Neighbours are joined, and one without a neighbour moves up as it is: the same
  // tree as the RFC's, which splits at the largest power of two. In front is 0x01 and room for the pair that is hashed.
  const work = new Uint8Array(pairBytes + leaves.length);
  const pair = work.subarray(0, pairBytes);
  const digest = new Uint8Array(hashBytes);
  work[0] = 1;
  work.set(leaves, pairBytes);
  for (let count = leaves.length / hashBytes; count > 1; count = Math.ceil(count / 2)) {
    for (let left = 0; left + 1 < count; left += 2) {
      const start = pairBytes + left * hashBytes;
      work.copyWithin(1, start, start + 2 * hashBytes);
      work.set(sha256(pair, digest), pairBytes + (left / 2) * hashBytes);
    }
    const last = pairBytes + (count - 1) * hashBytes;
    if (count % 2 === 1) work.copyWithin(pairBytes + ((count - 1) / 2) * hashBytes, last, last + hashBytes);
  }
  return work.slice(pairBytes, pairBytes + hashBytes);
}

const pairBytes = 1 + 2 * hashBytes;

/** The frontier after one more leaf. */
export function appendLeaf(sha256: Sha256, { size, hashes }: Frontier, leaf: Uint8Array): Frontier {
  const grown = [...hashes];
  let node = leaf;
  // Two perfect subtrees of one size become one of the next.
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) node = nodeHash(sha256, takeLast(grown), node);
  return { size: size + 1, hashes: [...grown, node] };
}

/** The frontier after some more leaves. */
export function appendLeaves(sha256: Sha256, frontier: Frontier, leaves: readonly Uint8Array[]): Frontier {
  return leaves.reduce((grown, leaf) => appendLeaf(sha256, grown, leaf), frontier);
}

/** The root of a tree from its frontier. */
export function frontierRoot(sha256: Sha256, { hashes }: Frontier): Uint8Array {
  if (hashes.length === 0) return sha256(new Uint8Array(0));
  return hashes.reduceRight((right, left) => nodeHash(sha256, left, right));
}

/** Whether a frontier has as many hashes as its size asks for, each of 32 bytes. A stored one is checked before it is used. */
export function isFrontier({ size, hashes }: Frontier): boolean {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return Number.isSafeInteger(size) && size >= 0 && hashes.length === ones && hashes.every((hash) => hash.length === hashBytes);
}

/** Whether the tree with `rootAfter` is the one with `rootBefore` and these leaves behind it, nothing else changed. */
export function isExtension(
  sha256: Sha256,
  before: Frontier,
  rootBefore: Uint8Array,
  leaves: readonly Uint8Array[],
  rootAfter: Uint8Array,
): boolean {
  return (
    isFrontier(before) &&
    equalBytes(frontierRoot(sha256, before), rootBefore) &&
    equalBytes(frontierRoot(sha256, appendLeaves(sha256, before, leaves)), rootAfter)
  );
}

/**
 * The audit path (RFC 6962, section 2.1.1) of the leaf at `before.size + at`, in the tree of `before` and the batch behind it.
 * Throws a TypeError for a place outside the batch, or a frontier that is none.
 */
export function inclusionProof(sha256: Sha256, before: Frontier, batch: readonly Uint8Array[], at: number): readonly Uint8Array[] {
  if (!isFrontier(before)) throw new TypeError('a frontier has a hash for each one-bit of its size');
  if (!Number.isInteger(at) || at < 0 || at >= batch.length) throw new TypeError('the leaf is not in the batch');
  const hashOf = rangeHash(sha256, before, batch);
  const proof: Uint8Array[] = [];
  const leaf = before.size + at;
  let [from, to] = [0, before.size + batch.length];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    proof.push(leaf < middle ? hashOf(middle, to) : hashOf(from, middle));
    [from, to] = leaf < middle ? [from, middle] : [middle, to];
  }
  return proof.toReversed();
}

/** Answers the hash of a subtree. One that lies whole before the batch and is asked for is a perfect one of the frontier. */
function rangeHash(sha256: Sha256, before: Frontier, batch: readonly Uint8Array[]): (from: number, to: number) => Uint8Array {
  const perfect = new Map<string, Uint8Array>();
  let start = 0;
  for (const hash of before.hashes) {
    const size = largestPowerOfTwo(before.size - start);
    perfect.set(`${start}-${start + size}`, hash);
    start += size;
  }
  const hashOf = (from: number, to: number): Uint8Array => {
    const known = perfect.get(`${from}-${to}`) ?? (to - from === 1 ? batch[from - before.size] : undefined);
    if (known !== undefined) return known;
    const middle = from + splitOf(to - from);
    return nodeHash(sha256, hashOf(from, middle), hashOf(middle, to));
  };
  return hashOf;
}

/** What an inclusion proof says: this leaf hash is at `index` (from 0) of the tree of `size` leaves with this root. */
export type Inclusion = {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
};

/** Whether an inclusion proof holds (the algorithm of RFC 9162, section 2.1.3.2). Never throws. */
export function verifyInclusion(sha256: Sha256, { leaf, index, size, proof, root }: Inclusion): boolean {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  if ([leaf, root, ...proof].some((hash) => hash.length !== hashBytes)) return false;
  let [place, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sha256, sibling, hash);
      // One without a neighbour moves up as it is.
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalBytes(hash, root);
}

function takeLast(hashes: Uint8Array[]): Uint8Array {
  const last = hashes.pop();
  if (last === undefined) throw new TypeError('a frontier has a hash for each one-bit of its size');
  return last;
}

/** Sizes reach beyond 32 bits, so no shifts. */
function largestPowerOfTwo(size: number): number {
  let power = 1;
  while (power * 2 <= size) power *= 2;
  return power;
}

/** The largest power of two below `size`, which is at least 2. */
const splitOf = (size: number): number => largestPowerOfTwo(size - 1);
