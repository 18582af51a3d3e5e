/**
 * Who may call what, written by hand from the requirements and from nothing in the code: every deployed function that acts
 * for a member of an organisation, and the roles that it acts for. tests/integration/authorization tries every cell: role ×
 * function × own or other organisation × state of the session.
 */
import {
  type Aim,
  grantStates,
  inspectors,
  lookers,
  managers,
  type MatrixRole,
  owners,
  readers,
  type SessionState,
  staff,
  writers,
} from './matrix.ts';

/** The table: name of the function → roles that are let through. */
export const callableMatrix = {
  updateOrganisation: managers,
  listMembers: staff,
  changeMember: managers,
  removeMember: managers,
  leaveOrganisation: staff,
  transferOwnership: owners,
  inviteMember: managers,
  listInvitations: managers,
  resendInvitation: managers,
  withdrawInvitation: managers,
  listTeams: staff,
  createTeam: managers,
  renameTeam: managers,
  removeTeam: managers,
  listFolders: readers,
  getFolder: readers,
  createFolder: managers,
  updateFolder: managers,
  removeFolder: managers,
  startAccessReview: managers,
  decideAccess: managers,
  completeAccessReview: managers,
  getAccessReview: inspectors,
  listRecoveries: managers,
  approveRecovery: managers,
  declineRecovery: managers,
  getIdentityProvider: managers,
  setIdentityProvider: owners,
  removeIdentityProvider: owners,
  createSupportGrant: managers,
  endSupportGrant: managers,
  listSupportGrants: inspectors,
  acknowledgeAlarm: managers,
  listDataSubjects: lookers,
  getDataSubject: lookers,
  createDataSubject: writers,
  correctDataSubject: writers,
  revealFields: writers,
  uploadImport: writers,
  previewImport: writers,
  startImport: writers,
  liftReadBudget: managers,
  plantCanary: managers,
  listCanaries: managers,
  removeCanary: managers,
  startExtract: managers,
  downloadExtract: managers,
  previewErasure: managers,
  startErasure: managers,
  getErasureCertificate: inspectors,
  requestMassErasure: managers,
  requestRegisterExport: managers,
  decideApproval: managers,
  withdrawApproval: managers,
  listApprovals: inspectors,
  startApproved: managers,
  downloadRegisterExport: managers,
  downloadAuditLog: inspectors,
  getReceiptMail: owners,
  setReceiptMail: owners,
} as const satisfies Record<string, readonly MatrixRole[]>;

/** A function of the table. */
export type MemberFunction = keyof typeof callableMatrix;

/** Those that are no callables, by method: they are asked by address. */
export const requestMethods: Partial<Record<MemberFunction, 'GET' | 'POST'>> = {
  uploadImport: 'POST',
  downloadExtract: 'GET',
  downloadRegisterExport: 'GET',
  downloadAuditLog: 'GET',
};

/** What a caller is told before anything is read of what was asked; `let through` is none of it. */
export type Answer =
  | 'let through'
  | 'orgs/not-allowed'
  | 'orgs/stronger-sign-in-needed'
  | 'shared/not-found'
  | 'identity/reauthentication-needed'
  | 'identity/session-ended'
  | 'identity/not-signed-in';

/** What a cell of the table answers. `role` is null for somebody who is not signed in. */
export function answerOf(name: MemberFunction, role: MatrixRole | null, state: SessionState, aim: Aim): Answer {
  const allowed: readonly MatrixRole[] = callableMatrix[name];
  if (role === null || state === 'noSessionId' || state === 'sessionIdLeadsElsewhere') return 'identity/not-signed-in';
  if (endedStates.includes(state)) return 'identity/session-ended';
  // Somebody who is no member gets the same answer as for an organisation that does not exist.
  if (aim === 'other' || outsiderStates.includes(state)) return 'shared/not-found';
  if (state === 'organisationIdleLimitPassed') return 'identity/session-ended';
  if (state === 'boundHere' && !vouched.includes(role)) return 'identity/reauthentication-needed';
  if (state === 'strengthTooLow') return 'orgs/stronger-sign-in-needed';
  return allowed.includes(role) ? 'let through' : 'orgs/not-allowed';
}

/** Those whom an organisation's own identity provider vouches for. */
const vouched: readonly MatrixRole[] = ['editor', 'reader', 'auditor', 'billing'];
const endedStates: readonly SessionState[] = [
  'sessionMissing',
  'sessionOfAnother',
  'sessionEnded',
  'idleLimitPassed',
  'absoluteLimitPassed',
  'accountDisabled',
];
const outsiderStates: readonly SessionState[] = ['boundElsewhere', 'memberRemoved', 'membershipExpired', ...grantStates];
