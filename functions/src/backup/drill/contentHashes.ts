/**
 * What a database holds of everything that is journalled: a count and a hash of each collection group, which are equal for two
 * databases only if every document is.
 *
 * Guarantees: every field of every document counts, as it is stored; memory stays flat. Ids of organisations are in no answer.
 */
import { FieldPath, type Firestore } from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { pagesOf } from '../../platform/queryPages.ts';
import { collectionPlans, groupOf, isJournalled } from '../collectionsPlan.ts';
import { textOfSnapshot } from '../journal/rawDocument.ts';

const pageSize = 300;

/** Collection group → how many documents, and the SHA-256 of them all, hexadecimal. */
export type ContentHashes = ReadonlyMap<string, { readonly count: number; readonly sha256: string }>;

const groups = [...new Set(Object.entries(collectionPlans).flatMap(([pattern, plan]) => (plan.isJournalled ? [groupOf(pattern)] : [])))];

/** Reads every journalled document of a database. */
export async function contentHashesOf(database: Firestore): Promise<ContentHashes> {
  const hashes = new Map<string, { count: number; sha256: string }>();
  for (const group of groups) {
    const hash = createHash('sha256');
    let count = 0;
    for await (const page of pagesOf(database.collectionGroup(group).orderBy(FieldPath.documentId()), pageSize)) {
      // One group can be in several places of the tree.
      const journalled = page.filter(({ ref }) => isJournalled(ref.path));
      count += journalled.length;
      for (const document of journalled) hash.update(`${document.ref.path}\n${textOfSnapshot(document) ?? ''}\n`);
    }
    hashes.set(group, { count, sha256: hash.digest('hex') });
  }
  return hashes;
}

/** The groups that differ, in words without anybody in them. */
export function differingGroups(expected: ContentHashes, found: ContentHashes): readonly string[] {
  return [...expected].flatMap(([group, { count, sha256 }]) => {
    const there = found.get(group);
    if (there?.sha256 === sha256) return [];
    return there?.count === count ? [`${group}: ${count}, but not the same`] : [`${group}: ${there?.count ?? 0} instead of ${count}`];
  });
}
