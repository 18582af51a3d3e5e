/** How each row of the matrix is done. Everything but the permission is in order, so that only it can decide. */
import { serverTimestamp } from 'firebase/firestore/lite';
import type { OperationName } from '../matrix.ts';
import type { Caller } from './actors.ts';
import { teamOfCallers } from './actors.ts';
import { commit, getDoc, getDocs, type Where } from './client.ts';
import {
  correctDataSubject,
  createDataSubject,
  createUpload,
  reading,
  startErasure,
  startExtract,
  startImport,
  updateOrganisation,
} from './commits.ts';
import {
  changeMember,
  createFolder,
  createTeam,
  invite,
  leave,
  removeFolder,
  removeMember,
  removeTeam,
  renameTeam,
  resendInvitation,
  updateFolder,
  withdrawInvitation,
} from './commitsOfOrgs.ts';
import {
  acknowledgeAlarm,
  completeReview,
  decideAccess,
  decideApproval,
  endGrant,
  grantSupport,
  plantCanary,
  removeCanary,
  requestApproval,
  startApproved,
  startReview,
  withdrawApproval,
} from './commitsOfOversight.ts';
import {
  accountDoc,
  alarmDoc,
  blindIndex,
  certificateDoc,
  everyStrength,
  memberDoc,
  organisationDoc,
  sealedBytes,
  sessionDoc,
} from './documents.ts';
import { randomId } from './ids.ts';
import { closedCollections, type Target } from './target.ts';
import type { Write } from './wire.ts';

/** Tries an operation as a caller; rejects when it is refused. */
export type Operation = (caller: Caller, target: Target) => Promise<unknown>;

const get =
  (path: (caller: Caller, target: Target) => string): Operation =>
  (caller, target) =>
    getDoc(caller.client, path(caller, target));

const list =
  (from: (target: Target) => string, where: (caller: Caller, target: Target) => Where[] = () => []): Operation =>
  (caller, target) =>
    getDocs(caller.client, { from: from(target), where: where(caller, target), limit: 10 });

const write =
  (writes: (caller: Caller, target: Target) => readonly Write[]): Operation =>
  (caller, target) =>
    commit(caller.client, writes(caller, target));

const set = (path: string, data: Record<string, unknown>): Write[] => [{ op: 'set', path, data }];
const update = (path: string, data: Record<string, unknown>): Write[] => [{ op: 'update', path, data }];
const remove = (path: string): Write[] => [{ op: 'delete', path, data: {} }];

const active: Where = ['state', '==', 'active'];
const unprotected: Where = ['isProtected', '==', false];
const subjects = ({ orgId }: Target): string => `orgs/${orgId}/dataSubjects`;
const within =
  (name: string) =>
  ({ orgId }: Target): string =>
    `orgs/${orgId}/${name}`;
const other =
  (name: string) =>
  (_: unknown, target: Target): string =>
    `orgs/${target.orgId}/${name}/${target.other}`;

const organisation = {
  'orgs get': get((_, { orgId }) => `orgs/${orgId}`),
  'orgs list': list(() => 'orgs'),
  'orgs create': write((caller) => {
    const orgId = randomId();
    const [, event] = updateOrganisation(caller, orgId, 0);
    return [...set(`orgs/${orgId}`, organisationDoc()), ...(event === undefined ? [] : [event])];
  }),
  'orgs update name': write((caller, { orgId }) => updateOrganisation(caller, orgId, 1)),
  'orgs update settings': write((caller, { orgId }) =>
    updateOrganisation(caller, orgId, 1, { idleMinutes: 60, maskedFields: { editor: [], reader: [], support: [] }, reviewEveryMonths: 6 }),
  ),
  'orgs update read budget': write((caller, { orgId }) =>
    updateOrganisation(caller, orgId, 1, { readBudget: { perHour: 100, perDay: 100 } }),
  ),
  'orgs update minimum strength': write((caller, { orgId }) => updateOrganisation(caller, orgId, 1, { minimumStrength: everyStrength(3) })),
  'orgs update owner count alone': write((caller, { orgId }) => {
    const [, event] = updateOrganisation(caller, orgId, 1);
    const lastEventId = event?.path.split('/').at(-1);
    return [...update(`orgs/${orgId}`, { ownerCount: 3, lastEventId }), ...(event === undefined ? [] : [event])];
  }),
  'orgs update time of review alone': write((caller, { orgId, other: id }) =>
    completeReview(caller, orgId, id).filter(({ path }) => !path.includes('accessReviews')),
  ),
  'orgs update identity provider': write((caller, { orgId }) => updateOrganisation(caller, orgId, 1, { identityProvider: 'main' })),
  'orgs delete': write((_, { orgId }) => remove(`orgs/${orgId}`)),
};

const one = { after: 1 } as const;
const three = { after: 3 } as const;

const members = {
  'members get own': get(({ accountId }, { orgId }) => `orgs/${orgId}/members/${accountId}`),
  'members get of another': get((_, { orgId, editorMember }) => `orgs/${orgId}/members/${editorMember}`),
  'members list': list(within('members')),
  'members create oneself as owner': write(({ accountId }, { orgId }) => set(`orgs/${orgId}/members/${accountId}`, memberDoc('owner'))),
  'members update own role': write(({ accountId }, { orgId }) => update(`orgs/${orgId}/members/${accountId}`, { role: 'owner' })),
  'members update own role with event': write((caller, { orgId }) =>
    changeMember(
      caller,
      orgId,
      caller.accountId,
      { role: caller.role === 'reader' ? 'editor' : 'reader' },
      caller.role === 'owner' ? one : null,
    ),
  ),
  'members update own teams': write((caller, { orgId }) => changeMember(caller, orgId, caller.accountId, { teamIds: [randomId()] })),
  'members update editor': write((caller, { orgId, editorMember }) =>
    changeMember(caller, orgId, editorMember, { role: 'auditor', teamIds: [randomId(), randomId()] }),
  ),
  'members update editor to administrator': write((caller, { orgId, editorMember }) =>
    changeMember(caller, orgId, editorMember, { role: 'administrator' }),
  ),
  'members update editor to owner': write((caller, { orgId, editorMember }) =>
    changeMember(caller, orgId, editorMember, { role: 'owner' }, three),
  ),
  'members update administrator to reader': write((caller, { orgId, administratorMember }) =>
    changeMember(caller, orgId, administratorMember, { role: 'reader' }),
  ),
  'members update owner to reader': write((caller, { orgId, ownerMember }) =>
    changeMember(caller, orgId, ownerMember, { role: 'reader' }, one),
  ),
  'members update editor to support': write((caller, { orgId, editorMember }) =>
    changeMember(caller, orgId, editorMember, { role: 'support' }),
  ),
  'members update support to reader': write((caller, { orgId, supportMember }) =>
    changeMember(caller, orgId, supportMember, { role: 'reader' }),
  ),
  'members update step down': write((caller, { orgId }) => changeMember(caller, orgId, caller.accountId, { role: 'administrator' }, one)),
  'members update remove editor': write((caller, { orgId, editorMember }) => removeMember(caller, orgId, editorMember)),
  'members update remove administrator': write((caller, { orgId, administratorMember }) =>
    removeMember(caller, orgId, administratorMember),
  ),
  'members update remove owner': write((caller, { orgId, ownerMember }) => removeMember(caller, orgId, ownerMember, {}, one)),
  'members update remove support': write((caller, { orgId, supportMember }) => removeMember(caller, orgId, supportMember)),
  'members update leave': write((caller, { orgId }) => leave(caller, orgId)),
  'members update leave as one of two owners': write((caller, { orgId }) => leave(caller, orgId, {}, one)),
  'members delete': write(({ accountId }, { orgId }) => remove(`orgs/${orgId}/members/${accountId}`)),
  'invitations get': get(other('invitations')),
  'invitations list': list(within('invitations')),
  'invitations create editor': write((caller, { orgId }) => invite(caller, orgId)),
  'invitations create administrator': write((caller, { orgId }) => invite(caller, orgId, { role: 'administrator' })),
  'invitations create owner': write((caller, { orgId }) => invite(caller, orgId, { role: 'owner' })),
  'invitations create support': write((caller, { orgId }) => invite(caller, orgId, { role: 'support' })),
  'invitations update resend': write((caller, { orgId, other: id }) => resendInvitation(caller, orgId, id)),
  'invitations update resend to administrator': write((caller, { orgId, invitationOfAdministrator }) =>
    resendInvitation(caller, orgId, invitationOfAdministrator),
  ),
  'invitations update withdraw': write((caller, { orgId, other: id }) => withdrawInvitation(caller, orgId, id)),
  'invitations update accept': write((caller, { orgId, other: id }) => withdrawInvitation(caller, orgId, id, { state: 'accepted' })),
  'invitations delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/invitations/${id}`)),
};

const folderOf = (teamId: string): Where[] => [active, ['readTeams', 'array-contains', teamId]];

const teams = {
  'teams get': get(other('teams')),
  'teams list': list(within('teams')),
  'teams create': write((caller, { orgId }) => createTeam(caller, orgId)),
  'teams update rename': write((caller, { orgId, other: id }) => renameTeam(caller, orgId, id)),
  'teams update remove': write((caller, { orgId, other: id }) => removeTeam(caller, orgId, id)),
  'teams delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/teams/${id}`)),
  'folders get open': get(other('folders')),
  'folders get of own team': get((_, { orgId, folderOfOwnTeam }) => `orgs/${orgId}/folders/${folderOfOwnTeam}`),
  'folders get of another team': get((_, { orgId, folderOfAnotherTeam }) => `orgs/${orgId}/folders/${folderOfAnotherTeam}`),
  'folders list open': list(within('folders'), () => [active, ['openTo', '==', 'everyone']]),
  'folders list of own team': list(within('folders'), () => folderOf(teamOfCallers)),
  'folders list of another team': list(within('folders'), (_, { other: id }) => folderOf(id)),
  'folders list': list(within('folders'), () => [active]),
  'folders create': write((caller, { orgId }) => createFolder(caller, orgId)),
  'folders update': write((caller, { orgId, other: id }) => updateFolder(caller, orgId, id)),
  'folders update remove': write((caller, { orgId, other: id }) => removeFolder(caller, orgId, id)),
  'folders delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/folders/${id}`)),
};

const oversight = {
  'alarms get': get(other('alarms')),
  'alarms list': list(within('alarms')),
  'alarms create': write((_, { orgId }) => set(`orgs/${orgId}/alarms/${randomId()}`, alarmDoc())),
  'alarms update acknowledge': write((caller, { orgId, other: id }) => acknowledgeAlarm(caller, orgId, id)),
  'alarms update acknowledge about oneself': write((caller, { orgId, ownOf }) => acknowledgeAlarm(caller, orgId, ownOf(caller.accountId))),
  'alarms delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/alarms/${id}`)),
  'accessReviews get': get(other('accessReviews')),
  'accessReviews list': list(within('accessReviews')),
  'accessReviews create': write((caller, { orgId }) => startReview(caller, orgId)),
  'accessReviews update decide': write((caller, { orgId, other: id }) => decideAccess(caller, orgId, id)),
  'accessReviews update complete': write((caller, { orgId, other: id }) => completeReview(caller, orgId, id)),
  'accessReviews delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/accessReviews/${id}`)),
  'supportGrants get': get(other('supportGrants')),
  'supportGrants list': list(within('supportGrants')),
  'supportGrants create': write((caller, { orgId }) => grantSupport(caller, orgId)),
  'supportGrants update end': write((caller, { orgId, other: id }) => endGrant(caller, orgId, id)),
  'supportGrants update end claimed': write((caller, { orgId, claimedGrant }) => endGrant(caller, orgId, claimedGrant)),
  'supportGrants update claim': write((caller, { orgId, other: id }) =>
    endGrant(caller, orgId, id, { state: 'claimed', claimedBy: caller.accountId, claimedAt: serverTimestamp(), endedAt: null }),
  ),
  'supportGrants delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/supportGrants/${id}`)),
  'canaries get': get(other('canaries')),
  'canaries list': list(within('canaries')),
  'canaries create': write((caller, { orgId }) => plantCanary(caller, orgId)),
  'canaries update remove': write((caller, { orgId, other: id }) => removeCanary(caller, orgId, id)),
  'canaries delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/canaries/${id}`)),
  'approvals get': get(other('approvals')),
  'approvals list': list(within('approvals')),
  'approvals create massErasure': write((caller, { orgId }) => requestApproval(caller, orgId, 'massErasure')),
  'approvals create registerExport': write((caller, { orgId }) => requestApproval(caller, orgId, 'registerExport')),
  'approvals update approve': write((caller, { orgId, other: id }) => decideApproval(caller, orgId, id, 'approved')),
  'approvals update decline': write((caller, { orgId, other: id }) => decideApproval(caller, orgId, id, 'declined')),
  'approvals update approve own': write((caller, { orgId, ownOf }) => decideApproval(caller, orgId, ownOf(caller.accountId), 'approved')),
  'approvals update withdraw own': write((caller, { orgId, ownOf }) => withdrawApproval(caller, orgId, ownOf(caller.accountId))),
  'approvals update withdraw of another': write((caller, { orgId, other: id }) => withdrawApproval(caller, orgId, id)),
  'approvals update use': write((caller, { orgId, approvedErasure }) =>
    startApproved(caller, orgId, approvedErasure, 'massErasure').filter(({ path }) => !path.startsWith('jobs/')),
  ),
  'approvals delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/approvals/${id}`)),
};

const withoutNumber = { sealed: { ordinary: sealedBytes() }, hasIdentityNumber: false, identityNumberIndex: null };

const register = {
  'dataSubjects get': get((_, target) => `${subjects(target)}/${target.subject}`),
  'dataSubjects get protected': get((_, target) => `${subjects(target)}/${target.protectedSubject}`),
  'dataSubjects get erasing': get((_, target) => `${subjects(target)}/${target.erasingSubject}`),
  'dataSubjects list': list(subjects, () => [active]),
  'dataSubjects list unprotected': list(subjects, () => [active, unprotected]),
  'dataSubjects list by token': list(subjects, () => [active, unprotected, ['searchTokens', 'array-contains', blindIndex()]]),
  'dataSubjects list by number': list(subjects, () => [active, unprotected, ['identityNumberIndex', '==', blindIndex()]]),
  'dataSubjects list protected': list(subjects, () => [active, ['isProtected', '==', true]]),
  'dataSubjects create': write((caller, { orgId }) => createDataSubject(caller, orgId)),
  'dataSubjects create without number': write((caller, { orgId }) => createDataSubject(caller, orgId, withoutNumber)),
  'dataSubjects create protected': write((caller, { orgId }) => createDataSubject(caller, orgId, { isProtected: true })),
  'dataSubjects update correct': write((caller, { orgId, subject }) => correctDataSubject(caller, orgId, subject)),
  'dataSubjects update correct protected': write((caller, { orgId, protectedSubject }) =>
    correctDataSubject(caller, orgId, protectedSubject),
  ),
  'dataSubjects update make protected': write((caller, { orgId, subject }) =>
    correctDataSubject(caller, orgId, subject, 1, { isProtected: true }),
  ),
  'dataSubjects update unprotect': write((caller, { orgId, protectedSubject }) =>
    correctDataSubject(caller, orgId, protectedSubject, 1, { isProtected: false }),
  ),
  'dataSubjects update correct erasing': write((caller, { orgId, erasingSubject }) => correctDataSubject(caller, orgId, erasingSubject)),
  'dataSubjects delete': write((_, target) => remove(`${subjects(target)}/${target.subject}`)),
  'uploads get own': get(({ accountId }, { orgId, ownOf }) => `orgs/${orgId}/uploads/${ownOf(accountId)}`),
  'uploads get of another': get((_, { orgId, other: id }) => `orgs/${orgId}/uploads/${id}`),
  'uploads list': list(
    ({ orgId }) => `orgs/${orgId}/uploads`,
    ({ accountId }) => [['createdBy', '==', accountId]],
  ),
  'uploads create': write((caller, { orgId }) => createUpload(caller, orgId)),
  'uploads update': write(({ accountId }, { orgId, ownOf }) => update(`orgs/${orgId}/uploads/${ownOf(accountId)}`, { state: 'gone' })),
  'uploads delete': write(({ accountId }, { orgId, ownOf }) => remove(`orgs/${orgId}/uploads/${ownOf(accountId)}`)),
};

const records = (action: string, targetKind: string): Operation => write((caller, { orgId }) => reading(caller, orgId, action, targetKind));

const audit = {
  'auditEvents get': get((_, { orgId, other: id }) => `orgs/${orgId}/auditEvents/${id}`),
  'auditEvents list': list(({ orgId }) => `orgs/${orgId}/auditEvents`),
  'auditEvents create orgs.members.read': records('orgs.members.read', 'member'),
  'auditEvents create orgs.invitations.read': records('orgs.invitations.read', 'invitation'),
  'auditEvents create orgs.recoveries.read': records('orgs.recoveries.read', 'member'),
  'auditEvents create register.dataSubject.list': records('register.dataSubject.list', 'dataSubject'),
  'auditEvents create register.dataSubject.read': records('register.dataSubject.read', 'dataSubject'),
  'auditEvents create register.dataSubject.reveal': records('register.dataSubject.reveal', 'dataSubject'),
  'auditEvents create register.import.preview': records('register.import.preview', 'upload'),
  'auditEvents create privacy.extract.download': records('privacy.extract.download', 'dataSubject'),
  'auditEvents create privacy.erasure.preview': records('privacy.erasure.preview', 'dataSubject'),
  'auditEvents create privacy.registerExport.download': records('privacy.registerExport.download', 'job'),
  'auditEvents create audit.log.download': write((caller, { orgId }) =>
    reading(caller, orgId, 'audit.log.download', 'organisation', { targetIds: [orgId] }),
  ),
  'auditEvents create change without its change': write((caller, { orgId, subject }) =>
    reading(caller, orgId, 'register.dataSubject.correct', 'dataSubject', { targetIds: [subject] }),
  ),
  'auditEvents update': write((_, { orgId, other: id }) => update(`orgs/${orgId}/auditEvents/${id}`, { fields: [] })),
  'auditEvents delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/auditEvents/${id}`)),
};

const privacy = {
  'erasureCertificates get': get((_, { orgId, other: id }) => `orgs/${orgId}/erasureCertificates/${id}`),
  'erasureCertificates list': list(({ orgId }) => `orgs/${orgId}/erasureCertificates`),
  'erasureCertificates create': write((_, { orgId }) => set(`orgs/${orgId}/erasureCertificates/${randomId()}`, certificateDoc())),
  'erasureCertificates update': write((_, { orgId, other: id }) => update(`orgs/${orgId}/erasureCertificates/${id}`, { jws: 'x' })),
  'erasureCertificates delete': write((_, { orgId, other: id }) => remove(`orgs/${orgId}/erasureCertificates/${id}`)),
  'jobs get own': get(({ accountId }, { ownOf }) => `jobs/${ownOf(accountId)}`),
  'jobs get of another': get((_, { other: id }) => `jobs/${id}`),
  'jobs list': list(
    () => 'jobs',
    (_, { orgId }) => [['orgId', '==', orgId]],
  ),
  'jobs list own': list(
    () => 'jobs',
    ({ accountId }, { orgId }) => [
      ['orgId', '==', orgId],
      ['createdBy', '==', accountId],
    ],
  ),
  'jobs create import': write((caller, { orgId, ownOf }) => startImport(caller, orgId, ownOf(caller.accountId))),
  'jobs create extract': write((caller, { orgId, subject }) => startExtract(caller, orgId, subject)),
  'jobs create erasure': write((caller, { orgId, subject }) => startErasure(caller, orgId, subject)),
  'jobs create erasure of protected': write((caller, { orgId, protectedSubject }) => startErasure(caller, orgId, protectedSubject)),
  'jobs create massErasure': write((caller, { orgId, approvedErasure }) => startApproved(caller, orgId, approvedErasure, 'massErasure')),
  'jobs create registerExport': write((caller, { orgId, approvedExport }) =>
    startApproved(caller, orgId, approvedExport, 'registerExport'),
  ),
  'jobs create massErasure unapproved': write((caller, { orgId, other: id }) =>
    startApproved(caller, orgId, id, 'massErasure', { version: 2 }),
  ),
  'jobs update': write(({ accountId }, { ownOf }) => update(`jobs/${ownOf(accountId)}`, { state: 'succeeded' })),
  'jobs delete': write(({ accountId }, { ownOf }) => remove(`jobs/${ownOf(accountId)}`)),
};

const service = {
  'sessions get own': get(({ sessionId }) => `sessions/${sessionId}`),
  'sessions get of another': get((_, { other: id }) => `sessions/${id}`),
  'sessions list': list(
    () => 'sessions',
    ({ accountId }) => [['accountId', '==', accountId]],
  ),
  'sessions create': write(({ accountId }) => set(`sessions/${randomId()}`, sessionDoc(accountId))),
  'sessions update': write(({ sessionId }) => update(`sessions/${sessionId}`, { lastSeenAt: serverTimestamp() })),
  'sessions delete': write(({ sessionId }) => remove(`sessions/${sessionId}`)),
  'accounts get': get(({ accountId }) => `accounts/${accountId}`),
  'accounts list': list(() => 'accounts'),
  'accounts create': write(() => set(`accounts/${randomId()}`, accountDoc())),
  'accounts update': write(({ accountId }) => update(`accounts/${accountId}`, { state: 'active' })),
  'accounts delete': write(({ accountId }) => remove(`accounts/${accountId}`)),
};

/** Read by who is in a valid session, whoever it is. */
const shownCollections = { exports: 'exports', drills: 'drills' } as const;

type ClosedName = 'identityProviders' | 'auditSeals' | keyof typeof closedCollections | keyof typeof shownCollections;
type Closed = Record<`${ClosedName} ${'get' | 'list' | 'create' | 'update' | 'delete'}`, Operation>;

/** The five operations on collections that are for the Admin SDK alone, or that it alone writes. */
function closed(): Closed {
  const paths: Record<ClosedName, (target: Target) => string> = {
    identityProviders: within('identityProviders'),
    auditSeals: within('auditSeals'),
    ...Object.fromEntries(Object.entries({ ...closedCollections, ...shownCollections }).map(([name, path]) => [name, () => path])),
  } as Record<ClosedName, (target: Target) => string>; // fromEntries loses the names
  const all = Object.entries(paths).flatMap(([name, path]): [string, Operation][] => [
    [`${name} get`, get((_, target) => `${path(target)}/${target.other}`)],
    [`${name} list`, list(path)],
    [`${name} create`, write((_, target) => set(`${path(target)}/${randomId()}`, { v: 1 }))],
    [`${name} update`, write((_, target) => update(`${path(target)}/${target.other}`, { v: 2 }))],
    [`${name} delete`, write((_, target) => remove(`${path(target)}/${target.other}`))],
  ]);
  return Object.fromEntries(all) as Closed; // fromEntries loses the names
}

/** Every row of the matrix. */
export const operations: Record<OperationName, Operation> = {
  ...organisation,
  ...members,
  ...teams,
  ...oversight,
  ...register,
  ...audit,
  ...privacy,
  ...service,
  ...closed(),
};
