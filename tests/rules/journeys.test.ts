import { assertSucceeds, type RulesTestEnvironment } from '@firebase/rules-unit-testing';
import type { Firestore } from 'firebase/firestore';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  commit, correctDataSubject, createDataSubject, createUpload, reading, startErasure, startExtract, startImport, updateOrganisation, type Writer,
} from './support/commits.ts';
import { accountDoc, dataSubjectDoc, memberDoc, organisationDoc, sessionDoc, uploadDoc } from './support/documents.ts';
import { closeEnvironment, firestoreOf, openEnvironment, seed } from './support/environment.ts';
import { randomId } from './support/ids.ts';

/** Every commit of the product, once, as an administrator makes it. */
describe('an administrator', () => {
  const [orgId, subjectId, uploadId] = [randomId(), randomId(), randomId()];
  const writer: Writer = { accountId: randomId(), sessionId: randomId() };
  let environment: RulesTestEnvironment;
  let db: Firestore;

  beforeAll(async () => {
    environment = await openEnvironment();
    await seed(environment, [
      [`accounts/${writer.accountId}`, accountDoc()],
      [`sessions/${writer.sessionId}`, sessionDoc(writer.accountId)],
      [`orgs/${orgId}`, organisationDoc()],
      [`orgs/${orgId}/members/${writer.accountId}`, memberDoc('administrator')],
      [`orgs/${orgId}/dataSubjects/${subjectId}`, dataSubjectDoc()],
      [`orgs/${orgId}/uploads/${uploadId}`, uploadDoc(writer.accountId)],
    ]);
    db = firestoreOf(environment.authenticatedContext(writer.accountId, { sid: writer.sessionId }));
  });
  afterAll(() => closeEnvironment(environment));

  it('changes the organisation', () => assertSucceeds(commit(db, updateOrganisation(writer, orgId, 1))));
  it('creates a person', () => assertSucceeds(commit(db, createDataSubject(writer, orgId))));
  it('corrects a person', () => assertSucceeds(commit(db, correctDataSubject(writer, orgId, subjectId, 1))));
  it('uploads a file', () => assertSucceeds(commit(db, createUpload(writer, orgId))));
  it('starts an import', () => assertSucceeds(commit(db, startImport(writer, orgId, uploadId))));
  it('starts an extract', () => assertSucceeds(commit(db, startExtract(writer, orgId, subjectId))));
  it('starts an erasure', () => assertSucceeds(commit(db, startErasure(writer, orgId, subjectId, 2))));
  it('records a reading', () => assertSucceeds(commit(db, reading(writer, orgId, 'register.dataSubject.read', 'dataSubject'))));
});
