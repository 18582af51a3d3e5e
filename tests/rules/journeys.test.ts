import { assertFails, assertSucceeds, type RulesTestEnvironment } from '@firebase/rules-unit-testing';
import { collection, doc, type Firestore, getDoc, getDocs, limit, query } from 'firebase/firestore';
import { afterAll, beforeAll, describe, it } from 'vitest';
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
  type Writer,
} from './support/commits.ts';
import {
  accountDoc,
  dataSubjectDoc,
  exportDoc,
  memberDoc,
  minutesFromNow,
  organisationDoc,
  sessionDoc,
  uploadDoc,
} from './support/documents.ts';
import { closeCounted, firestoreOf, openEnvironment, type Seed, seed } from './support/environment.ts';
import { randomId } from './support/ids.ts';

/** Every commit of the product, once, as an administrator makes it. */
describe('an administrator', () => {
  const [orgId, subjectId, uploadId, strangersSession] = [randomId(), randomId(), randomId(), randomId()];
  const writer: Writer = { accountId: randomId(), sessionId: randomId() };
  let environment: RulesTestEnvironment;
  let db: Firestore;

  beforeAll(async () => {
    environment = await openEnvironment();
    await seed(environment, [
      [`sessions/${strangersSession}`, sessionDoc(randomId())],
      ['exports/latest', exportDoc()],
      [`accounts/${writer.accountId}`, accountDoc()],
      [`sessions/${writer.sessionId}`, sessionDoc(writer.accountId)],
      [`orgs/${orgId}`, organisationDoc()],
      [`orgs/${orgId}/members/${writer.accountId}`, memberDoc('administrator')],
      [`orgs/${orgId}/dataSubjects/${subjectId}`, dataSubjectDoc()],
      [`orgs/${orgId}/uploads/${uploadId}`, uploadDoc(writer.accountId)],
    ]);
    db = firestoreOf(environment.authenticatedContext(writer.accountId, { sid: writer.sessionId }));
  });
  afterAll(() => closeCounted(environment));

  it('changes the organisation', () => assertSucceeds(commit(db, updateOrganisation(writer, orgId, 1))));
  it('names the organisation in any script', () =>
    assertSucceeds(commit(db, updateOrganisation(writer, orgId, 2, { name: 'Åsele–Härjedalen – نادي 俱乐部 🏒' }))));
  it('creates a person', () => assertSucceeds(commit(db, createDataSubject(writer, orgId))));
  it('corrects a person', () => assertSucceeds(commit(db, correctDataSubject(writer, orgId, subjectId, 1))));
  it('uploads a file', () => assertSucceeds(commit(db, createUpload(writer, orgId))));
  it('starts an import', () => assertSucceeds(commit(db, startImport(writer, orgId, uploadId))));
  it('starts an extract', () => assertSucceeds(commit(db, startExtract(writer, orgId, subjectId))));
  it('starts an erasure', () => assertSucceeds(commit(db, startErasure(writer, orgId, subjectId, 2))));
  it('reads the session that the token names', () => assertSucceeds(getDoc(doc(db, `sessions/${writer.sessionId}`))));
  it('does not read the session of another', () => assertFails(getDoc(doc(db, `sessions/${strangersSession}`))));
  it('reads the record of an export', () => assertSucceeds(getDoc(doc(db, 'exports/latest'))));
  it('records a reading', () => assertSucceeds(commit(db, reading(writer, orgId, 'register.dataSubject.read', 'dataSubject'))));

  it('sees no export after the session has passed its idle limit', async () => {
    await seed(environment, [[`sessions/${writer.sessionId}`, sessionDoc(writer.accountId, { idleExpiresAt: minutesFromNow(-1) })]]);
    await assertFails(getDoc(doc(db, 'exports/latest')));
  });
});

describe('a member who was removed', () => {
  const orgId = randomId();
  const [stays, removed]: [Writer, Writer] = [
    { accountId: randomId(), sessionId: randomId() },
    { accountId: randomId(), sessionId: randomId() },
  ];
  let environment: RulesTestEnvironment;
  const dbOf = ({ accountId, sessionId }: Writer): Firestore =>
    firestoreOf(environment.authenticatedContext(accountId, { sid: sessionId }));

  beforeAll(async () => {
    environment = await openEnvironment();
    await seed(environment, [
      [`orgs/${orgId}`, organisationDoc()],
      ...[stays, removed].flatMap(({ accountId, sessionId }): Seed[] => [
        [`accounts/${accountId}`, accountDoc()],
        [`sessions/${sessionId}`, sessionDoc(accountId)],
        [`orgs/${orgId}/members/${accountId}`, memberDoc('owner', { state: accountId === removed.accountId ? 'removed' : 'active' })],
      ]),
    ]);
  });
  afterAll(() => closeCounted(environment));

  it('no longer sees the organisation', () => assertFails(getDoc(doc(dbOf(removed), `orgs/${orgId}`))));
  it('no longer sees the own membership', () => assertFails(getDoc(doc(dbOf(removed), `orgs/${orgId}/members/${removed.accountId}`))));
  it('no longer sees the others', () => assertFails(getDocs(query(collection(dbOf(removed), `orgs/${orgId}/members`), limit(10)))));
  it('is still seen by the others', () => assertSucceeds(getDoc(doc(dbOf(stays), `orgs/${orgId}/members/${removed.accountId}`))));
});
