/**
 * The hold of what is being restored, which is a fence too (commit.ts): of several runs of a restore only the newest writes.
 *
 * Guarantees: every commit of a run into the present is behind the hold. Outside of that is only what is right at any time: that sessions end, and that
 * documents and keys of erased persons go. A hold that is taken from another restore of the same, whose scratch database is lost, keeps
 * its id, and since when documents are written; a restore of everything takes the holds of organisations whose restores are lost like that
 * too, and ends them with its own.
 */
import { FieldValue, type DocumentReference, type DocumentSnapshot } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import { everyOrganisation, holdPath, restoreHolds } from '../../platform/restoreHold.ts';
import { nothing, takeDocument, type Taken } from './commit.ts';
import { restoreIdOf } from './recordRestore.ts';
import type { Target } from './restorePlan.ts';
import { hasBegun, listScratches, type KnownScratch, type Scratch } from './scratch.ts';

/** What a run of a restore writes through. */
export type Fence = Pick<Taken, 'commit'> & {
  /** Ids of the restores that had its holds before and did not end. */
  readonly earlierIds: readonly string[];
  /** Whether documents were written under this hold before it was taken. */
  readonly isWriting: boolean;
  /** Takes its holds away. Throws as `commit` does. */
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
 * given it up since this one has taken its scratch database.
 */
export const takeOver = (target: Target, scratch: Scratch): Promise<Fence> =>
  takeFence(target, restoreIdOf(scratch), () => scratch.commit(nothing));

/**
 * Takes the holds for a run of a restore, whoever has them: that one writes nothing more. Throws as `needsStill` does, which is asked when it is known
 * who has them: they stay with a newer run that takes them behind it.
 */
export async function takeFence(target: Target, restoreId: string, needsStill = (): Promise<void> => Promise.resolve()): Promise<Fence> {
  const { commit, release, before } = await takeHold(holdOf(target), restoreId, needsStill);
  try {
    if (!before.exists) await needsStill(); // a newer run may have had it, and ended
  } catch (thrown) {
    await release(); // nobody is locked out
    throw thrown;
  }
  const others = target.kind === 'everything' ? await holdsLeftTo(restoreId) : [];
  for (const { of } of others) await takeHold(adminFirestore().doc(holdPath(of)), restoreId, () => commit(nothing));
  return {
    earlierIds: earlierThan(restoreId, [storedHold(before), ...others]),
    isWriting: storedHold(before).isWriting,
    commit,
    release: () => release((batch) => others.forEach(({ of }) => batch.delete(adminFirestore().doc(holdPath(of))))),
  };
}

const takeHold = (ref: DocumentReference, restoreId: string, needsStill: () => Promise<void>): Promise<Taken> =>
  takeDocument(ref, async (before) => {
    await needsStill();
    return {
      v: 1,
      restoreId,
      earlierIds: earlierThan(restoreId, [storedHold(before)]),
      ...(before.exists ? {} : { since: FieldValue.serverTimestamp() }),
    };
  });

const earlierThan = (restoreId: string, holds: readonly StoredHold[]): readonly string[] =>
  [...new Set(holds.flatMap(({ earlierIds, restoreId: last }) => [...earlierIds, last]))].filter((id) => id !== '' && id !== restoreId);

/** Holds of organisations that a restore of everything has taken, or may: no restore that has begun is there of them. */
async function holdsLeftTo(restoreId: string): Promise<readonly StoredHold[]> {
  const holds = (await listHolds()).filter(({ of }) => of !== everyOrganisation);
  if (holds.length === 0) return [];
  const scratches = await listScratches();
  return holds.filter((hold) => hold.restoreId === restoreId || ownerOf(hold, scratches) === undefined);
}

/** Ids of the restores whose holds a restore takes, or has taken, the place of. */
export async function restoresBefore(target: Target, restoreId: string): Promise<readonly string[]> {
  const own = (await listHolds()).filter(({ of }) => of === holdOf(target).id);
  return earlierThan(restoreId, [...own, ...(target.kind === 'everything' ? await holdsLeftTo(restoreId) : [])]);
}

/** The scratch database of the restore that a hold belongs to. */
export const ownerOf = ({ restoreId }: StoredHold, scratches: readonly KnownScratch[]): KnownScratch | undefined =>
  scratches.find(
    ({ id, state, isUnreadable }) => restoreIdOf({ id }) === restoreId && (isUnreadable || (state !== null && hasBegun(state))),
  );

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
