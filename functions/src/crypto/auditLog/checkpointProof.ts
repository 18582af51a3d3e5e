/**
 * The proof that a signed checkpoint includes an organisation's head: the last line of its log, and a receipt to keep.
 *
 * Guarantees: a proof that is accepted has a trusted key's signature, the origin that is that key's name, and a head leaf
 * that is in the tree. Does not say that the checkpoint is the newest, nor its number `n`, which nobody signed.
 */
import { fromBase64, utf8 } from './bytes.ts';
import { parseCheckpoint, parseHeadLeaf, type Checkpoint, type HeadLeaf } from './checkpoint.ts';
import type { CheckpointProof } from './logFile.ts';
import { leafHash, verifyInclusion, type Sha256 } from './merkle.ts';
import { verifyNote, type NoteKey, type VerifyEd25519 } from './signedNote.ts';

/** What notes are verified with: hashing and signatures, and the keys that are trusted. */
export type NoteTrust = {
  readonly sha256: Sha256;
  readonly verifyEd25519: VerifyEd25519;
  readonly keys: readonly NoteKey[];
};

/** What a checkpoint's proof is worth: the genuine checkpoint and the head that it includes, or what is wrong with it. */
export type VerifiedProof =
  | { readonly problem: null; readonly checkpoint: Checkpoint; readonly leaf: HeadLeaf }
  | { readonly problem: 'note' | 'proof' };

/** Verifies a checkpoint's proof, which is also a receipt: signature and origin of the note, then the inclusion of the head leaf. Never throws for what a proof may hold. */
export async function verifyCheckpointProof({ sha256, verifyEd25519, keys }: NoteTrust, proof: CheckpointProof): Promise<VerifiedProof> {
  const note = await verifyNote(verifyEd25519, proof.note, keys);
  const checkpoint = note.problem === null ? parseCheckpoint(note.text) : null;
  if (note.problem !== null || checkpoint === null || checkpoint.origin !== note.key.name) return { problem: 'note' };
  const leaf = parseHeadLeaf(proof.leaf);
  const hashes = proof.proof.map(fromBase64).filter((hash) => hash !== null);
  const isIncluded =
    leaf !== null &&
    hashes.length === proof.proof.length &&
    verifyInclusion(sha256, {
      leaf: leafHash(sha256, utf8(proof.leaf)),
      index: proof.index,
      size: checkpoint.size,
      proof: hashes,
      root: checkpoint.root,
    });
  return isIncluded ? { problem: null, checkpoint, leaf } : { problem: 'proof' };
}

/** An earlier receipt: the organisation's head after seal `seq`; `checkpoint` the signed state that it was part of, if known. */
export type KnownHead = { readonly seq: number; readonly head: string; readonly checkpoint?: Checkpoint };

/**
 * The head that an earlier receipt stands for, to be given as `known`; null if the receipt is not genuine.
 * The receipt is the last line of an earlier log, or the file that was mailed.
 */
export async function knownHead(trust: NoteTrust, proof: CheckpointProof): Promise<(KnownHead & { readonly orgId: string }) | null> {
  const verified = await verifyCheckpointProof(trust, proof);
  if (verified.problem !== null) return null;
  const { checkpoint, leaf } = verified;
  return { orgId: leaf.orgId, seq: leaf.seq, head: leaf.head, checkpoint };
}
