/**
 * Where an organisation has receipts of its audit log mailed. By the Admin SDK: the address is sealed, and nobody reads it
 * directly.
 *
 * Guarantees: the address is stored sealed only, together with the event of its change; what is not changed is not written.
 */
import { FieldValue, type DocumentReference } from 'firebase-admin/firestore';
import { addServerEvent } from '../../audit/event.ts';
import { storedHead } from '../../audit/sealing/sealStore.ts';
import { openRecord, sealRecord } from '../../crypto/envelope.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { knownStructureKey, structureKey } from '../../platform/structureKey.ts';
import type { OrgId } from '../../shared/ids.ts';
import type { OrgActor } from '../memberCallable.ts';
import type { ReceiptReceiver } from './contract.ts';

const settingDoc = (orgId: OrgId): DocumentReference => adminFirestore().doc(`orgs/${orgId}/receiptMail/main`);
const context = (orgId: OrgId) => ({ orgId, collection: 'receiptMail', docId: 'main', sensitivityClass: 'ordinary' }) as const;

/** Where receipts go; null for nowhere. */
export async function receiverOf(orgId: OrgId): Promise<ReceiptReceiver | null> {
  const [stored, dek] = await Promise.all([settingDoc(orgId).get(), knownStructureKey(orgId)]);
  const sealed: unknown = stored.get('sealed');
  if (!(sealed instanceof Uint8Array) || dek === undefined) return null;
  return openRecord(dek, context(orgId), sealed) as ReceiptReceiver; // authenticated; sealed below
}

/** What the settings show. */
export async function showReceiptMail({
  orgId,
}: OrgActor): Promise<{ readonly receiver: ReceiptReceiver | null; readonly mailedAt: string | null }> {
  const [receiver, head] = await Promise.all([receiverOf(orgId), storedHead(orgId)]);
  return { receiver, mailedAt: head?.mailed?.at.toDate().toISOString() ?? null };
}

/** Sets where receipts go from now on; null stops them. */
export async function setReceiptMail(actor: OrgActor, receiver: ReceiptReceiver | null): Promise<void> {
  const { orgId } = actor;
  const current = await receiverOf(orgId);
  if (current?.email === receiver?.email && current?.locale === receiver?.locale) return;
  const sealed = receiver === null ? null : sealRecord(await structureKey(orgId), context(orgId), receiver);
  const db = adminFirestore();
  const batch = db.batch();
  const happening = { action: 'orgs.receiptMail.update', targetKind: 'organisation', targetIds: [orgId], fields: ['receiver'] } as const;
  const lastEventId = addServerEvent(batch, db, actor, happening);
  batch.set(settingDoc(orgId), { v: 1, isWanted: sealed !== null, sealed, updatedAt: FieldValue.serverTimestamp(), lastEventId });
  await batch.commit();
}

/** The organisations that want receipts, in the order of their ids, behind `after`. */
export async function organisationsWithReceipts(after: OrgId | null, most: number): Promise<readonly OrgId[]> {
  const wanted = adminFirestore().collectionGroup('receiptMail').where('v', '==', 1).where('isWanted', '==', true).orderBy('__name__');
  const next = after === null ? wanted : wanted.startAfter(settingDoc(after));
  const found = await next.limit(most).select().get();
  return found.docs.map(({ ref }) => ref.parent.parent?.id as OrgId); // the collection is under organisations only
}
