/**
 * The copy of daily exports, increments and exports of the keys in a second region of the EU.
 *
 * Guarantees: an export counts as copied only when every file is there as its manifest says, and neither damage nor anything
 * added here reaches the copy (copyOne.ts); one export that cannot be copied does not keep the others, and of what went wrong the
 * gravest is the failure. What expires while it is being copied is taken away again. Nothing is deleted there because it is
 * missing here: the copy is for exactly that case.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { exportsBucket, exportsCopyBucket, keysBackupBucket, keysBackupCopyBucket, needsEuLocation } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { logFailure } from '../platform/log.ts';
import { bucketLocation, deleteObject, listObjects, type StoredObject } from '../platform/storage.ts';
import type { Clock } from '../shared/time.ts';
import { copyOne } from './copyOne.ts';
import { exportDoc } from './exportRecords.ts';
import { gravest } from './urgent.ts';

/** More than are made in four days. */
const newest = 110;

/**
 * Copies what is complete and not copied yet; answers what is worth a line in the log. Throws the gravest of what went wrong, of
 * `backup/not-genuine`, `backup/damaged`, `backup/copy-differs`, `backup/missing` and others.
 */
export async function copyExports(clock: Clock): Promise<{ copied: number; objects: number }> {
  const failures: unknown[] = [];
  let [copied, objects] = [0, 0];
  for (const place of places()) {
    const waiting = await waitingAt(place).catch((thrown: unknown) => {
      failures.push(thrown);
      return [];
    });
    for (const exportId of waiting) {
      try {
        objects += await copyOne({ ...place, exportId }, clock);
        copied += 1;
      } catch (thrown) {
        failures.push(thrown);
        logFailure('export not copied', thrown, { exportId });
      }
    }
  }
  if (failures.length > 0) throw gravest(failures);
  return { copied, objects };
}

async function waitingAt(place: Place): Promise<readonly string[]> {
  await needsTwoRegions(place);
  const [originals, copies] = [await objectsByExport(place.from, place), await objectsByExport(place.to, place)];
  await removeLeftovers(place.to, originals, copies);
  return waitingIds(originals, copies);
}

/** What is copied from where to where. Keys and data are apart in the second region too. */
type Place = { readonly from: string; readonly to: string; readonly prefixes: readonly string[] };

const places = (): readonly Place[] => [
  { from: exportsBucket(), to: exportsCopyBucket(), prefixes: ['daily/', 'increments/'] },
  { from: keysBackupBucket(), to: keysBackupCopyBucket(), prefixes: ['keys/'] },
];

async function needsTwoRegions({ from, to }: Place): Promise<void> {
  const locations = [needsEuLocation(await bucketLocation(from)), needsEuLocation(await bucketLocation(to))];
  if (locations[0] === locations[1]) throw new TypeError('the copy is in the region of the original');
}

/** Objects of each export and increment. */
async function objectsByExport(bucket: string, { prefixes }: Place): Promise<ReadonlyMap<string, readonly StoredObject[]>> {
  const objects = (await Promise.all(prefixes.map((prefix) => listObjects(bucket, prefix)))).flat();
  return Map.groupBy(objects, ({ path }) => exportOf(path));
}

/** Id of the export that an object belongs to. */
function exportOf(path: string): string {
  const name = /^(?:daily|keys|increments)\/([^/.]+)/.exec(path)?.[1] ?? path;
  return path.startsWith('increments/') ? `hourly-${name}` : name;
}

/** Complete exports that differ there, or that are not noted as copied. */
async function waitingIds(
  originals: ReadonlyMap<string, readonly StoredObject[]>,
  copies: ReadonlyMap<string, readonly StoredObject[]>,
): Promise<readonly string[]> {
  const recent = await adminFirestore().collection('exports').orderBy('startedAt', 'desc').limit(newest).get();
  const unnoted = recent.docs.filter((record) => !(record.get('copiedAt') instanceof Timestamp)).map(({ id }) => id);
  const differing = [...originals].filter(([id, own]) => !areSame(own, copies.get(id) ?? [])).map(([id]) => id);
  const candidates = [...new Set([...differing, ...unnoted])].filter((id) => originals.has(id));
  const complete = await Promise.all(candidates.map(async (id) => ((await exportDoc(id).get()).get('state') === 'complete' ? [id] : [])));
  return complete.flat().toSorted();
}

function areSame(originals: readonly StoredObject[], copies: readonly StoredObject[]): boolean {
  const there = new Map(copies.map((copy) => [copy.path, copy]));
  return originals.every(({ path, sizeBytes, crc32c }) => there.get(path)?.sizeBytes === sizeBytes && there.get(path)?.crc32c === crc32c);
}

/** What a run left that was killed while the export expired: gone here, called expired or pruned, but still there. */
async function removeLeftovers(
  to: string,
  originals: ReadonlyMap<string, readonly StoredObject[]>,
  copies: ReadonlyMap<string, readonly StoredObject[]>,
): Promise<void> {
  for (const [id, own] of copies) {
    if (originals.has(id)) continue;
    const state: unknown = (await exportDoc(id).get()).get('state');
    if (state === 'expired' || state === 'pruned') for (const { path } of own) await deleteObject(to, path);
  }
}
