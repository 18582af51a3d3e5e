/**
 * The marks that say which persons of a register are canaries.
 *
 * Guarantees: marks are made, listed and taken away under the owner's or administrator's own token. The watch asks through
 * the Admin SDK, because whoever is watched must not be able to see a mark; it answers ids that the asker named.
 */
import { Timestamp, collection, doc, getDocs, limit, query, serverTimestamp, where, writeBatch } from 'firebase/firestore/lite';
import { addMemberEvent } from '../../audit/event.ts';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import type { AccountId, DataSubjectId } from '../../shared/ids.ts';
import { mostCanaries } from './contract.ts';

/** A canary's mark. */
export type Canary = { readonly dataSubjectId: DataSubjectId; readonly createdBy: AccountId; readonly createdAt: Date };

const canaryPath = (orgId: string, id: string): string => `orgs/${orgId}/canaries/${id}`;

/** Marks a person, who is about to be made, as a canary. */
export async function markCanary(actor: OrgActor, id: DataSubjectId): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, { action: 'register.canary.create', targetKind: 'canary', targetIds: [id] });
  const mark = { v: 1, state: 'active', createdBy: actor.accountId, createdAt: serverTimestamp(), lastEventId };
  batch.set(doc(actor.db, canaryPath(actor.orgId, id)), mark);
  await asCaller('orgs/not-allowed', () => batch.commit());
}

/** Takes a mark away. Throws `shared/not-found` when there is none. */
export async function unmarkCanary(actor: OrgActor, id: DataSubjectId): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, { action: 'register.canary.remove', targetKind: 'canary', targetIds: [id] });
  batch.update(doc(actor.db, canaryPath(actor.orgId, id)), { state: 'removed', lastEventId });
  await asCaller('shared/not-found', () => batch.commit());
}

/** The marks, newest first. */
export async function activeCanaries(actor: OrgActor): Promise<readonly Canary[]> {
  const active = query(collection(actor.db, `orgs/${actor.orgId}/canaries`), where('state', '==', 'active'), limit(mostCanaries));
  const found = await asCaller('orgs/not-allowed', () => getDocs(active));
  const canaries = found.docs.map((mark): Canary => {
    const createdAt: unknown = mark.get('createdAt');
    if (!(createdAt instanceof Timestamp)) throw new TypeError('a canary without "createdAt"');
    // Ids of persons and accounts are ours; the rules check both.
    return { dataSubjectId: mark.id as DataSubjectId, createdBy: mark.get('createdBy') as AccountId, createdAt: createdAt.toDate() };
  });
  return canaries.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

/** Which of some persons are canaries. */
export async function canariesAmong(orgId: string, ids: readonly DataSubjectId[]): Promise<readonly DataSubjectId[]> {
  if (ids.length === 0) return [];
  const db = adminFirestore();
  const marks = await db.getAll(...ids.map((id) => db.doc(canaryPath(orgId, id))), { fieldMask: ['state'] });
  return marks.flatMap((mark) => (mark.get('state') === 'active' ? [mark.id as DataSubjectId] : [])); // the ids that were asked about
}
