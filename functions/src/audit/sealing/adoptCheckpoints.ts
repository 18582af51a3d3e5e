/**
 * Puts checkpoints back that the bucket has and the database has lost, for operators after a restore.
 *
 * Guarantees: only what our key signed comes back, each checkpoint exactly behind the one before, its leaves making the signed
 * root; the first that does not fit ends it, with everything before it in place. Repeating it changes nothing. Does not bring
 * back seals or events: an organisation whose newest seals are lost goes on from what was restored, and a receipt of what was
 * lost shows that.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { equalBytes, toBase64, utf8 } from '../../crypto/auditLog/bytes.ts';
import { parseCheckpoint } from '../../crypto/auditLog/checkpoint.ts';
import { appendLeaves, emptyFrontier, frontierRoot, leafHash, type Frontier } from '../../crypto/auditLog/merkle.ts';
import { verifyNote, type NoteKey } from '../../crypto/auditLog/signedNote.ts';
import { sha256, verifyEd25519 } from '../../crypto/nodeHashes.ts';
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { frontierOf, newestCheckpoint, publishedCheckpoint, storeAdopted } from './checkpointStore.ts';

/** Puts back every checkpoint behind the newest known one; answers how many. Throws `audit/checkpoint-contradicted` for one that does not fit. */
export async function adoptCheckpoints(key: NoteKey, clock: Clock): Promise<number> {
  const newest = await newestCheckpoint();
  let before = newest === null ? emptyFrontier : frontierOf(newest.size, newest.frontierAfter);
  let n = (newest?.n ?? 0) + 1;
  const first = n;
  for (let found = await publishedCheckpoint(n); found !== null; found = await publishedCheckpoint(n)) {
    before = await adopt({ ...found, n, before }, key, clock);
    n += 1;
  }
  return n - first;
}

type Published = { readonly n: number; readonly note: string; readonly leaves: readonly string[]; readonly before: Frontier };

async function adopt({ n, note, leaves, before }: Published, key: NoteKey, clock: Clock): Promise<Frontier> {
  const verified = await verifyNote(verifyEd25519, note, [key]);
  const checkpoint = verified.problem === null ? parseCheckpoint(verified.text) : null;
  const hashes = leaves.map((leaf) => leafHash(sha256, utf8(leaf)));
  const after = appendLeaves(sha256, before, hashes);
  const fits = checkpoint?.size === after.size && equalBytes(checkpoint.root, frontierRoot(sha256, after));
  if (!fits) throw new AppError('audit/checkpoint-contradicted', 'a checkpoint of the bucket does not follow', { checkpoint: n });
  const now = Timestamp.fromDate(clock());
  await storeAdopted({
    v: 1,
    n,
    size: after.size,
    start: before.size,
    root: toBase64(checkpoint.root),
    leaves,
    frontierBefore: before.hashes.map(toBase64),
    frontierAfter: after.hashes.map(toBase64),
    note,
    signedAt: now,
    storedAt: now,
  });
  return after;
}
