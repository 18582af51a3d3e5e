/**
 * An organisation's log as it is downloaded (crypto/README.md, "Audit log v1").
 *
 * Guarantees: what is stored is handed out as it is stored, byte for byte, up to the newest head that is signed
 * in a checkpoint that is in the locked bucket; one read for each seal and two besides, three while a checkpoint is on its way there; memory holds a few seals. Judges nothing: a seal that is missing is left out, one that is damaged
 * is handed out damaged, and the verifier says so.
 */
import { toBase64, utf8 } from '../../crypto/auditLog/bytes.ts';
import { checkpointLine, logFileHead, sealLine, type CheckpointProof } from '../../crypto/auditLog/logFile.ts';
import { inclusionProof, leafHash } from '../../crypto/auditLog/merkle.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import { loadCheckpoint, type CheckpointDoc } from './checkpointStore.ts';
import { sealDoc, storedHead, type SealDoc, type SignedHead } from './sealStore.ts';
import { frontierOf } from './wholeCheckpoint.ts';

/** Seals that are read at once, while those before them are sent. */
const pageSize = 4;

/** The lines of the log, each with its line feed. */
export async function* auditLog(orgId: string): AsyncGenerator<string> {
  const newest = await newestPublished(orgId);
  const last = newest?.signed.seq ?? 0;
  yield `${logFileHead({ orgId, seals: last, events: newest?.signed.count ?? 0 })}\n`;
  for await (const seal of sealsUpTo(orgId, last)) yield `${lineOf(seal)}\n`;
  yield `${checkpointLine(newest?.proof ?? null)}\n`;
}

/** The receipt of an organisation's newest signed head, as a file; null while nothing is signed. */
export async function receiptOf(orgId: string): Promise<{ readonly signed: SignedHead; readonly file: string } | null> {
  const newest = await newestPublished(orgId);
  return newest === null ? null : { signed: newest.signed, file: `${checkpointLine(newest.proof)}\n` };
}

/**
 * The newest signed head whose checkpoint is in the bucket, with the proof that it is included. A later checkpoint is not begun
 * before the one before is there, so it is one of two. Throws `audit/chain-broken` when a checkpoint is not what the head says.
 */
async function newestPublished(orgId: string): Promise<{ readonly signed: SignedHead; readonly proof: CheckpointProof } | null> {
  const head = await storedHead(orgId);
  for (const signed of [head?.signed ?? null, head?.signedBefore ?? null]) {
    if (signed === null) continue;
    const checkpoint = await loadCheckpoint(signed.n);
    const leaf = checkpoint?.leaves[signed.at];
    if (checkpoint === null || leaf === undefined)
      throw new AppError('audit/chain-broken', 'the signed head is in no checkpoint', { orgId, n: signed.n });
    if (checkpoint.storedAt !== null) return { signed, proof: proofOf(checkpoint, leaf, signed.at) };
  }
  return null;
}

function proofOf({ n, start, frontierBefore, leaves, note }: CheckpointDoc, leaf: string, at: number): CheckpointProof {
  const hashes = leaves.map((text) => leafHash(sha256, utf8(text)));
  const proof = inclusionProof(sha256, frontierOf(start, frontierBefore), hashes, at).map(toBase64);
  return { n, note, leaf, index: start + at, proof };
}

/** Seals 1 to `last`; the next page is on its way while one is taken. */
async function* sealsUpTo(orgId: string, last: number): AsyncGenerator<SealDoc> {
  const page = async (from: number): Promise<readonly SealDoc[]> => {
    if (from > last) return [];
    const numbers = Array.from({ length: Math.min(pageSize, last - from + 1) }, (_, index) => from + index);
    const found = await adminFirestore().getAll(...numbers.map((seq) => sealDoc(orgId, seq)));
    return found.filter(({ exists }) => exists).map((seal) => seal.data() as SealDoc); // written by sealStore.ts
  };
  let next = page(1);
  for (let from = 1; from <= last; from += pageSize) {
    const seals = await next;
    next = page(from + pageSize);
    next.catch(() => undefined); // thrown where it is awaited, unless nobody takes any more
    yield* seals;
  }
}

function lineOf({ header, leaves, events }: SealDoc): string {
  try {
    return sealLine({ header, leaves, events });
  } catch {
    // Bytes that no seal has: something that cannot be read is handed out as that.
    return JSON.stringify({ header, leaves: toBase64(leaves), events: [Buffer.from(events).toString()] });
  }
}
