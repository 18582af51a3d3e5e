/** Queries are proved, not filtered: what a query leaves open is refused, whatever is stored. */
import type { MatrixRole } from '../matrix.ts';
import type { Query, Where } from '../support/client.ts';
import { certificateDoc, dataSubjectDoc, eventDoc, exportDoc, folderDoc, jobDoc, minutesFromNow, uploadDoc } from '../support/documents.ts';
import type { Seed } from '../support/environment.ts';
import { randomId } from '../support/ids.ts';
import type { Scene } from '../support/scene.ts';

/** A list that a role asks for. */
export type Listing = { readonly title: string; readonly role: MatrixRole; readonly query: Query };

const active: Where = ['state', '==', 'active'];
const unprotected: Where = ['isProtected', '==', false];
const byTime = [['at', 'DESCENDING']] as const;
const byChange = [['updatedAt', 'DESCENDING']] as const;
const byStart = [['createdAt', 'DESCENDING']] as const;

/** What stands in the database for the lists. */
export function seedsOfQueries({ orgId, writers }: Scene): Seed[] {
  const editorId = writers.editor.accountId;
  return [
    ...[true, false].map((isProtected): Seed => [`orgs/${orgId}/dataSubjects/${randomId()}`, dataSubjectDoc({ isProtected })]),
    [`orgs/${orgId}/auditEvents/${randomId()}`, eventDoc(editorId)],
    [`orgs/${orgId}/uploads/${randomId()}`, uploadDoc(editorId)],
    [`orgs/${orgId}/erasureCertificates/${randomId()}`, certificateDoc()],
    [`orgs/${orgId}/folders/${randomId()}`, folderDoc()],
    [`jobs/${randomId()}`, jobDoc(orgId, editorId)],
    [`exports/${randomId()}`, exportDoc()],
  ];
}

/** Collections of an organisation that are listed with a limit of 100, and by whom. */
const limited: Readonly<Record<string, MatrixRole>> = {
  auditEvents: 'auditor',
  members: 'billing',
  erasureCertificates: 'auditor',
  invitations: 'administrator',
  teams: 'billing',
  alarms: 'auditor',
  accessReviews: 'auditor',
  supportGrants: 'auditor',
  canaries: 'owner',
  approvals: 'auditor',
};

/** Lists that are refused. */
export function refusedListings({ orgId, foreignOrgId, teamId, writers }: Scene): Listing[] {
  const [ownerId, editorId, readerId] = [writers.owner.accountId, writers.editor.accountId, writers.reader.accountId];
  const subjects = (title: string, role: MatrixRole, ...where: Where[]): Listing => ({
    title: `persons ${title}`,
    role,
    query: { from: `orgs/${orgId}/dataSubjects`, where, limit: 10 },
  });
  const folders = (title: string, role: MatrixRole, ...where: Where[]): Listing => ({
    title: `folders ${title}`,
    role,
    query: { from: `orgs/${orgId}/folders`, where, limit: 10 },
  });
  const jobs = (title: string, role: MatrixRole, ...where: Where[]): Listing => ({
    title: `jobs ${title}`,
    role,
    query: { from: 'jobs', where, limit: 10 },
  });
  const ofOrg: Where = ['orgId', '==', orgId];
  const everyone: Where = ['openTo', '==', 'everyone'];
  const all: Query = { from: `orgs/${orgId}/dataSubjects`, where: [active] };
  return [
    { title: 'persons without a limit', role: 'owner', query: all },
    { title: '101 persons', role: 'owner', query: { ...all, limit: 101 } },
    subjects('of any state', 'owner'),
    subjects('who are being erased', 'owner', ['state', '==', 'erasing']),
    subjects('of one of two states', 'owner', ['state', 'in', ['active', 'erasing']]),
    subjects('of another state than one', 'owner', ['state', '!=', 'erasing']),
    subjects('protected or not, by an editor', 'editor', active),
    subjects('protected or not, by a reader', 'reader', active),
    subjects('protected or not, by support', 'support', active),
    subjects('that are protected, by an editor', 'editor', active, ['isProtected', '==', true]),
    subjects('with either protection, by an editor', 'editor', active, ['isProtected', 'in', [true, false]]),
    subjects('without protection said backwards, by an editor', 'editor', active, ['isProtected', '!=', true]),
    subjects('without a state, by a reader', 'reader', unprotected),
    subjects('by an auditor', 'auditor', active, unprotected),
    {
      title: 'persons of another organisation',
      role: 'owner',
      query: { from: `orgs/${foreignOrgId}/dataSubjects`, where: [active], limit: 10 },
    },
    { title: 'events of another organisation', role: 'auditor', query: { from: `orgs/${foreignOrgId}/auditEvents`, limit: 10 } },
    ...Object.entries(limited).flatMap(([name, role]): Listing[] => [
      { title: `${name} without a limit`, role, query: { from: `orgs/${orgId}/${name}` } },
      { title: `101 ${name}`, role, query: { from: `orgs/${orgId}/${name}`, limit: 101 } },
    ]),
    folders('of every audience, by an editor', 'editor', active),
    folders('of any state, by an editor', 'editor', everyone),
    folders('of any state', 'owner'),
    folders('that were removed', 'owner', ['state', '==', 'removed']),
    folders('for teams, by an editor', 'editor', active, ['openTo', '==', 'teams']),
    folders('of a foreign team, by an editor', 'editor', active, ['readTeams', 'array-contains', randomId()]),
    folders('of a foreign team or an own one, by a reader', 'reader', active, ['readTeams', 'array-contains-any', [teamId, randomId()]]),
    folders('that an own team writes, by an editor', 'editor', active, ['writeTeams', 'array-contains', teamId]),
    folders('for everyone, by billing', 'billing', active, everyone),
    { title: 'folders without a limit', role: 'owner', query: { from: `orgs/${orgId}/folders`, where: [active] } },
    { title: '101 folders', role: 'owner', query: { from: `orgs/${orgId}/folders`, where: [active], limit: 101 } },
    { title: 'jobs without an organisation', role: 'owner', query: { from: 'jobs', limit: 10 } },
    jobs('of another organisation', 'owner', ['orgId', '==', foreignOrgId]),
    jobs('of one of two organisations', 'owner', ['orgId', 'in', [orgId, foreignOrgId]]),
    { title: 'jobs without a limit', role: 'owner', query: { from: 'jobs', where: [ofOrg] } },
    { title: '51 jobs', role: 'owner', query: { from: 'jobs', where: [ofOrg], limit: 51 } },
    jobs('of everybody, by an editor', 'editor', ofOrg),
    jobs('of oneself in every organisation, by an editor', 'editor', ['createdBy', '==', editorId]),
    jobs('of another member, by an editor', 'editor', ofOrg, ['createdBy', '==', ownerId]),
    jobs('of oneself, by a reader', 'reader', ofOrg, ['createdBy', '==', readerId]),
    { title: 'exports without a limit', role: 'owner', query: { from: 'exports' } },
    { title: '61 exports', role: 'owner', query: { from: 'exports', limit: 61 } },
    { title: 'drills without a limit', role: 'owner', query: { from: 'drills' } },
    { title: '61 drills', role: 'owner', query: { from: 'drills', limit: 61 } },
    {
      title: 'organisations that one may read',
      role: 'owner',
      query: { from: 'orgs', where: [['name', '==', 'Föreningen Exempel']], limit: 10 },
    },
    {
      title: "one's own uploads",
      role: 'owner',
      query: { from: `orgs/${orgId}/uploads`, where: [['createdBy', '==', ownerId]], limit: 10 },
    },
    { title: "one's own sessions", role: 'owner', query: { from: 'sessions', where: [['accountId', '==', ownerId]], limit: 10 } },
    ...['dataSubjects', 'uploads', 'jobs', 'folders', ...Object.keys(limited)].map((name): Listing => ({
      title: `${name} across all organisations`,
      role: 'owner',
      query: { from: name, allDescendants: true, limit: 1 },
    })),
  ];
}

/** Lists that are granted. */
export function grantedListings({ orgId, teamId, writers }: Scene): Listing[] {
  const editorId = writers.editor.accountId;
  const subjects = (title: string, role: MatrixRole, where: Where[], rest: Partial<Query> = {}): Listing => ({
    title: `persons ${title}`,
    role,
    query: { from: `orgs/${orgId}/dataSubjects`, where: [active, ...where], limit: 100, ...rest },
  });
  const folders = (title: string, role: MatrixRole, ...where: Where[]): Listing => ({
    title: `folders ${title}`,
    role,
    query: { from: `orgs/${orgId}/folders`, where: [active, ...where], limit: 100 },
  });
  const everyFilter: Where[] = [
    ['action', '==', 'register.dataSubject.read'],
    ['actorId', '==', editorId],
    ['targetIds', 'array-contains', 'target'],
    ['at', '>', minutesFromNow(-60)],
  ];
  return [
    subjects('up to 100', 'owner', []),
    subjects('by their change', 'administrator', [], { orderBy: byChange }),
    subjects('without protection, by a reader', 'reader', [unprotected], { orderBy: byChange }),
    subjects('without protection, by support', 'support', [unprotected], { orderBy: byChange }),
    subjects('by a token', 'editor', [unprotected, ['searchTokens', 'array-contains', 'token']], { orderBy: byChange }),
    subjects('by an e-mail index', 'editor', [unprotected, ['emailIndex', '==', 'index']]),
    subjects('by a number index', 'owner', [['identityNumberIndex', '==', 'index']]),
    {
      title: 'events with every filter',
      role: 'administrator',
      query: { from: `orgs/${orgId}/auditEvents`, where: everyFilter, orderBy: byTime, limit: 50 },
    },
    ...Object.entries(limited).map(([name, role]): Listing => ({
      title: `100 ${name}`,
      role,
      query: { from: `orgs/${orgId}/${name}`, limit: 100 },
    })),
    folders('for everyone, by a reader', 'reader', ['openTo', '==', 'everyone']),
    folders('of an own team, by an editor', 'editor', ['readTeams', 'array-contains', teamId]),
    folders('of every audience, by an administrator', 'administrator'),
    {
      title: '50 jobs',
      role: 'administrator',
      query: { from: 'jobs', where: [['orgId', '==', orgId]], orderBy: byStart, limit: 50 },
    },
    {
      title: "one's own jobs by an editor",
      role: 'editor',
      query: {
        from: 'jobs',
        where: [
          ['orgId', '==', orgId],
          ['createdBy', '==', editorId],
        ],
        orderBy: byStart,
        limit: 50,
      },
    },
    { title: '60 exports', role: 'billing', query: { from: 'exports', orderBy: [['startedAt', 'DESCENDING']], limit: 60 } },
    { title: '60 drills', role: 'owner', query: { from: 'drills', orderBy: [['startedAt', 'DESCENDING']], limit: 60 } },
  ];
}
