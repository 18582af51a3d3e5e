/**
 * Four eyes: nobody alone erases many persons or takes the whole register out.
 *
 * Guarantees: what was asked for is decided by another owner or administrator, who has just signed in again; it is started
 * once, within the lifetime of the request, exactly as it was asked for. Does not hinder two who agree.
 */
import type { Approval } from './store.ts';
import { needsFresh } from '../../identity/session.ts';
import { raiseAlarm } from '../../orgs/alarms/raiseAlarm.ts';
import { stewardsOf } from '../../orgs/alarms/stewards.ts';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import { newId } from '../../platform/random.ts';
import { startJob } from '../../platform/startJob.ts';
import { needsActivePersons } from '../../register/store.ts';
import { addMemberEvent } from '../../audit/event.ts';
import { AppError } from '../../shared/errors.ts';
import type { ApprovalId, JobId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import type { ApprovalView } from './contract.ts';
import { getApproval, newestApprovals, storeDecision, storeRequest, storeWithdrawal, useUp, type Asked } from './store.ts';

/** Asks for a second person's approval; answers the request's id. Throws `orgs/needs-second-person`, and `shared/not-found` for persons who are not in the register. */
export async function requestApproval(actor: OrgActor, asked: Asked, clock: Clock): Promise<ApprovalId> {
  needsFresh(actor.caller, clock());
  if (!(await hasSecondPerson(actor, clock)))
    throw new AppError('orgs/needs-second-person', 'nobody else could approve this: invite a second owner or administrator');
  if (asked.kind === 'massErasure') await needsActivePersons(actor, asked.input.dataSubjectIds);
  const approvalId = await storeRequest(actor, asked, clock);
  await raiseAlarm(actor.orgId, { kind: 'approvalRequested', actorId: actor.accountId, targetIds: [approvalId], count: 1 }, clock);
  return approvalId;
}

/** Whether somebody besides the caller could decide. */
export async function hasSecondPerson(actor: OrgActor, clock: Clock): Promise<boolean> {
  return (await stewardsOf(actor.orgId, clock())).some((accountId) => accountId !== actor.accountId);
}

/** Approves or declines. Throws `orgs/not-allowed` for whoever asked, `orgs/approval-ended`, and `identity/reauthentication-needed` before approving. */
export async function decideApproval(actor: OrgActor, approvalId: ApprovalId, isApproved: boolean, clock: Clock): Promise<void> {
  const approval = await getApproval(actor, approvalId);
  if (approval.requestedBy === actor.accountId)
    throw new AppError('orgs/not-allowed', 'somebody else must decide what you asked for', { field: 'approvalId' });
  if (stateOf(approval, clock()) !== 'waiting') throw ended();
  if (isApproved) needsFresh(actor.caller, clock());
  await storeDecision(actor, approval, isApproved);
}

/** Takes one's own request back while it waits. Throws `orgs/not-allowed` for another's, `orgs/approval-ended`. */
export async function withdrawApproval(actor: OrgActor, approvalId: ApprovalId): Promise<void> {
  const approval = await getApproval(actor, approvalId);
  if (approval.requestedBy !== actor.accountId)
    throw new AppError('orgs/not-allowed', 'only whoever asked withdraws', { field: 'approvalId' });
  if (approval.state !== 'waiting') throw ended();
  await storeWithdrawal(actor, approval);
}

/** The newest requests as the caller sees them. */
export async function listApprovals(actor: OrgActor, clock: Clock): Promise<ApprovalView[]> {
  const now = clock();
  return (await newestApprovals(actor)).map((approval) => viewOf(approval, actor, now));
}

function viewOf(approval: Approval, { accountId, role }: OrgActor, now: Date): ApprovalView {
  const { version: _version, createdAt, expiresAt, decidedAt, ...rest } = approval;
  const state = stateOf(approval, now);
  const isSteward = role === 'owner' || role === 'administrator';
  const isOwn = approval.requestedBy === accountId;
  const may = {
    decide: isSteward && !isOwn && state === 'waiting',
    withdraw: isSteward && isOwn && approval.state === 'waiting',
    start: isSteward && state === 'approved',
  };
  return {
    ...rest,
    state,
    may,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
  };
}

/** How a request stands, counting the time. */
function stateOf({ state, expiresAt }: Approval, now: Date): Approval['state'] | 'expired' {
  return (state === 'waiting' || state === 'approved') && expiresAt <= now ? 'expired' : state;
}

const ended = (): AppError => new AppError('orgs/approval-ended', 'this request has been decided, withdrawn, used or is too old');

/** Starts what was approved; answers its job. Throws `orgs/approval-ended`. */
export async function startApproved(actor: OrgActor, approvalId: ApprovalId, clock: Clock): Promise<JobId> {
  const approval = await getApproval(actor, approvalId);
  if (stateOf(approval, clock()) !== 'approved') throw ended();
  const jobId = newId<JobId>();
  await startJob(actor.db, {
    jobId,
    kind: approval.kind,
    orgId: actor.orgId,
    createdBy: actor.accountId,
    input: { approvalId },
    // Somebody else started it between the reading above and this commit.
    refusedAs: 'orgs/approval-ended',
    fill: (batch) => {
      const lastEventId = addMemberEvent(batch, actor.db, actor, {
        action: approval.kind === 'massErasure' ? 'privacy.massErasure.start' : 'privacy.registerExport.start',
        targetKind: 'job',
        targetIds: [jobId],
        startsJobId: jobId,
      });
      useUp(batch, actor, approval, jobId, lastEventId);
      return lastEventId;
    },
  });
  return jobId;
}
