/**
 * Members and technicians are locked out of what is restored, before the last look at what they may, and members let in again.
 *
 * Guarantees: when it has ended nobody stands in the target: each membership says that it is locked out, which no rule and no
 * function takes for one, and keeps all else, so that who was removed until then can be told from who was locked out, however
 * often the restore is killed; grants of support have ended, each with its event, and their technicians are removed. All their
 * sessions end. Repeating it changes nothing.
 */
import { FieldValue, type Firestore, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { operatorsActorId } from '../../audit/contract.ts';
import { addJobEvent } from '../../audit/event.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { documentsOf, everyMember, isTechnician, pages } from './compare.ts';
import type { Target } from './restorePlan.ts';
import { lockedOut } from '../../orgs/contract.ts';

const atOnce = 20;
const grantsPattern = 'orgs/{orgId}/supportGrants/{grantId}';

/** Locks everybody out; answers how many members and technicians that are. `restoreId` is the job of the events. */
export async function lockOut(target: Target, restoreId: string): Promise<number> {
  const db = adminFirestore();
  await endGrants(db, target, restoreId);
  const accounts = new Set<string>();
  // Until nobody new is found: an invitation may have been accepted behind the look before.
  while ((await lockThose(db, target, accounts)) > 0);
  return accounts.size;
}

async function endGrants(db: Firestore, target: Target, jobId: string): Promise<void> {
  for await (const grant of documentsOf(db, grantsPattern, target)) {
    if (grant.get('state') === 'ended') continue;
    const batch = db.batch();
    const happening = { action: 'support.grant.end', targetKind: 'supportGrant', targetIds: [grant.id] } as const;
    const orgId = grant.ref.path.split('/')[1] ?? '';
    const lastEventId = addJobEvent(batch, db, { orgId, jobId, onBehalfOf: operatorsActorId }, happening);
    batch.update(grant.ref, { state: 'ended', endedAt: FieldValue.serverTimestamp(), lastEventId });
    await batch.commit();
  }
}

/**
 * Lets everybody in who is locked out, as their document says; answers how many. Who was removed meanwhile stays removed, and
 * whoever is in already is left alone.
 */
export async function letIn(target: Target): Promise<number> {
  let count = 0;
  for await (const page of pages(everyMember(adminFirestore(), target), atOnce)) {
    const out = page.filter((member) => member.get('state') === lockedOut);
    count += (await Promise.all(out.map(letOneIn))).filter(Boolean).length;
  }
  return count;
}

async function letOneIn({ ref }: QueryDocumentSnapshot): Promise<boolean> {
  return ref.firestore.runTransaction(async (transaction) => {
    if ((await transaction.get(ref)).get('state') !== lockedOut) return false;
    transaction.update(ref, { state: 'active' });
    return true;
  });
}

/** How many are locked out. */
export async function countLockedOut(target: Target): Promise<number> {
  let count = 0;
  for await (const member of everyMember(adminFirestore(), target)) if (member.get('state') === lockedOut) count += 1;
  return count;
}

/** One look at all members; answers how many of them were not locked out before. */
async function lockThose(db: Firestore, target: Target, accounts: Set<string>): Promise<number> {
  let locked = 0;
  for await (const page of pages(everyMember(db, target), atOnce)) {
    const standing = page.filter((member) => member.get('state') === 'active' || member.get('state') === lockedOut);
    for (const { id } of standing) accounts.add(id);
    locked += (await Promise.all(standing.map(lockOne))).filter(Boolean).length;
  }
  return locked;
}

/** Whether a member was not locked out before. One who is removed at this moment stays removed. */
async function lockOne({ id, ref }: QueryDocumentSnapshot): Promise<boolean> {
  const db = ref.firestore;
  const isNew = await db.runTransaction(async (transaction) => {
    const member = await transaction.get(ref);
    if (member.get('state') !== 'active') return false;
    transaction.update(ref, { state: isTechnician(member) ? 'removed' : lockedOut });
    return true;
  });
  const sessions = await db.collection('sessions').where('accountId', '==', id).get();
  await Promise.all(sessions.docs.map((session) => session.ref.delete()));
  return isNew;
}
