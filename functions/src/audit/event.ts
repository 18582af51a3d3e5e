/**
 * Audit events: what happened, to what, by whom; ids and field names only.
 *
 * Guarantees: an event has no place for a value. Under the caller's token, firestore.rules accept a change only together
 * with its event and an event only by its actor at the commit's time. Jobs write theirs in the same atomic batch as the
 * change, by this file's {@link addJobEvent}; no rule checks that.
 */
import type { Firestore as AdminFirestore, Transaction, WriteBatch as AdminBatch } from 'firebase-admin/firestore';
import { FieldValue } from 'firebase-admin/firestore';
import { doc, serverTimestamp, writeBatch, type Firestore, type WriteBatch } from 'firebase/firestore/lite';
import { asCaller } from '../platform/callerErrors.ts';
import type { EventId } from '../shared/ids.ts';
import { newId } from '../platform/random.ts';
import { maxTargets, type AuditAction, type AuditEventDoc, type ChangeAction, type ReadAction, type TargetKind } from './contract.ts';

/** A member who acts, in one organisation, in one session, from a network as far as that is known. */
export type MemberActor = { readonly orgId: string; readonly accountId: string; readonly sessionId: string; readonly from: string | null };
/** A member who reads: `grantId` is the grant under which support does, null for everybody else. */
export type ReadingActor = MemberActor & { readonly grantId: string | null };
/** A job that acts on a member's behalf. */
export type JobActor = { readonly orgId: string; readonly jobId: string; readonly onBehalfOf: string };

/** What happened, without who and when. */
export type Happening<A extends AuditAction> = {
  readonly action: A;
  readonly targetKind: TargetKind;
  /** At least 1, at most 100. */
  readonly targetIds: readonly string[];
  /** Names of fields, never values. */
  readonly fields?: readonly string[];
  /** The job that a member starts with this change; the rules bind the two. */
  readonly startsJobId?: string;
};

/** Path of an event. */
export const eventPath = (orgId: string, eventId: string): string => `orgs/${orgId}/auditEvents/${eventId}`;

/** Adds the event of a change to the caller's batch; answers its id, which the changed document must carry as `lastEventId`. */
export function addMemberEvent(batch: WriteBatch, db: Firestore, actor: MemberActor, happening: Happening<ChangeAction>): EventId {
  return addEvent(batch, db, { ...actor, grantId: null }, happening);
}

/**
 * Records a reading of personal data; awaited before the answer is given. One event for each hundred targets.
 * Throws `orgs/not-allowed` when the session or the right to read has ended meanwhile, `shared/unavailable` without an answer.
 */
export async function recordReading(db: Firestore, actor: ReadingActor, happening: Happening<ReadAction>): Promise<void> {
  if (happening.targetIds.length === 0) return;
  const batch = writeBatch(db);
  for (let start = 0; start < happening.targetIds.length; start += maxTargets) {
    addEvent(batch, db, actor, { ...happening, targetIds: happening.targetIds.slice(start, start + maxTargets) });
  }
  await asCaller('orgs/not-allowed', () => batch.commit());
}

function addEvent(batch: WriteBatch, db: Firestore, actor: ReadingActor, happening: Happening<AuditAction>): EventId {
  const eventId = newId<EventId>();
  const event: AuditEventDoc<unknown> = {
    ...body(happening),
    at: serverTimestamp(),
    actorKind: 'member',
    actorId: actor.accountId,
    sessionId: actor.sessionId,
    jobId: happening.startsJobId ?? null,
    from: actor.from,
    grantId: actor.grantId,
  };
  batch.set(doc(db, eventPath(actor.orgId, eventId)), event);
  return eventId;
}

/** Adds the event of a job's change to its batch; answers its id, a new one unless it is given. */
export function addJobEvent(
  batch: AdminBatch,
  db: AdminFirestore,
  actor: JobActor,
  happening: Happening<AuditAction>,
  eventId = newId<EventId>(),
): EventId {
  const event: AuditEventDoc<FieldValue> = {
    ...body(happening),
    at: FieldValue.serverTimestamp(),
    actorKind: 'job',
    actorId: actor.onBehalfOf,
    sessionId: null,
    jobId: actor.jobId,
    from: null,
    grantId: null,
  };
  batch.create(db.doc(eventPath(actor.orgId, eventId)), event);
  return eventId;
}

/**
 * Adds the event of a change that a member makes where no member may write, such as a decision about somebody else's account,
 * to its commit; answers its id, a new one unless it is given. No rule checks that the two belong together.
 */
export function addServerEvent(
  commit: Transaction | AdminBatch,
  db: AdminFirestore,
  actor: MemberActor,
  happening: Happening<ChangeAction>,
  eventId = newId<EventId>(),
): EventId {
  const event: AuditEventDoc<FieldValue> = {
    ...body(happening),
    at: FieldValue.serverTimestamp(),
    actorKind: 'member',
    actorId: actor.accountId,
    sessionId: actor.sessionId,
    jobId: null,
    from: actor.from,
    grantId: null,
  };
  commit.create(db.doc(eventPath(actor.orgId, eventId)), event);
  return eventId;
}

function body(happening: Happening<AuditAction>) {
  const { action, targetKind, targetIds, fields = [] } = happening;
  if (targetIds.length === 0 || targetIds.length > maxTargets) throw new TypeError('an event has 1 to 100 targets');
  return { v: 1 as const, action, targetKind, targetIds, fields, outcome: 'done' as const, sealSeq: null };
}
