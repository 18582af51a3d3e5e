/**
 * Searches a database for documents that are named after somebody, wherever they are.
 *
 * Guarantees: looks at the name of every document of tenant data, and not only at the places where the inventory says that a
 * person's documents are, so that a place that was forgotten there shows. Reads names, no fields.
 */
import { FieldPath, type Firestore } from 'firebase-admin/firestore';
import { pagesOf } from '../../platform/queryPages.ts';
import { collectionPlans, groupOf } from '../collectionsPlan.ts';

const pageSize = 1000;
/** That a made-up person was there: kept when that person is removed, and about nobody. */
const aboutNobody = 'orgs/{orgId}/canaries/{dataSubjectId}';
const tenantData = Object.entries(collectionPlans).filter(([pattern, { restore }]) => restore === 'equal' && pattern !== aboutNobody);
const groups = [...new Set(tenantData.map(([pattern]) => groupOf(pattern)))];

/** How many documents of tenant data have one of these ids in their path. */
export async function documentsNamedAfter(database: Firestore, ids: ReadonlySet<string>): Promise<number> {
  let found = 0;
  for (const group of groups) {
    for await (const page of pagesOf(database.collectionGroup(group).orderBy(FieldPath.documentId()).select(), pageSize))
      found += page.filter(({ ref }) => ref.path.split('/').some((part) => ids.has(part))).length;
  }
  return found;
}
