/**
 * Whether a checkpoint, from the database or from the bucket, is one that this installation has signed, whole.
 *
 * Guarantees: pure but for the signature check; what it answers follows from the signed note alone: every leaf, the tree without
 * and with them, and where all organisations stood (signedHeads.ts). Does not say that it is the newest.
 */
import { equalBytes, fromBase64, utf8 } from '../../crypto/auditLog/bytes.ts';
import { parseCheckpoint, parseStateLeaf, type Checkpoint } from '../../crypto/auditLog/checkpoint.ts';
import { appendLeaves, frontierRoot, isFrontier, leafHash, type Frontier } from '../../crypto/auditLog/merkle.ts';
import { verifyNote, type NoteKey } from '../../crypto/auditLog/signedNote.ts';
import { sha256, verifyEd25519 } from '../../crypto/nodeHashes.ts';

/** A checkpoint as the bucket has it; nothing of it is verified. `frontierBefore` is the frontier without its leaves, base64. */
export type PublishedCheckpoint = { readonly note: string; readonly leaves: readonly string[]; readonly frontierBefore: readonly string[] };

/** A genuine checkpoint: the trees without and with its leaves, and the hash of where all organisations stand with it. */
export type WholeCheckpoint = {
  readonly checkpoint: Checkpoint;
  readonly before: Frontier;
  readonly after: Frontier;
  readonly signedHeads: string;
};

/** The checkpoint if our key signed exactly it; null otherwise. */
export async function wholeCheckpoint(
  { note, leaves, frontierBefore }: PublishedCheckpoint,
  key: NoteKey,
): Promise<WholeCheckpoint | null> {
  const verified = await verifyNote(verifyEd25519, note, [key]);
  const checkpoint = verified.problem === null ? parseCheckpoint(verified.text) : null;
  const signedHeads = parseStateLeaf(leaves.at(-1) ?? '');
  if (checkpoint === null || checkpoint.origin !== key.name || signedHeads === null) return null;
  const before = storedFrontier(checkpoint.size - leaves.length, frontierBefore);
  if (!isFrontier(before)) return null;
  const after = withLeaves(before, leaves);
  return equalBytes(frontierRoot(sha256, after), checkpoint.root) ? { checkpoint, before, after, signedHeads } : null;
}

/** The tree with these texts as its next leaves. */
export function withLeaves(before: Frontier, texts: readonly string[]): Frontier {
  return appendLeaves(
    sha256,
    before,
    texts.map((text) => leafHash(sha256, utf8(text))),
  );
}

/** A stored frontier. Throws a TypeError for what is none: nothing may be built on it. */
export function frontierOf(size: number, hashes: readonly string[]): Frontier {
  const frontier = storedFrontier(size, hashes);
  if (!isFrontier(frontier)) throw new TypeError('a stored frontier is damaged');
  return frontier;
}

const storedFrontier = (size: number, hashes: readonly string[]): Frontier => ({
  size,
  hashes: hashes.map((hash) => fromBase64(hash) ?? new Uint8Array(0)),
});
