/** Every call and its event: the table is complete, and each call leaves exactly what it says. */
import * as z from 'zod/mini';
import { beforeAll, describe, expect, test } from 'vitest';
import { auditActions, type AuditAction } from '../../../functions/src/audit/contract.ts';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { deployedFunctions, type DeployedFunctionName } from '../../../functions/src/index.ts';
import { orgsCallables, roles, rolesByPermission, type Role } from '../../../functions/src/orgs/contract.ts';
import { privacyCallables } from '../../../functions/src/privacy/contract.ts';
import { registerCallables } from '../../../functions/src/register/contract.ts';
import { withLocalCloud } from '../../support/localCloud.ts';
import {
  addMember,
  addPerson,
  builtFunctions,
  downloadExtract,
  eventsOf,
  getPerson,
  jobEnded,
  listPersons,
  newOrganisation,
  previewImport,
  refusedWith,
  startImport,
  startJob,
  statusOfRead,
  uploadFile,
  type Organisation,
} from '../../support/valv.ts';

/** What each deployed function leaves in an organisation's log; nothing for what touches no organisation's personal data. */
const leaves: Readonly<Record<DeployedFunctionName, readonly AuditAction[]>> = {
  signUpBegin: [],
  signInBegin: [],
  codeResend: [],
  codeConfirm: [],
  sessionExtend: [],
  signOut: [],
  getAccount: [],
  createOrganisation: ['orgs.organisation.create'],
  listOrganisations: [],
  updateOrganisation: ['orgs.organisation.update'],
  listMembers: ['orgs.members.read'],
  listDataSubjects: ['register.dataSubject.list'],
  getDataSubject: ['register.dataSubject.read'],
  createDataSubject: ['register.dataSubject.create'],
  correctDataSubject: ['register.dataSubject.correct'],
  revealFields: ['register.dataSubject.reveal'],
  uploadImport: ['register.import.upload'],
  previewImport: ['register.import.preview'],
  startImport: ['register.import.start'],
  runImport: ['register.dataSubject.create', 'register.import.finish'],
  startExtract: ['privacy.extract.start'],
  runExtract: ['privacy.extract.finish'],
  downloadExtract: ['privacy.extract.download'],
  previewErasure: ['privacy.erasure.preview'],
  startErasure: ['privacy.erasure.start'],
  runErasure: ['privacy.erasure.finish'],
  getErasureCertificate: [],
  publicKeys: [],
  pruneExpired: [],
  dailyExport: [],
  sweepJobs: [],
};

test('the table knows every function and callable, and every action comes from one', () => {
  expect(Object.keys(leaves).toSorted()).toEqual(Object.keys(deployedFunctions).toSorted());
  const callables = Object.keys({ ...identityCallables, ...orgsCallables, ...registerCallables, ...privacyCallables });
  for (const name of callables) expect(Object.keys(leaves)).toContain(name);
  expect([...new Set(Object.values(leaves).flat())].toSorted()).toEqual([...auditActions].toSorted());
});

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let person: string;
beforeAll(async () => {
  at = await newOrganisation(local);
  person = await addPerson(local, at, { givenName: 'Ada', personalIdentityNumber: '189001019802' });
});

const call = (name: string, input: object) => local.callable(name, { orgId: at.orgId, ...input }, at.owner.idToken);
/** The actions that something adds to the log. */
async function added(act: () => Promise<unknown>): Promise<unknown[]> {
  const before = new Set((await eventsOf(local, at.orgId)).map(({ id }) => id));
  await act();
  return (await eventsOf(local, at.orgId)).filter(({ id }) => !before.has(id)).map(({ action }) => action as unknown);
}

describe('each call leaves exactly its event', () => {
  const once: [DeployedFunctionName, () => Promise<unknown>][] = [
    ['getAccount', () => call('getAccount', {}).catch(() => local.callable('getAccount', {}, at.owner.idToken))],
    ['listOrganisations', () => local.callable('listOrganisations', {}, at.owner.idToken)],
    [
      'updateOrganisation',
      () =>
        call('updateOrganisation', {
          version: 1,
          name: 'Nytt',
          identityNumberGround: { ground: 'consent', explanation: 'Medlemmen har sagt ja.' },
        }),
    ],
    ['listMembers', () => call('listMembers', {})],
    ['listDataSubjects', () => listPersons(local, at.orgId, at.owner)],
    ['getDataSubject', () => getPerson(local, at.orgId, person, at.owner)],
    ['createDataSubject', () => addPerson(local, at, { givenName: 'Bo' })],
    ['correctDataSubject', () => call('correctDataSubject', { dataSubjectId: person, version: 1, changes: { city: 'Umeå' } })],
    ['revealFields', () => call('revealFields', { dataSubjectId: person, fields: ['personalIdentityNumber'] })],
    ['uploadImport', () => uploadFile(local, at.orgId, at.owner, 'Förnamn\r\nCe\r\n')],
    ['previewErasure', () => call('previewErasure', { dataSubjectId: person })],
  ];
  test.each(once)('%s', async (name, act) => {
    expect(await added(act)).toEqual(leaves[name]);
  });

  test('a dry run, an import and its job', async () => {
    const uploadId = await uploadFile(local, at.orgId, at.owner, 'Förnamn\r\nDi\r\n');
    expect(await added(() => previewImport(local, at.orgId, at.owner, uploadId))).toEqual(leaves.previewImport);
    const actions = await added(async () => jobEnded(local, (await startImport(local, at, 'Förnamn\r\nEd\r\n')).jobId));
    expect(actions).toEqual([...leaves.uploadImport, ...leaves.previewImport, ...leaves.startImport, ...leaves.runImport]);
  });

  test('an extract, its job and its download; an erasure and its job; the certificate none', async () => {
    let jobId = '';
    expect(
      await added(async () => {
        jobId = await startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId: person, locale: 'sv' }, at.owner);
        await jobEnded(local, jobId);
      }),
    ).toEqual([...leaves.startExtract, ...leaves.runExtract]);
    expect(await added(() => downloadExtract(local, at.orgId, jobId, at.owner))).toEqual(leaves.downloadExtract);
    const { version } = await getPerson(local, at.orgId, person, at.owner);
    expect(
      await added(async () => {
        jobId = await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId: person, reason: 'request', version }, at.owner);
        await jobEnded(local, jobId);
      }),
    ).toEqual([...leaves.startErasure, ...leaves.runErasure]);
    expect(await added(() => call('getErasureCertificate', { jobId }))).toEqual([]);
  });

  test('a refused call leaves none', async () => {
    expect(
      await added(async () => {
        await refusedWith(call('getDataSubject', { dataSubjectId: 'A'.repeat(20) }));
        await refusedWith(call('correctDataSubject', { dataSubjectId: person, version: 99, changes: { city: 'X' } }));
        await refusedWith(call('createDataSubject', { isProtected: false, fields: { givenName: '' } }));
        await refusedWith(uploadFile(local, at.orgId, at.owner, '%PDF-1.7'));
      }),
    ).toEqual([]);
  });
});

describe('the log', () => {
  test('holds ids and field names only, in the one form', async () => {
    const form = z.strictObject({
      id: z.string(),
      v: z.literal(1),
      at: z.unknown(),
      actorKind: z.enum(['member', 'job']),
      actorId: z.string().check(z.regex(/^[\w-]{20,64}$/)),
      sessionId: z.nullable(z.string()),
      jobId: z.nullable(z.string()),
      action: z.enum(auditActions as [AuditAction, ...AuditAction[]]),
      targetKind: z.string(),
      targetIds: z.array(z.string().check(z.regex(/^[\w-]{20,64}$/))),
      fields: z.array(z.string().check(z.regex(/^[A-Za-z]{1,40}$/))),
    });
    const events = await eventsOf(local, at.orgId);
    expect(events.length).toBeGreaterThan(15);
    for (const event of events) expect(z.safeParse(form, event).error?.issues ?? []).toEqual([]);
  });

  test('is read by those who may and nobody else, one event or all, and changed by nobody', async () => {
    const [event] = await eventsOf(local, at.orgId);
    const may: readonly Role[] = rolesByPermission['audit.read'];
    const other = await newOrganisation(local);
    for (const role of roles) {
      const who = role === 'owner' ? at.owner : await addMember(local, at.orgId, role);
      const expected = may.includes(role) ? 200 : 403;
      expect(await statusOfRead(local, `orgs/${at.orgId}/auditEvents/${event!.id}`, who.idToken)).toBe(expected);
      expect(await statusOfQuery(who.idToken)).toBe(expected);
    }
    expect(await statusOfQuery(other.owner.idToken)).toBe(403);
    const address = `${local.cloud.urls.firestore}/v1/projects/${local.cloud.projectId}/databases/(default)/documents/orgs/${at.orgId}/auditEvents/${event!.id}`;
    const headers = { authorization: `Bearer ${at.owner.idToken}`, 'content-type': 'application/json' };
    expect((await fetch(address, { method: 'DELETE', headers })).status).toBe(403);
    expect(
      (
        await fetch(address, {
          method: 'PATCH',
          headers,
          body: JSON.stringify({ fields: { action: { stringValue: 'nothing.happened' } } }),
        })
      ).status,
    ).toBe(403);
  });
});

async function statusOfQuery(idToken: string): Promise<number> {
  const address = `${local.cloud.urls.firestore}/v1/projects/${local.cloud.projectId}/databases/(default)/documents/orgs/${at.orgId}:runQuery`;
  const structuredQuery = { from: [{ collectionId: 'auditEvents' }], limit: 10 };
  return (
    await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${idToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ structuredQuery }),
    })
  ).status;
}
