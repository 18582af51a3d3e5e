/**
 * Signs the heads of all organisations that have moved: one signature for up to two thousand of them.
 *
 * Guarantees: the tree of all heads is only appended to, and no leaf is read again: the new root follows from the stored
 * frontier, which must make the root that was signed before. A signature is made first and then stored together with what it
 * is over, or thrown away, so that no two signed states of one number are ever known; that is the order of transparency logs
 * such as Sunlight. A run that was killed is completed by the next one. Refuses to go on when the bucket knows more than the
 * database. Does not guarantee that a customer has seen a checkpoint: mails and downloads do that.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { equalBytes, fromBase64, toBase64, utf8 } from '../../crypto/auditLog/bytes.ts';
import { checkpointText, headLeafText } from '../../crypto/auditLog/checkpoint.ts';
import { appendLeaves, emptyFrontier, frontierRoot, leafHash, type Frontier } from '../../crypto/auditLog/merkle.ts';
import { noteText } from '../../crypto/auditLog/signedNote.ts';
import { sha256, verifyEd25519 } from '../../crypto/nodeHashes.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import type { CheckpointSigner } from './checkpointKey.ts';
import {
  commitCheckpoint,
  frontierOf,
  mostLeaves,
  needsUnpublished,
  newestCheckpoint,
  publishCheckpoint,
  unsignedHeads,
  type CheckpointDoc,
  type UnsignedHead,
} from './checkpointStore.ts';

/** Checkpoints of one run: more heads than these hold have to wait a minute. */
const mostCheckpoints = 10;
/** Tries, when heads move while they are signed. */
const mostTries = 5;

/** Signs every head that moved; answers how many checkpoints and heads. Throws `audit/checkpoint-contradicted`, `audit/chain-broken`. */
export async function signCheckpoints(signer: CheckpointSigner, clock: Clock): Promise<{ checkpoints: number; heads: number }> {
  const done = { checkpoints: 0, heads: 0 };
  // Made by a run that was killed before it had put it into the bucket.
  const newest = await newestCheckpoint();
  if (newest !== null && newest.storedAt === null) await publishCheckpoint(newest.n, clock);
  let lost = 0;
  while (done.checkpoints < mostCheckpoints && lost < mostTries) {
    const heads = await unsignedHeads();
    if (heads.length === 0) break;
    const checkpoint = await signedOver(heads, signer, clock);
    if (!(await commitCheckpoint(checkpoint, heads))) {
      lost += 1;
      continue;
    }
    await publishCheckpoint(checkpoint.n, clock);
    done.checkpoints += 1;
    done.heads += heads.length;
    if (heads.length < mostLeaves) break;
  }
  return done;
}

async function signedOver(heads: readonly UnsignedHead[], signer: CheckpointSigner, clock: Clock): Promise<CheckpointDoc> {
  const newest = await newestCheckpoint();
  const before = newest === null ? emptyFrontier : wholeFrontier(newest);
  const n = (newest?.n ?? 0) + 1;
  await needsUnpublished(n);
  const leaves = heads.map(headLeafText);
  const grown = appendLeaves(
    sha256,
    before,
    leaves.map((leaf) => leafHash(sha256, utf8(leaf))),
  );
  const root = frontierRoot(sha256, grown);
  const text = checkpointText({ origin: signer.key.name, size: grown.size, root });
  const signature = await signer.sign(utf8(text));
  if (!verifyEd25519(signer.key.publicKey, utf8(text), signature))
    throw new AppError('shared/internal', 'the signing service answered something else than a signature');
  const note = noteText({ text, signatures: [{ name: signer.key.name, keyId: signer.key.keyId, signature }] });
  return {
    v: 1,
    n,
    size: grown.size,
    start: before.size,
    root: toBase64(root),
    leaves,
    note,
    frontierBefore: before.hashes.map(toBase64),
    frontierAfter: grown.hashes.map(toBase64),
    signedAt: Timestamp.fromDate(clock()),
    storedAt: null,
  };
}

/** Throws `audit/chain-broken` for a frontier that does not make the root that was signed. */
function wholeFrontier({ n, size, root, frontierAfter }: Pick<CheckpointDoc, 'n' | 'size' | 'root' | 'frontierAfter'>): Frontier {
  const frontier = frontierOf(size, frontierAfter);
  const signed = fromBase64(root);
  if (signed !== null && equalBytes(frontierRoot(sha256, frontier), signed)) return frontier;
  throw new AppError('audit/chain-broken', 'the tree of heads is not the one that was signed', { checkpoint: n });
}
