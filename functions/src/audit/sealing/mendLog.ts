/**
 * Makes an organisation's log whole again that a loss of the database has torn: of the commit of a seal (the seal, the mark on each
 * of its events, the tip) a part may be there and the others not.
 *
 * Guarantees: afterwards the tip is the last seal up to which the chain is whole, each event that is in a seal up to there says so,
 * and every other one that says that it waits, or is in a seal behind the tip, waits to be sealed; a mark that says neither (below 1,
 * a text, none at all) stays, and the reconciler names it. The tip never goes behind the seal that the caller names as the last that
 * must stay: if a seal up to there is not whole, nothing is changed. No seal is destroyed: those that do not follow are kept beside
 * the others, under ids that begin with `lost-`. Sealers may run meanwhile: what they have moved is looked at again, and what they
 * seal is part of the log unless it stands behind a hole, from where it is set aside and its events sealed anew. May be killed
 * anywhere and repeated: until the tip is moved, which is last, the log is seen to be torn. Does not bring back events of which no
 * document is left, and signs nothing. Only for an organisation of which an operator accepts what is lost.
 *
 * Cost: every seal of the log and every event in one is read, the seals twice if any event is to be marked.
 */
import { FieldPath, Timestamp, type DocumentReference, type Query, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { headOf } from '../../crypto/auditLog/seal.ts';
import { sha256 } from '../../crypto/nodeHashes.ts';
import { isCommitted } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { newId } from '../../platform/random.ts';
import { AppError } from '../../shared/errors.ts';
import { eventsOfSeal, nextSeal, storedSeal } from '../reconciling/compareStore.ts';
import { beforeFirstSeal, judgeSeal, type ChainPlace } from '../reconciling/judgeSeal.ts';
import { headDoc, numbered, sealDoc, tipOf, type HeadDoc, type SignedHead, type Tip } from './sealStore.ts';

/** What was done: the seals that the log has now, those that were set aside, and events that were marked anew or wait again. */
export type Mended = { readonly seals: number; readonly setAside: number; readonly events: number };

/** Tries, when sealers move the log meanwhile. */
const mostTries = 5;
const writesAtOnce = 300;
/** What ids of seals begin with that are not part of the log any more. */
const lostPrefix = 'lost-';

const events = (orgId: string) => adminFirestore().collection(`orgs/${orgId}/auditEvents`);
const seals = (orgId: string) => sealDoc(orgId, 1).parent;

/** Whether a tip is without its seal, a seal without the tip that it made, or an event in a seal that is behind the tip. Four reads. */
export async function isTorn(orgId: string): Promise<boolean> {
  let tip = await tipOf(orgId);
  for (let tries = 1; tries <= mostTries; tries += 1) {
    if (!(await isTornBehind(orgId, tip))) return false;
    const again = await tipOf(orgId);
    if (isSame(tip, again)) return true;
    // Something was sealed while this looked.
    tip = again;
  }
  return false;
}

async function isTornBehind(orgId: string, tip: Tip): Promise<boolean> {
  if (tip !== null && headOf(sha256, tip.header) !== tip.doc.head) return true;
  const last = tip?.doc.seq ?? 0;
  return (await nextSeal(orgId, last)) !== null || !(await events(orgId).where('sealSeq', '>', last).limit(1).select().get()).empty;
}

const isSame = (tip: Tip, other: Tip): boolean =>
  tip === null || other === null ? tip === other : tip.readAt.isEqual(other.readAt) && tip.header === other.header;

/** What mending would do to an organisation's log: the seals that it would have, and those that would be set aside. Changes nothing. */
export async function foreseen(orgId: string): Promise<Omit<Mended, 'events'>> {
  const { last } = await wholeChain(orgId);
  return { seals: last.seq, setAside: (await straySeals(orgId, last.seq)).length };
}

/** Seals behind the last one, without what they hold. */
const straySeals = async (orgId: string, last: number): Promise<readonly QueryDocumentSnapshot[]> =>
  (await seals(orgId).orderBy(FieldPath.documentId()).startAfter(numbered(last)).endBefore(lostPrefix).select().get()).docs;

/**
 * Mends an organisation's log, of which seal `floor` and those before it must stay, 0 for none; changes nothing in one that is whole.
 * Throws `audit/chain-broken` when one of these is not whole, `shared/unavailable` while others keep moving the log.
 */
export async function mendLog(orgId: string, floor: number): Promise<Mended> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const tip = await tipOf(orgId);
    const { last, unsealed } = await wholeChain(orgId);
    if (last.seq < floor)
      throw new AppError('audit/chain-broken', 'a seal that was signed is not whole', { orgId, seal: last.seq + 1, signed: floor });
    const stray = await straySeals(orgId, last.seq);
    const marks = await truePlaces(orgId, last.seq, [...unsealed, ...(await unplaced(orgId, last.seq))]);
    // Read before this, so that nothing is taken for torn that was sealed meanwhile.
    if (!isSame(tip, await tipOf(orgId))) continue;
    const isDone = (await mark(marks)) && (await setAside(stray)) && (await moveTip(orgId, tip, last));
    if (isDone) return { seals: last.seq, setAside: stray.length, events: marks.length };
  }
  throw new AppError('shared/unavailable', 'the log is written by others', { service: 'firestore' });
}

type Last = { readonly seq: number; readonly count: number; readonly head: string; readonly sealedAt: Timestamp };
/** An event as it was read. */
type Placed = { readonly reference: DocumentReference; readonly sealSeq: unknown; readonly readAt: Timestamp };

/** The last seal up to which all are whole, number 0 for none, and the events that say that they are in one of these and are not. */
async function wholeChain(orgId: string): Promise<{ readonly last: Last; readonly unsealed: readonly Placed[] }> {
  let place: ChainPlace = beforeFirstSeal;
  let sealedAt = new Timestamp(0, 0);
  const unsealed: Placed[] = [];
  for (;;) {
    const found = await storedSeal(orgId, place.seq + 1);
    const { next, texts } = judgeSeal(orgId, place, found?.seal ?? null);
    if (texts === null || found?.seal === null || found === null) break;
    for (const { id, sealSeq, version } of await eventsOfSeal(orgId, next.seq))
      if (!texts.has(id)) unsealed.push({ reference: events(orgId).doc(id), sealSeq, readAt: version });
    [place, sealedAt] = [next, found.seal.sealedAt];
  }
  return { last: { seq: place.seq, count: place.count ?? 0, head: place.head ?? '', sealedAt }, unsealed };
}

/** The events that wait, and those that say that they are in a seal behind the last. */
async function unplaced(orgId: string, last: number): Promise<readonly Placed[]> {
  const asked: readonly Query[] = [events(orgId).where('sealSeq', '==', null), events(orgId).where('sealSeq', '>', last)];
  const found = await Promise.all(asked.map((query) => query.select('sealSeq').get()));
  return found.flatMap(({ docs }) =>
    docs.map((event): Placed => ({ reference: event.ref, sealSeq: event.get('sealSeq'), readAt: event.updateTime })),
  );
}

type Mark = Placed & { readonly place: number | null };

/** Where these events are: the seal that has them, or none; those of which the document says so already are left out. */
async function truePlaces(orgId: string, last: number, found: readonly Placed[]): Promise<readonly Mark[]> {
  const places = new Map<string, number>();
  const ids = new Set(found.map(({ reference }) => reference.id));
  for (let place: ChainPlace = beforeFirstSeal; ids.size > 0 && place.seq < last;) {
    const { next, texts } = judgeSeal(orgId, place, (await storedSeal(orgId, place.seq + 1))?.seal ?? null);
    for (const id of texts?.keys() ?? []) if (ids.has(id)) places.set(id, next.seq);
    place = next;
  }
  const marks = found.map((event): Mark => ({ ...event, place: places.get(event.reference.id) ?? null }));
  return marks.filter(({ sealSeq, place }) => sealSeq !== place);
}

/** Answers false when an event was sealed meanwhile. */
async function mark(marks: readonly Mark[]): Promise<boolean> {
  for (let from = 0; from < marks.length; from += writesAtOnce) {
    const batch = adminFirestore().batch();
    for (const { reference, place, readAt } of marks.slice(from, from + writesAtOnce))
      batch.update(reference, { sealSeq: place }, { lastUpdateTime: readAt });
    if (!(await isCommitted(batch))) return false;
  }
  return true;
}

/** Keeps seals that are not part of the log beside it. One at a time: each may be a megabyte. */
async function setAside(stray: readonly QueryDocumentSnapshot[]): Promise<boolean> {
  for (const { id, ref, updateTime } of stray) {
    const seal = (await ref.get()).data();
    if (seal === undefined) return false;
    const batch = adminFirestore().batch();
    batch.create(ref.parent.doc(`${lostPrefix}${id}-${newId<string>()}`), seal);
    batch.delete(ref, { lastUpdateTime: updateTime });
    if (!(await isCommitted(batch))) return false;
  }
  return true;
}

async function moveTip(orgId: string, tip: Tip, last: Last): Promise<boolean> {
  const { seq, count, head } = last;
  if ((tip?.doc.seq ?? 0) === seq && (tip?.doc.head ?? head) === head && (tip?.doc.count ?? count) === count) return true;
  const batch = adminFirestore().batch();
  const precondition = tip === null ? null : { lastUpdateTime: tip.readAt };
  const isKept = (place: SignedHead | HeadDoc['mailed'] | undefined): boolean => (place?.seq ?? 0) <= seq;
  const { signed = null, signedBefore = null, mailed = null } = tip?.doc ?? {};
  const moved: HeadDoc = {
    v: 1,
    orgId,
    ...last,
    checkpoint: null,
    signed: isKept(signed) ? signed : null,
    signedBefore: isKept(signed) && isKept(signedBefore) ? signedBefore : null,
    mailed: isKept(mailed) ? mailed : null,
  };
  if (precondition === null) batch.create(headDoc(orgId), moved);
  else if (seq === 0) batch.delete(headDoc(orgId), precondition);
  else batch.update(headDoc(orgId), moved, precondition);
  return isCommitted(batch);
}
