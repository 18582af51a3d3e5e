/**
 * Copies of the erasure ledger outside the database, in the bucket of exports and in its copy in the second region.
 *
 * Guarantees: an entry is in both buckets before the key of the erased person is destroyed, so that a database that is lost
 * after its last export does not lose an erasure; it stays until no backup is old enough to hold the person. Holds ids only.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { exportsBucket, exportsCopyBucket } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { deleteObject, listObjects, readWhole, writeObject } from '../platform/storage.ts';
import { canonicalJson } from '../shared/canonicalJson.ts';
import { AppError } from '../shared/errors.ts';
import { after, ms } from '../shared/time.ts';
import { copyLifetimeDays } from './erasurePlan.ts';

const prefix = 'ledger/';
const pathOf = (recordId: string): string => `${prefix}${recordId}.json`;

const entrySchema = z.strictObject({ v: z.literal(1), orgId: z.string(), dataSubjectId: z.string(), recordedAt: z.iso.datetime() });
/** An entry of the ledger: who was erased, and when that was decided for good. */
export type LedgerEntry = { readonly orgId: string; readonly dataSubjectId: string };

/** Copies an entry of the ledger to both buckets. Repeating it changes nothing. */
export async function copyLedgerEntry(recordId: string): Promise<void> {
  const stored = await adminFirestore().doc(`erasureLedger/${recordId}`).get();
  const recordedAt: unknown = stored.get('recordedAt');
  if (!(recordedAt instanceof Timestamp)) throw new AppError('shared/internal', 'the erasure is not in the ledger');
  const [orgId, dataSubjectId] = [String(stored.get('orgId')), String(stored.get('dataSubjectId'))];
  const text = canonicalJson({ v: 1, orgId, dataSubjectId, recordedAt: recordedAt.toDate().toISOString() });
  for (const bucket of [exportsBucket(), exportsCopyBucket()])
    await writeObject(bucket, pathOf(recordId), Readable.from([Buffer.from(text)]));
}

/** The entries that a bucket holds. Throws `backup/damaged` for one that cannot be read: to pass over it would undo an erasure. */
export async function ledgerCopiesIn(bucket: string): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (const { path } of await listObjects(bucket, prefix))
    entries.push(parseEntry((await readWhole(bucket, path)).toString('utf8'), path));
  return entries;
}

function parseEntry(text: string, path: string): LedgerEntry {
  try {
    const { orgId, dataSubjectId } = z.parse(entrySchema, JSON.parse(text));
    return { orgId, dataSubjectId };
  } catch (cause) {
    throw new AppError('backup/damaged', 'an entry of the erasure ledger cannot be read', { path }, { cause });
  }
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
