/**
 * Who may do what, written by hand from the requirements and from nothing in the code: role × operation × collection ×
 * own or other organisation × state of the session. matrix.test.ts tries every cell against `firestore.rules`.
 */

/** Roles of a member. */
export const matrixRoles = ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing', 'support'] as const;
/** One of {@link matrixRoles}. */
export type MatrixRole = (typeof matrixRoles)[number];

/**
 * What can be wrong with the caller's session or membership; only `valid` is good for everything. `notSignedIn` has no
 * role. `boundElsewhere` and `boundHere` are sessions that an organisation's own identity provider vouched for, another
 * organisation's or this one's, whose provider somebody else has set. The organisation asks for a strength of 2 and lets nobody be idle for more than 30 minutes.
 */
export const sessionStates = [
  'notSignedIn',
  'noSessionId',
  'sessionIdLeadsElsewhere',
  'sessionMissing',
  'sessionOfAnother',
  'sessionEnded',
  'idleLimitPassed',
  'absoluteLimitPassed',
  'accountDisabled',
  'boundElsewhere',
  'boundHere',
  'memberRemoved',
  'membershipExpired',
  'organisationIdleLimitPassed',
  'strengthTooLow',
  'valid',
] as const;

/** What can be wrong with the grant under which support is there. */
export const grantStates = ['grantUnclaimed', 'grantEnded', 'grantOfAnother'] as const;
/** One of {@link sessionStates} or {@link grantStates}. */
export type SessionState = (typeof sessionStates)[number] | (typeof grantStates)[number];

/** Whose organisation the operation is aimed at. */
export type Aim = 'own' | 'other';

/**
 * Who is let through:
 * a list of roles: members with one of them, in their own organisation, with a valid session and a valid membership;
 * `member`: every member in the own organisation, also one whose sign-in is too weak;
 * `memberItself`: as `member`, also when only the organisation's idle limit has passed;
 * `member` and `memberItself` stand also for who is let in by the organisation's own provider, which vouches for no owner,
 * administrator or technician beyond that;
 * `session`: whoever has a valid session, whatever organisation;
 * `holder`: whoever is signed in and the session document is theirs, also when it has ended;
 * `nobody`: no client at all.
 */
export type Expectation = readonly MatrixRole[] | 'member' | 'memberItself' | 'session' | 'holder' | 'nobody';

/** Groups of roles by which this table and that of the callables name who is let through. */
export const staff = ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing'] as const;
/** See {@link staff}. */
export const lookers = ['owner', 'administrator', 'editor', 'reader', 'support'] as const;
/** See {@link staff}. */
export const readers = ['owner', 'administrator', 'editor', 'reader'] as const;
/** See {@link staff}. */
export const writers = ['owner', 'administrator', 'editor'] as const;
/** See {@link staff}. */
export const managers = ['owner', 'administrator'] as const;
/** See {@link staff}. */
export const owners = ['owner'] as const;
/** Those whom an organisation's provider vouches for. */
const below: readonly MatrixRole[] = ['editor', 'reader', 'auditor', 'billing'];
/** See {@link staff}. */
export const inspectors = ['owner', 'administrator', 'auditor'] as const;

/** The table: `collection operation variant` → who is let through. */
export const matrix = {
  'orgs get': 'member',
  'orgs list': 'nobody',
  'orgs create': 'nobody',
  'orgs update name': managers,
  'orgs update settings': managers,
  'orgs update read budget': owners,
  'orgs update minimum strength': managers,
  'orgs update owner count alone': 'nobody',
  'orgs update time of review alone': 'nobody',
  'orgs update identity provider': 'nobody',
  'orgs delete': 'nobody',
  'members get own': 'memberItself',
  'members get of another': staff,
  'members list': staff,
  'members create oneself as owner': 'nobody',
  'members update own role': 'nobody',
  'members update own role with event': 'nobody',
  'members update own teams': owners,
  'members update editor': managers,
  'members update editor to administrator': owners,
  'members update editor to owner': owners,
  'members update administrator to reader': owners,
  'members update owner to reader': owners,
  'members update editor to support': 'nobody',
  'members update support to reader': 'nobody',
  'members update step down': owners,
  'members update remove editor': managers,
  'members update remove administrator': owners,
  'members update remove owner': owners,
  'members update remove support': 'nobody',
  'members update leave': ['administrator', 'editor', 'reader', 'auditor', 'billing'],
  'members update leave as one of two owners': owners,
  'members delete': 'nobody',
  'invitations get': managers,
  'invitations list': managers,
  'invitations create editor': managers,
  'invitations create administrator': owners,
  'invitations create owner': owners,
  'invitations create support': 'nobody',
  'invitations update resend': managers,
  'invitations update resend to administrator': owners,
  'invitations update withdraw': managers,
  'invitations update accept': 'nobody',
  'invitations delete': 'nobody',
  'teams get': staff,
  'teams list': staff,
  'teams create': managers,
  'teams update rename': managers,
  'teams update remove': managers,
  'teams delete': 'nobody',
  'folders get open': readers,
  'folders get of own team': readers,
  'folders get of another team': managers,
  'folders list open': readers,
  'folders list of own team': readers,
  'folders list of another team': managers,
  'folders list': managers,
  'folders create': managers,
  'folders update': managers,
  'folders update remove': managers,
  'folders delete': 'nobody',
  'alarms get': inspectors,
  'alarms list': inspectors,
  'alarms create': 'nobody',
  'alarms update acknowledge': managers,
  'alarms update acknowledge about oneself': 'nobody',
  'alarms delete': 'nobody',
  'accessReviews get': inspectors,
  'accessReviews list': inspectors,
  'accessReviews create': managers,
  'accessReviews update decide': managers,
  'accessReviews update complete': managers,
  'accessReviews delete': 'nobody',
  'supportGrants get': inspectors,
  'supportGrants list': inspectors,
  'supportGrants create': managers,
  'supportGrants update end': managers,
  'supportGrants update end claimed': managers,
  'supportGrants update claim': 'nobody',
  'supportGrants delete': 'nobody',
  'canaries get': managers,
  'canaries list': managers,
  'canaries create': managers,
  'canaries update remove': managers,
  'canaries delete': 'nobody',
  'approvals get': inspectors,
  'approvals list': inspectors,
  'approvals create massErasure': managers,
  'approvals create registerExport': managers,
  'approvals update approve': managers,
  'approvals update decline': managers,
  'approvals update approve own': 'nobody',
  'approvals update withdraw own': managers,
  'approvals update withdraw of another': 'nobody',
  'approvals update use': 'nobody',
  'approvals delete': 'nobody',
  'identityProviders get': 'nobody',
  'identityProviders list': 'nobody',
  'identityProviders create': 'nobody',
  'identityProviders update': 'nobody',
  'identityProviders delete': 'nobody',
  'dataSubjects get': lookers,
  'dataSubjects get protected': managers,
  'dataSubjects get erasing': lookers,
  'dataSubjects list': managers,
  'dataSubjects list unprotected': lookers,
  'dataSubjects list by token': lookers,
  'dataSubjects list by number': lookers,
  'dataSubjects list protected': managers,
  'dataSubjects create': writers,
  'dataSubjects create without number': writers,
  'dataSubjects create protected': managers,
  'dataSubjects update correct': writers,
  'dataSubjects update correct protected': managers,
  'dataSubjects update make protected': managers,
  'dataSubjects update unprotect': managers,
  'dataSubjects update correct erasing': 'nobody',
  'dataSubjects delete': 'nobody',
  'uploads get own': writers,
  'uploads get of another': 'nobody',
  'uploads list': 'nobody',
  'uploads create': writers,
  'uploads update': 'nobody',
  'uploads delete': 'nobody',
  'auditEvents get': inspectors,
  'auditEvents list': inspectors,
  'auditEvents create orgs.members.read': staff,
  'auditEvents create orgs.invitations.read': managers,
  'auditEvents create orgs.recoveries.read': managers,
  'auditEvents create register.dataSubject.list': lookers,
  'auditEvents create register.dataSubject.read': lookers,
  'auditEvents create register.dataSubject.reveal': writers,
  'auditEvents create register.import.preview': writers,
  'auditEvents create privacy.extract.download': managers,
  'auditEvents create privacy.erasure.preview': managers,
  'auditEvents create privacy.registerExport.download': managers,
  'auditEvents create audit.log.download': inspectors,
  'auditEvents create change without its change': 'nobody',
  'auditEvents update': 'nobody',
  'auditEvents delete': 'nobody',
  'erasureCertificates get': inspectors,
  'erasureCertificates list': inspectors,
  'erasureCertificates create': 'nobody',
  'erasureCertificates update': 'nobody',
  'erasureCertificates delete': 'nobody',
  'jobs get own': matrixRoles,
  'jobs get of another': managers,
  'jobs list': managers,
  'jobs list own': writers,
  'jobs create import': writers,
  'jobs create extract': managers,
  'jobs create erasure': managers,
  'jobs create erasure of protected': managers,
  'jobs create massErasure': managers,
  'jobs create registerExport': managers,
  'jobs create massErasure unapproved': 'nobody',
  'jobs update': 'nobody',
  'jobs delete': 'nobody',
  'exports get': 'session',
  'exports list': 'session',
  'exports create': 'nobody',
  'exports update': 'nobody',
  'exports delete': 'nobody',
  'drills get': 'session',
  'drills list': 'session',
  'drills create': 'nobody',
  'drills update': 'nobody',
  'drills delete': 'nobody',
  'drillReports get': 'nobody',
  'drillReports list': 'nobody',
  'drillReports create': 'nobody',
  'drillReports update': 'nobody',
  'drillReports delete': 'nobody',
  'sessions get own': 'holder',
  'sessions get of another': 'nobody',
  'sessions list': 'nobody',
  'sessions create': 'nobody',
  'sessions update': 'nobody',
  'sessions delete': 'nobody',
  'accounts get': 'nobody',
  'accounts list': 'nobody',
  'accounts create': 'nobody',
  'accounts update': 'nobody',
  'accounts delete': 'nobody',
  'attempts get': 'nobody',
  'attempts list': 'nobody',
  'attempts create': 'nobody',
  'attempts update': 'nobody',
  'attempts delete': 'nobody',
  'factors get': 'nobody',
  'factors list': 'nobody',
  'factors create': 'nobody',
  'factors update': 'nobody',
  'factors delete': 'nobody',
  'signatures get': 'nobody',
  'signatures list': 'nobody',
  'signatures create': 'nobody',
  'signatures update': 'nobody',
  'signatures delete': 'nobody',
  'enrolments get': 'nobody',
  'enrolments list': 'nobody',
  'enrolments create': 'nobody',
  'enrolments update': 'nobody',
  'enrolments delete': 'nobody',
  'passkeyChallenges get': 'nobody',
  'passkeyChallenges list': 'nobody',
  'passkeyChallenges create': 'nobody',
  'passkeyChallenges update': 'nobody',
  'passkeyChallenges delete': 'nobody',
  'recoveries get': 'nobody',
  'recoveries list': 'nobody',
  'recoveries create': 'nobody',
  'recoveries update': 'nobody',
  'recoveries delete': 'nobody',
  'oidcFlows get': 'nobody',
  'oidcFlows list': 'nobody',
  'oidcFlows create': 'nobody',
  'oidcFlows update': 'nobody',
  'oidcFlows delete': 'nobody',
  'bankIdOrders get': 'nobody',
  'bankIdOrders list': 'nobody',
  'bankIdOrders create': 'nobody',
  'bankIdOrders update': 'nobody',
  'bankIdOrders delete': 'nobody',
  'readBudgets get': 'nobody',
  'readBudgets list': 'nobody',
  'readBudgets create': 'nobody',
  'readBudgets update': 'nobody',
  'readBudgets delete': 'nobody',
  'rateLimits get': 'nobody',
  'rateLimits list': 'nobody',
  'rateLimits create': 'nobody',
  'rateLimits update': 'nobody',
  'rateLimits delete': 'nobody',
  'erasureLedger get': 'nobody',
  'erasureLedger list': 'nobody',
  'erasureLedger create': 'nobody',
  'erasureLedger update': 'nobody',
  'erasureLedger delete': 'nobody',
  'locks get': 'nobody',
  'locks list': 'nobody',
  'locks create': 'nobody',
  'locks update': 'nobody',
  'locks delete': 'nobody',
  'standIns get': 'nobody',
  'standIns list': 'nobody',
  'standIns create': 'nobody',
  'standIns update': 'nobody',
  'standIns delete': 'nobody',
  'auditSeals get': 'nobody',
  'auditSeals list': 'nobody',
  'auditSeals create': 'nobody',
  'auditSeals update': 'nobody',
  'auditSeals delete': 'nobody',
  'auditHeads get': 'nobody',
  'auditHeads list': 'nobody',
  'auditHeads create': 'nobody',
  'auditHeads update': 'nobody',
  'auditHeads delete': 'nobody',
  'auditSignedHeads get': 'nobody',
  'auditSignedHeads list': 'nobody',
  'auditSignedHeads create': 'nobody',
  'auditSignedHeads update': 'nobody',
  'auditSignedHeads delete': 'nobody',
  'auditCheckpoints get': 'nobody',
  'auditCheckpoints list': 'nobody',
  'auditCheckpoints create': 'nobody',
  'auditCheckpoints update': 'nobody',
  'auditCheckpoints delete': 'nobody',
  'undeclared get': 'nobody',
  'undeclared list': 'nobody',
  'undeclared create': 'nobody',
  'undeclared update': 'nobody',
  'undeclared delete': 'nobody',
} as const satisfies Record<string, Expectation>;

/** A row of the table. */
export type OperationName = keyof typeof matrix;

/** States in which the session itself is good, whatever the organisation makes of it. */
const validSessions: readonly SessionState[] = [
  'valid',
  'boundElsewhere',
  'boundHere',
  'memberRemoved',
  'membershipExpired',
  'organisationIdleLimitPassed',
  'strengthTooLow',
  ...grantStates,
];

/** States in which one's own session document can still be read. */
const holderStates: readonly SessionState[] = [
  ...validSessions,
  'noSessionId',
  'sessionEnded',
  'idleLimitPassed',
  'absoluteLimitPassed',
  'accountDisabled',
];

/** Whether the table lets this cell through. `role` is null for somebody who is not signed in. */
export function isAllowed(name: OperationName, role: MatrixRole | null, state: SessionState, aim: Aim): boolean {
  const expectation: Expectation = matrix[name];
  if (expectation === 'nobody') return false;
  if (expectation === 'holder') return holderStates.includes(state);
  if (expectation === 'session') return validSessions.includes(state);
  if (aim === 'other' || role === null) return false;
  if (expectation === 'memberItself') return ['valid', 'boundHere', 'strengthTooLow', 'organisationIdleLimitPassed'].includes(state);
  if (expectation === 'member') return ['valid', 'boundHere', 'strengthTooLow'].includes(state);
  if (state === 'boundHere') return expectation.includes(role) && below.includes(role);
  return expectation.includes(role) && state === 'valid';
}
