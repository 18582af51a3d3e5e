/**
 * The list of exports, `exports/{exportId}`: what operators read, and what decides which exports there are.
 *
 * Guarantees: an export becomes complete and the one that it replaces expires in one commit, so that at every moment there are
 * exactly as many complete ones as are kept; whoever finds an export already begun does not begin another.
 */
import { Timestamp, type DocumentReference, type DocumentSnapshot } from 'firebase-admin/firestore';
import { adminFirestore, isAlreadyExists, isOutdated } from '../platform/firestore.ts';
import { AppError } from '../shared/errors.ts';
import { after, ms } from '../shared/time.ts';
import type { ExportRecord, ExportState, KeyCounts } from './contract.ts';
import { keysMadeBy } from './exportContents.ts';
import { expiryOf, fallenKeys, isFall, isReplaced, type ExportKind } from './exportPlan.ts';

/** States of an export that is there. */
export const presentStates = ['running', 'complete', 'failed', 'passedOver', 'expired'] as const satisfies readonly ExportState[];

/** The record of an export. */
export const exportDoc = (exportId: string): DocumentReference => adminFirestore().collection('exports').doc(exportId);

/** Fields of a record that change, as the contract has them. */
const changes = (fields: Partial<ExportRecord>): Partial<ExportRecord> => fields;

/** What is known when an export begins. */
export type Beginning = { readonly kind: ExportKind; readonly exportId: string; readonly uri: string; readonly snapshotAt: Date };

/** Notes that an export is about to be started. Throws `backup/export-incomplete` when another run has just done so. */
export async function noteBeginning({ kind, exportId, uri, snapshotAt }: Beginning, before: DocumentSnapshot, now: Date): Promise<void> {
  const record = {
    v: 1,
    kind,
    state: 'running',
    startedAt: Timestamp.fromDate(now),
    snapshotAt: Timestamp.fromDate(snapshotAt),
    completedAt: null,
    expiresAt: Timestamp.fromDate(expiryOf(now, kind)),
    uri,
    operation: null,
    error: null,
    copiedAt: null,
    manifestSha256: null,
    note: 'is being made',
  } satisfies ExportRecord;
  try {
    if (before.updateTime === undefined) await before.ref.create(record);
    else await before.ref.update(record, { lastUpdateTime: before.updateTime });
  } catch (thrown) {
    if (!isAlreadyExists(thrown) && !isOutdated(thrown)) throw thrown;
    throw new AppError('backup/export-incomplete', 'another run has begun this export', { exportId }, { cause: thrown });
  }
}

/** Notes which operation makes the export. */
export async function noteOperation(exportId: string, operation: string): Promise<void> {
  await exportDoc(exportId).update(changes({ operation }));
}

/** Notes that an export failed, with Google's reason or ours. */
export async function noteExportFailed(exportId: string, reason: string): Promise<void> {
  await exportDoc(exportId).update(changes({ state: 'failed', error: reason, note: `failed: ${reason}; the next run makes it anew` }));
}

/** What is known when an export is complete. */
export type Completion = {
  readonly snapshotAt: Date;
  readonly completedAt: Date;
  readonly fileCount: number;
  readonly sizeBytes: number;
  readonly documentCount: number;
  readonly manifestSha256: string;
  /** Of the keys only. */
  readonly counts?: KeyCounts;
};

/** Notes that an export is complete, and that those which it replaces are not any more. One that is not running is left alone. */
export async function noteComplete(kind: ExportKind, exportId: string, { snapshotAt, completedAt, ...facts }: Completion): Promise<void> {
  await adminFirestore().runTransaction(async (transaction) => {
    const complete = adminFirestore().collection('exports').where('kind', '==', kind).where('state', '==', 'complete');
    const [record, others] = await Promise.all([transaction.get(exportDoc(exportId)), transaction.get(complete)]);
    if (record.get('state') !== 'running') return;
    const dates = { snapshotAt: Timestamp.fromDate(snapshotAt), completedAt: Timestamp.fromDate(completedAt) };
    transaction.update(record.ref, changes({ ...facts, ...dates, state: 'complete', error: null, note: 'complete' }));
    for (const { id, ref } of others.docs)
      if (isReplaced(id, exportId, kind)) transaction.update(ref, changes({ state: 'expired', note: expired }));
  });
}

/**
 * Throws `backup/keys-fell` when an export of the keys has fewer of them than another that is kept and the erasures since explain; of
 * organisations and persons those alone count that were made before that other one. It stands as long as that other one is kept, which is how long there is to restore from it.
 */
export async function needsNoFall(exportId: string): Promise<void> {
  const complete = await adminFirestore().collection('exports').where('kind', '==', 'keys').where('state', '==', 'complete').get();
  const now = complete.docs.find(({ id }) => id === exportId);
  if (now === undefined) return;
  for (const before of complete.docs.filter(({ id }) => id < exportId)) {
    const fallen = await fallenSince(before, now);
    if (fallen.length === 0) continue;
    const details = { exportId, than: before.id, fallen: fallen.join(' ') };
    throw new AppError('backup/keys-fell', 'fewer keys were exported than before, and erasures do not explain it', details);
  }
}

async function fallenSince(before: DocumentSnapshot, now: DocumentSnapshot): Promise<readonly string[]> {
  const [then, present] = [countsOf(before), countsOf(now)];
  const thenAt: unknown = before.get('snapshotAt');
  const nowAt: unknown = now.get('snapshotAt');
  if (then !== null && present !== null && thenAt instanceof Timestamp && nowAt instanceof Timestamp) {
    // What was made since must not hide what is gone, such as a key that a sign-in has made anew.
    const left = await keysMadeBy(thenAt.toDate(), nowAt.toDate());
    return fallenKeys(then, { ...present, ...left }, await erasedSince(thenAt.toDate()));
  }
  // One that was made before its keys were counted by kind.
  return isFall(Number(before.get('documentCount')), Number(now.get('documentCount'))) ? ['documentCount'] : [];
}

/** Written by {@link noteComplete} only. */
const countsOf = (record: DocumentSnapshot): KeyCounts | null => (record.get('counts') as KeyCounts | undefined) ?? null;

/** Erasures that may have destroyed a key behind a moment: an entry is written before the key goes, and a job may be held in between. */
async function erasedSince(moment: Date): Promise<number> {
  const since = Timestamp.fromDate(after(moment, -ms.day));
  return (await adminFirestore().collection('erasureLedger').where('recordedAt', '>', since).count().get()).data().count;
}

const expired = 'its time is over, its files are being removed';

/** Ids of the exports whose files are to be removed: replaced, or past what is promised. They are expired from here on. */
export async function expireOld(now: Date): Promise<readonly DocumentSnapshot[]> {
  const exports = adminFirestore().collection('exports');
  const overdue = await exports
    .where('state', 'in', presentStates)
    .where('expiresAt', '<=', Timestamp.fromDate(now))
    .orderBy('expiresAt')
    .get();
  for (const { ref } of overdue.docs) await ref.update(changes({ state: 'expired', note: expired }));
  return (await exports.where('state', '==', 'expired').get()).docs;
}

/** Notes that an export is in the second region, whole. */
export async function noteCopied(exportId: string, now: Date): Promise<void> {
  await exportDoc(exportId).update(changes({ copiedAt: Timestamp.fromDate(now) }));
}

/** Notes that nothing of an export is left. */
export async function notePruned(exportId: string, now: Date): Promise<void> {
  await exportDoc(exportId).update(changes({ state: 'pruned', prunedAt: Timestamp.fromDate(now), note: 'its time was over; removed' }));
}
