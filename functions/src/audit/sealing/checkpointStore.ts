/**
 * Checkpoints over the heads of all organisations, in Firestore and in the bucket that keeps them for ten years.
 *
 * Guarantees: a checkpoint and the mark on each head that it signs are one commit, which stands only if none of the heads has
 * moved and nobody else has made the checkpoint of that number; what the bucket holds under a number is one object, is never
 * replaced, and something else there is found; nothing comes there that our key has not signed as it is. Does not sign anything:
 * signCheckpoints.ts does.
 */
import { FieldPath, Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { utf8 } from '../../crypto/auditLog/bytes.ts';
import type { NoteKey } from '../../crypto/auditLog/signedNote.ts';
import { checkpointsBucket } from '../../platform/config.ts';
import { isCommitted } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { createObject, listObjects, readWhole } from '../../platform/storage.ts';
import { AppError } from '../../shared/errors.ts';
import { headDoc, numbered, type HeadDoc, type SignedHead } from './sealStore.ts';
import { addShards, type ChangedShards, type SignedPlace } from './signedHeads.ts';
import { wholeCheckpoint, type PublishedCheckpoint } from './wholeCheckpoint.ts';

/** Most heads that one checkpoint signs: its document keeps below 1 MiB. */
export const mostLeaves = 2000;

/** A checkpoint as stored at `auditCheckpoints/{n, ten digits}`. */
export type CheckpointDoc = {
  readonly v: 1;
  /** From 1, without gaps. */
  readonly n: number;
  /** Leaves of the tree with this checkpoint, and before it. */
  readonly size: number;
  readonly start: number;
  /** Base64. */
  readonly root: string;
  /** Texts of the head leaves that this checkpoint adds, in order, and behind them of its state leaf. */
  readonly leaves: readonly string[];
  /** Hashes of the frontier without and with them, base64. */
  readonly frontierBefore: readonly string[];
  readonly frontierAfter: readonly string[];
  /** The signed note. */
  readonly note: string;
  readonly signedAt: Timestamp;
  /** When it was in the bucket; null until then. */
  readonly storedAt: Timestamp | null;
};

/** A head that no checkpoint signs yet, as it was read. */
export type UnsignedHead = Pick<HeadDoc, 'orgId' | 'seq' | 'count' | 'head' | 'signed'> & { readonly readAt: Timestamp };

/** A head that a checkpoint signs: the place of its leaf, which `isWhole` is the tip. */
export type HeadToSign = { readonly head: UnsignedHead; readonly place: SignedPlace; readonly isWhole: boolean };

const checkpoints = () => adminFirestore().collection('auditCheckpoints');
const checkpointDoc = (n: number): DocumentReference => checkpoints().doc(numbered(n));
const objectPath = (n: number): string => `checkpoints/${numbered(n)}.json`;

/** A checkpoint; null when there is none of that number. */
export async function loadCheckpoint(n: number): Promise<CheckpointDoc | null> {
  const snapshot = await checkpointDoc(n).get();
  return snapshot.exists ? (snapshot.data() as CheckpointDoc) : null; // written below only
}

/** The newest checkpoint, without its leaves, which are not asked for. */
export async function newestCheckpoint(): Promise<Omit<CheckpointDoc, 'leaves' | 'frontierBefore'> | null> {
  const ordered = checkpoints().orderBy('n', 'desc').limit(1);
  const [newest] = (await ordered.select(...withoutLeaves).get()).docs;
  return newest === undefined ? null : (newest.data() as CheckpointDoc); // as above
}

const withoutLeaves = ['v', 'n', 'size', 'start', 'root', 'frontierAfter', 'note', 'signedAt', 'storedAt'] as const;

/** Heads that wait to be signed, in the order of their organisations behind `after`, at most {@link mostLeaves}. */
export async function unsignedHeads(after: string | null): Promise<readonly UnsignedHead[]> {
  const waiting = adminFirestore().collection('auditHeads').where('checkpoint', '==', null).orderBy(FieldPath.documentId());
  const next = after === null ? waiting : waiting.startAfter(headDoc(after));
  return (await next.limit(mostLeaves).get()).docs.map((snapshot) => {
    const { seq, count, head, signed } = snapshot.data() as HeadDoc; // written by sealStore.ts
    return { orgId: snapshot.id, seq, count, head, signed, readAt: snapshot.updateTime };
  });
}

/**
 * Stores a checkpoint of these heads, in the order of its leaves, and where all organisations stand with it; answers false when a
 * head moved or somebody else was faster. A head of which only a part could be signed goes on waiting.
 */
export async function commitCheckpoint(checkpoint: CheckpointDoc, heads: readonly HeadToSign[], shards: ChangedShards): Promise<boolean> {
  const batch = adminFirestore().batch();
  const { n } = checkpoint;
  batch.create(checkpointDoc(n), checkpoint);
  addShards(batch, n, shards);
  for (const [at, { head, place, isWhole }] of heads.entries()) {
    const signed: SignedHead = { n, at, seq: place.seq, count: place.count };
    const moved = { checkpoint: isWhole ? n : null, signed, signedBefore: head.signed };
    batch.update(headDoc(head.orgId), moved, { lastUpdateTime: head.readAt });
  }
  return isCommitted(batch);
}

/**
 * Puts a checkpoint into the bucket and notes that it is there. Repeating it changes nothing. Throws `audit/chain-broken` for one
 * that is not as our key signed it, and as {@link keep} does.
 */
export async function publishCheckpoint(n: number, key: NoteKey, at: () => Date): Promise<void> {
  const checkpoint = await loadCheckpoint(n);
  if (checkpoint === null || checkpoint.storedAt !== null) return;
  if ((await wholeCheckpoint(checkpoint, key)) === null)
    throw new AppError('audit/chain-broken', 'a stored checkpoint is not the one that was signed', { checkpoint: n });
  const { leaves, frontierBefore, note } = checkpoint;
  await keep(objectPath(n), utf8(`${JSON.stringify({ note, leaves, frontierBefore } satisfies PublishedCheckpoint)}\n`));
  await checkpointDoc(n).update({ storedAt: Timestamp.fromDate(at()) });
}

/** Writes what may never change. Throws `audit/checkpoint-contradicted` when something else is there. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  if (await createObject(checkpointsBucket(), path, bytes)) return;
  if ((await textOf(path)) !== Buffer.from(bytes).toString('utf8')) throw contradicted(path);
}

/** Throws `audit/checkpoint-contradicted` when the bucket knows a checkpoint that the database does not: it was set back. */
export async function needsUnpublished(n: number): Promise<void> {
  if (await isPublished(n)) throw contradicted(objectPath(n));
}

async function isPublished(n: number): Promise<boolean> {
  return (await listObjects(checkpointsBucket(), objectPath(n))).length > 0;
}

function contradicted(path: string): AppError {
  return new AppError('audit/checkpoint-contradicted', 'the bucket of checkpoints holds another one', { path });
}

/** A checkpoint as the bucket has it; null when it has none of that number. Nothing of it is verified. One read, and one more for none. */
export async function publishedCheckpoint(n: number): Promise<PublishedCheckpoint | null> {
  try {
    return JSON.parse(await textOf(objectPath(n))) as PublishedCheckpoint; // written by publishCheckpoint
  } catch (thrown) {
    if (await isPublished(n)) throw thrown;
    return null;
  }
}

async function textOf(path: string): Promise<string> {
  return (await readWhole(checkpointsBucket(), path)).toString('utf8');
}

/** Stores a checkpoint that the bucket has and the database has not. */
export async function storeAdopted(checkpoint: CheckpointDoc): Promise<void> {
  await checkpointDoc(checkpoint.n).create(checkpoint);
}

/** Every checkpoint from number `n` on, in order; some at a time, because each may be large. */
export async function* checkpointsFrom(n: number): AsyncGenerator<CheckpointDoc> {
  const pageSize = 20;
  for (let from = n, count = pageSize; count === pageSize;) {
    const { docs, size } = await checkpoints().orderBy('n').startAt(from).limit(pageSize).get();
    for (const checkpoint of docs) yield checkpoint.data() as CheckpointDoc; // written above
    [from, count] = [Number(docs.at(-1)?.get('n') ?? 0) + 1, size];
  }
}

/** Stores where all organisations stand with checkpoint `n`, made anew. A shard at a time: all of them may be too much for one commit. */
export async function storeShards(n: number, { texts, shards }: ChangedShards): Promise<void> {
  for (const [shard, text] of texts) {
    const batch = adminFirestore().batch();
    addShards(batch, n, { texts: new Map([[shard, text]]), shards });
    await batch.commit();
  }
}

/** Has an organisation's head signed by the next run, whatever signs it now. */
export async function reopenHead(orgId: string): Promise<void> {
  await headDoc(orgId).update({ checkpoint: null });
}

/** Has every head signed again that says that a checkpoint behind number `n` has signed it; answers how many. */
export async function reopenHeadsBehind(n: number): Promise<number> {
  const { docs } = await adminFirestore().collection('auditHeads').where('checkpoint', '>', n).select().get();
  for (const head of docs) await reopenHead(head.id);
  return docs.length;
}
