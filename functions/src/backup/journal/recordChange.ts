/**
 * The journal of changes: what became of each document, kept in a database of its own until the next increment.
 *
 * Guarantees: one entry for each version of a document and one for its end, however often the event is delivered: the id comes
 * from the path and the version. A document as large as Firestore allows fits, in parts. Does not guarantee order: events come
 * as they come, and each says when its commit was. What is not journalled is in ../collectionsPlan.ts, with the reasons.
 */
import { Timestamp, type DocumentSnapshot } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { namedFirestore } from '../../platform/firestore.ts';
import { isJournalled } from '../collectionsPlan.ts';
import { textOfSnapshot } from './rawDocument.ts';

/** Id of the database that holds the journal. */
export const journalDatabase = 'journal';

/** Bytes of a document's text that one entry holds; Firestore's limit for a document is 1 MiB. */
const largestPart = 900_000;

/** A document before and after a commit, and when the event says that it was. */
export type Change = {
  readonly path: string;
  readonly before: DocumentSnapshot;
  readonly after: DocumentSnapshot;
  /** Time of the event, RFC 3339: Firestore says when a document was written, but not when it was deleted. */
  readonly time: string;
};

/** An entry of the journal, as stored at `changes/{id}`; what does not fit in `body` is at `changes/{id}/parts/{n}`. */
export type ChangeDoc = {
  readonly v: 1;
  readonly path: string;
  /** Time of the commit. */
  readonly at: Timestamp;
  /** Update time of the version that was replaced or deleted; null for a new document. */
  readonly before: Timestamp | null;
  /** The gzipped text of the fields, or its first part; null for a deletion. */
  readonly body: Uint8Array | null;
  /** Number of parts besides `body`. */
  readonly parts: number;
};

const zip = promisify(gzip);

/** Writes the entry of a change, unless its collection is not journalled. Repeating it changes nothing. */
export async function recordChange({ path, before, after, time }: Change): Promise<void> {
  if (!isJournalled(path)) return;
  const at = after.updateTime ?? timestampOf(time);
  const version = after.updateTime ?? before.updateTime;
  if (version === undefined) return; // made and deleted in one commit: nobody saw it
  const text = textOfSnapshot(after);
  const parts = text === null ? [] : partsOf(await zip(text));
  const journal = namedFirestore(journalDatabase);
  const entry = journal.doc(`changes/${changeIdOf(path, text === null ? 'delete' : 'set', version)}`);
  const batch = journal.batch();
  for (const [index, bytes] of parts.slice(1).entries()) batch.set(entry.collection('parts').doc(String(index + 1)), { bytes });
  const doc: ChangeDoc = {
    v: 1,
    path,
    at,
    before: before.updateTime ?? null,
    body: parts[0] ?? null,
    parts: Math.max(0, parts.length - 1),
  };
  batch.set(entry, doc);
  await batch.commit();
}

function partsOf(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start === 0 || start < bytes.length; start += largestPart) parts.push(bytes.subarray(start, start + largestPart));
  return parts;
}

/** Id of the entry of a version of a document, or of its end. */
export function changeIdOf(path: string, kind: 'set' | 'delete', version: Timestamp): string {
  return createHash('sha256').update(`${path}\n${kind}\n${version.seconds}.${version.nanoseconds}`).digest('hex').slice(0, 40);
}

/** An RFC 3339 instant with up to nine digits of fraction. Throws a TypeError for anything else. */
function timestampOf(time: string): Timestamp {
  const [, whole, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(time) ?? [];
  if (whole === undefined) throw new TypeError('an event has a time in UTC');
  return new Timestamp(Date.parse(`${whole}Z`) / 1000, Number(fraction.padEnd(9, '0')));
}
