/**
 * Every shape of query that Valv sends to the default database, so that each has its composite index. The emulator
 * answers without indexes; production does not.
 */

/** How a query uses a field. */
export type FieldUse =
  | { readonly field: string; readonly filter: '==' | 'array-contains' | 'range' }
  | { readonly field: string; readonly order: 'asc' | 'desc' };

/** One query: what it filters by and, last and in order, what it sorts by. */
export type QueryShape = {
  /** Who sends it, in words. */
  readonly purpose: string;
  /** Id of the collection, as in the index file. */
  readonly collection: string;
  /** Absent for one collection; `group` for all collections of that id. */
  readonly scope?: 'group';
  readonly uses: readonly FieldUse[];
};

const eq = (field: string): FieldUse => ({ field, filter: '==' });
const contains = (field: string): FieldUse => ({ field, filter: 'array-contains' });
const range = (field: string): FieldUse => ({ field, filter: 'range' });
const asc = (field: string): FieldUse => ({ field, order: 'asc' });
const desc = (field: string): FieldUse => ({ field, order: 'desc' });

const register = (purpose: string, ...uses: readonly FieldUse[]): QueryShape => ({
  purpose,
  collection: 'dataSubjects',
  uses: [eq('state'), ...uses],
});

/** Latest change first; equal instants, as an import makes them, by id. */
const latestFirst = [desc('updatedAt'), asc('__name__')] as const;
const log = (purpose: string, ...uses: readonly FieldUse[]): QueryShape => ({ purpose, collection: 'auditEvents', uses });

/** With and without the limits of time that the log's filters may set. */
const logWithTimes = (purpose: string, ...uses: readonly FieldUse[]): readonly QueryShape[] => [
  log(purpose, ...uses, desc('at')),
  log(`${purpose}, from and to a time`, ...uses, range('at'), desc('at')),
];

/** All shapes. A new query is added here first; tests/rules/indexes.test.ts then tells which index it lacks. */
export const queryShapes: readonly QueryShape[] = [
  register('the register, all of it', ...latestFirst),
  register('the register without protected persons', eq('isProtected'), ...latestFirst),
  register('search by name, all', contains('searchTokens'), ...latestFirst),
  register('search by name without protected persons', eq('isProtected'), contains('searchTokens'), ...latestFirst),
  register('search by e-mail, all', eq('emailIndex')),
  register('search by e-mail without protected persons', eq('isProtected'), eq('emailIndex')),
  register('search by number, all', eq('identityNumberIndex')),
  register('search by number without protected persons', eq('isProtected'), eq('identityNumberIndex')),
  register('how many persons, all'),
  register('how many persons without protected ones', eq('isProtected')),
  ...logWithTimes('the log'),
  ...logWithTimes('the log of an action', eq('action')),
  ...logWithTimes('the log of an actor', eq('actorId')),
  ...logWithTimes('the log of a target', contains('targetIds')),
  ...logWithTimes('the log of an action by an actor', eq('action'), eq('actorId')),
  ...logWithTimes('the log of an action on a target', eq('action'), contains('targetIds')),
  ...logWithTimes('the log of an actor and a target', eq('actorId'), contains('targetIds')),
  ...logWithTimes('the log of an action by an actor on a target', eq('action'), eq('actorId'), contains('targetIds')),
  ...logWithTimes('the log of a network', eq('from')),
  log('the log of refusals', range('outcome'), desc('at'), desc('outcome')),
  log('the log of refusals, from and to a time', range('outcome'), range('at'), desc('at'), desc('outcome')),
  { purpose: 'organisations with events to seal (schedule)', collection: 'auditEvents', scope: 'group', uses: [eq('v'), eq('sealSeq')] },
  log('events to seal, the oldest first (schedule)', eq('sealSeq'), asc('at')),
  log('events that say that they are in a seal (schedule)', range('sealSeq')),
  log('events that say that they are in a seal that cannot be (schedule)', asc('sealSeq')),
  { purpose: 'heads that are not signed (schedule)', collection: 'auditHeads', uses: [eq('checkpoint')] },
  { purpose: 'heads that say a lost checkpoint has signed them (operators)', collection: 'auditHeads', uses: [range('checkpoint')] },
  { purpose: 'marks of what the reconciler has met (schedule)', collection: 'auditReconciliation', uses: [eq('of')] },
  { purpose: 'every checkpoint in order (operators)', collection: 'auditCheckpoints', uses: [asc('n')] },
  { purpose: 'the newest checkpoint (schedule)', collection: 'auditCheckpoints', uses: [desc('n')] },
  {
    purpose: 'organisations that want receipts of their log (schedule)',
    collection: 'receiptMail',
    scope: 'group',
    uses: [eq('v'), eq('isWanted')],
  },
  { purpose: 'the jobs of an organisation', collection: 'jobs', uses: [eq('orgId'), desc('createdAt')] },
  { purpose: "one's own jobs in an organisation", collection: 'jobs', uses: [eq('orgId'), eq('createdBy'), desc('createdAt')] },
  { purpose: 'jobs that stopped moving (schedule)', collection: 'jobs', uses: [eq('state'), range('updatedAt'), asc('updatedAt')] },
  { purpose: 'a running job about a person', collection: 'jobs', uses: [eq('orgId'), eq('input.dataSubjectId'), eq('state')] },
  { purpose: 'a running import of an organisation', collection: 'jobs', uses: [eq('orgId'), eq('kind'), eq('state')] },
  { purpose: 'exports of registers that failed (schedule)', collection: 'jobs', uses: [eq('kind'), eq('state'), eq('step')] },
  { purpose: 'read budgets that nobody uses (schedule)', collection: 'readBudgets', uses: [range('expiresAt')] },
  {
    purpose: "a member's single erasures of a day",
    collection: 'jobs',
    uses: [eq('orgId'), eq('kind'), eq('createdBy'), range('createdAt'), asc('createdAt')],
  },
  register('everybody, for an export'),
  register('everybody without protected persons, for an export', eq('isProtected')),
  { purpose: "a member's files that wait to be imported", collection: 'uploads', uses: [eq('createdBy'), eq('state')] },
  { purpose: 'the canaries of an organisation', collection: 'canaries', uses: [eq('state')] },
  { purpose: 'the newest requests for approval', collection: 'approvals', uses: [desc('createdAt')] },
  { purpose: 'extracts that have expired (schedule)', collection: 'jobs', uses: [eq('kind'), range('result.expiresAt')] },
  { purpose: 'accounts of a BankID', collection: 'accounts', uses: [eq('bankIdIndex')] },
  { purpose: 'what is looked up beside an account', collection: 'standIns', uses: [eq('emailIndex')] },
  { purpose: 'factors of a kind', collection: 'factors', uses: [eq('kind')] },
  { purpose: 'sessions that ended long ago (schedule)', collection: 'sessions', uses: [range('absoluteExpiresAt')] },
  { purpose: 'the running sessions of an account', collection: 'sessions', uses: [eq('accountId'), eq('state')] },
  { purpose: 'the open attempts of an account', collection: 'attempts', uses: [eq('accountId'), eq('state')] },
  {
    purpose: "recoveries that wait for an organisation's administrators",
    collection: 'recoveries',
    uses: [contains('orgIds'), eq('state'), range('expiresAt'), asc('expiresAt')],
  },
  { purpose: 'the waiting recoveries of an account', collection: 'recoveries', uses: [eq('accountId'), eq('state')] },
  { purpose: 'recoveries that ran out long ago (schedule)', collection: 'recoveries', uses: [range('expiresAt')] },
  { purpose: 'closed accounts of which something is left (schedule)', collection: 'accounts', uses: [eq('state'), range('closedAt')] },
  { purpose: 'attempts that have expired (schedule)', collection: 'attempts', uses: [range('expiresAt')] },
  { purpose: 'enrolments that have expired (schedule)', collection: 'enrolments', uses: [range('expiresAt')] },
  { purpose: 'challenges that have expired (schedule)', collection: 'passkeyChallenges', uses: [range('expiresAt')] },
  { purpose: 'orders at BankID that have expired (schedule)', collection: 'bankIdOrders', uses: [range('expiresAt')] },
  { purpose: "sign-ins by organisations' providers that have expired (schedule)", collection: 'oidcFlows', uses: [range('expiresAt')] },
  { purpose: 'rate limits that have refilled (schedule)', collection: 'rateLimits', uses: [range('expiresAt')] },
  { purpose: 'uploads that have expired (schedule)', collection: 'uploads', scope: 'group', uses: [eq('state'), range('expiresAt')] },
  {
    purpose: 'alarms whose mail has not gone out (schedule)',
    collection: 'alarms',
    scope: 'group',
    uses: [eq('mailedAt'), range('at'), asc('at')],
  },
  { purpose: 'owners and administrators of an organisation', collection: 'members', uses: [eq('state'), eq('role')] },
  { purpose: 'the alarms of an organisation', collection: 'alarms', uses: [desc('at')] },
  { purpose: 'folders that are open to everyone', collection: 'folders', uses: [eq('state'), eq('openTo')] },
  { purpose: 'folders that are open to a team', collection: 'folders', uses: [eq('state'), contains('readTeams')] },
  { purpose: 'folders, of whoever manages them', collection: 'folders', uses: [eq('state')] },
  { purpose: 'the teams of an organisation', collection: 'teams', uses: [eq('state')] },
  { purpose: 'the members of an organisation, by id', collection: 'members', uses: [eq('state')] },
  { purpose: 'when an account was last seen', collection: 'sessions', uses: [eq('accountId'), desc('lastSeenAt')] },
  { purpose: 'open invitations', collection: 'invitations', uses: [eq('state')] },
  { purpose: 'an open invitation of an address', collection: 'invitations', uses: [eq('state'), eq('emailIndex')] },
  {
    purpose: 'invitations that ended long ago (schedule)',
    collection: 'invitations',
    scope: 'group',
    uses: [eq('state'), range('expiresAt')],
  },
  { purpose: 'access reviews, newest first', collection: 'accessReviews', uses: [desc('startedAt')] },
  { purpose: 'reminders of a review (schedule)', collection: 'alarms', uses: [eq('kind'), range('at')] },
  { purpose: 'support grants, newest first', collection: 'supportGrants', uses: [desc('createdAt')] },
  {
    purpose: 'support grants that technicians may take up',
    collection: 'supportGrants',
    scope: 'group',
    uses: [eq('state'), range('expiresAt')],
  },
  { purpose: 'accounts that are disabled (schedule)', collection: 'accounts', uses: [eq('state')] },
  { purpose: 'members, support apart, counted', collection: 'members', uses: [eq('state'), eq('role')] },
  { purpose: 'organisations, by id (schedule)', collection: 'orgs', uses: [asc('__name__')] },
  { purpose: 'the organisations of an account', collection: 'members', scope: 'group', uses: [eq('accountId'), eq('state')] },
  { purpose: 'exports that are too old (schedule)', collection: 'exports', uses: [eq('state'), range('expiresAt'), asc('expiresAt')] },
  { purpose: 'exports of a kind that are running or complete (schedule)', collection: 'exports', uses: [eq('kind'), eq('state')] },
  { purpose: 'the newest canary of backups (schedule)', collection: 'backupCanaries', uses: [desc('createdAt')] },
  { purpose: 'canaries of backups that are too old (schedule)', collection: 'backupCanaries', uses: [range('createdAt')] },
  { purpose: 'drills that are too old (schedule)', collection: 'drills', uses: [range('expiresAt')] },
  { purpose: 'figures of drills that are too old (schedule)', collection: 'drillReports', uses: [range('expiresAt')] },
  { purpose: 'the records of daily exports', collection: 'exports', uses: [eq('kind'), desc('startedAt')] },
  { purpose: 'the records of restore drills', collection: 'drills', uses: [desc('startedAt')] },
  {
    purpose: 'the newest complete export or increment (schedule, restore)',
    collection: 'exports',
    uses: [eq('kind'), eq('state'), range('startedAt'), desc('startedAt')],
  },
  { purpose: "all persons that still hold a job's import (worker)", collection: 'dataSubjects', uses: [eq('importJobId')] },
];
