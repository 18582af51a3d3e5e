/**
 * Members and technicians are locked out of what is restored, before the last look at what they may, and members let in again.
 *
 * Guarantees: when it has ended nobody stands in the target: each membership says that it is locked out, which no rule and no
 * function takes for one, and keeps all else, so that who was removed until then can be told from who was locked out, however
 * often the restore is killed; grants of support have ended, each with its event, and their technicians are removed. All their
 * sessions end. Repeating it changes nothing.
 */
import { FieldValue, type DocumentSnapshot, type Firestore, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { operatorsActorId } from '../../audit/contract.ts';
import { addJobEvent } from '../../audit/event.ts';
import { adminFirestore, isOutdated } from '../../platform/firestore.ts';
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
    count += (await Promise.all(out.map((member) => become('active', member, lockedOut)))).filter(Boolean).length;
  }
  return count;
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
async function lockOne(member: QueryDocumentSnapshot): Promise<boolean> {
  const isNew = await become(isTechnician(member) ? 'removed' : lockedOut, member, 'active');
  const sessions = await member.ref.firestore.collection('sessions').where('accountId', '==', member.id).get();
  await Promise.all(sessions.docs.map((session) => session.ref.delete()));
  return isNew;
}

/**
 * Gives a member a state if it is still the one that is named; answers whether. Without a transaction, because one that is killed
 * keeps its locks for a minute.
 */
async function become(state: string, member: DocumentSnapshot, from: string): Promise<boolean> {
  if (member.updateTime === undefined || member.get('state') !== from) return false;
  try {
    await member.ref.update({ state }, { lastUpdateTime: member.updateTime });
    return true;
  } catch (thrown) {
    if (!isOutdated(thrown)) throw thrown;
    return become(state, await member.ref.get(), from);
  }
}
