/** Every call and its event: the table is complete, and each call leaves exactly what it says. */
import * as z from 'zod/mini';
import { beforeAll, describe, expect, test } from 'vitest';
import { auditActions, changeActions, readActions, type AuditAction } from '../../../functions/src/audit/contract.ts';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { deployedFunctions, type DeployedFunctionName } from '../../../functions/src/index.ts';
import { givenRoles, orgsCallables, rolesByPermission, type Role } from '../../../functions/src/orgs/contract.ts';
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
  logOf,
  listPersons,
  newEmail,
  newOrganisation,
  previewImport,
  refusedWith,
  signUp,
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
  reauthBegin: [],
  totpConfirm: [],
  recoveryCodeConfirm: [],
  passkeyOptions: [],
  passkeyConfirm: [],
  reauthPasskeyOptions: [],
  listFactors: [],
  totpEnrolBegin: [],
  totpEnrolConfirm: [],
  passkeyEnrolBegin: [],
  passkeyEnrolConfirm: [],
  removeFactor: [],
  createRecoveryCodes: [],
  changePassword: [],
  changeEmailBegin: [],
  changeEmailConfirm: [],
  mailNotice: [],
  listSessions: [],
  endSession: [],
  endOtherSessions: [],
  updateAccount: [],
  recoveryBegin: [],
  recoveryConfirm: [],
  recoveryFinish: [],
  recoveryState: [],
  recoveryAsk: [],
  mailRecovery: [],
  bankIdStart: [],
  bankIdCollect: [],
  bankIdCancel: [],
  bankIdSignUp: [],
  oidcStart: [],
  oidcFinish: [],
  getIdentityProvider: [],
  setIdentityProvider: ['orgs.identityProvider.set'],
  removeIdentityProvider: ['orgs.identityProvider.remove'],
  downloadAuditLog: ['audit.log.download'],
  getReceiptMail: [],
  setReceiptMail: ['orgs.receiptMail.update'],
  sealAuditEvents: [],
  reconcileAudit: [],
  mailReceipts: [],
  listRecoveries: ['orgs.recoveries.read'],
  approveRecovery: ['orgs.recovery.approve'],
  declineRecovery: ['orgs.recovery.decline'],
  // In each organisation of the account.
  closeAccount: ['orgs.member.leave'],
  copyToMembers: ['orgs.member.update'],
  createOrganisation: ['orgs.organisation.create'],
  listOrganisations: [],
  updateOrganisation: ['orgs.organisation.update'],
  listMembers: ['orgs.members.read'],
  changeMember: ['orgs.member.update'],
  removeMember: ['orgs.member.remove'],
  leaveOrganisation: ['orgs.member.leave'],
  // The new owner, then the old one.
  transferOwnership: ['orgs.member.update', 'orgs.member.update'],
  inviteMember: ['orgs.invitation.create'],
  listInvitations: ['orgs.invitations.read'],
  resendInvitation: ['orgs.invitation.resend'],
  withdrawInvitation: ['orgs.invitation.withdraw'],
  getInvitation: [],
  acceptInvitation: ['orgs.invitation.accept'],
  listTeams: [],
  createTeam: ['orgs.team.create'],
  renameTeam: ['orgs.team.update'],
  removeTeam: ['orgs.team.remove'],
  startAccessReview: ['orgs.accessReview.start'],
  decideAccess: ['orgs.accessReview.decide'],
  completeAccessReview: ['orgs.accessReview.complete'],
  getAccessReview: [],
  accessReviewReminders: [],
  acknowledgeAlarm: ['orgs.alarm.acknowledge'],
  mailAlarm: [],
  createSupportGrant: ['support.grant.create'],
  endSupportGrant: ['support.grant.end'],
  listSupportGrants: [],
  listOpenGrants: [],
  claimSupportGrant: ['support.grant.claim'],
  listFolders: [],
  getFolder: [],
  createFolder: ['documents.folder.create'],
  updateFolder: ['documents.folder.update'],
  removeFolder: ['documents.folder.remove'],
  listDataSubjects: ['register.dataSubject.list'],
  getDataSubject: ['register.dataSubject.read'],
  createDataSubject: ['register.dataSubject.create'],
  correctDataSubject: ['register.dataSubject.correct'],
  revealFields: ['register.dataSubject.reveal'],
  liftReadBudget: ['orgs.readBudget.lift'],
  plantCanary: ['register.dataSubject.create', 'register.canary.create'],
  listCanaries: [],
  removeCanary: ['register.canary.remove'],
  uploadImport: ['register.import.upload'],
  previewImport: ['register.import.preview'],
  startImport: ['register.import.start'],
  runImport: ['register.dataSubject.create', 'register.import.finish'],
  startExtract: ['privacy.extract.start'],
  runExtract: ['privacy.extract.finish'],
  downloadExtract: ['privacy.extract.download'],
  previewErasure: ['privacy.erasure.preview'],
  startErasure: ['privacy.erasure.start'],
  // Or `privacy.erasure.refuse`, when whoever started it may not any more.
  runErasure: ['privacy.erasure.finish'],
  getErasureCertificate: [],
  requestMassErasure: ['privacy.approval.request'],
  requestRegisterExport: ['privacy.approval.request'],
  decideApproval: ['privacy.approval.decide'],
  withdrawApproval: ['privacy.approval.withdraw'],
  listApprovals: [],
  startApproved: ['privacy.massErasure.start'],
  runMassErasure: ['privacy.massErasure.finish'],
  runRegisterExport: ['privacy.registerExport.finish'],
  downloadRegisterExport: ['privacy.registerExport.download'],
  publicKeys: [],
  pruneExpired: [],
  dailyExport: [],
  keysExport: [],
  copyExports: [],
  pruneExports: [],
  heartbeat: [],
  health: [],
  journalChange: [],
  hourlyIncrement: [],
  restoreDrill: [],
  sweepJobs: [],
};

/** What some of them leave in other circumstances. */
const besides: { readonly [F in DeployedFunctionName]?: readonly AuditAction[] } = {
  startApproved: ['privacy.registerExport.start'],
  // The starter may not any more: the person is given back.
  runErasure: ['privacy.erasure.refuse'],
};

/** What no function leaves, but a command that operators run. */
const byOperators: readonly AuditAction[] = [
  'backup.organisation.restore',
  'backup.organisation.giveUpRestore',
  'backup.organisation.restoreDocuments',
  'backup.member.lockOut',
  'backup.member.letIn',
];

test('the table knows every function and callable, and every action comes from one', () => {
  expect(Object.keys(leaves).toSorted()).toEqual(Object.keys(deployedFunctions).toSorted());
  const callables = Object.keys({ ...identityCallables, ...orgsCallables, ...registerCallables, ...privacyCallables });
  for (const name of callables) expect(Object.keys(leaves)).toContain(name);
  expect([...new Set([...Object.values(leaves), ...Object.values(besides), byOperators].flat())].toSorted()).toEqual(
    [...changeActions, ...readActions].toSorted(),
  );
});

const local = withLocalCloud({ functionsEntry: builtFunctions });
let at: Organisation;
let person: string;
beforeAll(async () => {
  at = await newOrganisation(local);
  person = await addPerson(local, at, { givenName: 'Ada', personalIdentityNumber: '189001019802' });
});

const call = (name: string, input: object) => local.callable(name, { orgId: at.orgId, ...input }, at.owner.idToken);
/** The token of the newest invitation that was mailed to an address. */
async function invitationToken(email: string): Promise<string> {
  const { text } = await local.mailbox.next(email);
  const token = /\/invitation\/[\w-]+\/[\w-]+#([\w-]+)/.exec(text)?.[1];
  if (token === undefined) throw new Error('no invitation was mailed');
  return token;
}
/** The actions that something adds to the log. */
async function added(act: () => Promise<unknown>): Promise<unknown[]> {
  const before = new Set((await logOf(local, at.orgId)).map(({ id }) => id));
  await act();
  return (await logOf(local, at.orgId)).filter(({ id }) => !before.has(id)).map(({ action }) => action as unknown);
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

  test('membership, from the invitation to the end', async () => {
    const invited = await signUp(local, 'Inbjuden Prov');
    const invite = { email: invited.email, role: 'reader', teamIds: [], locale: 'sv' };
    let ids: Record<string, string> = {};
    const idsOf = async (name: DeployedFunctionName, input: object): Promise<void> => {
      ids = { ...ids, ...((await call(name, input)) as Record<string, string>) }; // ids and versions
    };
    expect(await added(() => idsOf('inviteMember', invite))).toEqual(leaves.inviteMember);
    expect(await added(() => call('listInvitations', {}))).toEqual(leaves.listInvitations);
    expect(await added(() => call('resendInvitation', { invitationId: ids['invitationId'] }))).toEqual(leaves.resendInvitation);
    const token = await invitationToken(invited.email);
    const accept = { orgId: at.orgId, invitationId: ids['invitationId'], token };
    expect(await added(() => local.callable('acceptInvitation', accept, invited.idToken))).toEqual(leaves.acceptInvitation);
    expect(await added(() => idsOf('inviteMember', { ...invite, email: newEmail() }))).toEqual(leaves.inviteMember);
    expect(await added(() => call('withdrawInvitation', { invitationId: ids['invitationId'] }))).toEqual(leaves.withdrawInvitation);
    const { accountId } = invited;
    expect(await added(() => idsOf('createTeam', { name: 'Styrelsen' }))).toEqual(leaves.createTeam);
    const { teamId } = ids;
    expect(await added(() => call('changeMember', { accountId, role: 'editor', teamIds: [teamId] }))).toEqual(leaves.changeMember);
    const folder = { name: 'Protokoll', description: '', openTo: 'teams', readTeams: [teamId], writeTeams: [] };
    expect(await added(() => idsOf('createFolder', folder))).toEqual(leaves.createFolder);
    const { folderId } = ids;
    expect(await added(() => call('updateFolder', { ...folder, folderId, version: 1, description: 'Alla år' }))).toEqual(
      leaves.updateFolder,
    );
    expect(await added(() => call('removeFolder', { folderId, version: 2 }))).toEqual(leaves.removeFolder);
    expect(await added(() => call('renameTeam', { teamId, version: 1, name: 'Valberedningen' }))).toEqual(leaves.renameTeam);
    expect(await added(() => call('transferOwnership', { accountId }))).toEqual(leaves.transferOwnership);
    const back = { orgId: at.orgId, accountId: at.owner.accountId };
    expect(await added(() => local.callable('transferOwnership', back, invited.idToken))).toEqual(leaves.transferOwnership);
    expect(await added(() => idsOf('startAccessReview', {}))).toEqual(leaves.startAccessReview);
    const { reviewId } = ids;
    const decisions = [
      { accountId, decision: 'keep' },
      { accountId: at.owner.accountId, decision: 'keep' },
    ];
    expect(await added(() => idsOf('decideAccess', { reviewId, version: 1, decisions }))).toEqual(leaves.decideAccess);
    const complete = { reviewId, version: 2, evidenceId: null };
    expect(await added(() => call('completeAccessReview', complete))).toEqual(leaves.completeAccessReview);
    expect(await added(() => call('removeMember', { accountId }))).toEqual(leaves.removeMember);
    expect(await added(() => idsOf('createSupportGrant', { problem: 'Importen stannar halvvägs', hours: 4 }))).toEqual(
      leaves.createSupportGrant,
    );
    expect(await added(() => call('endSupportGrant', { grantId: ids['grantId'] }))).toEqual(leaves.endSupportGrant);
    expect(await added(() => call('removeTeam', { teamId, version: 2 }))).toEqual(leaves.removeTeam);
  });

  test('a call that goes wrong leaves none', async () => {
    const dataSubjectId = await addPerson(local, at, { givenName: 'Fia' });
    expect(
      await added(async () => {
        await refusedWith(call('correctDataSubject', { dataSubjectId, version: 99, changes: { city: 'X' } }));
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
      from: z.literal(['127.0.0.0/24', null]),
      grantId: z.null(),
      targetKind: z.string(),
      targetIds: z.array(z.string().check(z.regex(/^[\w-]{20,64}$/))),
      fields: z.array(z.string().check(z.regex(/^[A-Za-z]{1,40}$/))),
      outcome: z.literal('done'),
      // The sealer comes each minute, also while this runs.
      sealSeq: z.nullable(z.int()),
    });
    const events = await eventsOf(local, at.orgId);
    expect(events.length).toBeGreaterThan(15);
    for (const event of events) expect(z.safeParse(form, event).error?.issues ?? []).toEqual([]);
  });

  test('is read by those who may and nobody else, one event or all, and changed by nobody', async () => {
    const [event] = await eventsOf(local, at.orgId);
    const may: readonly Role[] = rolesByPermission['audit.read'];
    const other = await newOrganisation(local);
    for (const role of givenRoles) {
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
