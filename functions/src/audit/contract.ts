/** The audit event: a closed union of actions, ids and field names, never values. Browser-safe. */
import type { CanonicalCode, ErrorCode, errorCodes } from '../shared/errors.ts';

/** Actions that change something; the rules accept one only in the same commit as its change. */
export const changeActions = [
  'orgs.organisation.create',
  'orgs.organisation.update',
  'register.dataSubject.create',
  'register.dataSubject.correct',
  'register.import.upload',
  'register.import.start',
  'register.import.finish',
  'privacy.extract.start',
  'privacy.extract.finish',
  'privacy.erasure.start',
  'privacy.erasure.finish',
  'orgs.member.update',
  'orgs.member.remove',
  'orgs.member.leave',
  'orgs.invitation.create',
  'orgs.invitation.resend',
  'orgs.invitation.withdraw',
  'orgs.invitation.accept',
  'orgs.team.create',
  'orgs.team.update',
  'orgs.team.remove',
  'orgs.alarm.acknowledge',
  'orgs.readBudget.lift',
  'orgs.accessReview.start',
  'orgs.accessReview.decide',
  'orgs.accessReview.complete',
  'orgs.identityProvider.set',
  'orgs.identityProvider.remove',
  'orgs.receiptMail.update',
  'orgs.recovery.approve',
  'orgs.recovery.decline',
  'documents.folder.create',
  'documents.folder.update',
  'documents.folder.remove',
  'register.canary.create',
  'register.canary.remove',
  'privacy.approval.request',
  'privacy.approval.decide',
  'privacy.approval.withdraw',
  'privacy.erasure.refuse',
  'privacy.massErasure.start',
  'privacy.massErasure.finish',
  'privacy.registerExport.start',
  'privacy.registerExport.finish',
  'support.grant.create',
  'support.grant.claim',
  'support.grant.end',
  'backup.organisation.restore',
  'backup.organisation.giveUpRestore',
  'backup.organisation.restoreDocuments',
  'backup.member.lockOut',
  'backup.member.letIn',
] as const;

/** Actions that read personal data; they stand alone, and are written before the answer is given. */
export const readActions = [
  'orgs.members.read',
  'register.dataSubject.list',
  'register.dataSubject.read',
  'register.dataSubject.reveal',
  'register.import.preview',
  'privacy.extract.download',
  'privacy.erasure.preview',
  'orgs.invitations.read',
  'orgs.recoveries.read',
  'privacy.registerExport.download',
  'audit.log.download',
] as const;

/**
 * Actions of which only a refusal leaves an event: let through, they show no personal data, or record what else they do.
 */
export const refusedOnlyActions = [
  'orgs.teams.read',
  'orgs.accessReview.read',
  'orgs.identityProvider.read',
  'orgs.receiptMail.read',
  'documents.folders.read',
  'privacy.erasureCertificate.read',
  'privacy.approvals.read',
  'privacy.approval.use',
  'support.grants.read',
] as const;

/** A changing action. */
export type ChangeAction = (typeof changeActions)[number];
/** A reading action. */
export type ReadAction = (typeof readActions)[number];
/** An action that is in the log only when it was refused. */
export type RefusedOnlyAction = (typeof refusedOnlyActions)[number];
/** Everything that leaves an event. */
export type AuditAction = ChangeAction | ReadAction | RefusedOnlyAction;

/** All actions, for filters. */
export const auditActions: readonly AuditAction[] = [...changeActions, ...readActions, ...refusedOnlyActions];

/**
 * How an answer travels that withholds something from who asked. "Not found" is among them, because it is also what somebody is
 * told who may not know that it is there. Input that is wrong, a race that was lost and a service that is away withhold nothing.
 */
export const refusingCodes = [
  'permission-denied',
  'failed-precondition',
  'unauthenticated',
  'resource-exhausted',
  'not-found',
  'already-exists',
] as const satisfies readonly CanonicalCode[];

type Refusing = (typeof refusingCodes)[number];

/** Every code that an event can have as its outcome besides `done`. Those of backups are told to operators only. */
export type RefusalCode = Exclude<
  { readonly [Code in ErrorCode]: (typeof errorCodes)[Code] extends Refusing ? Code : never }[ErrorCode],
  `backup/${string}`
>;

/** What kind of thing the targets are. */
export const targetKinds = [
  'organisation',
  'member',
  'dataSubject',
  'upload',
  'job',
  'invitation',
  'team',
  'folder',
  'approval',
  'alarm',
  'accessReview',
  'supportGrant',
  'canary',
] as const;
/** One of {@link targetKinds}. */
export type TargetKind = (typeof targetKinds)[number];

/**
 * An event as stored at `orgs/{orgId}/auditEvents/{eventId}`. `At` is the database's instant type.
 * Events written by a member carry the member's uid and session; events of a job carry the job and whom it acts for. Only
 * `sealSeq` is ever written again, by the sealer alone.
 */
export type AuditEventDoc<At> = {
  readonly v: 1;
  /** Server time of the commit. */
  readonly at: At;
  readonly actorKind: 'member' | 'job';
  /** Account id of the member, or of the member on whose behalf the job runs. */
  readonly actorId: string;
  /** Session of the member; null for jobs. */
  readonly sessionId: string | null;
  /** Job that did it; of a member's event null, except that an event that starts a job names the job that it starts. */
  readonly jobId: string | null;
  /**
   * The network that the call said it came from, such as `203.0.113.0/24` (shared/network.ts), never the whole address; null for
   * jobs, and when it is not known. Whoever wants to can name another: platform/callable.ts.
   */
  readonly from: string | null;
  /** The grant under which support read, or was refused; null for everybody else, and for changes. */
  readonly grantId: string | null;
  readonly action: AuditAction;
  readonly targetKind: TargetKind;
  /** Ids of what was read or changed, at most 100. */
  readonly targetIds: readonly string[];
  /** Names of the fields that were read or changed, never their values. */
  readonly fields: readonly string[];
  /** `done`, or the code of the error with which the call was refused. */
  readonly outcome: 'done' | ErrorCode;
  /** Number of the seal that the event is in; null until then, and not part of what is sealed. */
  readonly sealSeq: number | null;
};

/** Who stands in the events of what operators of Valv did, such as a restore: no account, so that nobody takes it for a member's. */
export const operatorsActorId = 'valv-operators';

/** Most targets of one event; equals the largest page. */
export const maxTargets = 100;
