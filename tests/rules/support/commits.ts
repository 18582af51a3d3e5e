/** The audited commits that a member may make, as lists of writes. Hostile tests take one and bend it. */
import { serverTimestamp } from 'firebase/firestore/lite';
import { blindIndex, dataSubjectDoc, type Fields, importInput, jobDoc, minutesFromNow, sealedBytes, uploadDoc } from './documents.ts';
import { randomId } from './ids.ts';
import type { Write } from './wire.ts';

/** Who writes: account and session; the grant of who is support. */
export type Writer = { readonly accountId: string; readonly sessionId: string; readonly grantId?: string };

/** The grant under which an account of support stands. */
export const grantIdOf = (accountId: string): string => `grant-of-${accountId}`;

/** The event of a commit by a member. */
export function eventWrite(writer: Writer, orgId: string, eventId: string, over: Fields): Write {
  return {
    op: 'set',
    path: `orgs/${orgId}/auditEvents/${eventId}`,
    data: {
      v: 1,
      at: serverTimestamp(),
      actorKind: 'member',
      actorId: writer.accountId,
      sessionId: writer.sessionId,
      jobId: null,
      from: '203.0.113.0/24',
      grantId: null,
      targetIds: [],
      fields: [],
      outcome: 'done',
      sealSeq: null,
      ...over,
    },
  };
}

/** A change of one document and its event, which the document bears. */
export function audited(
  writer: Writer,
  orgId: string,
  change: Pick<Write, 'op' | 'path'> & { readonly data: Fields },
  event: { readonly action: string; readonly targetKind: string; readonly targetId: string; readonly fields?: readonly string[] },
): Write[] {
  const lastEventId = randomId();
  const { action, targetKind, targetId, fields = [] } = event;
  return [
    { ...change, data: { lastEventId, ...change.data } },
    eventWrite(writer, orgId, lastEventId, { action, targetKind, targetIds: [targetId], fields }),
  ];
}

/** A reading event alone. */
export function reading(writer: Writer, orgId: string, action: string, targetKind: string, over: Fields = {}): Write[] {
  const { grantId = null } = writer;
  return [eventWrite(writer, orgId, randomId(), { action, targetKind, grantId, targetIds: [randomId()], fields: ['givenName'], ...over })];
}

/** Changes the organisation's name; `version` is the stored one. */
export function updateOrganisation(writer: Writer, orgId: string, version: number, over: Fields = {}): Write[] {
  const lastEventId = randomId();
  return [
    {
      op: 'update',
      path: `orgs/${orgId}`,
      data: { name: 'Föreningen Ändrad', version: version + 1, updatedAt: serverTimestamp(), lastEventId, ...over },
    },
    eventWrite(writer, orgId, lastEventId, {
      action: 'orgs.organisation.update',
      targetKind: 'organisation',
      targetIds: [orgId],
      fields: ['name'],
    }),
  ];
}

/** A new person. */
export function createDataSubject(writer: Writer, orgId: string, over: Fields = {}, dataSubjectId = randomId()): Write[] {
  const lastEventId = randomId();
  return [
    {
      op: 'set',
      path: `orgs/${orgId}/dataSubjects/${dataSubjectId}`,
      data: dataSubjectDoc({ createdAt: serverTimestamp(), updatedAt: serverTimestamp(), lastEventId, ...over }),
    },
    eventWrite(writer, orgId, lastEventId, {
      action: 'register.dataSubject.create',
      targetKind: 'dataSubject',
      targetIds: [dataSubjectId],
      fields: ['givenName', 'familyName'],
    }),
  ];
}

/** A rectification of a person whose stored version is `version`. */
export function correctDataSubject(writer: Writer, orgId: string, dataSubjectId: string, version = 1, over: Fields = {}): Write[] {
  const lastEventId = randomId();
  return [
    {
      op: 'update',
      path: `orgs/${orgId}/dataSubjects/${dataSubjectId}`,
      data: {
        version: version + 1,
        updatedAt: serverTimestamp(),
        lastEventId,
        'sealed.ordinary': sealedBytes(600),
        searchTokens: [blindIndex()],
        emailIndex: null,
        ...over,
      },
    },
    eventWrite(writer, orgId, lastEventId, {
      action: 'register.dataSubject.correct',
      targetKind: 'dataSubject',
      targetIds: [dataSubjectId],
      fields: ['email'],
    }),
  ];
}

/** A stored file that waits to be imported. */
export function createUpload(writer: Writer, orgId: string, over: Fields = {}, uploadId = randomId()): Write[] {
  const lastEventId = randomId();
  return [
    {
      op: 'set',
      path: `orgs/${orgId}/uploads/${uploadId}`,
      data: uploadDoc(writer.accountId, { createdAt: serverTimestamp(), expiresAt: minutesFromNow(23 * 60), lastEventId, ...over }),
    },
    eventWrite(writer, orgId, lastEventId, { action: 'register.import.upload', targetKind: 'upload', targetIds: [uploadId] }),
  ];
}

const newJob = (writer: Writer, orgId: string, lastEventId: string, over: Fields): Fields =>
  jobDoc(orgId, writer.accountId, { createdAt: serverTimestamp(), updatedAt: serverTimestamp(), lastEventId, ...over });

/** The job that imports an upload. */
export function startImport(writer: Writer, orgId: string, uploadId: string, over: Fields = {}): Write[] {
  const [jobId, lastEventId] = [randomId(), randomId()];
  return [
    {
      op: 'set',
      path: `jobs/${jobId}`,
      data: newJob(writer, orgId, lastEventId, { kind: 'import', input: importInput(uploadId), ...over }),
    },
    eventWrite(writer, orgId, lastEventId, { action: 'register.import.start', targetKind: 'job', targetIds: [jobId], jobId }),
  ];
}

/** The job that makes a register extract. */
export function startExtract(writer: Writer, orgId: string, dataSubjectId: string, over: Fields = {}): Write[] {
  const [jobId, lastEventId] = [randomId(), randomId()];
  return [
    {
      op: 'set',
      path: `jobs/${jobId}`,
      data: newJob(writer, orgId, lastEventId, { kind: 'extract', input: { dataSubjectId, locale: 'sv' }, ...over }),
    },
    eventWrite(writer, orgId, lastEventId, {
      action: 'privacy.extract.start',
      targetKind: 'dataSubject',
      targetIds: [dataSubjectId],
      jobId,
    }),
  ];
}

/** The start of an erasure: tombstone, job, event. */
export function startErasure(writer: Writer, orgId: string, dataSubjectId: string, version = 1, over: Fields = {}): Write[] {
  const [jobId, lastEventId] = [randomId(), randomId()];
  return [
    {
      op: 'update',
      path: `orgs/${orgId}/dataSubjects/${dataSubjectId}`,
      data: { state: 'erasing', version: version + 1, updatedAt: serverTimestamp(), lastEventId, ...over },
    },
    {
      op: 'set',
      path: `jobs/${jobId}`,
      data: newJob(writer, orgId, lastEventId, { kind: 'erasure', input: { dataSubjectId, reason: 'request' } }),
    },
    eventWrite(writer, orgId, lastEventId, {
      action: 'privacy.erasure.start',
      targetKind: 'dataSubject',
      targetIds: [dataSubjectId],
      jobId,
    }),
  ];
}
