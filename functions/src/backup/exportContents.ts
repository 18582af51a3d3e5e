/**
 * What the database held at the moment of an export: documents of each collection group, heads of the audit logs, the canary.
 *
 * Guarantees: all of it is read at that one moment, not at the present, so that a restore must find exactly the same.
 */
import { Timestamp, type Firestore, type Query, type QueryDocumentSnapshot, type Transaction } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { adminFirestore, keysFirestore } from '../platform/firestore.ts';
import type { SubjectKind } from '../platform/keyring.ts';
import { AppError } from '../shared/errors.ts';
import { after, ms } from '../shared/time.ts';
import { openCanary } from './canary.ts';
import type { KeyCounts } from './contract.ts';
import { collectionPlans, groupOf } from './collectionsPlan.ts';
import { sealManifest, type ExportManifest, type KeysManifest } from './exportManifest.ts';
import type { ExportKind } from './exportPlan.ts';

/** What is counted and proven of the tenant data. */
export type Contents = Pick<ExportManifest, 'counts' | 'heads' | 'canary'>;

/** Collection groups that are counted. Of tenant data those that are journalled: the others change while an export is made, and no restore uses them. */
const groups = {
  daily: [
    ...new Set(Object.entries(collectionPlans).flatMap(([pattern, plan]) => (plan.isJournalled ? [groupOf(pattern)] : []))),
  ].toSorted(),
  keys: ['orgKeys', 'subjectKeys'],
} as const satisfies Record<ExportKind, readonly string[]>;
const databases = { daily: adminFirestore, keys: keysFirestore } as const satisfies Record<ExportKind, () => Firestore>;

/** How many documents each collection group of a database held at a moment. */
export async function countsAt(kind: ExportKind, at: Date): Promise<Readonly<Record<string, number>>> {
  const database = databases[kind]();
  return reading(database, at, async (transaction) => {
    const counts: Record<string, number> = {};
    for (const group of groups[kind]) counts[group] = (await transaction.get(database.collectionGroup(group).count())).data().count;
    return counts;
  });
}

const person: SubjectKind = 'dataSubject';
const keysOfPersons = (): Query => keysFirestore().collection('subjectKeys').where('kind', '==', person);
/** How far clocks of functions may be from Firestore's: a key says when the function made it. */
const longestDrift = 10 * ms.second;

/** How many keys there were at a moment. */
export async function keyCountsAt(at: Date): Promise<KeyCounts> {
  const { orgKeys = 0, subjectKeys = 0 } = await countsAt('keys', at);
  const [ofPersons = 0] = await countedAt(at, [keysOfPersons()]);
  return { orgKeys, subjectKeys, ofPersons };
}

/** How many of the keys of organisations and of persons in registers that were there at a moment had been made by another. */
export async function keysMadeBy(made: Date, at: Date): Promise<Pick<KeyCounts, 'orgKeys' | 'ofPersons'>> {
  const queries = [keysFirestore().collection('orgKeys'), keysOfPersons()];
  const latest = Timestamp.fromDate(after(made, longestDrift));
  const [orgKeys = 0, ofPersons = 0] = await countedAt(
    at,
    queries.map((query) => query.where('createdAt', '<=', latest)),
  );
  return { orgKeys, ofPersons };
}

const countedAt = (at: Date, queries: readonly Query[]): Promise<readonly number[]> =>
  reading(keysFirestore(), at, async (transaction) => {
    const found = await Promise.all(queries.map((query) => transaction.get(query.count())));
    return found.map((one) => one.data().count);
  });

/** Everything that the manifest of a daily export says about the database. Throws `backup/export-incomplete` while no canary is old enough. */
export async function contentsAt(exportId: string, at: Date): Promise<Contents> {
  const database = adminFirestore();
  const counts = await countsAt('daily', at);
  const [heads, canaries] = await reading(database, at, async (transaction) => [
    (await transaction.get(database.collection('auditHeads').orderBy('__name__'))).docs.map(headOf),
    (await transaction.get(database.collection('backupCanaries').orderBy('createdAt', 'desc').limit(1))).docs,
  ]);
  const canary = canaries[0];
  if (canary === undefined) throw new AppError('backup/export-incomplete', 'no canary was planted before the export', { exportId });
  return { counts, heads, canary: { path: canary.ref.path, sha256: await openCanary(canary) } };
}

/** The signed bytes of a manifest, and their SHA-256 in hexadecimal. */
export async function manifestBytes(manifest: ExportManifest | KeysManifest): Promise<{ readonly bytes: Buffer; readonly sha256: string }> {
  const bytes = await sealManifest(manifest);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function reading<T>(database: Firestore, at: Date, read: (transaction: Transaction) => Promise<T>): Promise<T> {
  return database.runTransaction(read, { readOnly: true, readTime: Timestamp.fromDate(at) });
}

function headOf(snapshot: QueryDocumentSnapshot): ExportManifest['heads'][number] {
  return {
    orgId: snapshot.id,
    seq: Number(snapshot.get('seq')),
    count: Number(snapshot.get('count')),
    head: String(snapshot.get('head')),
  };
}
