/**
 * The hold of what is being restored, which is a fence too: of several runs of a restore only the newest writes.
 *
 * Guarantees: whoever takes the hold has it alone. Every commit of a run into the present changes the hold with it, in the same commit,
 * and only as that run left it: a run from which another has taken the hold, or whose restore has ended, commits nothing more, however
 * long it slept. Outside of that is only what is right at any time: events, ends of sessions, and that documents and keys of erased
 * persons go. A hold that is taken from another restore of the same, whose scratch database is lost, keeps its id, and since when
 * documents are written.
 */
import { FieldValue, type DocumentReference, type DocumentSnapshot, type Timestamp } from 'firebase-admin/firestore';
import { randomBytes } from 'node:crypto';
import { adminFirestore, isAlreadyExists, isOutdated } from '../../platform/firestore.ts';
import { everyOrganisation, holdPath, restoreHolds } from '../../platform/restoreHold.ts';
import { AppError } from '../../shared/errors.ts';
import type { Fill } from './commit.ts';
import { restoreIdOf } from './recordRestore.ts';
import type { Target } from './restorePlan.ts';
import { needsStill, type Scratch } from './scratch.ts';

/** What a run of a restore writes through. */
export type Fence = {
  /** Ids of the restores that had this hold before and did not end. */
  readonly earlierIds: readonly string[];
  /** Whether documents were written under this hold before it was taken. */
  readonly isWriting: boolean;
  /** Whether nothing was held before. */
  readonly isNew: boolean;
  /** Commits, with changes of the hold if given. Throws `backup/restore-unfinished` when another run has taken the hold or ended the restore. */
  commit(fill: Fill, changes?: Record<string, unknown>): Promise<void>;
  /** Takes the hold away. Throws as `commit` does. */
  release(): Promise<void>;
};

/** A hold as it is stored; `restoreId` is whose events (recordRestore.ts) it belongs to, empty if it does not say. */
export type StoredHold = {
  readonly of: string;
  readonly restoreId: string;
  readonly earlierIds: readonly string[];
  readonly isWriting: boolean;
};

/**
 * Takes the hold for a run of a restore that has begun. Throws `backup/restore-unfinished` when another run has gone on with it, ended it or
 * given it up since this one has looked.
 */
export async function takeOver(target: Target, scratch: Scratch): Promise<Fence> {
  await needsStill(scratch);
  const fence = await takeFence(target, restoreIdOf(scratch));
  try {
    await needsStill(scratch);
  } catch (thrown) {
    if (fence.isNew) await fence.release(); // it had ended: nobody is locked out
    throw thrown;
  }
  return fence;
}

/** Takes the hold for a run of a restore, whoever has it: that one writes nothing more. */
export async function takeFence(target: Target, restoreId: string): Promise<Fence> {
  const ref = holdOf(target);
  const runId = randomBytes(12).toString('hex');
  const before = await ref.get();
  const { restoreId: last, earlierIds: earlier, isWriting } = storedHold(before);
  const earlierIds = [...new Set([...earlier, last])].filter((id) => id !== '' && id !== restoreId);
  const hold = { v: 1, restoreId, runId, earlierIds, at: FieldValue.serverTimestamp() };
  try {
    const { writeTime } =
      before.updateTime === undefined
        ? await ref.create({ ...hold, since: FieldValue.serverTimestamp() })
        : await ref.update(hold, { lastUpdateTime: before.updateTime });
    return { earlierIds, isWriting, isNew: !before.exists, ...committing(ref, runId, writeTime) };
  } catch (thrown) {
    if (isOutdated(thrown) || isAlreadyExists(thrown)) return takeFence(target, restoreId);
    throw thrown;
  }
}

/** One commit after the other: each has to know what the one before has made of the hold. */
function committing(ref: DocumentReference, runId: string, taken: Timestamp): Pick<Fence, 'commit' | 'release'> {
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
    release: () => inTurn((batch) => void batch.delete(ref, { lastUpdateTime })),
  };
}

const takenOver = ({ id }: DocumentReference): AppError =>
  new AppError('backup/restore-unfinished', 'another run has taken it over, or ended it', { hold: id });

/** Every hold there is. */
export async function listHolds(): Promise<readonly StoredHold[]> {
  return (await adminFirestore().collection(restoreHolds).get()).docs.map(storedHold);
}

/** Whether a hold holds anything of a target. */
export const concerns = (target: Target, { of }: StoredHold): boolean =>
  target.kind === 'everything' || of === everyOrganisation || (target.kind === 'organisation' && of === target.orgId);

function storedHold(stored: DocumentSnapshot): StoredHold {
  const restoreId: unknown = stored.get('restoreId');
  const earlierIds: unknown = stored.get('earlierIds');
  return {
    of: stored.id,
    restoreId: typeof restoreId === 'string' ? restoreId : '',
    earlierIds: Array.isArray(earlierIds) ? earlierIds.filter((id) => typeof id === 'string') : [],
    isWriting: stored.get('writingSince') !== undefined,
  };
}

const holdOf = (target: Target): DocumentReference =>
  adminFirestore().doc(holdPath(target.kind === 'organisation' ? target.orgId : everyOrganisation));
