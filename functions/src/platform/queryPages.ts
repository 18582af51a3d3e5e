/** Reading a query that may find more than fits into memory. Guarantees nothing about authorization: whoever makes the query decides. */
import type { Firestore, Query, QueryDocumentSnapshot } from 'firebase-admin/firestore';

/**
 * What an ordered query finds, `size` documents at a time, none of the pages empty. What is added behind its end while the last page is
 * read is not found. One read each, and one more for a query that finds nothing.
 */
export async function* pagesOf(ordered: Query, size: number): AsyncGenerator<readonly QueryDocumentSnapshot[]> {
  const query = ordered.limit(size);
  let page = await query.get();
  for (let last = page.docs.at(-1); last !== undefined; last = page.docs.at(-1)) {
    yield page.docs;
    if (page.size < size) return;
    page = await query.startAfter(last).get();
  }
}

/** Every organisation that a database has a document of, in the order of the ids. One read each. */
export async function* organisationIds(database: Firestore): AsyncGenerator<string> {
  for await (const page of pagesOf(database.collection('orgs').orderBy('__name__').select(), 300)) yield* page.map(({ id }) => id);
}
