/**
 * Members and technicians are locked out of what is restored, before the last look at what they may, and members let in again.
 *
 * Guarantees: when it has ended nobody stands in the target who stood there when it began, or whom it let in: each membership says that it
 * is locked out, which no rule and no function takes for one, and keeps all else, so that who was removed until then can be told from
 * who was locked out, however often the restore is killed; each is in the log, in the same commit. Grants of support have ended, each with its
 * event, also those that were opened meanwhile, and their technicians are removed. All their sessions end. Repeating it changes nothing.
 * Who accepts an invitation behind the last look stands until the members are written.
 *
 * Nobody is let in because their document says so: at the end of a restore only whoever it brought back, and when one is given up only
 * whose membership has not changed since its commit that locked it out. What had been changed past the log before stays to be told by the
 * reconciler. Whoever may write to the database can write an event too: that one is in the log.
 */
import {
  FieldValue,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type QueryDocumentSnapshot,
  type WriteBatch,
} from 'firebase-admin/firestore';
import { operatorsActorId, type ChangeAction } from '../../audit/contract.ts';
import { addJobEvent } from '../../audit/event.ts';
import { changedPastLog } from '../../audit/reconciling/reconcileAudit.ts';
import { eventsOfTarget } from '../../audit/reconciling/reconcileStore.ts';
import { adminFirestore, isOutdated } from '../../platform/firestore.ts';
import type { Commit } from './commit.ts';
import { documentsOf, everyMember, isTechnician, membersPattern, pages } from './compare.ts';
import type { Target } from './restorePlan.ts';
import { lockedOut } from '../../orgs/contract.ts';

const atOnce = 20;
const grantsPattern = 'orgs/{orgId}/supportGrants/{grantId}';

/** Locks everybody out; answers how many members and technicians that are. `restoreId` is the job of the events. */
export async function lockOut(target: Target, restoreId: string, commit: Commit): Promise<number> {
  const accounts = new Set<string>();
  // Until nobody new is found: an invitation may have been accepted, or a grant opened and claimed, behind the look before.
  for (let isNew = true; isNew;) {
    await endGrants(target, restoreId, commit);
    isNew = (await lockThose(target, { jobId: restoreId, commit }, accounts)) > 0;
  }
  return accounts.size;
}

async function endGrants(target: Target, jobId: string, commit: Commit): Promise<void> {
  const db = adminFirestore();
  for await (const grant of documentsOf(db, grantsPattern, target)) {
    if (grant.get('state') === 'ended') continue;
    const happening = { action: 'support.grant.end', targetKind: 'supportGrant', targetIds: [grant.id] } as const;
    await commit((batch) => {
      const lastEventId = addJobEvent(batch, db, { orgId: orgOf(grant.ref), jobId, onBehalfOf: operatorsActorId }, happening);
      batch.update(grant.ref, { state: 'ended', endedAt: FieldValue.serverTimestamp(), lastEventId });
    });
  }
}

/**
 * At the end of a restore: lets everybody in who is locked out and a member in `restored`, the database that it was made from; answers how
 * many. Who was removed meanwhile stays removed, and whoever is in already is left alone. With `commit` null it changes nothing and says
 * how many it would let in.
 */
export async function letIn(target: Target, restored: Firestore, commit: Commit | null): Promise<number> {
  let count = 0;
  for await (const page of pages(everyMember(adminFirestore(), target), atOnce)) {
    const out = page.filter(isOut);
    const then = out.length === 0 ? [] : await restored.getAll(...out.map(({ ref }) => restored.doc(ref.path)));
    const members = new Set(then.filter((member) => member.get('state') === 'active').map(({ ref }) => ref.path));
    const back = out.filter(({ ref }) => members.has(ref.path));
    const isIn = await Promise.all(
      back.map(
        async (member) => commit === null || become({ from: lockedOut, to: 'active', event: null, mayTurn: anyMay, commit }, member),
      ),
    );
    count += isIn.filter(Boolean).length;
  }
  return count;
}

/** Who comes in again when a restore is given up, and the paths of memberships that stay locked out. */
export type LetBackIn = { readonly count: number; readonly stayOut: readonly string[] };

/**
 * When a restore is given up: lets everybody in whose membership is as the commit left it that locked it out, of this restore or of one that it
 * took the place of; each with an event of the job `restoreId`. With `commit` null it changes nothing and says whom it would let in.
 */
export async function letBackIn(
  target: Target,
  restoreId: string,
  commit: Commit | null,
  earlierIds: readonly string[] = [],
): Promise<LetBackIn> {
  let count = 0;
  const stayOut: string[] = [];
  const event = { action: 'backup.member.letIn', jobId: restoreId } as const;
  const mayTurn = (member: DocumentSnapshot): Promise<boolean> => wasLockedOut(member, [restoreId, ...earlierIds]);
  for await (const page of pages(everyMember(adminFirestore(), target), atOnce)) {
    const out = page.filter(isOut);
    const isIn = await Promise.all(
      out.map((member) => (commit === null ? mayTurn(member) : become({ from: lockedOut, to: 'active', event, mayTurn, commit }, member))),
    );
    count += isIn.filter(Boolean).length;
    stayOut.push(...out.flatMap(({ ref }, index) => (isIn[index] === true ? [] : [ref.path])));
  }
  return { count, stayOut };
}

const isOut = (member: DocumentSnapshot): boolean => member.get('state') === lockedOut;
const orgOf = ({ path }: DocumentReference): string => path.split('/')[1] ?? '';

/** Whether the newest version of a membership is the one of the commit by which one of these restores locked it out. */
async function wasLockedOut({ ref, updateTime }: DocumentSnapshot, restoreIds: readonly unknown[]): Promise<boolean> {
  const commits = await eventsOfTarget(orgOf(ref), 'backup.member.lockOut', ref.id);
  return updateTime !== undefined && commits.some(({ at, jobId }) => at.isEqual(updateTime) && restoreIds.includes(jobId));
}

/** Whose events are left, and how. */
type Locking = { readonly jobId: string; readonly commit: Commit };

/** One look at all members; answers how many of them were not locked out before. */
async function lockThose(target: Target, by: Locking, accounts: Set<string>): Promise<number> {
  let locked = 0;
  for await (const page of pages(everyMember(adminFirestore(), target), atOnce)) {
    const standing = page.filter((member) => member.get('state') === 'active' || isOut(member));
    for (const { id } of standing) accounts.add(id);
    locked += (await Promise.all(standing.map((member) => lockOne(member, by)))).filter(Boolean).length;
  }
  return locked;
}

/** Whether a member was not locked out before. One who is removed at this moment stays removed. */
async function lockOne(member: QueryDocumentSnapshot, { jobId, commit }: Locking): Promise<boolean> {
  const any = { from: 'active', mayTurn: anyMay, commit } as const;
  const isNew = isTechnician(member)
    ? await become({ ...any, to: 'removed', event: null }, member) // the end of their grant has its event
    : await become({ ...any, to: lockedOut, event: { action: 'backup.member.lockOut', jobId } }, member);
  const sessions = await member.ref.firestore.collection('sessions').where('accountId', '==', member.id).get();
  await Promise.all(sessions.docs.map((session) => session.ref.delete()));
  return isNew;
}

const anyMay = (): Promise<boolean> => Promise.resolve(true);

/** How the state of a member changes, and the event of it, if it has one. */
type Turn = {
  readonly from: string;
  readonly to: string;
  readonly event: { readonly action: ChangeAction; readonly jobId: string } | null;
  readonly mayTurn: (member: DocumentSnapshot) => Promise<boolean>;
  readonly commit: Commit;
};

/**
 * Gives a member a state if it is still the one that is named; answers whether. Without a transaction, because one that is killed
 * keeps its locks for a minute. A version that is in no log names no new event: the reconciler goes on telling of it.
 */
async function become(turn: Turn, member: DocumentSnapshot): Promise<boolean> {
  const { ref, updateTime: lastUpdateTime } = member;
  if (lastUpdateTime === undefined || member.get('state') !== turn.from || !(await turn.mayTurn(member))) return false;
  const isTold = turn.event === null || (await changedPastLog(membersPattern, [member])).length > 0;
  try {
    await turn.commit((batch) => {
      const lastEventId = turn.event === null ? '' : addTurn(batch, ref, turn.event);
      batch.update(ref, { state: turn.to, ...(isTold ? {} : { lastEventId }) }, { lastUpdateTime });
    });
    return true;
  } catch (thrown) {
    if (!isOutdated(thrown)) throw thrown;
    return become(turn, await ref.get());
  }
}

function addTurn(batch: WriteBatch, ref: DocumentReference, { action, jobId }: NonNullable<Turn['event']>): string {
  const actor = { orgId: orgOf(ref), jobId, onBehalfOf: operatorsActorId };
  return addJobEvent(batch, ref.firestore, actor, { action, targetKind: 'member', targetIds: [ref.id], fields: ['state'] });
}
