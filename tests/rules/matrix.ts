/**
 * Who may do what, written by hand from the requirements and from nothing in the code: role × operation × collection ×
 * own or other organisation × state of the session. matrix.test.ts tries every cell against `firestore.rules`.
 */

/** Roles of a member. */
export const matrixRoles = ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing'] as const;
/** One of {@link matrixRoles}. */
export type MatrixRole = (typeof matrixRoles)[number];

/** What can be wrong with the caller's session; only `valid` is good for tenant data. `notSignedIn` has no role. */
export const sessionStates = [
  'notSignedIn',
  'noSessionId',
  'sessionMissing',
  'sessionOfAnother',
  'sessionEnded',
  'idleLimitPassed',
  'absoluteLimitPassed',
  'accountDisabled',
  'memberRemoved',
  'valid',
] as const;
/** One of {@link sessionStates}. */
export type SessionState = (typeof sessionStates)[number];

/** Whose organisation the operation is aimed at. */
export type Aim = 'own' | 'other';

/**
 * Who is let through:
 * a list of roles: members with one of them, in their own organisation, with a valid session;
 * `session`: whoever has a valid session, whatever organisation;
 * `holder`: whoever is signed in and the session document is theirs, also when it has ended;
 * `nobody`: no client at all.
 */
export type Expectation = readonly MatrixRole[] | 'session' | 'holder' | 'nobody';

const everyRole = ['owner', 'administrator', 'editor', 'reader', 'auditor', 'billing'] as const;
const readers = ['owner', 'administrator', 'editor', 'reader'] as const;
const writers = ['owner', 'administrator', 'editor'] as const;
const managers = ['owner', 'administrator'] as const;
const inspectors = ['owner', 'administrator', 'auditor'] as const;

/** The table: `collection operation variant` → who is let through. */
export const matrix = {
  'orgs get': everyRole,
  'orgs list': 'nobody',
  'orgs create': 'nobody',
  'orgs update': managers,
  'orgs delete': 'nobody',
  'members get': everyRole,
  'members list': everyRole,
  'members create oneself as owner': 'nobody',
  'members update own role': 'nobody',
  'members delete': 'nobody',
  'dataSubjects get': readers,
  'dataSubjects get protected': managers,
  'dataSubjects get erasing': readers,
  'dataSubjects list': managers,
  'dataSubjects list unprotected': readers,
  'dataSubjects list by token': readers,
  'dataSubjects list by number': readers,
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
  'auditEvents create orgs.members.read': everyRole,
  'auditEvents create register.dataSubject.list': readers,
  'auditEvents create register.dataSubject.read': readers,
  'auditEvents create register.dataSubject.reveal': writers,
  'auditEvents create register.import.preview': writers,
  'auditEvents create privacy.extract.download': managers,
  'auditEvents create privacy.erasure.preview': managers,
  'auditEvents create change without its change': 'nobody',
  'auditEvents update': 'nobody',
  'auditEvents delete': 'nobody',
  'erasureCertificates get': inspectors,
  'erasureCertificates list': inspectors,
  'erasureCertificates create': 'nobody',
  'erasureCertificates update': 'nobody',
  'erasureCertificates delete': 'nobody',
  'jobs get own': everyRole,
  'jobs get of another': managers,
  'jobs list': managers,
  'jobs list own': writers,
  'jobs create import': writers,
  'jobs create extract': managers,
  'jobs create erasure': managers,
  'jobs create erasure of protected': managers,
  'jobs update': 'nobody',
  'jobs delete': 'nobody',
  'exports get': 'session',
  'exports list': 'session',
  'exports create': 'nobody',
  'exports update': 'nobody',
  'exports delete': 'nobody',
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
  'undeclared get': 'nobody',
  'undeclared list': 'nobody',
  'undeclared create': 'nobody',
  'undeclared update': 'nobody',
  'undeclared delete': 'nobody',
} as const satisfies Record<string, Expectation>;

/** A row of the table. */
export type OperationName = keyof typeof matrix;

/** Session states in which one's own session document can still be read. */
const holderStates: readonly SessionState[] = [
  'noSessionId',
  'sessionEnded',
  'idleLimitPassed',
  'absoluteLimitPassed',
  'accountDisabled',
  'memberRemoved',
  'valid',
];

/** Whether the table lets this cell through. `role` is null for somebody who is not signed in. */
export function isAllowed(name: OperationName, role: MatrixRole | null, state: SessionState, aim: Aim): boolean {
  const expectation: Expectation = matrix[name];
  if (expectation === 'nobody') return false;
  if (expectation === 'holder') return holderStates.includes(state);
  if (expectation === 'session') return state === 'valid' || state === 'memberRemoved';
  return state === 'valid' && aim === 'own' && role !== null && expectation.includes(role);
}
