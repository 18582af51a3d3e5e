/** The audited commits about approvals, alarms, canaries, access reviews and support grants, as lists of writes. */
import { serverTimestamp } from 'firebase/firestore/lite';
import { audited, eventWrite, type Writer } from './commits.ts';
import { approvalDoc, canaryDoc, type Fields, grantDoc, jobDoc, minutesFromNow, reviewDoc } from './documents.ts';
import { randomId } from './ids.ts';
import type { Write } from './wire.ts';

const now = serverTimestamp();

const about =
  (collection: string, targetKind: string) =>
  (writer: Writer, orgId: string, op: 'set' | 'update', id: string, action: string, data: Fields): Write[] =>
    audited(writer, orgId, { op, path: `orgs/${orgId}/${collection}/${id}`, data }, { action, targetKind, targetId: id });
const aboutApproval = about('approvals', 'approval');
const aboutAlarm = about('alarms', 'alarm');
const aboutCanary = about('canaries', 'canary');
const aboutReview = about('accessReviews', 'accessReview');
const aboutGrant = about('supportGrants', 'supportGrant');

/** Kinds of approvals, and what each is about. */
export const approvalInputs = {
  massErasure: { dataSubjectIds: [randomId(), randomId()], reason: 'request' },
  registerExport: { format: 'csv', includeProtected: false },
} as const;
/** One of {@link approvalInputs}. */
export type ApprovalKind = keyof typeof approvalInputs;

/** Asks for a second person's approval. */
export const requestApproval = (writer: Writer, orgId: string, kind: ApprovalKind, over: Fields = {}, id = randomId()): Write[] => {
  const fresh = { kind, input: approvalInputs[kind], createdAt: now, expiresAt: minutesFromNow(72 * 60) };
  const { lastEventId: _, ...data } = approvalDoc(writer.accountId, { ...fresh, ...over });
  return aboutApproval(writer, orgId, 'set', id, 'privacy.approval.request', data);
};

/** Decides on a request of version 1. */
export const decideApproval = (writer: Writer, orgId: string, id: string, state: 'approved' | 'declined', over: Fields = {}): Write[] =>
  aboutApproval(writer, orgId, 'update', id, 'privacy.approval.decide', {
    state,
    decidedBy: writer.accountId,
    decidedAt: now,
    version: 2,
    ...over,
  });

/** Withdraws a request of version 1. */
export const withdrawApproval = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutApproval(writer, orgId, 'update', id, 'privacy.approval.withdraw', { state: 'withdrawn', version: 2, ...over });

/** Starts what was approved, of version 2: approval, job, event. */
export function startApproved(writer: Writer, orgId: string, id: string, kind: ApprovalKind, over: Fields = {}): Write[] {
  const [jobId, lastEventId] = [randomId(), randomId()];
  const job = { createdAt: now, updatedAt: now, kind, input: { approvalId: id }, lastEventId };
  return [
    { op: 'update', path: `orgs/${orgId}/approvals/${id}`, data: { state: 'used', jobId, version: 3, lastEventId, ...over } },
    { op: 'set', path: `jobs/${jobId}`, data: jobDoc(orgId, writer.accountId, job) },
    eventWrite(writer, orgId, lastEventId, { action: `privacy.${kind}.start`, targetKind: 'job', targetIds: [jobId], jobId }),
  ];
}

/** Says that somebody has seen to an alarm. */
export const acknowledgeAlarm = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutAlarm(writer, orgId, 'update', id, 'orgs.alarm.acknowledge', {
    state: 'acknowledged',
    acknowledgedBy: writer.accountId,
    acknowledgedAt: now,
    ...over,
  });

/** Marks a person as made up. */
export const plantCanary = (writer: Writer, orgId: string, over: Fields = {}, id = randomId()): Write[] => {
  const { lastEventId: _, ...data } = canaryDoc(writer.accountId, { createdAt: now, ...over });
  return aboutCanary(writer, orgId, 'set', id, 'register.canary.create', data);
};

/** Takes the mark back. */
export const removeCanary = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutCanary(writer, orgId, 'update', id, 'register.canary.remove', { state: 'removed', ...over });

/** Starts an access review. */
export const startReview = (writer: Writer, orgId: string, over: Fields = {}, id = randomId()): Write[] => {
  const { lastEventId: _, ...data } = reviewDoc(writer.accountId, { startedAt: now, ...over });
  return aboutReview(writer, orgId, 'set', id, 'orgs.accessReview.start', data);
};

/** Decides on one access, in a review of version 1. */
export const decideAccess = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutReview(writer, orgId, 'update', id, 'orgs.accessReview.decide', { decisions: { [randomId()]: 'keep' }, version: 2, ...over });

/** Completes a review of version 1; the organisation remembers when. */
export function completeReview(writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] {
  const [change, event] = aboutReview(writer, orgId, 'update', id, 'orgs.accessReview.complete', {
    state: 'completed',
    completedAt: now,
    completedBy: writer.accountId,
    version: 2,
    ...over,
  });
  if (change === undefined || event === undefined) throw new TypeError('a change and its event');
  const remembered = { lastAccessReviewAt: now, lastEventId: change.data['lastEventId'] };
  return [change, { op: 'update', path: `orgs/${orgId}`, data: remembered }, event];
}

/** Opens the organisation for support. */
export const grantSupport = (writer: Writer, orgId: string, over: Fields = {}, id = randomId()): Write[] => {
  const { lastEventId: _, ...data } = grantDoc(writer.accountId, { createdAt: now, expiresAt: minutesFromNow(24 * 60), ...over });
  return aboutGrant(writer, orgId, 'set', id, 'support.grant.create', data);
};

/** Closes it again. */
export const endGrant = (writer: Writer, orgId: string, id: string, over: Fields = {}): Write[] =>
  aboutGrant(writer, orgId, 'update', id, 'support.grant.end', { state: 'ended', endedAt: now, ...over });
