/**
 * What comparing events with seals reads, by the Admin SDK because it asks about every organisation, and how far it has come.
 * Guarantees nothing by itself: compareEvents.ts asks.
 */
import {
  FieldPath,
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
  type Query,
  type Transaction,
} from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import { headDoc, sealDoc, sealedTextOf, type HeadDoc, type SealDoc } from '../sealing/sealStore.ts';
import { beforeFirstSeal, type ChainPlace, type StoredEvent } from './judgeSeal.ts';

/** How far a round has come: behind a seal of this organisation, or with `isDone` behind all of them. */
export type Comparison = ChainPlace & { readonly orgId: string | null; readonly isDone: boolean };

/** An event and since when it is as it is. */
export type ReadEvent = StoredEvent & { readonly version: Timestamp };

const stateDoc = (): DocumentReference => adminFirestore().doc('auditReconciliation/sealed');
const events = (orgId: string) => adminFirestore().collection(`orgs/${orgId}/auditEvents`);
/** The start of a round. */
const startOfRound: Comparison = { ...beforeFirstSeal, orgId: null, isDone: true };

/** How far the round has come, and its number. */
export async function loadComparison(): Promise<Comparison & { readonly round: number }> {
  const known = ((await stateDoc().get()).data() ?? {}) as Partial<Comparison & { readonly round: number }>; // written below
  return { ...startOfRound, round: 1, ...known };
}

/** Notes how far the round of this number has come; null at its end, with the time. */
export async function saveComparison(place: Comparison | null, round: number, now: Date): Promise<void> {
  const at = Timestamp.fromDate(now);
  const { orgId, isDone, seq, head, count } = place ?? startOfRound;
  const ended = place === null ? { roundEndedAt: at, round: round + 1 } : { round };
  await stateDoc().set({ v: 1, orgId, isDone, seq, head, count, updatedAt: at, ...ended }, { merge: true });
}

/** An organisation whose log is compared, its tip and since when that is as it is; null for a tip that is not there any more. */
export type FoundLog = { readonly orgId: string; readonly tip: (HeadDoc & { readonly version: Timestamp }) | null };

/** The log of the organisation behind `after`, in the order of their ids. */
export async function nextLog(after: string | null): Promise<FoundLog | null> {
  const ordered = adminFirestore().collection('auditHeads').orderBy(FieldPath.documentId());
  const [next] = (await (after === null ? ordered : ordered.startAfter(headDoc(after))).limit(1).get()).docs;
  return next === undefined ? null : foundLog(next);
}

/** The log of an organisation. */
export const logOf = async (orgId: string): Promise<FoundLog> => foundLog(await headDoc(orgId).get());

function foundLog(head: DocumentSnapshot): FoundLog {
  const version = head.updateTime;
  return { orgId: head.id, tip: version === undefined ? null : { ...(head.data() as HeadDoc), version } }; // written by sealStore.ts and checkpointStore.ts
}

/** A seal, null for a document that has not the form of one, and since when it is as it is; null when it is not there. */
export async function storedSeal(
  orgId: string,
  seq: number,
): Promise<{ readonly seal: SealDoc | null; readonly version: Timestamp } | null> {
  const found = await sealDoc(orgId, seq).get();
  if (found.updateTime === undefined) return null;
  const seal = found.data() as SealDoc; // looked at here, and by judgeSeal.ts
  const isOne = typeof seal.header === 'string' && seal.events instanceof Uint8Array && seal.leaves instanceof Uint8Array;
  return { seal: isOne ? seal : null, version: found.updateTime };
}

/** The number of the first seal behind `seq` that is there; null when there is none. One read. */
export async function nextSeal(orgId: string, seq: number): Promise<number | null> {
  const behind = sealDoc(orgId, seq).parent.orderBy(FieldPath.documentId()).startAfter(sealDoc(orgId, seq));
  const [next] = (await behind.limit(1).select().get()).docs;
  return next === undefined || !/^\d{10}$/.test(next.id) ? null : Number(next.id);
}

/** Every event that says that it is in this seal. One read each. */
export async function eventsOfSeal(orgId: string, seq: number): Promise<readonly ReadEvent[]> {
  // A range, so that a number in between two seals is seen as well.
  const claiming = events(orgId)
    .where('sealSeq', '>=', seq)
    .where('sealSeq', '<', seq + 1);
  return (await claiming.get()).docs.flatMap(readEvent);
}

/** Those of these events that are there. One read each. */
export async function eventsOf(orgId: string, ids: readonly string[]): Promise<readonly ReadEvent[]> {
  const possible = ids.filter((id) => /^(?!\.{1,2}$)(?!__.*__$)[^/]+$/.test(id));
  if (possible.length === 0) return [];
  return (await adminFirestore().getAll(...possible.map((id) => events(orgId).doc(id)))).flatMap(readEvent);
}

/** Events that say that they are in a seal that cannot be, behind seal `last` or before the first; a hundred of each at most. */
export async function strayEvents(orgId: string, last: number): Promise<readonly ReadEvent[]> {
  const ordered = events(orgId).orderBy('sealSeq').limit(100);
  // Cursors go across types: null is before everything, a text behind every number.
  const found = await Promise.all([ordered.startAfter(null).endBefore(1).get(), ordered.startAfter(last).get()]);
  return found.flatMap(({ docs }) => docs.flatMap(readEvent));
}

/**
 * How many events have no mark at all, not even that they wait: they would be shown and never sealed. Two counts at one moment, a
 * read for a thousand events each.
 */
export async function unmarkedEvents(orgId: string): Promise<number> {
  const count = async (transaction: Transaction, query: Query): Promise<number> => (await transaction.get(query.count())).data().count;
  return adminFirestore().runTransaction(
    async (transaction) => (await count(transaction, events(orgId))) - (await count(transaction, events(orgId).orderBy('sealSeq'))),
    { readOnly: true },
  );
}

function readEvent(event: DocumentSnapshot): ReadEvent[] {
  if (event.updateTime === undefined) return [];
  const sealSeq: unknown = event.get('sealSeq');
  return [{ id: event.id, text: sealedTextOf(event), sealSeq, version: event.updateTime }];
}
