/**
 * The erasure ledger, replayed: whoever was erased after the moment of a backup is erased in what was restored from it.
 *
 * Guarantees: an entry counts wherever it is found: in the database, in what was restored, and, signed,
 * in either bucket, one of which may be lost; the documents that
 * go are those of the inventory of personal data; a key that came back is destroyed again. Repeating it changes nothing.
 */
import type { Firestore } from 'firebase-admin/firestore';
import { adminFirestore, keysFirestore } from '../../platform/firestore.ts';
import { destroySubjectKey } from '../../platform/keyring.ts';
import { pagesOf } from '../../platform/queryPages.ts';
import { subjectCollections } from '../../privacy/inventory.ts';
import { logInfo } from '../../platform/log.ts';
import { readLedgerCopies, type LedgerEntry } from '../../privacy/ledgerCopies.ts';
import { AppError } from '../../shared/errors.ts';
import { batchWriter } from './applyChanges.ts';
import { commitTo } from './commit.ts';
import type { Scratch } from './scratch.ts';

const pageSize = 300;
/** Only in scratch databases. */
const kept = 'restoreLedger';

/**
 * Every entry of the ledger that can be found, each once. Throws `backup/not-genuine` for an object among the copies that the
 * service did not write and of which nothing else is known: it may stand where an erasure was.
 */
export async function wholeLedger(scratch: Firestore): Promise<readonly LedgerEntry[]> {
  const byRecord = new Map<string, LedgerEntry>();
  for (const database of [adminFirestore(), scratch])
    for await (const [recordId, entry] of storedEntries(database)) byRecord.set(recordId, entry);
  const { entries, unusable, lost } = await readLedgerCopies();
  for (const [recordId, entry] of entries) byRecord.set(recordId, entry);
  const paths = [...unusable].flatMap(([recordId, path]) => (byRecord.has(recordId) ? [] : [path]));
  if (paths.length > 0)
    throw new AppError('backup/not-genuine', 'the erasure ledger has entries that the service did not write', { paths });
  for (const bucket of lost) logInfo('ledger read without a bucket', { bucket });
  return eachOnce(byRecord.values());
}

async function* storedEntries(database: Firestore, collection = 'erasureLedger'): AsyncGenerator<[string, LedgerEntry]> {
  for await (const page of pagesOf(database.collection(collection).orderBy('__name__'), pageSize))
    for (const entry of page) yield [entry.id, { orgId: String(entry.get('orgId')), dataSubjectId: String(entry.get('dataSubjectId')) }];
}

/**
 * Keeps in a scratch database what {@link wholeLedger} answered when jobs were held: from then on nobody more is erased, and a
 * restore needs no bucket to go on.
 */
export async function keepLedger({ db, commit }: Pick<Scratch, 'db' | 'commit'>, entries: readonly LedgerEntry[]): Promise<void> {
  for (let start = 0; start < entries.length; start += pageSize) {
    const page = entries.slice(start, start + pageSize);
    await commit((batch) => {
      for (const { orgId, dataSubjectId } of page) batch.set(db.doc(`${kept}/${orgId}.${dataSubjectId}`), { orgId, dataSubjectId });
    });
  }
}

/** Every entry that {@link keepLedger} has kept, and what the database has. */
export async function keptLedger(scratch: Firestore): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const [, entry] of storedEntries(scratch, kept)) entries.push(entry);
  for await (const [, entry] of storedEntries(adminFirestore())) entries.push(entry);
  return eachOnce(entries);
}

const eachOnce = (entries: Iterable<LedgerEntry>): readonly LedgerEntry[] => [
  ...new Map([...entries].map((entry) => [`${entry.orgId} ${entry.dataSubjectId}`, entry])).values(),
];

/** Deletes the documents of everybody in the ledger from a database, by `commit`; answers how many were there. */
export async function replayLedger(database: Firestore, entries: readonly LedgerEntry[], commit = commitTo(database)): Promise<number> {
  const paths = entries.flatMap(pathsOf);
  const writer = batchWriter(database, commit);
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
  for (let start = 0; start < entries.length; start += pageSize) {
    const page = entries.slice(start, start + pageSize);
    const there = await keysFirestore().getAll(...page.map(({ dataSubjectId }) => keysFirestore().doc(`subjectKeys/${dataSubjectId}`)));
    for (const [index, { orgId, dataSubjectId }] of page.entries())
      if (there[index]?.exists === true) await destroySubjectKey(orgId, 'dataSubject', dataSubjectId);
  }
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
