/**
 * What each function of a member, or of who wants to become one, stands for in the log when it is refused. Browser-safe.
 *
 * Guarantees: a function that acts in an organisation has a row, or orgs/memberCallable.ts does not compile. A refused call bears
 * the action that it would have recorded; `target` is the field of its input that names what it was about.
 */
import type { AuditAction, TargetKind } from './contract.ts';

type Refused = { readonly action: AuditAction; readonly targetKind: TargetKind; readonly target: string | null };

const ofOrganisation = <A extends AuditAction>(action: A) => ({ action, targetKind: 'organisation', target: null }) as const;
const of = <A extends AuditAction, K extends TargetKind, F extends string>(action: A, targetKind: K, target: F) =>
  ({ action, targetKind, target }) as const;

/** By the function's name. What has no target yet, or names none, is about the organisation. */
export const refusedActions = {
  updateOrganisation: ofOrganisation('orgs.organisation.update'),
  listMembers: ofOrganisation('orgs.members.read'),
  changeMember: of('orgs.member.update', 'member', 'accountId'),
  removeMember: of('orgs.member.remove', 'member', 'accountId'),
  leaveOrganisation: ofOrganisation('orgs.member.leave'),
  transferOwnership: of('orgs.member.update', 'member', 'accountId'),
  inviteMember: ofOrganisation('orgs.invitation.create'),
  listInvitations: ofOrganisation('orgs.invitations.read'),
  resendInvitation: of('orgs.invitation.resend', 'invitation', 'invitationId'),
  acceptInvitation: of('orgs.invitation.accept', 'invitation', 'invitationId'),
  withdrawInvitation: of('orgs.invitation.withdraw', 'invitation', 'invitationId'),
  listTeams: ofOrganisation('orgs.teams.read'),
  createTeam: ofOrganisation('orgs.team.create'),
  renameTeam: of('orgs.team.update', 'team', 'teamId'),
  removeTeam: of('orgs.team.remove', 'team', 'teamId'),
  startAccessReview: ofOrganisation('orgs.accessReview.start'),
  decideAccess: of('orgs.accessReview.decide', 'accessReview', 'reviewId'),
  completeAccessReview: of('orgs.accessReview.complete', 'accessReview', 'reviewId'),
  getAccessReview: ofOrganisation('orgs.accessReview.read'),
  listRecoveries: ofOrganisation('orgs.recoveries.read'),
  // A recovery's id is no member's, and not in the log.
  approveRecovery: ofOrganisation('orgs.recovery.approve'),
  declineRecovery: ofOrganisation('orgs.recovery.decline'),
  getIdentityProvider: ofOrganisation('orgs.identityProvider.read'),
  setIdentityProvider: ofOrganisation('orgs.identityProvider.set'),
  removeIdentityProvider: ofOrganisation('orgs.identityProvider.remove'),
  acknowledgeAlarm: of('orgs.alarm.acknowledge', 'alarm', 'alarmId'),
  liftReadBudget: of('orgs.readBudget.lift', 'member', 'accountId'),
  listFolders: ofOrganisation('documents.folders.read'),
  getFolder: of('documents.folders.read', 'folder', 'folderId'),
  createFolder: ofOrganisation('documents.folder.create'),
  updateFolder: of('documents.folder.update', 'folder', 'folderId'),
  removeFolder: of('documents.folder.remove', 'folder', 'folderId'),
  listDataSubjects: ofOrganisation('register.dataSubject.list'),
  getDataSubject: of('register.dataSubject.read', 'dataSubject', 'dataSubjectId'),
  createDataSubject: ofOrganisation('register.dataSubject.create'),
  correctDataSubject: of('register.dataSubject.correct', 'dataSubject', 'dataSubjectId'),
  revealFields: of('register.dataSubject.reveal', 'dataSubject', 'dataSubjectId'),
  uploadImport: ofOrganisation('register.import.upload'),
  previewImport: of('register.import.preview', 'upload', 'uploadId'),
  startImport: of('register.import.start', 'upload', 'uploadId'),
  plantCanary: ofOrganisation('register.canary.create'),
  listCanaries: ofOrganisation('register.dataSubject.list'),
  removeCanary: of('register.canary.remove', 'canary', 'dataSubjectId'),
  startExtract: of('privacy.extract.start', 'dataSubject', 'dataSubjectId'),
  downloadExtract: of('privacy.extract.download', 'job', 'jobId'),
  previewErasure: of('privacy.erasure.preview', 'dataSubject', 'dataSubjectId'),
  startErasure: of('privacy.erasure.start', 'dataSubject', 'dataSubjectId'),
  getErasureCertificate: of('privacy.erasureCertificate.read', 'job', 'jobId'),
  requestMassErasure: of('privacy.approval.request', 'dataSubject', 'dataSubjectIds'),
  requestRegisterExport: ofOrganisation('privacy.approval.request'),
  decideApproval: of('privacy.approval.decide', 'approval', 'approvalId'),
  withdrawApproval: of('privacy.approval.withdraw', 'approval', 'approvalId'),
  listApprovals: ofOrganisation('privacy.approvals.read'),
  // What is started stands in the approval, which a refused caller may not even see.
  startApproved: of('privacy.approval.use', 'approval', 'approvalId'),
  downloadRegisterExport: of('privacy.registerExport.download', 'job', 'jobId'),
  createSupportGrant: ofOrganisation('support.grant.create'),
  claimSupportGrant: of('support.grant.claim', 'supportGrant', 'grantId'),
  endSupportGrant: of('support.grant.end', 'supportGrant', 'grantId'),
  listSupportGrants: ofOrganisation('support.grants.read'),
  downloadAuditLog: ofOrganisation('audit.log.download'),
  getReceiptMail: ofOrganisation('orgs.receiptMail.read'),
  setReceiptMail: ofOrganisation('orgs.receiptMail.update'),
} as const satisfies Record<string, Refused>;

/** A function that acts for a member in an organisation, or for who is about to become one. */
export type MemberFunctionName = keyof typeof refusedActions;
