/**
 * The end of exports: a daily one and its increments after 28 days, one of the keys after seven, at both places.
 *
 * Guarantees: the files of an expired export are deleted, in the second region too, before it is called pruned; what cannot be
 * deleted stays expired and fails the run. The buckets' own rules are the second lock (infra/provision/buckets.ts).
 */
import { Timestamp, type DocumentSnapshot } from 'firebase-admin/firestore';
import { exportsBucket, exportsCopyBucket, keysBackupBucket, keysBackupCopyBucket } from '../platform/config.ts';
import type { Sleep } from '../platform/databases.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { deleteObjects } from '../platform/storage.ts';
import { pruneLedgerCopies } from '../privacy/ledgerCopies.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { exportManifestPath, exportPrefix } from './exportManifest.ts';
import { exportLifetimeDays, kindOf } from './exportPlan.ts';
import { expireOld, notePruned } from './exportRecords.ts';
import { pruneScratches } from './restore/pruneScratches.ts';

/** A canary is needed as long as an export that holds it; a week more harms nobody. */
const canaryLifetime = (exportLifetimeDays + 7) * ms.day;

/** Removes the files of everything that is expired or overdue; answers how many exports and increments. */
export async function removeExpired(clock: Clock): Promise<number> {
  const expired = await expireOld(clock());
  for (const record of expired) {
    for (const { bucket, prefix } of placesOf(record)) await deleteObjects(bucket, prefix);
    await notePruned(record.id, clock());
  }
  return expired.length;
}

/**
 * Removes what is too old of everything that backups leave; answers what is worth a line in the log. Throws
 * `backup/restore-unfinished`, when all else is done, for a restore that nobody finishes.
 */
export async function pruneExports(
  clock: Clock,
  sleep: Sleep,
): Promise<{ pruned: number; canaries: number; drills: number; ledgerCopies: number; scratches: number }> {
  const pruned = await removeExpired(clock);
  const now = clock();
  const canaries = await deleteUpTo('backupCanaries', 'createdAt', after(now, -canaryLifetime));
  const drills = await deleteUpTo('drills', 'expiresAt', now);
  await deleteUpTo('drillReports', 'expiresAt', now);
  const ledgerCopies = await pruneLedgerCopies(now);
  return { pruned, canaries, drills, ledgerCopies, scratches: await pruneScratches(now, sleep) };
}

/** Where the files of an export or increment are. */
function placesOf(record: DocumentSnapshot): readonly { readonly bucket: string; readonly prefix: string }[] {
  const { id } = record;
  const prefixes = id.startsWith('hourly-') ? [`increments/${id.slice('hourly-'.length)}.`] : [exportPrefix(id), exportManifestPath(id)];
  const buckets = kindOf(id) === 'keys' ? [keysBackupCopyBucket(), keysBackupBucket()] : [exportsCopyBucket(), exportsBucket()];
  return buckets.flatMap((bucket) => prefixes.map((prefix) => ({ bucket, prefix })));
}

async function deleteUpTo(collection: string, field: string, limit: Date): Promise<number> {
  const { docs } = await adminFirestore().collection(collection).where(field, '<=', Timestamp.fromDate(limit)).limit(400).get();
  for (const { ref } of docs) await ref.delete();
  return docs.length;
}
