/**
 * Requests for four eyes in Firestore, under the caller's own token.
 *
 * Guarantees: each change and its event are one commit; the rules refuse a decision by whoever asked, a second decision, and
 * a start of what is not approved or has been started.
 */
import {
  Timestamp,
  collection,
  doc,
  getDoc,
  getDocs,
  limit,
  orderBy,
  query,
  serverTimestamp,
  writeBatch,
  type DocumentData,
  type WriteBatch,
} from 'firebase/firestore/lite';
import * as z from 'zod/mini';
import type { ChangeAction } from '../../audit/contract.ts';
import { addMemberEvent } from '../../audit/event.ts';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { newId } from '../../platform/random.ts';
import { AppError } from '../../shared/errors.ts';
import { idSchemas, type ApprovalId, type JobId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { approvalRules, approvalStates, massErasureInput, registerExportInput } from './contract.ts';

/** Less than the lifetime by what two clocks may differ: the rules refuse more. */
const lifetime = approvalRules.lifetimeHours * ms.hour - 5 * ms.minute;

/** Document path of a request. */
export const approvalPath = (orgId: string, approvalId: string): string => `orgs/${orgId}/approvals/${approvalId}`;

/** What a request asks for. */
export type Asked =
  | { readonly kind: 'massErasure'; readonly input: z.infer<typeof massErasureInput> }
  | { readonly kind: 'registerExport'; readonly input: z.infer<typeof registerExportInput> };

const instant = z.pipe(
  z.instanceof(Timestamp),
  z.transform((value) => value.toDate()),
);
const head = {
  state: z.enum(approvalStates),
  requestedBy: idSchemas.account,
  createdAt: instant,
  expiresAt: instant,
  decidedBy: z.nullable(idSchemas.account),
  decidedAt: z.nullable(instant),
  jobId: z.nullable(idSchemas.job),
  version: z.int(),
};
const storedSchema = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('massErasure'), input: massErasureInput }),
  z.object({ ...head, kind: z.literal('registerExport'), input: registerExportInput }),
]);
/** A request as stored. */
export type Approval = z.infer<typeof storedSchema> & { readonly approvalId: ApprovalId };

/** Stores a request; answers its id. */
export async function storeRequest(actor: OrgActor, asked: Asked, clock: Clock): Promise<ApprovalId> {
  const approvalId = newId<ApprovalId>();
  const batch = writeBatch(actor.db);
  const lastEventId = addEvent(batch, actor, 'privacy.approval.request', approvalId);
  batch.set(doc(actor.db, approvalPath(actor.orgId, approvalId)), {
    ...asked,
    v: 1,
    state: 'waiting',
    requestedBy: actor.accountId,
    createdAt: serverTimestamp(),
    expiresAt: Timestamp.fromDate(after(clock(), lifetime)),
    decidedBy: null,
    decidedAt: null,
    jobId: null,
    version: 1,
    lastEventId,
  });
  await asCaller('orgs/not-allowed', () => batch.commit());
  return approvalId;
}

/** One request. Throws `shared/not-found`. */
export async function getApproval(actor: OrgActor, approvalId: ApprovalId): Promise<Approval> {
  const snapshot = await asCaller('shared/not-found', () => getDoc(doc(actor.db, approvalPath(actor.orgId, approvalId))));
  const data = snapshot.data();
  if (data === undefined) throw new AppError('shared/not-found', 'not found');
  return { ...z.parse(storedSchema, data), approvalId };
}

/** The newest requests, at most 50. */
export async function newestApprovals(actor: OrgActor): Promise<readonly Approval[]> {
  const newest = query(collection(actor.db, `orgs/${actor.orgId}/approvals`), orderBy('createdAt', 'desc'), limit(50));
  const found = await asCaller('orgs/not-allowed', () => getDocs(newest));
  return found.docs.flatMap((snapshot) => {
    const parsed = z.safeParse(storedSchema, snapshot.data());
    // One that a client wrote past the callables, within the rules but not in our form, hides itself and nothing else.
    return parsed.success ? [{ ...parsed.data, approvalId: snapshot.id as ApprovalId }] : []; // ids of approvals are ours
  });
}

/** Approves or declines. Throws `orgs/approval-ended` when somebody was faster. */
export async function storeDecision(actor: OrgActor, approval: Approval, isApproved: boolean): Promise<void> {
  await change(actor, approval, 'privacy.approval.decide', {
    state: isApproved ? 'approved' : 'declined',
    decidedBy: actor.accountId,
    decidedAt: serverTimestamp(),
  });
}

/** Withdraws. Throws `orgs/approval-ended` when somebody has decided meanwhile. */
export async function storeWithdrawal(actor: OrgActor, approval: Approval): Promise<void> {
  await change(actor, approval, 'privacy.approval.withdraw', { state: 'withdrawn' });
}

async function change(actor: OrgActor, approval: Approval, action: ChangeAction, fields: DocumentData): Promise<void> {
  const batch = writeBatch(actor.db);
  const lastEventId = addEvent(batch, actor, action, approval.approvalId);
  const path = approvalPath(actor.orgId, approval.approvalId);
  batch.update(doc(actor.db, path), { ...fields, version: approval.version + 1, lastEventId });
  await asCaller('orgs/approval-ended', () => batch.commit());
}

/** Adds to a commit that the approval is used up by a job. */
export function useUp(batch: WriteBatch, actor: OrgActor, approval: Approval, jobId: JobId, lastEventId: string): void {
  const path = approvalPath(actor.orgId, approval.approvalId);
  batch.update(doc(actor.db, path), { state: 'used', jobId, version: approval.version + 1, lastEventId });
}

function addEvent(batch: WriteBatch, actor: OrgActor, action: ChangeAction, approvalId: ApprovalId): string {
  return addMemberEvent(batch, actor.db, actor, { action, targetKind: 'approval', targetIds: [approvalId] });
}
