/**
 * Copies of the erasure ledger outside the database, in the bucket of exports and in its copy in the second region.
 *
 * Guarantees: an entry is in both buckets before the key of the erased person is destroyed, so that a database that is lost
 * after its last export does not lose an erasure; it stays until no backup is old enough to hold the person; each is signed, so
 * that who may write to a bucket cannot have anybody erased. Holds ids only.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { exportsBucket, exportsCopyBucket } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { logFailure } from '../platform/log.ts';
import { deleteObject, hasBucket, listObjects, readWhole, writeObject } from '../platform/storage.ts';
import { AppError, isAppError } from '../shared/errors.ts';
import { after, ms } from '../shared/time.ts';
import { copyLifetimeDays } from './erasurePlan.ts';
import { openSignedObject, signObject } from './signedObject.ts';

const prefix = 'ledger/';
const suffix = '.jws';
/** Many times an entry, and little enough for any number of objects that are none. */
const mostEntryBytes = 64 * 1024;
const pathOf = (recordId: string): string => `${prefix}${recordId}${suffix}`;

const entrySchema = z.strictObject({ orgId: z.string(), dataSubjectId: z.string(), recordedAt: z.iso.datetime() });
/** An entry of the ledger: who was erased. */
export type LedgerEntry = { readonly orgId: string; readonly dataSubjectId: string };

/** Copies an entry of the ledger to both buckets, signed. Repeating it leaves the same entry. */
export async function copyLedgerEntry(recordId: string): Promise<void> {
  const stored = await adminFirestore().doc(`erasureLedger/${recordId}`).get();
  const recordedAt: unknown = stored.get('recordedAt');
  if (!(recordedAt instanceof Timestamp)) throw new AppError('shared/internal', 'the erasure is not in the ledger');
  const [orgId, dataSubjectId] = [String(stored.get('orgId')), String(stored.get('dataSubjectId'))];
  const bytes = await signObject('valv/ledger-entry/v1', recordId, { orgId, dataSubjectId, recordedAt: recordedAt.toDate().toISOString() });
  for (const bucket of [exportsBucket(), exportsCopyBucket()]) await writeObject(bucket, pathOf(recordId), Readable.from([bytes]));
}

/** What both buckets hold together. */
export type LedgerCopies = {
  /** Genuine entries, by the id of their record. */
  readonly entries: ReadonlyMap<string, LedgerEntry>;
  /** Objects of which neither bucket has a genuine version, by the id of their record, with the first one's path. */
  readonly unusable: ReadonlyMap<string, string>;
  /** Buckets that are not there. */
  readonly lost: readonly string[];
};

/**
 * Reads the copies of both buckets: an entry counts if either has it genuine. One bucket may be lost. Throws `backup/missing` when
 * both are, `shared/unavailable` when one does not answer: to pass over it could undo an erasure.
 */
export async function readLedgerCopies(): Promise<LedgerCopies> {
  const buckets = [exportsBucket(), exportsCopyBucket()];
  const lost: string[] = [];
  const [entries, unusable] = [new Map<string, LedgerEntry>(), new Map<string, string>()];
  for (const bucket of buckets) {
    if (!(await hasBucket(bucket))) lost.push(bucket);
    else await readCopies(bucket, entries, unusable);
  }
  if (lost.length === buckets.length) throw new AppError('backup/missing', 'neither bucket of exports is there', { buckets });
  for (const recordId of entries.keys()) unusable.delete(recordId);
  return { entries, unusable, lost };
}

async function readCopies(bucket: string, entries: Map<string, LedgerEntry>, unusable: Map<string, string>): Promise<void> {
  for (const { path } of await listObjects(bucket, prefix)) {
    const recordId = path.slice(prefix.length, -suffix.length);
    if (entries.has(recordId) && path === pathOf(recordId)) continue;
    try {
      const { orgId, dataSubjectId } = await openSignedObject('valv/ledger-entry/v1', recordId, await readEntry(bucket, path), entrySchema);
      entries.set(recordId, { orgId, dataSubjectId });
    } catch (thrown) {
      if (!isAppError(thrown, 'backup/not-genuine') && !isAppError(thrown, 'backup/damaged')) throw thrown;
      logFailure('ledger entry not genuine', thrown, { path });
      if (!unusable.has(recordId)) unusable.set(recordId, `gs://${bucket}/${path}`);
    }
  }
}

/** One that was removed since it was listed says nothing: whoever asked looks again. */
async function readEntry(bucket: string, path: string): Promise<Buffer> {
  return readWhole(bucket, path, mostEntryBytes).catch((cause: unknown) => {
    if (!isAppError(cause, 'shared/not-found')) throw cause;
    throw new AppError('shared/unavailable', 'an entry of the ledger was removed while it was read', { service: 'storage' }, { cause });
  });
}

/** Removes copies that are older than any backup can be; answers how many. */
export async function pruneLedgerCopies(now: Date): Promise<number> {
  const before = after(now, -(copyLifetimeDays.dailyExports + 1) * ms.day);
  let removed = 0;
  for (const bucket of [exportsBucket(), exportsCopyBucket()]) {
    const old = (await listObjects(bucket, prefix)).filter(({ writtenAt }) => writtenAt < before);
    for (const { path } of old) await deleteObject(bucket, path);
    removed += old.length;
  }
  return removed;
}
