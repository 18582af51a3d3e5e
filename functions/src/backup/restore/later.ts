/**
 * What is known of documents after the moment that a restore goes to: the present, or, where that is lost, the journal.
 *
 * Guarantees: a document that is there is as it is there; one that is missing below an organisation or account that is there was
 * removed; one whose organisation or account is lost is as the last change says that the increments and the journal have. While an
 * earlier restore has been left in the middle of its documents, what is missing may be what it had not come to: then only a deletion that
 * is recorded counts as one.
 */
import { Timestamp, type DocumentData, type Firestore } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import type { Clock } from '../../shared/time.ts';
import type { JournalledChange } from '../increments/incrementFile.ts';
import { newestMark } from './applyChanges.ts';
import { concerns, listHolds } from './fence.ts';
import type { Target } from './restorePlan.ts';
import { changesBetween } from './sources.ts';

/** Of each path, the document; null when it was removed; nothing when it has not changed, as far as is known. */
export type Later = (paths: readonly string[]) => Promise<ReadonlyMap<string, DocumentData | null>>;

/** Documents whose later versions count: the guards of a restore. */
const guarded = /^(orgs\/[^/]+(\/(members|dataSubjects)\/[^/]+)?|accounts\/[^/]+\/factors\/[^/]+)$/;

/** Where the moment is, and what is restored to it. */
export type LaterThan = { readonly bucket: string; readonly moment: Date; readonly target: Target };

/** Prepares {@link Later}; reads the changes since the moment only if what is restored may be lost. */
export async function laterThan({ bucket, moment, target }: LaterThan, clock: Clock): Promise<Later> {
  const present = adminFirestore();
  const isHalf = (await listHolds()).some((hold) => concerns(target, hold) && hold.isWriting);
  const isThere = !isHalf && target.kind === 'organisation' && (await present.doc(`orgs/${target.orgId}`).get()).exists;
  const journalled = isThere ? new Map<string, Version>() : await versionsSince(bucket, moment, clock);
  return async (paths) => {
    const found = await documents(present, [...new Set([...paths, ...paths.map(containerOf)])]);
    const later = new Map<string, DocumentData | null>();
    for (const path of paths) {
      const isKnown = !isHalf && found.has(containerOf(path));
      const known = found.get(path) ?? (isKnown ? null : journalled.get(path)?.data);
      if (known !== undefined) later.set(path, known);
    }
    return later;
  };
}

const containerOf = (path: string): string => path.split('/').slice(0, 2).join('/');

async function documents(db: Firestore, paths: readonly string[]): Promise<ReadonlyMap<string, DocumentData>> {
  const found = paths.length === 0 ? [] : await db.getAll(...paths.map((path) => db.doc(path)));
  return new Map(found.flatMap((snapshot) => (snapshot.exists ? [[snapshot.ref.path, snapshot.data() ?? {}]] : [])));
}

type Version = { readonly mark: string | undefined; readonly data: DocumentData | null };

async function versionsSince(bucket: string, since: Date, clock: Clock): Promise<ReadonlyMap<string, Version>> {
  const versions = new Map<string, Version>();
  for await (const change of changesBetween({ bucket, since, until: clock(), leftOut: () => undefined })) {
    if (!guarded.test(change.path)) continue;
    const counted = newestMark(change, versions.get(change.path)?.mark);
    if (counted !== null) versions.set(change.path, { mark: counted.mark, data: dataOf(change) });
  }
  return versions;
}

/** Of a person only whether the identity is protected: registers are large. Of a factor only that it is there. */
function dataOf({ path, fields }: JournalledChange): DocumentData | null {
  const data = fields === null ? null : plain({ mapValue: JSON.parse(fields) as unknown });
  if (typeof data !== 'object' || data === null) return null;
  if (path.startsWith('accounts/')) return {};
  return path.includes('/dataSubjects/') ? { isProtected: 'isProtected' in data && data.isProtected === true } : data;
}

/** A value of ../journal/documentText.ts as the SDK reads it; of the kinds that guards look at, others are left out. */
function plain(value: unknown): unknown {
  const [[kind, content] = ['', null]] = Object.entries(value as object); // a value has one member
  if (kind === 'mapValue') return Object.fromEntries(Object.entries(content as object).map(([name, inner]) => [name, plain(inner)]));
  if (kind === 'arrayValue') return (content as readonly unknown[]).map(plain);
  if (kind === 'integerValue') return Number(content);
  if (kind === 'timestampValue') return Timestamp.fromMillis(Date.parse(`${String(content).slice(0, 23)}Z`));
  return kind === 'booleanValue' || kind === 'stringValue' ? content : null;
}
