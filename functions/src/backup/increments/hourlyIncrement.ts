/**
 * The hourly increment: what the journal has gathered since the last one goes into the bucket of exports.
 *
 * Guarantees: an entry leaves the journal only after the object that holds it was read back whole, each time that entries are
 * removed, and its manifest is written; no object is ever written over, whatever a repeated run finds in the journal; a
 * run that was killed anywhere is finished by the next one, and nothing is lost or in two increments of the same hour. An entry
 * that is delivered again after it left comes into a later increment as well, where it changes nothing (restore/applyChanges.ts).
 * An increment names the one that the list of exports has before it, so that one that is deleted from the bucket stays missed also when
 * that list is lost; while it is there, a restore misses each one that it names.
 * One that was overtaken, by a run that began before its manifest was written and listed its own, is listed by the next run all the
 * same: its run may have been killed behind emptying the journal, so that it alone has its changes, and changes that two
 * increments have are harmless. What names none as its successor is therefore read besides (restore/sources.ts). One that
 * cannot be used is listed as `passedOver`, and not read.
 * Fails, when it is made, if the journal lacked the probe of the hour before (journal/probe.ts), or if something lies where an
 * earlier increment would, and cannot be used: it is passed over, and the bucket is somebody's concern.
 */
import { Timestamp, type DocumentReference, type DocumentSnapshot, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gunzip } from 'node:zlib';
import { exportsBucket, needsEuLocation } from '../../platform/config.ts';
import { adminFirestore, isAlreadyExists, namedFirestore } from '../../platform/firestore.ts';
import { logFailure } from '../../platform/log.ts';
import { newId } from '../../platform/random.ts';
import { bucketLocation, createObject, deleteObjects, renameObject, writeObject } from '../../platform/storage.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import type { ExportRecord, ExportState } from '../contract.ts';
import { exportLifetimeDays } from '../exportPlan.ts';
import { expectedProbe, judgeProbe, probeDoc, type ProbeDoc, type ProbeOutcome } from '../journal/probe.ts';
import { journalDatabase } from '../journal/recordChange.ts';
import {
  changesOf,
  incrementIds,
  incrementManifestPath,
  incrementPath,
  lineOf,
  readIncrementManifest,
  sealIncrementManifest,
  unfinishedPrefix,
  type FoundManifest,
  type IncrementManifest,
  type JournalledChange,
} from './incrementFile.ts';
import { isUnusable } from '../unusable.ts';

const pageSize = 300;
const longestWrite = 20 * ms.minute;
/** How long before the newest one that is listed another may have begun that was overtaken by it. */
const longestOvertaken = 6 * ms.hour;
const unzip = promisify(gunzip);

/** Id of the increment that is made now: the UTC hour that ended last. */
export const incrementIdOf = (now: Date): string => now.toISOString().slice(0, 13);

/** Makes this hour's increment, or finishes it; answers what is worth a line in the log. Throws `backup/journal-incomplete` without the probe. */
export async function hourlyIncrement(clock: Clock): Promise<{ incrementId: string; entries: number }> {
  const bucket = exportsBucket();
  needsEuLocation(await bucketLocation(bucket));
  const incrementId = incrementIdOf(clock());
  const passedOver = await finishEarlier(bucket, incrementId, clock);
  const known = await recordDoc(incrementId).get();
  if (known.get('state') !== 'complete') {
    const found = (await readIncrementManifest(bucket, incrementId)) ?? (await writeIncrement(bucket, incrementId, clock));
    await finish(bucket, found, clock);
  }
  const done = needsProbe(await recordDoc(incrementId).get(), incrementId);
  if (passedOver === null) return done;
  throw passedOver;
}

/**
 * Finishes what runs left that were killed: increments that the list does not have yet. Answers why one of them cannot be used;
 * what it held is still in the journal, unless it was spoilt since.
 */
async function finishEarlier(bucket: string, incrementId: string, clock: Clock): Promise<AppError | null> {
  const listed = await newestListed(incrementId);
  const earlier = (await incrementIds(bucket)).filter((id) => id < incrementId);
  const newer = earlier.filter((id) => id > (listed?.incrementId ?? ''));
  const unlisted = [...(listed === null ? [] : await overtaken(earlier, listed)), ...newer];
  let passedOver: AppError | null = null;
  // Without a list, as after a loss of the database, the newest that can be used is enough to go on from.
  for (const id of listed === null ? unlisted.toReversed() : unlisted) {
    const unusable = await finishUsable(bucket, id, clock);
    passedOver ??= unusable;
    if (listed === null && unusable === null) break;
  }
  return passedOver;
}

/** Of these increments those that nobody has listed, of the hours before the newest that is. */
async function overtaken(ids: readonly string[], listed: NonNullable<IncrementManifest['previous']>): Promise<readonly string[]> {
  const oldest = incrementIdOf(after(new Date(listed.readAt), -longestOvertaken));
  const recent = ids.filter((id) => id >= oldest && id < listed.incrementId);
  if (recent.length === 0) return [];
  const records = await adminFirestore().getAll(...recent.map(recordDoc));
  return recent.filter((_id, index) => records[index]?.exists !== true);
}

async function finishUsable(bucket: string, incrementId: string, clock: Clock): Promise<AppError | null> {
  try {
    const found = await readIncrementManifest(bucket, incrementId);
    if (found !== null) await finish(bucket, found, clock);
    return null;
  } catch (thrown) {
    if (!isUnusable(thrown) && !isAppError(thrown, 'backup/missing')) throw thrown;
    logFailure('increment passed over', thrown, { incrementId });
    await notePassedOver(bucket, incrementId, thrown);
    return thrown;
  }
}

const recordDoc = (incrementId: string): DocumentReference => adminFirestore().doc(`exports/hourly-${incrementId}`);

/** Refuses to call an hour well whose probe is missing: the journal is not delivered. The increment itself is made and stays. */
function needsProbe(record: DocumentSnapshot, incrementId: string): { incrementId: string; entries: number } {
  if (record.get('probe') === ('missing' satisfies ProbeOutcome))
    throw new AppError('backup/journal-incomplete', 'the journal lacks the change of its probe', { incrementId });
  return { incrementId, entries: Number(record.get('documentCount')) };
}

/**
 * What is left to do when the manifest is written; nothing, if it was done. The probe is judged and renewed in the commit that
 * notes the increment, so that a run that was killed judges the same one again.
 */
async function finish(bucket: string, found: FoundManifest, clock: Clock): Promise<void> {
  const { manifest } = found;
  const record = recordDoc(manifest.incrementId);
  const known = await record.get();
  if (known.exists && known.get('state') !== unusableState) return;
  const expected = await expectedProbe();
  const isFound = await holds(bucket, manifest, expected?.changeId);
  await emptyJournal(bucket, manifest);
  const probe = judgeProbe(expected, isFound, new Date(manifest.readAt));
  const now = clock();
  const batch = adminFirestore().batch();
  batch.set(record, { ...recordOf(bucket, found, now), probe } satisfies ExportRecord);
  if (probe !== 'waiting') batch.set(probeDoc(), { v: 1, writtenAt: Timestamp.fromDate(now) } satisfies ProbeDoc);
  await batch.commit();
}

/** Reads the whole stored increment, as it must be before anything leaves the journal; answers whether it holds a change. */
async function holds(bucket: string, manifest: IncrementManifest, changeId: string | undefined): Promise<boolean> {
  let isFound = false;
  for await (const { id } of changesOf(bucket, manifest)) isFound ||= id === changeId;
  return isFound;
}

async function writeIncrement(bucket: string, incrementId: string, clock: Clock): Promise<FoundManifest> {
  const previous = await newestListed(incrementId);
  const readAt = clock().toISOString();
  const hash = createHash('sha256');
  const seen = { entries: 0, sizeBytes: 0, earliestAt: null as string | null, latestAt: null as string | null };
  const lines = async function* (): AsyncGenerator<string> {
    for await (const change of journalledChanges()) {
      seen.entries += 1;
      seen.earliestAt ??= change.at;
      seen.latestAt = change.at;
      yield lineOf(change);
    }
  };
  const zipped = Readable.from(lines()).pipe(createGzip());
  const measured = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of zipped) {
      const bytes = chunk as Buffer; // a stream without an encoding gives Buffers
      hash.update(bytes);
      seen.sizeBytes += bytes.length;
      yield bytes;
    }
  };
  await deleteObjects(bucket, unfinishedPrefix); // what a run left that was killed
  const unfinished = `${unfinishedPrefix}${incrementId}.${newId<string>()}`;
  await writeObject(bucket, unfinished, measured(), longestWrite);
  const manifest: IncrementManifest = { v: 1, incrementId, previous, readAt, ...seen, sha256: hash.digest('hex') };
  await renameObject(bucket, unfinished, incrementPath(manifest));
  // Read back before a manifest says that it is there.
  for await (const _change of changesOf(bucket, manifest));
  const bytes = await sealIncrementManifest(manifest);
  await createObject(bucket, incrementManifestPath(incrementId), bytes);
  // Ours, or that of another run of the same hour, which then counts.
  return foundAfterWriting(await readIncrementManifest(bucket, incrementId));
}

function foundAfterWriting(found: FoundManifest | null): FoundManifest {
  if (found === null) throw new AppError('shared/unavailable', 'what was written is not there', { service: 'storage' });
  return found;
}

/**
 * The increment before this one by the list of exports, which whoever may write to the bucket cannot change. Null when the list has
 * none, also after the bucket was looked through for one to begin from.
 */
async function newestListed(incrementId: string): Promise<IncrementManifest['previous']> {
  const complete = adminFirestore().collection('exports').where('kind', '==', 'hourly').where('state', '==', 'complete');
  // A run may read the journal as late as it may take; the id decides.
  const upTo = after(new Date(`${incrementId}:00:00Z`), 2 * ms.hour);
  const { docs } = await complete.where('startedAt', '<', Timestamp.fromDate(upTo)).orderBy('startedAt', 'desc').limit(5).get();
  const record = docs.find(({ id }) => id < recordDoc(incrementId).id);
  if (record === undefined) return null;
  const startedAt = record.get('startedAt') as Timestamp; // by recordOf, as is what follows
  return {
    incrementId: record.id.slice('hourly-'.length),
    manifestSha256: String(record.get('manifestSha256')),
    readAt: startedAt.toDate().toISOString(),
  };
}

/** What the journal holds, in the order of the commits. What comes in meanwhile is for the next increment. */
export async function* journalledChanges(): AsyncGenerator<JournalledChange> {
  const inOrder = namedFirestore(journalDatabase).collection('changes').orderBy('at').limit(pageSize);
  let page = await inOrder.get();
  for (let last = page.docs.at(-1); last !== undefined; last = page.docs.at(-1)) {
    for (const entry of page.docs) yield changeOf(entry);
    page = await inOrder.startAfter(last).get();
  }
}

async function changeOf(entry: QueryDocumentSnapshot): Promise<JournalledChange> {
  const { at, before, body, parts }: Record<string, unknown> = entry.data();
  if (!(at instanceof Timestamp)) throw new TypeError('an entry of the journal without a time');
  const first = body instanceof Uint8Array ? [body] : [];
  const rest = Number(parts) === 0 ? [] : (await entry.ref.collection('parts').get()).docs;
  const inOrder = rest.toSorted((a, b) => Number(a.id) - Number(b.id)).map((part) => part.get('bytes') as Uint8Array); // written by recordChange
  const zipped = Buffer.concat([...first, ...inOrder]);
  return {
    id: entry.id,
    path: String(entry.get('path')),
    at: instantOf(at),
    before: before instanceof Timestamp ? instantOf(before) : null,
    parts: Number(parts),
    fields: zipped.length === 0 ? null : (await unzip(zipped)).toString('utf8'),
  };
}

/** UTC with nine digits of fraction. */
export function instantOf(at: Timestamp): string {
  return `${new Date(at.seconds * 1000).toISOString().slice(0, 19)}.${String(at.nanoseconds).padStart(9, '0')}Z`;
}

async function emptyJournal(bucket: string, manifest: IncrementManifest): Promise<void> {
  const changes = namedFirestore(journalDatabase).collection('changes');
  let batch = changes.firestore.batch();
  let size = 0;
  for await (const { id, parts } of changesOf(bucket, manifest)) {
    const entry = changes.doc(id);
    for (let part = 1; part <= parts; part += 1) batch.delete(entry.collection('parts').doc(String(part)));
    batch.delete(entry);
    size += 1 + parts;
    if (size < pageSize) continue;
    await batch.commit();
    batch = changes.firestore.batch();
    size = 0;
  }
  await batch.commit();
}

const unusableState = 'passedOver' satisfies ExportState;

/** Notes that an increment cannot be used, unless the list has it. What its run had not taken from the journal is in a later one. */
async function notePassedOver(bucket: string, incrementId: string, why: AppError): Promise<void> {
  const began = new Date(`${incrementId}:00:00Z`);
  const startedAt = Timestamp.fromDate(began);
  const record = {
    v: 1,
    kind: 'hourly',
    state: unusableState,
    startedAt,
    completedAt: null,
    snapshotAt: startedAt,
    expiresAt: Timestamp.fromDate(after(began, exportLifetimeDays * ms.day)),
    uri: `gs://${bucket}/${incrementManifestPath(incrementId)}`,
    documentCount: 0,
    fileCount: 0,
    sizeBytes: 0,
    manifestSha256: null,
    operation: null,
    error: why.code,
    note: 'cannot be used, and was not listed by the run that made it; a restore goes without it',
  } satisfies ExportRecord;
  await recordDoc(incrementId)
    .create(record)
    .catch((thrown: unknown) => {
      if (!isAlreadyExists(thrown)) throw thrown;
    });
}

function recordOf(bucket: string, { manifest, manifestSha256 }: FoundManifest, now: Date): ExportRecord {
  const { entries, sizeBytes, readAt, earliestAt } = manifest;
  const startedAt = new Date(readAt);
  return {
    v: 1,
    kind: 'hourly',
    state: 'complete',
    startedAt: Timestamp.fromDate(startedAt),
    completedAt: Timestamp.fromDate(now),
    snapshotAt: Timestamp.fromDate(startedAt),
    // By its oldest change: what was promised to whoever was erased right after it comes before restoring the last hours of a day.
    expiresAt: Timestamp.fromDate(after(new Date(earliestAt ?? readAt), exportLifetimeDays * ms.day)),
    uri: `gs://${bucket}/${incrementPath(manifest)}`,
    documentCount: entries,
    fileCount: 2,
    sizeBytes,
    manifestSha256,
    operation: null,
    error: null,
    note: `${entries} changes that the journal had gathered by ${readAt}`,
  };
}
