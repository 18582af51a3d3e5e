/**
 * How what a restore writes is committed: alone, or behind a document that is a fence.
 *
 * Guarantees of a fence: whoever takes its document has it alone. Every commit of a run changes the document with it, in the same commit,
 * and only as that run left it: a run from which another has taken it, or whose document is gone, commits nothing more, however long it
 * slept. The commits of a run come one after the other, because each has to know what the one before has made of the document.
 */
import {
  FieldValue,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Timestamp,
  type WriteBatch,
} from 'firebase-admin/firestore';
import { randomBytes } from 'node:crypto';
import { isAlreadyExists, isOutdated } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';

/** Puts writes into a batch; may be asked more than once. */
export type Fill = (batch: WriteBatch) => void;

/** Commits what is put into a batch. */
export type Commit = (fill: Fill) => Promise<void>;

/** Commits to a database, whoever else is at work. */
export const commitTo =
  (db: Firestore): Commit =>
  async (fill) => {
    const batch = db.batch();
    fill(batch);
    await batch.commit();
  };

/** Puts nothing into a batch: behind a fence it commits only that this run still has it. */
export const nothing: Fill = () => undefined;

/** A document that this run has taken. */
export type Taken = {
  /** As it was before. */
  readonly before: DocumentSnapshot;
  /** Commits, with changes of the document if given. Throws `backup/restore-unfinished` when another run has taken it, or it is gone. */
  commit(fill: Fill, changes?: Record<string, unknown>): Promise<void>;
  /** Takes the document away, and what is put into the batch with it. Throws as `commit` does. */
  release(fill?: Fill): Promise<void>;
};

/**
 * Takes a document, whoever has it: that run writes nothing more behind it. `fieldsOf` says what it becomes, or throws if it is not to be taken;
 * it is asked again when another run has been quicker. A document that is not there is made.
 */
export async function takeDocument(
  ref: DocumentReference,
  fieldsOf: (before: DocumentSnapshot) => Record<string, unknown> | Promise<Record<string, unknown>>,
): Promise<Taken> {
  const runId = randomBytes(12).toString('hex');
  const before = await ref.get();
  const fields = { ...(await fieldsOf(before)), runId, at: FieldValue.serverTimestamp() };
  try {
    const { writeTime } =
      before.updateTime === undefined ? await ref.create(fields) : await ref.update(fields, { lastUpdateTime: before.updateTime });
    return { before, ...committing(ref, runId, writeTime) };
  } catch (thrown) {
    if (isOutdated(thrown) || isAlreadyExists(thrown)) return takeDocument(ref, fieldsOf);
    throw thrown;
  }
}

function committing(ref: DocumentReference, runId: string, taken: Timestamp): Pick<Taken, 'commit' | 'release'> {
  let lastUpdateTime = taken;
  let queue: Promise<unknown> = Promise.resolve();
  const commitNow = async (fill: Fill): Promise<void> => {
    const batch = ref.firestore.batch();
    fill(batch);
    try {
      lastUpdateTime = (await batch.commit()).at(-1)?.writeTime ?? lastUpdateTime;
    } catch (thrown) {
      const stored = await ref.get();
      if (stored.updateTime === undefined || stored.get('runId') !== runId) throw takenOver(ref);
      const isKnown = stored.updateTime.isEqual(lastUpdateTime);
      lastUpdateTime = stored.updateTime;
      if (isKnown) throw thrown;
      await commitNow(fill); // a commit of our own whose answer was lost
    }
  };
  const inTurn = (fill: Fill): Promise<void> => {
    const turn = queue.then(() => commitNow(fill));
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    commit: (fill, changes = {}) =>
      inTurn((batch) => {
        fill(batch);
        batch.update(ref, { ...changes, at: FieldValue.serverTimestamp() }, { lastUpdateTime });
      }),
    release: (fill = nothing) =>
      inTurn((batch) => {
        fill(batch);
        batch.delete(ref, { lastUpdateTime });
      }),
  };
}

const takenOver = ({ path }: DocumentReference): AppError =>
  new AppError('backup/restore-unfinished', 'another run has taken it over, or ended it; --list says how far it is', { fence: path });
