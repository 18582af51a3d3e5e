/**
 * The erasure ledger, replayed: whoever was erased after the moment of a backup is erased in what was restored from it.
 *
 * Guarantees: an entry counts wherever it is found: in the database, in what was restored, in either bucket; the documents that
 * go are those of the inventory of personal data; a key that came back is destroyed again. Repeating it changes nothing.
 */
import type { Firestore } from 'firebase-admin/firestore';
import { exportsBucket, exportsCopyBucket } from '../../platform/config.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { destroySubjectKey } from '../../platform/keyring.ts';
import { subjectCollections } from '../../privacy/inventory.ts';
import { ledgerCopiesIn, type LedgerEntry } from '../../privacy/ledgerCopies.ts';
import { batchWriter } from './applyChanges.ts';

const pageSize = 300;

/** Every entry of the ledger that can be found, each once. */
export async function wholeLedger(scratch: Firestore): Promise<readonly LedgerEntry[]> {
  const entries = new Map<string, LedgerEntry>();
  const add = (entry: LedgerEntry): void => void entries.set(`${entry.orgId} ${entry.dataSubjectId}`, entry);
  for (const database of [adminFirestore(), scratch]) for await (const entry of storedEntries(database)) add(entry);
  for (const bucket of [exportsBucket(), exportsCopyBucket()]) for (const entry of await ledgerCopiesIn(bucket)) add(entry);
  return [...entries.values()];
}

async function* storedEntries(database: Firestore): AsyncGenerator<LedgerEntry> {
  const ordered = database.collection('erasureLedger').orderBy('__name__').limit(pageSize);
  let page = await ordered.get();
  for (let last = page.docs.at(-1); last !== undefined; last = page.docs.at(-1)) {
    for (const entry of page.docs) yield { orgId: String(entry.get('orgId')), dataSubjectId: String(entry.get('dataSubjectId')) };
    page = await ordered.startAfter(last).get();
  }
}

/** Deletes the documents of everybody in the ledger from a database; answers how many were there. */
export async function replayLedger(database: Firestore, entries: readonly LedgerEntry[]): Promise<number> {
  const paths = entries.flatMap(pathsOf);
  const writer = batchWriter(database);
  let deleted = 0;
  for (let start = 0; start < paths.length; start += pageSize) {
    const found = await database.getAll(...paths.slice(start, start + pageSize).map((path) => database.doc(path)));
    for (const { exists, ref } of found) {
      if (!exists) continue;
      await writer.delete(ref.path);
      deleted += 1;
    }
  }
  await writer.flush();
  return deleted;
}

/** Destroys the keys of everybody in the ledger that are there. They were destroyed when the erasure ran, unless keys came back. */
export async function destroyKeysAgain(entries: readonly LedgerEntry[]): Promise<void> {
  for (const { orgId, dataSubjectId } of entries) await destroySubjectKey(orgId, 'dataSubject', dataSubjectId);
}

/** Where a person's documents are. Throws a TypeError for a collection whose documents cannot be named from the two ids. */
function pathsOf({ orgId, dataSubjectId }: LedgerEntry): string[] {
  return subjectCollections.flatMap(({ declaration: { store, collection } }) => {
    if (store !== 'firestore') return []; // files are in no export
    const path = collection.replace('{orgId}', orgId).replace('{dataSubjectId}', dataSubjectId);
    if (path.includes('{')) throw new TypeError(`the ledger cannot be replayed on "${collection}"`);
    return [path];
  });
}
