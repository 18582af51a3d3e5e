/**
 * The copy of one export, increment or export of the keys.
 *
 * Guarantees: nothing comes to the second region but a genuine manifest and what it names; of increments, files whose name is
 * the hash of their bytes. Each has been read back there before the export counts as copied, and a manifest is copied last, so that one in
 * the second region means a whole export there. A file that was exchanged or added in the first never reaches the copy: it is an
 * error, of one that was added after the rest is copied. What is there as it should be is never replaced.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { copyObject, deleteObject, hashObject, listObjects, type StoredObject } from '../platform/storage.ts';
import { AppError } from '../shared/errors.ts';
import type { Clock } from '../shared/time.ts';
import { exportManifestPath } from './exportManifest.ts';
import { kindOf } from './exportPlan.ts';
import { exportDoc, noteCopied } from './exportRecords.ts';
import { incrementManifestPath, incrementPath, readIncrementManifest } from './increments/incrementFile.ts';
import { readExportManifest, readKeysManifest } from './restore/sources.ts';

/** From which bucket to which, and what the export is called in the list. */
export type Copying = { readonly from: string; readonly to: string; readonly exportId: string };

/** An object as it must be. */
type Wanted = { readonly path: string; readonly sizeBytes: number; readonly crc32c: string; readonly sha256: string };

/**
 * Copies what is not in the second region; answers how many objects. Throws `backup/not-genuine`, `backup/missing`,
 * `backup/damaged` when the original is not what was exported, `backup/copy-differs` when the copy is not.
 */
export async function copyOne(copying: Copying, clock: Clock): Promise<number> {
  const { from, to, exportId } = copying;
  const isNoted = (await exportDoc(exportId).get()).get('copiedAt') instanceof Timestamp;
  const originals = await objectsOf(from, exportId);
  const wanted = await wantedOf(from, exportId, originals);
  const there = await objectsOf(to, exportId);
  let copied = 0;
  for (const object of wanted) {
    const isThere = there.some((copy) => isLike(copy, object));
    if (!isThere) await copyGenuine(copying, object, originals);
    if (!isThere || !isNoted) await needsSame(copying, object);
    copied += isThere ? 0 : 1;
  }
  if ((await exportDoc(exportId).get()).get('state') !== 'complete') for (const { path } of wanted) await deleteObject(to, path);
  else if (copied > 0 || !isNoted) await noteCopied(exportId, clock());
  needsNothingElse(exportId, originals, wanted);
  return copied;
}

/** What is to be in the second region, the manifest last. Throws when that of the first is missing or is not genuine. */
async function wantedOf(from: string, exportId: string, originals: readonly StoredObject[]): Promise<readonly Wanted[]> {
  const files = await filesOf(from, exportId, originals);
  const path = manifestPathOf(exportId);
  const original = originals.find((object) => object.path === path);
  if (original === undefined) throw new AppError('backup/missing', 'the export has no manifest', { exportId });
  const { sizeBytes, crc32c } = original;
  const listed: unknown = (await exportDoc(exportId).get()).get('manifestSha256');
  const sha256 = typeof listed === 'string' ? listed : await hashObject(from, path);
  return [...files, { path, sizeBytes, crc32c, sha256 }];
}

async function filesOf(from: string, exportId: string, originals: readonly StoredObject[]): Promise<readonly Wanted[]> {
  if (!exportId.startsWith('hourly-'))
    return (await (kindOf(exportId) === 'keys' ? readKeysManifest : readExportManifest)(from, exportId)).files;
  const found = await readIncrementManifest(from, incrementIdOf(exportId));
  if (found === null || !originals.some(({ path }) => path === incrementPath(found.manifest)))
    throw new AppError('backup/missing', 'the increment is missing', { exportId });
  // Also what a run left that was killed before its manifest.
  return originals.flatMap(({ path, sizeBytes, crc32c }) => {
    const sha256 = /^increments\/[^./]+\.([0-9a-f]{64})\.ndjson\.gz$/.exec(path)?.[1];
    return sha256 === undefined ? [] : [{ path, sizeBytes, crc32c, sha256 }];
  });
}

const isLike = (object: StoredObject, { path, sizeBytes, crc32c }: Wanted): boolean =>
  object.path === path && object.sizeBytes === sizeBytes && object.crc32c === crc32c;

async function copyGenuine({ from, to, exportId }: Copying, { path, sha256 }: Wanted, originals: readonly StoredObject[]): Promise<void> {
  if (!originals.some((original) => original.path === path))
    throw new AppError('backup/missing', 'a file of the export is missing', { exportId, path });
  if ((await hashObject(from, path)) !== sha256)
    throw new AppError('backup/damaged', 'a file of the export is not the one that was exported', { exportId, path });
  await copyObject(from, path, to);
}

/** Reads a copy back. One that is something else goes, so that the next run copies it again. */
async function needsSame({ to, exportId }: Copying, { path, sha256 }: Wanted): Promise<void> {
  if ((await hashObject(to, path)) === sha256) return;
  await deleteObject(to, path);
  throw new AppError('backup/copy-differs', 'a file in the second region differs', { exportId, path });
}

/** Throws when the first bucket holds something else under the export's name: somebody has written there. */
function needsNothingElse(exportId: string, originals: readonly StoredObject[], wanted: readonly Wanted[]): void {
  const strange = originals.find((object) => !wanted.some((known) => isLike(object, known)));
  if (strange === undefined) return;
  const isNamed = wanted.some(({ path }) => path === strange.path);
  const what = isNamed ? 'a file of the export is not what the manifest says' : 'the export has a file that the manifest does not name';
  throw new AppError('backup/damaged', what, { exportId, path: strange.path });
}

const incrementIdOf = (exportId: string): string => exportId.slice('hourly-'.length);

const manifestPathOf = (exportId: string): string =>
  exportId.startsWith('hourly-') ? incrementManifestPath(incrementIdOf(exportId)) : exportManifestPath(exportId);

async function objectsOf(bucket: string, exportId: string): Promise<readonly StoredObject[]> {
  const prefix = exportId.startsWith('hourly-') ? `increments/${incrementIdOf(exportId)}` : `${kindOf(exportId)}/${exportId}`;
  return (await listObjects(bucket, prefix)).filter(({ path }) => /^[/.]/.test(path.slice(prefix.length)));
}
