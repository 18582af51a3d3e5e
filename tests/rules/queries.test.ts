import {
  collection,
  collectionGroup,
  type Firestore,
  getCountFromServer,
  getDocsFromServer,
  limit,
  onSnapshot,
  or,
  orderBy,
  query,
  type QueryFieldFilterConstraint,
  type QueryNonFilterConstraint,
  where,
} from 'firebase/firestore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatrixRole } from './matrix.ts';
import { certificateDoc, dataSubjectDoc, eventDoc, exportDoc, jobDoc, minutesFromNow, sessionDoc, uploadDoc } from './support/documents.ts';
import { closeCounted, seed } from './support/environment.ts';
import { randomId } from './support/ids.ts';
import { makeScene, openStage, type Stage } from './support/scene.ts';

/** Queries are proved, not filtered: what a query leaves open is refused, whatever is stored. */

const scene = makeScene();
const { orgId, foreignOrgId } = scene;
const editorId = scene.writers.editor.accountId;
const subjects = `orgs/${orgId}/dataSubjects`;
const events = `orgs/${orgId}/auditEvents`;

type Constraint = QueryFieldFilterConstraint | QueryNonFilterConstraint;
type Listing = readonly [title: string, role: MatrixRole, path: string, ...constraints: Constraint[]];

const active = where('state', '==', 'active');
const unprotected = where('isProtected', '==', false);
const ofOrg = where('orgId', '==', orgId);

const refused: readonly Listing[] = [
  ['persons without a limit', 'owner', subjects, active],
  ['101 persons', 'owner', subjects, active, limit(101)],
  ['persons of any state', 'owner', subjects, limit(10)],
  ['persons who are being erased', 'owner', subjects, where('state', '==', 'erasing'), limit(10)],
  ['persons of one of two states', 'owner', subjects, where('state', 'in', ['active', 'erasing']), limit(10)],
  ['persons of another state than one', 'owner', subjects, where('state', '!=', 'erasing'), limit(10)],
  ['persons, protected or not, by an editor', 'editor', subjects, active, limit(10)],
  ['persons, protected or not, by a reader', 'reader', subjects, active, limit(10)],
  ['protected persons by an editor', 'editor', subjects, active, where('isProtected', '==', true), limit(10)],
  ['persons with either protection by an editor', 'editor', subjects, active, where('isProtected', 'in', [true, false]), limit(10)],
  ['persons without protection said backwards by an editor', 'editor', subjects, active, where('isProtected', '!=', true), limit(10)],
  ['unprotected persons without a state by a reader', 'reader', subjects, unprotected, limit(10)],
  ['persons by an auditor', 'auditor', subjects, active, unprotected, limit(10)],
  ['persons of another organisation', 'owner', `orgs/${foreignOrgId}/dataSubjects`, active, limit(10)],
  ['events without a limit', 'owner', events, orderBy('at', 'desc')],
  ['101 events', 'auditor', events, orderBy('at', 'desc'), limit(101)],
  ['events of another organisation', 'auditor', `orgs/${foreignOrgId}/auditEvents`, limit(10)],
  ['members without a limit', 'owner', `orgs/${orgId}/members`],
  ['101 members', 'owner', `orgs/${orgId}/members`, limit(101)],
  ['certificates without a limit', 'owner', `orgs/${orgId}/erasureCertificates`],
  ['101 certificates', 'owner', `orgs/${orgId}/erasureCertificates`, limit(101)],
  ['jobs without an organisation', 'owner', 'jobs', limit(10)],
  ['jobs of another organisation', 'owner', 'jobs', where('orgId', '==', foreignOrgId), limit(10)],
  ['jobs of one of two organisations', 'owner', 'jobs', where('orgId', 'in', [orgId, foreignOrgId]), limit(10)],
  ['jobs without a limit', 'owner', 'jobs', ofOrg],
  ['51 jobs', 'owner', 'jobs', ofOrg, limit(51)],
  ['all jobs by an editor', 'editor', 'jobs', ofOrg, limit(10)],
  ["one's own jobs in every organisation by an editor", 'editor', 'jobs', where('createdBy', '==', editorId), limit(10)],
  ['the jobs of another member by an editor', 'editor', 'jobs', ofOrg, where('createdBy', '==', scene.writers.owner.accountId), limit(10)],
  ["one's own jobs by a reader", 'reader', 'jobs', ofOrg, where('createdBy', '==', scene.writers.reader.accountId), limit(10)],
  ['exports without a limit', 'owner', 'exports'],
  ['61 exports', 'owner', 'exports', limit(61)],
  ['organisations that one may read', 'owner', 'orgs', where('name', '==', 'Föreningen Exempel'), limit(10)],
  ["one's own uploads", 'owner', `orgs/${orgId}/uploads`, where('createdBy', '==', scene.writers.owner.accountId), limit(10)],
  ["one's own sessions", 'owner', 'sessions', where('accountId', '==', scene.writers.owner.accountId), limit(10)],
];

const granted: readonly Listing[] = [
  ['100 persons', 'owner', subjects, active, limit(100)],
  ['persons by their change', 'administrator', subjects, active, orderBy('updatedAt', 'desc'), limit(50)],
  ['unprotected persons by a reader', 'reader', subjects, active, unprotected, orderBy('updatedAt', 'desc'), limit(50)],
  [
    'persons by a token',
    'editor',
    subjects,
    active,
    unprotected,
    where('searchTokens', 'array-contains', 'token'),
    orderBy('updatedAt', 'desc'),
    limit(50),
  ],
  ['persons by an e-mail index', 'editor', subjects, active, unprotected, where('emailIndex', '==', 'index'), limit(10)],
  ['persons by a number index', 'owner', subjects, active, where('identityNumberIndex', '==', 'index'), limit(10)],
  ['100 events', 'auditor', events, orderBy('at', 'desc'), limit(100)],
  [
    'events with every filter',
    'administrator',
    events,
    where('action', '==', 'register.dataSubject.read'),
    where('actorId', '==', editorId),
    where('targetIds', 'array-contains', 'target'),
    where('at', '>', minutesFromNow(-60)),
    orderBy('at', 'desc'),
    limit(50),
  ],
  ['100 members', 'billing', `orgs/${orgId}/members`, limit(100)],
  ['100 certificates', 'auditor', `orgs/${orgId}/erasureCertificates`, limit(100)],
  ['50 jobs', 'administrator', 'jobs', ofOrg, orderBy('createdAt', 'desc'), limit(50)],
  ["one's own jobs by an editor", 'editor', 'jobs', ofOrg, where('createdBy', '==', editorId), orderBy('createdAt', 'desc'), limit(50)],
  ['60 exports', 'billing', 'exports', orderBy('startedAt', 'desc'), limit(60)],
];

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(scene, [
    ...[true, false].map((isProtected) => [`${subjects}/${randomId()}`, dataSubjectDoc({ isProtected })] as const),
    [`${events}/${randomId()}`, eventDoc(editorId)],
    [`orgs/${orgId}/uploads/${randomId()}`, uploadDoc(editorId)],
    [`orgs/${orgId}/erasureCertificates/${randomId()}`, certificateDoc()],
    [`jobs/${randomId()}`, jobDoc(orgId, editorId)],
    [`exports/${randomId()}`, exportDoc()],
  ]);
});
afterAll(() => closeCounted(stage.environment));

const run = (db: Firestore, [, , path, ...constraints]: Listing): Promise<unknown> =>
  getDocsFromServer(query(collection(db, path), ...constraints));
const denied = { code: 'permission-denied' };

describe('a list is refused of', () => {
  for (const listing of refused) it(listing[0], () => expect(run(stage.dbOf(listing[1]), listing)).rejects.toMatchObject(denied));

  for (const name of ['dataSubjects', 'auditEvents', 'members', 'uploads', 'erasureCertificates', 'jobs']) {
    it(`${name} across all organisations`, () =>
      expect(getDocsFromServer(query(collectionGroup(stage.dbOf('owner'), name), limit(1)))).rejects.toMatchObject(denied));
  }

  it('persons by an alternative that leaves protection open', () => {
    const either = or(where('isProtected', '==', false), where('emailIndex', '==', 'index'));
    return expect(getDocsFromServer(query(collection(stage.dbOf('reader'), subjects), either, limit(10)))).rejects.toMatchObject(denied);
  });

  it('a count without a limit', () =>
    expect(getCountFromServer(query(collection(stage.dbOf('owner'), subjects), active))).rejects.toMatchObject(denied));
});

describe('a list is granted of', () => {
  for (const listing of granted) it(listing[0], async () => expect(await run(stage.dbOf(listing[1]), listing)).toBeDefined());

  it('a count up to the limit', async () => {
    const counted = await getCountFromServer(query(collection(stage.dbOf('owner'), subjects), active, limit(100)));
    expect(counted.data().count).toBe(2);
  });
});

describe('a listener', () => {
  it('that is opened after the session has ended is refused', async () => {
    const { accountId, sessionId } = scene.writers.billing;
    const db = stage.dbOf('billing');
    await seed(stage.environment, [[`sessions/${sessionId}`, sessionDoc(accountId, { state: 'ended' })]]);
    const error = await new Promise((resolve) => onSnapshot(query(collection(db, 'exports'), limit(1)), () => undefined, resolve));
    expect(error).toMatchObject(denied);
  });
});
