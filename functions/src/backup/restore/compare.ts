/**
 * What a restore would change: the restored documents against those of the present, collection by collection.
 *
 * Guarantees: goes by ../collectionsPlan.ts: `equal` collections differ wherever a document does, of `added` ones only what is
 * missing counts, `kept` ones are not looked at; accounts that were closed stay closed; technicians, whose right to be there may have ended, stay as they are now.
 * Reads both sides once, in pages, so that memory stays flat.
 */
import { FieldPath, type DocumentSnapshot, type Firestore, type Query, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { keysFirestore } from '../../platform/firestore.ts';
import { pagesOf } from '../../platform/queryPages.ts';
import { collectionPlans, groupOf, patternOf } from '../collectionsPlan.ts';
import { textOfSnapshot } from '../journal/rawDocument.ts';
import { comparePaths, type Target } from './restorePlan.ts';

const pageSize = 300;

/** A document that a restore writes (`fields` is its text) or deletes (`fields` is null). */
export type Difference = { readonly pattern: string; readonly path: string; readonly fields: string | null };

/** How many documents of a collection a restore writes and deletes. */
export type DifferenceCount = { readonly pattern: string; readonly writes: number; readonly deletes: number };

/** Pattern of members, who come last: until they are there, nobody can see what is half restored. */
export const membersPattern = 'orgs/{orgId}/members/{accountId}';

/** Patterns of the collections that a target's restore touches, members last. */
export function patternsOf(target: Target): readonly string[] {
  if (target.kind === 'scratch') return [];
  const touched = Object.entries(collectionPlans).filter(([pattern, { restore }]) => {
    if (restore === 'kept') return false;
    return target.kind === 'everything' || pattern === 'orgs/{orgId}' || pattern.startsWith('orgs/{orgId}/');
  });
  const names = touched.map(([pattern]) => pattern);
  return [...names.filter((name) => name !== membersPattern), membersPattern];
}

/** The differences of one collection, in the order of paths. */
export async function* differencesOf(pattern: string, target: Target, restored: Firestore, present: Firestore): AsyncGenerator<Difference> {
  const wanted = documentsOf(restored, pattern, target);
  const there = documentsOf(present, pattern, target);
  let [next, now] = [await wanted.next(), await there.next()];
  while (next.done !== true || now.done !== true) {
    const order = next.done === true ? 1 : now.done === true ? -1 : comparePaths(next.value.ref.path, now.value.ref.path);
    if (order > 0 && now.done !== true) {
      if (isEqual(pattern)) yield { pattern, path: now.value.ref.path, fields: null };
      now = await there.next();
      continue;
    }
    if (next.done === true) break;
    const difference = order < 0 ? textOfSnapshot(next.value) : now.done === true ? null : changedText(pattern, next.value, now.value);
    if (difference !== null && (await isWanted(pattern, next.value))) yield { pattern, path: next.value.ref.path, fields: difference };
    if (order === 0) now = await there.next();
    next = await wanted.next();
  }
}

const isEqual = (pattern: string): boolean => collectionPlans[pattern]?.restore === 'equal';

function changedText(pattern: string, wanted: QueryDocumentSnapshot, there: QueryDocumentSnapshot): string | null {
  const text = isEqual(pattern) ? textOfSnapshot(wanted) : null;
  return text === textOfSnapshot(there) ? null : text;
}

/** An account whose key was destroyed has been closed: it does not come back, and nothing of it could be opened. */
async function isWanted(pattern: string, { ref }: QueryDocumentSnapshot): Promise<boolean> {
  if (!pattern.startsWith('accounts/')) return true;
  const accountId = ref.path.split('/')[1] ?? '';
  return (await keysFirestore().doc(`subjectKeys/${accountId}`).get()).exists;
}

/** Counts what a restore would change. */
export async function countDifferences(target: Target, restored: Firestore, present: Firestore): Promise<readonly DifferenceCount[]> {
  const counts: DifferenceCount[] = [];
  for (const pattern of patternsOf(target)) {
    let [writes, deletes] = [0, 0];
    for await (const { fields } of differencesOf(pattern, target, restored, present)) {
      if (fields === null) deletes += 1;
      else writes += 1;
    }
    if (writes + deletes > 0) counts.push({ pattern, writes, deletes });
  }
  return counts;
}

/** The documents of one collection that a target's restore looks at, in the order of paths. */
export async function* documentsOf(db: Firestore, pattern: string, target: Target): AsyncGenerator<QueryDocumentSnapshot> {
  if (target.kind === 'organisation' && pattern === 'orgs/{orgId}') {
    const { docs } = await db.collection('orgs').where(FieldPath.documentId(), '==', target.orgId).get();
    yield* docs;
    return;
  }
  for await (const document of inOrder(queryOf(db, pattern, target))) {
    // One group can be in several places of the tree; technicians stay as they are.
    if (patternOf(document.ref.path) !== pattern || (pattern === membersPattern && isTechnician(document))) continue;
    yield document;
  }
}

/** Members of a target, technicians among them, and who were. */
export async function* everyMember(db: Firestore, target: Target): AsyncGenerator<QueryDocumentSnapshot> {
  for await (const member of inOrder(queryOf(db, membersPattern, target))) if (patternOf(member.ref.path) === membersPattern) yield member;
}

/** What comes one by one, so many at a time. */
export async function* pages<T>(all: AsyncIterable<T>, size = pageSize): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const one of all) {
    page.push(one);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function queryOf(db: Firestore, pattern: string, target: Target): Query {
  const group = groupOf(pattern);
  return target.kind === 'organisation' ? db.collection(`orgs/${target.orgId}/${group}`) : db.collectionGroup(group);
}

/** Whether a member is, or was, there by a grant of support. */
export const isTechnician = (member: DocumentSnapshot): boolean => typeof member.get('grantId') === 'string';

/** Every document of a query, in the order of paths. */
async function* inOrder(query: Query): AsyncGenerator<QueryDocumentSnapshot> {
  for await (const page of pagesOf(query.orderBy(FieldPath.documentId()), pageSize)) yield* page;
}
