/** The audit event: a closed union of actions, ids and field names, never values. Browser-safe. */

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
] as const;

/** A changing action. */
export type ChangeAction = (typeof changeActions)[number];
/** A reading action. */
export type ReadAction = (typeof readActions)[number];
/** Everything that leaves an event. */
export type AuditAction = ChangeAction | ReadAction;

/** All actions, for filters. */
export const auditActions: readonly AuditAction[] = [...changeActions, ...readActions];

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
 * Events written by a member carry the member's uid and session; events of a job carry the job and whom it acts for.
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
  readonly action: AuditAction;
  readonly targetKind: TargetKind;
  /** Ids of what was read or changed, at most 100. */
  readonly targetIds: readonly string[];
  /** Names of the fields that were read or changed, never their values. */
  readonly fields: readonly string[];
};

/** Most targets of one event; equals the largest page. */
export const maxTargets = 100;
