/**
 * Who uses the Admin SDK, which the security rules do not see, and for what. A new line here is a decision: tenant data
 * that a member reads or writes goes under the member's own token instead.
 */
export const adminAccess: Readonly<Record<string, string>> = {
  'audit/store.ts': 'the events about a person for an extract made by a job, and their number',
  'backup/dailyExport.ts': 'the list of exports, by a schedule',
  'identity/accountStore.ts': 'accounts: credentials, which no client may see',
  'identity/attemptStore.ts': 'attempts to sign in: credentials, which no client may see',
  'identity/functions.ts': 'custom tokens, made after both factors',
  'identity/rateLimit.ts': 'attempts left, which no client may see',
  'identity/sessionStore.ts': 'sessions, which whoever could be in one must not write',
  'identity/sessions/idleLimit.ts': 'the strictest idle limit of the organisations of an account',
  'orgs/alarms/stewards.ts': 'who is to be told: owners and administrators, by the server',
  'orgs/alarms/store.ts': 'alarms: whoever is to be caught can neither raise nor silence one',
  'orgs/store.ts': 'founding: the first member cannot be written by a member; organisations of an account',
  'platform/http.ts': 'verifying ID tokens',
  'platform/jobs.ts': 'lease, progress and result of jobs',
  'platform/keyring.ts': 'the database of wrapped keys',
  'platform/sweepJobs.ts': 'jobs that nobody works on, by a schedule',
  'platform/tasks.ts': 'the queue of jobs',
  'privacy/erasures.ts': 'whether a job about the person is running, whoever started it',
  'privacy/pruneExpired.ts': 'what has expired, by a schedule',
  'privacy/runErasure.ts': 'certificate and ledger, by a job',
  'privacy/runExtract.ts': 'who has access, and the organisation, for an extract made by a job',
  'register/budget/store.ts': 'how many persons a member may still be shown, which no client may see or change',
  'register/canaries/store.ts': 'whether a person who is read is a canary, which the reader must not see',
  'register/numberLock.ts': 'who may add identity numbers: the lock, and whether an import runs',
  'register/personalData.ts': 'reading, counting and deleting a person, by the jobs of extract and erasure',
  'register/runImport.ts': 'persons of an import, by its job',
  'register/store.ts': 'numbers only: how many persons there are, and which blind indexes are taken',
};
