/** How each row of the matrix is done. Everything but the permission is in order, so that only it can decide. */
import {
  collection,
  doc,
  getDocFromServer,
  getDocsFromServer,
  limit,
  query,
  type QueryConstraint,
  serverTimestamp,
  where,
} from 'firebase/firestore';
import type { OperationName } from '../matrix.ts';
import type { Caller } from './actors.ts';
import {
  commit,
  correctDataSubject,
  createDataSubject,
  createUpload,
  reading,
  startErasure,
  startExtract,
  startImport,
  updateOrganisation,
  type Write,
} from './commits.ts';
import { accountDoc, blindIndex, certificateDoc, exportDoc, memberDoc, organisationDoc, sealedBytes, sessionDoc } from './documents.ts';
import { randomId } from './ids.ts';
import type { Target } from './target.ts';

/** Tries an operation as a caller; rejects when it is refused. */
export type Operation = (caller: Caller, target: Target) => Promise<unknown>;

const get =
  (path: (caller: Caller, target: Target) => string): Operation =>
  (caller, target) =>
    getDocFromServer(doc(caller.db, path(caller, target)));

const list =
  (path: (target: Target) => string, constraints: (caller: Caller, target: Target) => QueryConstraint[] = () => []): Operation =>
  (caller, target) =>
    getDocsFromServer(query(collection(caller.db, path(target)), ...constraints(caller, target), limit(10)));

const write =
  (writes: (caller: Caller, target: Target) => readonly Write[]): Operation =>
  (caller, target) =>
    commit(caller.db, writes(caller, target));

const set = (path: string, data: Record<string, unknown>): Write[] => [{ op: 'set', path, data }];
const update = (path: string, data: Record<string, unknown>): Write[] => [{ op: 'update', path, data }];
const remove = (path: string): Write[] => [{ op: 'delete', path, data: {} }];

const active = where('state', '==', 'active');
const unprotected = where('isProtected', '==', false);
const subjects = ({ orgId }: Target): string => `orgs/${orgId}/dataSubjects`;

const orgs = {
  'orgs get': get((_, { orgId }) => `orgs/${orgId}`),
  'orgs list': ({ db }: Caller) => getDocsFromServer(query(collection(db, 'orgs'), limit(10))),
  'orgs create': write((caller) => {
    const orgId = randomId();
    const [, event] = updateOrganisation(caller, orgId, 0);
    return [...set(`orgs/${orgId}`, organisationDoc()), ...(event === undefined ? [] : [event])];
  }),
  'orgs update': write((caller, { orgId }) => updateOrganisation(caller, orgId, 1)),
  'orgs delete': write((_, { orgId }) => remove(`orgs/${orgId}`)),
  'members get': get(({ accountId }, { orgId }) => `orgs/${orgId}/members/${accountId}`),
  'members list': list(({ orgId }) => `orgs/${orgId}/members`),
  'members create oneself as owner': write(({ accountId }, { orgId }) => set(`orgs/${orgId}/members/${accountId}`, memberDoc('owner'))),
  'members update own role': write(({ accountId }, { orgId }) => update(`orgs/${orgId}/members/${accountId}`, { role: 'owner' })),
  'members delete': write(({ accountId }, { orgId }) => remove(`orgs/${orgId}/members/${accountId}`)),
};

const withoutNumber = { sealed: { ordinary: sealedBytes() }, hasIdentityNumber: false, identityNumberIndex: null };

const register = {
  'dataSubjects get': get((_, target) => `${subjects(target)}/${target.subject}`),
  'dataSubjects get protected': get((_, target) => `${subjects(target)}/${target.protectedSubject}`),
  'dataSubjects get erasing': get((_, target) => `${subjects(target)}/${target.erasingSubject}`),
  'dataSubjects list': list(subjects, () => [active]),
  'dataSubjects list unprotected': list(subjects, () => [active, unprotected]),
  'dataSubjects list by token': list(subjects, () => [active, unprotected, where('searchTokens', 'array-contains', blindIndex())]),
  'dataSubjects list by number': list(subjects, () => [active, unprotected, where('identityNumberIndex', '==', blindIndex())]),
  'dataSubjects list protected': list(subjects, () => [active, where('isProtected', '==', true)]),
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
  'uploads get own': get(({ accountId }, { orgId, uploadOf }) => `orgs/${orgId}/uploads/${uploadOf(accountId)}`),
  'uploads get of another': get((_, { orgId, other }) => `orgs/${orgId}/uploads/${other}`),
  'uploads list': list(
    ({ orgId }) => `orgs/${orgId}/uploads`,
    ({ accountId }) => [where('createdBy', '==', accountId)],
  ),
  'uploads create': write((caller, { orgId }) => createUpload(caller, orgId)),
  'uploads update': write(({ accountId }, { orgId, uploadOf }) =>
    update(`orgs/${orgId}/uploads/${uploadOf(accountId)}`, { state: 'gone' }),
  ),
  'uploads delete': write(({ accountId }, { orgId, uploadOf }) => remove(`orgs/${orgId}/uploads/${uploadOf(accountId)}`)),
};

const records = (action: string, targetKind: string): Operation => write((caller, { orgId }) => reading(caller, orgId, action, targetKind));

const audit = {
  'auditEvents get': get((_, { orgId, other }) => `orgs/${orgId}/auditEvents/${other}`),
  'auditEvents list': list(({ orgId }) => `orgs/${orgId}/auditEvents`),
  'auditEvents create orgs.members.read': records('orgs.members.read', 'member'),
  'auditEvents create register.dataSubject.list': records('register.dataSubject.list', 'dataSubject'),
  'auditEvents create register.dataSubject.read': records('register.dataSubject.read', 'dataSubject'),
  'auditEvents create register.dataSubject.reveal': records('register.dataSubject.reveal', 'dataSubject'),
  'auditEvents create register.import.preview': records('register.import.preview', 'upload'),
  'auditEvents create privacy.extract.download': records('privacy.extract.download', 'dataSubject'),
  'auditEvents create privacy.erasure.preview': records('privacy.erasure.preview', 'dataSubject'),
  'auditEvents create change without its change': write((caller, { orgId, subject }) =>
    reading(caller, orgId, 'register.dataSubject.correct', 'dataSubject', { targetIds: [subject] }),
  ),
  'auditEvents update': write((_, { orgId, other }) => update(`orgs/${orgId}/auditEvents/${other}`, { fields: [] })),
  'auditEvents delete': write((_, { orgId, other }) => remove(`orgs/${orgId}/auditEvents/${other}`)),
};

const privacy = {
  'erasureCertificates get': get((_, { orgId, other }) => `orgs/${orgId}/erasureCertificates/${other}`),
  'erasureCertificates list': list(({ orgId }) => `orgs/${orgId}/erasureCertificates`),
  'erasureCertificates create': write((_, { orgId }) => set(`orgs/${orgId}/erasureCertificates/${randomId()}`, certificateDoc())),
  'erasureCertificates update': write((_, { orgId, other }) => update(`orgs/${orgId}/erasureCertificates/${other}`, { jws: 'x' })),
  'erasureCertificates delete': write((_, { orgId, other }) => remove(`orgs/${orgId}/erasureCertificates/${other}`)),
  'jobs get own': get(({ accountId }, { jobOf }) => `jobs/${jobOf(accountId)}`),
  'jobs get of another': get((_, { other }) => `jobs/${other}`),
  'jobs list': list(
    () => 'jobs',
    (_, { orgId }) => [where('orgId', '==', orgId)],
  ),
  'jobs list own': list(
    () => 'jobs',
    ({ accountId }, { orgId }) => [where('orgId', '==', orgId), where('createdBy', '==', accountId)],
  ),
  'jobs create import': write((caller, { orgId, uploadOf }) => startImport(caller, orgId, uploadOf(caller.accountId))),
  'jobs create extract': write((caller, { orgId, subject }) => startExtract(caller, orgId, subject)),
  'jobs create erasure': write((caller, { orgId, subject }) => startErasure(caller, orgId, subject)),
  'jobs create erasure of protected': write((caller, { orgId, protectedSubject }) => startErasure(caller, orgId, protectedSubject)),
  'jobs update': write(({ accountId }, { jobOf }) => update(`jobs/${jobOf(accountId)}`, { state: 'succeeded' })),
  'jobs delete': write(({ accountId }, { jobOf }) => remove(`jobs/${jobOf(accountId)}`)),
};

const service = {
  'exports get': get((_, { other }) => `exports/${other}`),
  'exports list': list(() => 'exports'),
  'exports create': write(() => set(`exports/${randomId()}`, exportDoc())),
  'exports update': write((_, { other }) => update(`exports/${other}`, { state: 'failed' })),
  'exports delete': write((_, { other }) => remove(`exports/${other}`)),
  'sessions get own': get(({ sessionId }) => `sessions/${sessionId}`),
  'sessions get of another': get((_, { other }) => `sessions/${other}`),
  'sessions list': list(
    () => 'sessions',
    ({ accountId }) => [where('accountId', '==', accountId)],
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

type Closed<Name extends string> = Record<`${Name} ${'get' | 'list' | 'create' | 'update' | 'delete'}`, Operation>;

/** The five operations on a collection that is for the Admin SDK alone. */
function closed<Name extends string>(name: Name): Closed<Name> {
  const operations: Record<string, Operation> = {
    [`${name} get`]: get((_, { other }) => `${name}/${other}`),
    [`${name} list`]: list(() => name),
    [`${name} create`]: write(() => set(`${name}/${randomId()}`, { v: 1 })),
    [`${name} update`]: write((_, { other }) => update(`${name}/${other}`, { v: 2 })),
    [`${name} delete`]: write((_, { other }) => remove(`${name}/${other}`)),
  };
  // The keys are the five of the type, spelled with a name that is not known until it is called.
  return operations as Closed<Name>;
}

/** Every row of the matrix. */
export const operations: Record<OperationName, Operation> = {
  ...orgs,
  ...register,
  ...audit,
  ...privacy,
  ...service,
  ...closed('attempts'),
  ...closed('rateLimits'),
  ...closed('erasureLedger'),
  ...closed('locks'),
  ...closed('undeclared'),
};
