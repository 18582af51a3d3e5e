/**
 * The copy of daily exports, increments and exports of the keys in a second region of the EU.
 *
 * Guarantees: an export counts as copied only when every object is there with the size and checksum of the original; a manifest
 * is copied after what it describes, so that a manifest in the second region means a whole export there. A copy that differs is
 * replaced only by an original that is what its manifest says, so that damage here does not reach the copy; one export that
 * cannot be copied does not keep the others. What expires while it is being copied is taken away again. Nothing is deleted there because it is missing here: the copy is for exactly that case.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { exportsBucket, exportsCopyBucket, keysBackupBucket, keysBackupCopyBucket, needsEuLocation } from '../platform/config.ts';
import { adminFirestore } from '../platform/firestore.ts';
import { logFailure } from '../platform/log.ts';
import { bucketLocation, copyObject, deleteObject, listObjects, type StoredObject } from '../platform/storage.ts';
import { AppError } from '../shared/errors.ts';
import type { Clock } from '../shared/time.ts';
import { kindOf } from './exportPlan.ts';
import { exportDoc } from './exportRecords.ts';
import { readExportManifest, readKeysManifest, whileGenuine } from './restore/sources.ts';

/** More than are made in four days. */
const newest = 110;

/** Copies what is complete and not copied yet; answers what is worth a line in the log. Throws `backup/copy-differs`, `backup/damaged`. */
export async function copyExports(clock: Clock): Promise<{ copied: number; objects: number }> {
  const failures: unknown[] = [];
  let [copied, objects] = [0, 0];
  for (const place of places()) {
    await needsTwoRegions(place);
    const [originals, copies] = [await objectsByExport(place.from, place), await objectsByExport(place.to, place)];
    await removeLeftovers(place.to, originals, copies);
    for (const id of await waitingIds(originals, copies)) {
      try {
        objects += await copyOne(place, id, originals.get(id) ?? [], clock);
        copied += 1;
      } catch (thrown) {
        failures.push(thrown);
        logFailure('export not copied', thrown, { exportId: id });
      }
    }
  }
  if (failures.length > 0) throw failures[0];
  return { copied, objects };
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

/** Objects of each export and increment, manifests last. */
async function objectsByExport(bucket: string, { prefixes }: Place): Promise<ReadonlyMap<string, readonly StoredObject[]>> {
  const objects = (await Promise.all(prefixes.map((prefix) => listObjects(bucket, prefix)))).flat();
  const byExport = Map.groupBy(objects, ({ path }) => exportOf(path));
  return new Map([...byExport].map(([id, own]) => [id, own.toSorted((a, b) => Number(isManifest(a)) - Number(isManifest(b)))]));
}

/** Id of the export that an object belongs to. */
function exportOf(path: string): string {
  const name = /^(?:daily|keys|increments)\/([^/.]+)/.exec(path)?.[1] ?? path;
  return path.startsWith('increments/') ? `hourly-${name}` : name;
}

const isManifest = ({ path }: StoredObject): boolean => path.endsWith('.manifest.jws');

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

async function copyOne({ from, to }: Place, exportId: string, originals: readonly StoredObject[], clock: Clock): Promise<number> {
  const there = await objectsOf(to, exportId);
  const missing = originals.filter((original) => !there.some((copy) => areSame([original], [copy])));
  if (missing.some(({ path }) => there.some((copy) => copy.path === path))) await needsIntact(from, exportId);
  for (const { path } of missing) await copyObject(from, path, to);
  if (!areSame(originals, await objectsOf(to, exportId)))
    throw new AppError('backup/copy-differs', 'the copy in the second region differs', { exportId });
  if (await isStillComplete(exportId)) await exportDoc(exportId).update({ copiedAt: Timestamp.fromDate(clock()) });
  else for (const { path } of originals) await deleteObject(to, path);
  return missing.length;
}

/** Throws unless the original is what was exported; an increment that is there already is never replaced. */
async function needsIntact(bucket: string, exportId: string): Promise<void> {
  if (exportId.startsWith('hourly-')) throw new AppError('backup/copy-differs', 'an increment differs from its copy', { exportId });
  const read = kindOf(exportId) === 'keys' ? readKeysManifest : readExportManifest;
  await whileGenuine(bucket, await read(bucket, exportId), () => Promise.resolve());
}

const isStillComplete = async (exportId: string): Promise<boolean> => (await exportDoc(exportId).get()).get('state') === 'complete';

function objectsOf(bucket: string, exportId: string): Promise<readonly StoredObject[]> {
  return listObjects(
    bucket,
    exportId.startsWith('hourly-') ? `increments/${exportId.slice('hourly-'.length)}.` : `${kindOf(exportId)}/${exportId}`,
  );
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
