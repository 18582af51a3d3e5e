/**
 * What the reconciler reads, by the Admin SDK because it asks about every organisation, and what it keeps: how far it has come
 * and marks of what it has met.
 * Guarantees: a document and the name of its event are read together, so that no change in between can look like a gap. A mark keeps
 * an organisation from being told twice, and nothing else: whoever may write to the database can write one beforehand.
 */
import {
  FieldPath,
  Timestamp,
  type CollectionReference,
  type DocumentReference,
  type DocumentSnapshot,
  type Query,
  type QueryDocumentSnapshot,
} from 'firebase-admin/firestore';
import { createHash } from 'node:crypto';
import { adminFirestore } from '../../platform/firestore.ts';
import { everyOrganisation, holdPath } from '../../platform/restoreHold.ts';
import type { ChangeAction } from '../contract.ts';
import { groupOf, type WatchedCollection } from './watchedCollections.ts';

/** How far a round has come: its number, the collection that is looked through, and the path of the last document that was. */
export type Progress = { readonly round: number; readonly collection: string | null; readonly after: string | null };

/** A document whose newest version has no event. */
export type Gap = { readonly orgId: string; readonly path: string; readonly version: Timestamp };

/** Whose rounds a mark belongs to: documents without events, or a log that differs from its seals. */
export type Rounds = 'gaps' | 'differences';

/** Marks removed in one commit. */
const marksAtOnce = 400;

const stateDoc = (): DocumentReference => adminFirestore().doc('auditReconciliation/state');
const marks = (of: Rounds): Query => adminFirestore().collection('auditReconciliation').where('of', '==', of);
const gapDoc = ({ path, version }: Gap): DocumentReference => {
  const name = JSON.stringify([path, version.seconds, version.nanoseconds]);
  return adminFirestore().doc(`auditReconciliation/${createHash('sha256').update(name).digest('base64url').slice(0, 32)}`);
};

/** How far the round has come. */
export async function loadProgress(): Promise<Progress> {
  const state = await stateDoc().get();
  const { round = 1, collection = null, after = null } = (state.data() ?? {}) as Partial<Progress>; // written below
  return { round, collection, after };
}

/** Notes how far the round has come; at its end with the time. */
export async function saveProgress(progress: Progress, now: Date): Promise<void> {
  const at = Timestamp.fromDate(now);
  const ended = progress.collection === null ? { roundEndedAt: at } : {};
  await stateDoc().set({ v: 1, ...progress, updatedAt: at, ...ended }, { merge: true });
}

/** The next documents of a collection in all organisations, in the order of their paths. One read each. */
export async function nextDocuments(
  watched: WatchedCollection,
  after: string | null,
  most: number,
): Promise<readonly QueryDocumentSnapshot[]> {
  const ordered = everywhere(watched).orderBy(FieldPath.documentId());
  const next = after === null ? ordered : ordered.startAfter(adminFirestore().doc(after));
  return (await next.limit(most).get()).docs;
}

function everywhere(watched: WatchedCollection): CollectionReference | Query {
  const db = adminFirestore();
  return watched.collection === 'orgs/{orgId}' ? db.collection('orgs') : db.collectionGroup(groupOf(watched));
}

/** The organisation that a document belongs to. */
export const organisationOf = ({ ref }: DocumentSnapshot): string => ref.path.split('/')[1] ?? '';

/** When the events that these documents name were written, in their order; undefined where there is none. One read each. */
export async function namedEvents(documents: readonly DocumentSnapshot[]): Promise<readonly (Timestamp | undefined)[]> {
  const references = documents.map((document) => {
    const id: unknown = document.get('lastEventId');
    return typeof id === 'string' && /^[\w-]+$/.test(id)
      ? adminFirestore().doc(`orgs/${organisationOf(document)}/auditEvents/${id}`)
      : null;
  });
  const asked = references.filter((reference) => reference !== null);
  const found = asked.length === 0 ? [] : await adminFirestore().getAll(...asked, { fieldMask: ['v'] });
  const written = new Map(found.map((event) => [event.ref.path, event.createTime]));
  return references.map((reference) => (reference === null ? undefined : written.get(reference.path)));
}

/** The events of an action about a target, the newest first: when each was written, and its job if it has one. A read each. */
export async function eventsOfTarget(
  orgId: string,
  action: string,
  targetId: string,
): Promise<readonly { readonly at: Timestamp; readonly jobId: unknown }[]> {
  const events = adminFirestore().collection(`orgs/${orgId}/auditEvents`).where('action', '==', action);
  const found = await events.where('targetIds', 'array-contains', targetId).orderBy('at', 'desc').limit(5).select('jobId').get();
  return found.docs.map((event) => ({ at: event.createTime, jobId: event.get('jobId') as unknown }));
}

/** A span of time in which a restore wrote documents of the organisation; without an end while it does. */
export type RestoreSpan = { readonly from: Timestamp; readonly to: Timestamp | null };

const whole: ChangeAction = 'backup.organisation.restore';
const writing: ChangeAction = 'backup.organisation.restoreDocuments';

/**
 * Spans in which restores wrote documents of the organisation: from the event with which each begins to, to its last one, or without an end
 * while the organisation's jobs are held for it, or for one that took its place. Of restores of before there was that event, from the first
 * event to the last. One that was given up wrote nothing.
 */
export async function restoresOf(orgId: string): Promise<readonly RestoreSpan[]> {
  // Before the events: a hold is taken away behind the last one.
  const holds = await adminFirestore().getAll(...[orgId, everyOrganisation].map((id) => adminFirestore().doc(holdPath(id))));
  const held = new Set(holds.flatMap(restoresOfHold));
  const events = adminFirestore().collection(`orgs/${orgId}/auditEvents`).where('action', 'in', [whole, writing]);
  const found = await events.orderBy('at', 'desc').limit(100).select('jobId', 'action').get();
  const runs = Map.groupBy(found.docs, (event): unknown => event.get('jobId'));
  return [...runs].flatMap(([jobId, run]): RestoreSpan[] => {
    const begun = run.find((event) => event.get('action') === writing) ?? (run.length > 1 ? run.at(-1) : undefined);
    if (begun === undefined) return [];
    const end = run.find((event) => event.get('action') === whole && event.createTime > begun.createTime);
    if (end !== undefined) return [{ from: begun.createTime, to: end.createTime }];
    return held.has(jobId) ? [{ from: begun.createTime, to: null }] : [];
  });
}

/** The restores that a hold is of: the one that runs, and those before it that were left while they wrote. */
function restoresOfHold(hold: DocumentSnapshot): readonly unknown[] {
  const earlier: unknown = hold.get('earlierIds');
  return hold.exists ? [hold.get('restoreId'), ...(Array.isArray(earlier) ? (earlier as readonly unknown[]) : [])] : [];
}

/** Those of the gaps that no organisation has been told of. */
export async function untold<G extends Gap>(gaps: readonly G[]): Promise<readonly G[]> {
  if (gaps.length === 0) return [];
  const known = await adminFirestore().getAll(...gaps.map(gapDoc));
  return gaps.filter((_gap, index) => known[index]?.exists !== true);
}

/** Marks what a round has met, and whose organisation has been told. */
export async function noteMet(of: Rounds, round: number, gaps: readonly Gap[], now: Date): Promise<void> {
  const batch = adminFirestore().batch();
  const metAt = Timestamp.fromDate(now);
  for (const gap of gaps) batch.set(gapDoc(gap), { v: 1, ...gap, of, round, metAt });
  await batch.commit();
}

/** Removes the marks of what the round that ends has not met, so that it is told of when it is there again. */
export async function forgetUnmet(of: Rounds, round: number): Promise<void> {
  const { docs } = await marks(of).select('round').get();
  const unmet = docs.filter((mark) => mark.get('round') !== round);
  for (let from = 0; from < unmet.length; from += marksAtOnce) {
    const batch = adminFirestore().batch();
    for (const { ref } of unmet.slice(from, from + marksAtOnce)) batch.delete(ref);
    await batch.commit();
  }
}

/** Whether anything is marked that this round, or the one before it, has met. One read. */
export async function isAnyMarked(of: Rounds): Promise<boolean> {
  return !(await marks(of).limit(1).select().get()).empty;
}
