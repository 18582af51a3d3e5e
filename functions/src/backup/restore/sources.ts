/**
 * What a restore is made of: exports, increments, and what the journal has gathered since.
 *
 * Guarantees: an export is used only when its manifest is signed by the service and each of its objects is there, with the size,
 * checksum and, when it is imported, hash of the manifest; the increments between it and the moment are used only when none is missing and each is what its manifest says. Everything is
 * read from a bucket, so that it works when the database with the list of exports is lost; while that list is there, its
 * checksums of the manifests must agree, and every increment that it names and that is needed must be in the bucket.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { exportsCopyBucket } from '../../platform/config.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { hashObject, listObjects, readWhole, type StoredObject } from '../../platform/storage.ts';
import { AppError } from '../../shared/errors.ts';
import { after, ms } from '../../shared/time.ts';
import {
  exportManifest,
  exportManifestPath,
  exportPrefix,
  keysManifest,
  openManifest,
  type ExportManifest,
  type KeysManifest,
} from '../exportManifest.ts';
import { exportLifetimeDays } from '../exportPlan.ts';
import { incrementIdOf, journalledChanges } from '../increments/hourlyIncrement.ts';
import { changesOf, listIncrements, type FoundManifest, type JournalledChange } from '../increments/incrementFile.ts';
import { readUsable, type LeftOut } from '../unusable.ts';
import { instantText } from './restorePlan.ts';

/** One an hour for as long as they are kept, and some. */
const mostIncrements = (exportLifetimeDays + 2) * 24;

/** The manifests of every complete export in a bucket, oldest first. An export without a manifest is not complete. */
export async function listExports(bucket: string, leftOut: LeftOut): Promise<readonly ExportManifest[]> {
  const objects = await listObjects(bucket, 'daily/');
  const ids = objects.flatMap(({ path }) => /^daily\/([^/]+)\.manifest\.jws$/.exec(path)?.[1] ?? []);
  const manifests = await readUsable(ids, (id) => readExportManifest(bucket, id), leftOut);
  return manifests.toSorted((a, b) => a.snapshotAt.localeCompare(b.snapshotAt));
}

/** The manifest of one export. Throws `backup/missing`, `backup/not-genuine`, `backup/damaged`. */
export const readExportManifest = (bucket: string, exportId: string): Promise<ExportManifest> =>
  readManifest(bucket, exportId, exportManifest);

/** The manifest of one export of the keys. Throws as {@link readExportManifest} does. */
export const readKeysManifest = (bucket: string, exportId: string): Promise<KeysManifest> => readManifest(bucket, exportId, keysManifest);

/** SHA-256, in hex, of the manifest of an export as it is stored: the same in either bucket. Throws `backup/missing`. */
export async function manifestHashOf(bucket: string, exportId: string): Promise<string> {
  return sha256Of(await manifestBytes(bucket, exportId));
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function manifestBytes(bucket: string, exportId: string): Promise<Buffer> {
  const path = exportManifestPath(exportId);
  const isThere = (await listObjects(bucket, path)).some((object) => object.path === path);
  if (!isThere) throw new AppError('backup/missing', 'the export has no manifest', { exportId });
  return readWhole(bucket, path);
}

async function readManifest<T extends KeysManifest>(bucket: string, exportId: string, schema: z.ZodMiniType<T>): Promise<T> {
  const bytes = await manifestBytes(bucket, exportId);
  await needsListedHash(exportId, sha256Of(bytes));
  const manifest = await openManifest(exportId, bytes, schema);
  if (manifest.exportId === exportId) return manifest;
  throw new AppError('backup/damaged', 'the manifest is of another export', { exportId });
}

async function needsListedHash(recordId: string, sha256: string): Promise<void> {
  const listed: unknown = (await adminFirestore().doc(`exports/${recordId}`).get()).get('manifestSha256');
  if (typeof listed === 'string' && listed !== sha256)
    throw new AppError('backup/damaged', 'the manifest is not the one that was written', { exportId: recordId });
}

/**
 * Compares the objects of an export with its manifest, by size and CRC32C, which tell damage; answers them. Throws
 * `backup/missing`, `backup/damaged`.
 */
export async function needsWholeExport(bucket: string, { exportId, files }: KeysManifest): Promise<readonly StoredObject[]> {
  const found = new Map((await listObjects(bucket, exportPrefix(exportId))).map((object) => [object.path, object]));
  if (files.length === 0) throw new AppError('backup/damaged', 'the manifest names no files', { exportId });
  for (const { path, sizeBytes, crc32c } of files) {
    const object = found.get(path);
    if (object === undefined) throw new AppError('backup/missing', 'a file of the export is missing', { exportId, path });
    if (object.sizeBytes !== sizeBytes || object.crc32c !== crc32c)
      throw new AppError('backup/damaged', 'a file of the export is not what the manifest says', { exportId, path });
  }
  if (found.size > files.length) throw new AppError('backup/damaged', 'the export has files that the manifest does not name', { exportId });
  return [...found.values()];
}

/**
 * Uses an export whose files are those of the manifest by their SHA-256, and were not written to meanwhile. Throws as
 * {@link needsWholeExport} does, also afterwards, when what was used must be thrown away.
 */
export async function whileGenuine<T>(bucket: string, manifest: KeysManifest, use: () => Promise<T>): Promise<T> {
  const before = generationsOf(await needsWholeExport(bucket, manifest));
  for (const { path, sha256 } of manifest.files) {
    if ((await hashObject(bucket, path)) === sha256) continue;
    throw new AppError('backup/damaged', 'a file of the export is not the one that was exported', { exportId: manifest.exportId, path });
  }
  const used = await use();
  if (generationsOf(await needsWholeExport(bucket, manifest)) === before) return used;
  throw new AppError('backup/damaged', 'a file of the export was written while it was read', { exportId: manifest.exportId });
}

const generationsOf = (objects: readonly StoredObject[]): string =>
  objects
    .map(({ path, generation }) => `${path} ${generation}\n`)
    .toSorted()
    .join('');

/**
 * The increments that hold what happened after an instant, oldest first. Throws `backup/missing` when one between them is, or one that the
 * list of exports has; of the copy those are asked for that were copied. One that
 * cannot be used is an error, or missing, if `leftOut` is told of it: an older one is not needed. With `until` only what a restore to that
 * moment needs: behind the first that was read after it, the rest may be missing, and with it what was delivered so late.
 */
export async function incrementsSince(bucket: string, since: Date, leftOut?: LeftOut, until?: Date): Promise<readonly FoundManifest[]> {
  // Before the bucket is looked at: what is listed is there.
  const listed = await listedSince(bucket, since);
  // An id is the hour in which its run began; a run reads the journal within its limit of half an hour.
  const found = await listIncrements(bucket, leftOut, incrementIdOf(after(since, -2 * ms.hour)));
  const later = await notPassedOver(
    found.filter(({ manifest }) => new Date(manifest.readAt) > since),
    leftOut,
  );
  const seen = new Set<string>();
  for (const [index, { manifest, manifestSha256 }] of later.entries()) {
    await needsListedHash(`hourly-${manifest.incrementId}`, manifestSha256);
    const { previous } = manifest;
    const before = later[index - 1];
    const isFirst = previous === null ? index === 0 && (await isFirstListed(manifest, since)) : new Date(previous.readAt) <= since;
    // Not always the one right before it: that may have been overtaken (increments/hourlyIncrement.ts).
    const isNext = previous !== null && seen.has(previous.manifestSha256);
    seen.add(manifestSha256);
    if (isFirst || isNext) continue;
    const missing = new AppError('backup/missing', 'an increment before this one is missing', { incrementId: manifest.incrementId });
    if (!isBehind(before, until)) throw missing;
    leftOut?.(manifest.incrementId, missing);
    return withAllListed(later.slice(0, index), listed, until);
  }
  return withAllListed(later, listed, until);
}

/** Without those that the list of exports, as far as it is there, says cannot be used; `leftOut` is told. */
async function notPassedOver(found: readonly FoundManifest[], leftOut?: LeftOut): Promise<readonly FoundManifest[]> {
  const passedOver = adminFirestore().collection('exports').where('kind', '==', 'hourly').where('state', '==', 'passedOver');
  const ids = new Set((await passedOver.orderBy('startedAt', 'desc').limit(mostIncrements).get()).docs.map(({ id }) => id));
  return found.filter(({ manifest: { incrementId } }) => {
    const isPassedOver = ids.has(`hourly-${incrementId}`);
    if (isPassedOver) leftOut?.(incrementId, new AppError('backup/damaged', 'the increment was passed over', { incrementId }));
    return !isPassedOver;
  });
}

/** Whether the list of exports, as far as it is there, knows of no earlier increment after an instant. */
async function isFirstListed({ readAt }: FoundManifest['manifest'], since: Date): Promise<boolean> {
  const listed = adminFirestore().collection('exports').where('kind', '==', 'hourly').where('state', '==', 'complete');
  const between = listed.where('startedAt', '>', Timestamp.fromDate(since)).where('startedAt', '<', Timestamp.fromDate(new Date(readAt)));
  return (await between.orderBy('startedAt', 'desc').limit(1).get()).empty;
}

/** An increment in the list of exports. */
type Listed = { readonly incrementId: string; readonly readAt: Date };

/** What the list of exports, as far as it is there, knows of complete increments that were read after an instant; of the copy, those that were copied. */
async function listedSince(bucket: string, since: Date): Promise<readonly Listed[]> {
  const complete = adminFirestore().collection('exports').where('kind', '==', 'hourly').where('state', '==', 'complete');
  const later = complete.where('startedAt', '>', Timestamp.fromDate(since)).orderBy('startedAt', 'desc').limit(mostIncrements);
  const { docs } = await later.select('startedAt', 'copiedAt').get();
  const there = bucket === exportsCopyBucket() ? docs.filter((one) => one.get('copiedAt') instanceof Timestamp) : docs;
  return there.map((one) => ({
    incrementId: one.id.slice('hourly-'.length),
    readAt: (one.get('startedAt') as Timestamp).toDate(), // as asked for
  }));
}

/**
 * These increments, if all are among them that are listed and that the moment needs. Asked for by name: one that was overtaken is named
 * by none that follows, and may alone have its changes.
 */
function withAllListed(found: readonly FoundManifest[], listed: readonly Listed[], until: Date | undefined): readonly FoundManifest[] {
  const ids = new Set(found.map(({ manifest }) => manifest.incrementId));
  const last = found.find((increment) => isBehind(increment, until));
  const lastAt = last === undefined ? null : new Date(last.manifest.readAt);
  const missing = listed.find(({ incrementId, readAt }) => !ids.has(incrementId) && (lastAt === null || readAt <= lastAt));
  if (missing === undefined) return found;
  throw new AppError('backup/missing', 'an increment that is listed is missing', { incrementId: missing.incrementId });
}

/** Whether an increment was read after a moment: it has what had come until then, and the moment needs no later one. */
const isBehind = (increment: FoundManifest | undefined, until: Date | undefined): boolean =>
  increment !== undefined && until !== undefined && new Date(increment.manifest.readAt) > until;

/** Changes after the export's moment, up to the wanted one; see {@link changesBetween}. `leftOut` as in {@link incrementsSince}. */
export type Span = { readonly bucket: string; readonly since: Date; readonly until: Date; readonly leftOut?: LeftOut };

/**
 * What happened in a span, from increments and from the journal. In no strict order, because events come late, and some of it
 * twice: whoever applies them looks at their times.
 */
export async function* changesBetween({ since, until, ...from_ }: Span): AsyncGenerator<JournalledChange> {
  const [from, to] = [instantText(since), instantText(until)];
  const read = new Set<string>();
  yield* newIncrements({ since, until, ...from_ }, { from, to }, read);
  for await (const change of journalledChanges()) if (change.at > from && change.at <= to) yield change;
  // What went from the journal into an increment before the journal was read to its end.
  yield* newIncrements({ since, until, ...from_ }, { from, to }, read);
}

/** The changes of a span in increments that were not read yet. */
async function* newIncrements(
  { bucket, since, until, leftOut }: Span,
  { from, to }: { readonly from: string; readonly to: string },
  read: Set<string>,
): AsyncGenerator<JournalledChange> {
  for (const { manifest } of await incrementsSince(bucket, since, leftOut, until)) {
    if (read.has(manifest.incrementId)) continue;
    read.add(manifest.incrementId);
    if (manifest.earliestAt === null || manifest.latestAt === null || manifest.earliestAt > to || manifest.latestAt <= from) {
      // Nothing of the span is in it, but it must be whole all the same: its neighbours were read under the same conditions.
      continue;
    }
    for await (const change of changesOf(bucket, manifest)) if (change.at > from && change.at <= to) yield change;
  }
}

/** Until when changes are known: when the newest increment was read, or the export's moment. As {@link incrementsSince}. */
export async function knownUntil(bucket: string, since: Date, leftOut?: LeftOut, until?: Date): Promise<Date> {
  const newest = (await incrementsSince(bucket, since, leftOut, until)).at(-1);
  return newest === undefined ? since : new Date(newest.manifest.readAt);
}
