/**
 * Checkpoints over the heads of all organisations, in Firestore and in the bucket that keeps them for ten years.
 *
 * Guarantees: a checkpoint and the mark on each head that it signs are one commit, which stands only if none of the heads has
 * moved and nobody else has made the checkpoint of that number; what the bucket holds under a number is never replaced, and
 * something else there is found. Does not sign anything: signCheckpoints.ts does.
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { fromBase64, utf8 } from '../../crypto/auditLog/bytes.ts';
import { isFrontier, type Frontier } from '../../crypto/auditLog/merkle.ts';
import { checkpointsBucket } from '../../platform/config.ts';
import { unlessOutrun } from '../../platform/contention.ts';
import { adminFirestore, isAlreadyExists } from '../../platform/firestore.ts';
import { createObject, listObjects, readWhole } from '../../platform/storage.ts';
import { AppError } from '../../shared/errors.ts';
import { headDoc, numbered, type HeadDoc, type SignedHead } from './sealStore.ts';

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
  /** Texts of the head leaves that this checkpoint adds, in order. */
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
export type UnsignedHead = Pick<HeadDoc, 'orgId' | 'seq' | 'count' | 'head'> & { readonly readAt: Timestamp };

const checkpoints = () => adminFirestore().collection('auditCheckpoints');
const checkpointDoc = (n: number): DocumentReference => checkpoints().doc(numbered(n));
const notePath = (n: number): string => `checkpoints/${numbered(n)}`;
const headsPath = (n: number): string => `heads/${numbered(n)}.json`;

/** A checkpoint; null when there is none of that number. */
export async function loadCheckpoint(n: number): Promise<CheckpointDoc | null> {
  const snapshot = await checkpointDoc(n).get();
  return snapshot.exists ? (snapshot.data() as CheckpointDoc) : null; // written below only
}

/** The newest checkpoint, without its leaves, which are not asked for. */
export async function newestCheckpoint(): Promise<Omit<CheckpointDoc, 'leaves' | 'frontierBefore'> | null> {
  const [newest] = (
    await checkpoints()
      .orderBy('n', 'desc')
      .limit(1)
      .select(...withoutLeaves)
      .get()
  ).docs;
  return newest === undefined ? null : (newest.data() as CheckpointDoc); // as above
}

const withoutLeaves = ['v', 'n', 'size', 'start', 'root', 'frontierAfter', 'note', 'signedAt', 'storedAt'] as const;

/** Heads that wait to be signed, at most {@link mostLeaves}. */
export async function unsignedHeads(): Promise<readonly UnsignedHead[]> {
  const waiting = adminFirestore().collection('auditHeads').where('checkpoint', '==', null).limit(mostLeaves);
  return (await waiting.get()).docs.map((snapshot) => {
    const { seq, count, head } = snapshot.data() as HeadDoc; // written by sealStore.ts
    return { orgId: snapshot.id, seq, count, head, readAt: snapshot.updateTime };
  });
}

/** Stores a checkpoint of these heads, in the order of its leaves; answers false when a head moved or somebody else was faster. */
export async function commitCheckpoint(checkpoint: CheckpointDoc, heads: readonly UnsignedHead[]): Promise<boolean> {
  const batch = adminFirestore().batch();
  batch.create(checkpointDoc(checkpoint.n), checkpoint);
  for (const [at, { orgId, seq, count, readAt }] of heads.entries()) {
    const signed: SignedHead = { n: checkpoint.n, at, seq, count };
    batch.update(headDoc(orgId), { checkpoint: checkpoint.n, signed }, { lastUpdateTime: readAt });
  }
  const done = await unlessOutrun(() =>
    batch.commit().catch((thrown: unknown) => {
      if (isAlreadyExists(thrown)) return 'outrun' as const;
      throw thrown;
    }),
  );
  return done !== undefined && done !== 'outrun';
}

/** Puts a checkpoint into the bucket and notes that it is there. Repeating it changes nothing. Throws as {@link keep} does. */
export async function publishCheckpoint(n: number, at: () => Date): Promise<void> {
  const checkpoint = await loadCheckpoint(n);
  if (checkpoint === null || checkpoint.storedAt !== null) return;
  const { leaves, frontierBefore, note } = checkpoint;
  await keep(headsPath(n), utf8(`${JSON.stringify({ leaves, frontierBefore })}\n`));
  await keep(notePath(n), utf8(note));
  await checkpointDoc(n).update({ storedAt: Timestamp.fromDate(at()) });
}

/** Writes what may never change. Throws `audit/checkpoint-contradicted` when something else is there. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  if (await createObject(checkpointsBucket(), path, bytes)) return;
  if ((await textOf(path)) !== Buffer.from(bytes).toString('utf8')) throw contradicted(path);
}

/** Throws `audit/checkpoint-contradicted` when the bucket knows a checkpoint that the database does not: it was set back. */
export async function needsUnpublished(n: number): Promise<void> {
  const [known] = await listObjects(checkpointsBucket(), notePath(n));
  if (known !== undefined) throw contradicted(notePath(n));
}

function contradicted(path: string): AppError {
  return new AppError('audit/checkpoint-contradicted', 'the bucket of checkpoints holds another one', { path });
}

/** A checkpoint as the bucket has it; null when it has none of that number. Nothing of it is verified. */
export async function publishedCheckpoint(n: number): Promise<{ readonly note: string; readonly leaves: readonly string[] } | null> {
  const [known] = await listObjects(checkpointsBucket(), notePath(n));
  if (known === undefined) return null;
  const [note, heads] = await Promise.all([notePath(n), headsPath(n)].map(textOf));
  const { leaves } = JSON.parse(heads ?? '') as { leaves: readonly string[] }; // written by publishCheckpoint
  return { note: note ?? '', leaves };
}

async function textOf(path: string): Promise<string> {
  return (await readWhole(checkpointsBucket(), path)).toString('utf8');
}

/** Stores a checkpoint that the bucket has and the database has not. */
export async function storeAdopted(checkpoint: CheckpointDoc): Promise<void> {
  await checkpointDoc(checkpoint.n).create(checkpoint);
}

/** A stored frontier. Throws a TypeError for what is none: nothing may be built on it. */
export function frontierOf(size: number, hashes: readonly string[]): Frontier {
  const frontier = { size, hashes: hashes.map((hash) => fromBase64(hash) ?? new Uint8Array(0)) };
  if (!isFrontier(frontier)) throw new TypeError('a stored frontier is damaged');
  return frontier;
}
