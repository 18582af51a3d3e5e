/**
 * Seals and the tips of their chains in Firestore, by the Admin SDK: nobody who acts in an organisation may write its seals.
 *
 * Guarantees: a seal, the mark on each of its events and the new tip are one commit, which stands only if neither the tip nor
 * any of the events has changed since they were read: two sealers at once, or one that is killed, seal nothing twice and lose
 * nothing. Writers of events are never in its way: it touches only events that are there already. Does not guarantee anything
 * against whoever may write with the Admin SDK: that is what checkpoints and verification are for.
 */
import { FieldPath, Timestamp, type DocumentReference, type DocumentSnapshot } from 'firebase-admin/firestore';
import { toHex } from '../../crypto/auditLog/bytes.ts';
import { eventInstant, eventText, leafHashes } from '../../crypto/auditLog/event.ts';
import { hashBytes, merkleRoot } from '../../crypto/auditLog/merkle.ts';
import { parseHeader, sealLimits, type Seal } from '../../crypto/auditLog/seal.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import { isCommitted } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import type { AuditEventDoc } from '../contract.ts';

/** The signed head of an organisation: after seal `seq` with `count` events in all, leaf `at` (from 0) of checkpoint `n`. */
export type SignedHead = { readonly n: number; readonly at: number; readonly seq: number; readonly count: number };

/** Tip of an organisation's chain, as stored at `auditHeads/{orgId}`. */
export type HeadDoc = {
  readonly v: 1;
  readonly orgId: string;
  /** Number of the newest seal, and of events in all seals. */
  readonly seq: number;
  readonly count: number;
  /** Hexadecimal SHA-256 of the newest header. */
  readonly head: string;
  readonly sealedAt: Timestamp;
  /** The checkpoint that signs this head; null while none does. */
  readonly checkpoint: number | null;
  /** The newest head that is signed; null before the first. */
  readonly signed: SignedHead | null;
  /** The one signed before that, whose checkpoint is in the bucket while that of `signed` may not be yet. */
  readonly signedBefore: SignedHead | null;
  /** The signed head that was mailed last; null before the first mail. */
  readonly mailed: { readonly seq: number; readonly at: Timestamp } | null;
};

/** A seal as stored at `orgs/{orgId}/auditSeals/{seq, ten digits}`. */
export type SealDoc = {
  readonly v: 1;
  readonly header: string;
  readonly events: Uint8Array;
  readonly leaves: Uint8Array;
  readonly sealedAt: Timestamp;
  readonly count: number;
};

/** A tip, and since when it is as it was read; `null` before the first seal. `header` is that of the newest seal. */
export type Tip = { readonly doc: HeadDoc; readonly readAt: Timestamp; readonly header: string } | null;

/** An event that waits to be sealed. `text` is what is sealed; null for a document that has not the form of an event. */
export type WaitingEvent = { readonly reference: DocumentReference; readonly readAt: Timestamp; readonly text: string | null };

/** Number in the id of a document: ten digits, so that ids sort as numbers do. */
export const numbered = (number: number): string => String(number).padStart(10, '0');

/** The tip of an organisation. */
export const headDoc = (orgId: string): DocumentReference => adminFirestore().doc(`auditHeads/${orgId}`);

/** A seal of an organisation. */
export const sealDoc = (orgId: string, seq: number): DocumentReference => adminFirestore().doc(`orgs/${orgId}/auditSeals/${numbered(seq)}`);

/** An organisation's tip as it is stored. */
export async function storedHead(orgId: string): Promise<HeadDoc | null> {
  const head = await headDoc(orgId).get();
  return head.exists ? (head.data() as HeadDoc) : null; // written below, and in checkpointStore.ts
}

/** An organisation's tip with the header of its newest seal, without the seal's events; the header is empty if that seal is gone. */
export async function tipOf(orgId: string): Promise<Tip> {
  const head = await headDoc(orgId).get();
  if (!head.exists || head.updateTime === undefined) return null;
  const doc = head.data() as HeadDoc; // as above
  const isPlace = Number.isSafeInteger(doc.seq);
  const [seal] = isPlace ? await adminFirestore().getAll(sealDoc(orgId, doc.seq), { fieldMask: ['header'] }) : [];
  const header: unknown = seal?.get('header');
  return { doc, readAt: head.updateTime, header: typeof header === 'string' ? header : '' };
}

/**
 * The organisation behind `after`, in the order of their ids, that has an event to seal; null when there is none. One read.
 * The version of the format is asked only so that the index may span all organisations.
 */
export async function nextWaiting(after: string | null): Promise<string | null> {
  const waiting = adminFirestore()
    .collectionGroup('auditEvents')
    .where('v', '==', 1)
    .where('sealSeq', '==', null)
    .orderBy(FieldPath.documentId());
  // No id of ours reaches `~`, so this is behind every event of the organisation.
  const next = after === null ? waiting : waiting.startAfter(adminFirestore().doc(`orgs/${after}/auditEvents/~`));
  const [first] = (await next.limit(1).select().get()).docs;
  return first?.ref.parent.parent?.id ?? null;
}

/** The oldest events of an organisation that wait to be sealed, by time and then by id; at most as many as one seal holds. */
export async function waitingEvents(orgId: string): Promise<readonly WaitingEvent[]> {
  const waiting = adminFirestore().collection(`orgs/${orgId}/auditEvents`).where('sealSeq', '==', null);
  const found = await waiting.orderBy('at').limit(sealLimits.events).get();
  return found.docs.map((event) => ({ reference: event.ref, readAt: event.updateTime, text: sealedTextOf(event) }));
}

/** The text under which a stored event is sealed, whether it is yet or not; null for a document that has not the form of an event. */
export function sealedTextOf(snapshot: DocumentSnapshot): string | null {
  try {
    const { at, sealSeq: _sealSeq, ...event } = snapshot.data() as AuditEventDoc<Timestamp>; // looked at by eventText, once more
    return eventText({ ...event, id: snapshot.id, at: eventInstant(at.seconds, at.nanoseconds) });
  } catch {
    return null;
  }
}

/** The leaf hash of an event's text, hexadecimal. */
export const leafOfEvent = (text: string): string => toHex(leafHashes(sha256, [text]));

/**
 * Leaf hashes, hexadecimal, of the seals of these numbers, without reading their events; none of a seal that is not there, and none
 * of one whose leaves do not make the root in its header. One read each, twenty at once.
 */
export async function sealedLeaves(orgId: string, numbers: readonly number[]): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const found = new Map<number, ReadonlySet<string>>();
  for (let from = 0; from < numbers.length; from += 20) {
    const asked = numbers.slice(from, from + 20);
    const seals = await adminFirestore().getAll(...asked.map((seq) => sealDoc(orgId, seq)), { fieldMask: ['header', 'leaves'] });
    for (const [index, seq] of asked.entries()) found.set(seq, new Set(leavesOf(orgId, seq, seals[index])));
  }
  return found;
}

function leavesOf(orgId: string, seq: number, seal: DocumentSnapshot | undefined): readonly string[] {
  const text: unknown = seal?.get('header');
  const leaves: unknown = seal?.get('leaves');
  const header = typeof text === 'string' ? parseHeader(text) : null;
  if (header?.orgId !== orgId || header.seq !== seq || !(leaves instanceof Uint8Array) || leaves.length !== header.count * hashBytes)
    return [];
  if (toHex(merkleRoot(sha256, leaves)) !== header.root) return [];
  return Array.from({ length: header.count }, (_, index) => toHex(leaves.subarray(index * hashBytes, (index + 1) * hashBytes)));
}

/** Stores a seal of these events behind the tip; answers false when somebody else was faster. */
export async function commitSeal(orgId: string, tip: Tip, seal: Seal, events: readonly WaitingEvent[], at: Date): Promise<boolean> {
  const batch = adminFirestore().batch();
  const sealedAt = Timestamp.fromDate(at);
  const { header, seq, count, head } = seal;
  const stored: SealDoc = { v: 1, header, events: seal.events, leaves: seal.leaves, sealedAt, count };
  batch.create(sealDoc(orgId, seq), stored);
  for (const { reference, readAt } of events) batch.update(reference, { sealSeq: seq }, { lastUpdateTime: readAt });
  const moved = { seq, count: seal.start + count, head, sealedAt, checkpoint: null };
  const first: HeadDoc = { v: 1, orgId, ...moved, signed: null, signedBefore: null, mailed: null };
  if (tip === null) batch.create(headDoc(orgId), first);
  else batch.update(headDoc(orgId), moved, { lastUpdateTime: tip.readAt });
  return isCommitted(batch);
}

/** Notes which signed head was mailed last. */
export async function noteMailed(orgId: string, seq: number, at: Timestamp): Promise<void> {
  await headDoc(orgId).update({ mailed: { seq, at } });
}
