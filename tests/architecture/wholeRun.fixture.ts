// Uses every callable, job and schedule once, in a process of its own, and writes down what is stored afterwards:
// argument 1 is the folder for it. What the functions log goes to standard output and error.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import {
  call,
  CallError,
  download,
  exchange,
  mailedCode,
  mailedInvitation,
  upload,
  waitForJob,
  type Addresses,
} from '../../infra/client/client.ts';
import { schedules } from '../../functions/src/platform/schedules.ts';
import { callEmulator, pagesOf } from '../../infra/local/firestore/adminRest.ts';
import { startLocalCloud } from '../../infra/local/localCloud.ts';
import { oidcClient } from '../../infra/local/oidc/oidcService.ts';
import { samplePersons, toCsv } from '../../infra/local/sample/persons.ts';
import { factorValues, useFactors } from './wholeRunFactors.ts';

const folder = process.argv[2] ?? '';
const cloud = await startLocalCloud({
  projectId: 'valv-test-whole',
  stateDir: null,
  hostingDir: null,
  functionsEntry: new URL('../../functions/dist/index.js', import.meta.url).pathname,
});
const { app, mailbox, auth, firestore } = cloud.urls;
const at: Addresses = { app, mailbox, auth, firestore, projectId: cloud.projectId };

const member = {
  email: 'vivianne.okänd@exempel-förening.example',
  displayName: 'Vivianne Åkerblom-Ståhl',
  password: 'nio lila moln över taket',
};
const person = {
  givenName: 'Ragnhild-Öta',
  familyName: 'Zetterlöfquist',
  personalIdentityNumber: '189001019802',
  email: 'ragnhild.zetterlofquist@example.se',
  phone: '070-174 06 05',
  street: 'Påhittade gränden 17B',
  city: 'Ingenstansby',
  memberNumber: 'MEDLEM-90210-X',
  note: 'Vill inte bli ringd på söndagar',
};
const corrected = { city: 'Någonannanstorp', note: 'Har flyttat till sin syster' };
const protectedPerson = { givenName: 'Hemlighild', familyName: 'Skyddström', street: 'Dolda stigen 3' };
const refusedPerson = {
  givenName: 'Nekadine',
  familyName: 'Avvisberg',
  personalIdentityNumber: '189001019803',
  email: 'nekadine.avvisberg@example.se',
};
const colleague = {
  email: 'tyra.andraögon@exempel-förening.example',
  displayName: 'Tyra Andraögon-Sällström',
  password: 'sju gula fåglar vid sjön',
};
const holder = { personalNumber: '189001029819', givenName: 'Bankidora', surname: 'Legitimationsson' };
const newcomer = { personalNumber: '189001039800', givenName: 'Nyttkontus', surname: 'Okändberg', email: 'nyttkontus@example.se' };
const renamed = { displayName: 'Vivianne Nyomdöpt-Ståhl', password: 'åtta gröna stenar i ån' };
const receipts = { email: 'kvittoarkivet@annan-förening.example' };
const structure = {
  teamName: 'Arvingarna till Änglamark',
  folderName: 'Kuvert om Knutsdotter',
  folderDescription: 'Allt som rör tvisten med Knutsdotter',
  problem: 'Ragnhilds-Ötas bild av listan stannar vid Zetterlöf',
};
const imported = samplePersons(25, 7);

const ids = z.object({
  jobId: z.optional(z.string()),
  dataSubjectId: z.optional(z.string()),
  orgId: z.optional(z.string()),
  uploadId: z.optional(z.string()),
  attemptId: z.optional(z.string()),
  approvalId: z.optional(z.string()),
});
let token: string | undefined;
/** Calls and answers the ids in the result. */
const idsOf = async (name: string, data: object): Promise<Record<string, string | undefined>> =>
  z.parse(ids, await call(at, name, data, token));
/** Calls what must be refused; anything else ends the run. */
const refused = async (name: string, data: object): Promise<void> => {
  const answer: unknown = await call(at, name, data, token).catch((thrown: unknown) => thrown);
  if (!(answer instanceof CallError)) throw new Error(`${name} was not refused`);
};
const confirmed = async (attemptId: string | undefined, email = member.email): Promise<void> => {
  const code = await mailedCode(at, email);
  const answer = await call(at, 'codeConfirm', { attemptId, code });
  token = await exchange(at, z.parse(z.object({ customToken: z.string() }), answer).customToken);
};
const ended = async (jobId: string | undefined, state = 'succeeded'): Promise<void> => {
  const job = await waitForJob(at, jobId ?? '', token ?? '');
  if (job.state !== state) throw new Error(`job ended as ${job.state}: ${JSON.stringify(job.fields['error'])}`);
};

// Accounts and sessions.
await confirmed((await idsOf('signUpBegin', { ...member, locale: 'sv' }))['attemptId']);
await call(at, 'signOut', {}, token);
token = undefined;
await refused('signInBegin', { email: member.email, password: 'inte det lösenordet', locale: 'sv' });
const { attemptId } = await idsOf('signInBegin', { email: member.email, password: member.password, locale: 'sv' });
await call(at, 'codeResend', { attemptId });
await new Promise((resolve) => setTimeout(resolve, 300)); // the resent mail is the newest
await confirmed(attemptId);
await call(at, 'sessionExtend', {}, token);
await call(at, 'getAccount', {}, token);
await call(at, 'signInBegin', { email: member.email, password: member.password, locale: 'sv' }); // an attempt that stays open

// BankID: added to the account, used by somebody new whose sign-up stays open, and an order that is withdrawn.
const orderShape = z.object({ orderId: z.string(), autoStartToken: z.string() });
const startBankId = async (purpose: string) =>
  z.parse(
    orderShape,
    await call(at, 'bankIdStart', { purpose, locale: 'sv', sameDevice: false, deviceId: 'the-device-of-the-whole-run' }, token),
  );
const collectedShape = z.object({ status: z.string(), outcome: z.nullable(z.object({ attemptId: z.optional(z.string()) })) });
const throughBankId = async (purpose: string, who: typeof holder): Promise<string | undefined> => {
  const { orderId, autoStartToken } = await startBankId(purpose);
  cloud.bankId.phone.autostart(autoStartToken, who);
  cloud.bankId.phone.approve(autoStartToken);
  for (;;) {
    const { status, outcome } = z.parse(collectedShape, await call(at, 'bankIdCollect', { orderId }, token));
    if (status === 'failed') throw new Error(`BankID failed for ${purpose}`);
    if (status === 'complete') return outcome?.attemptId;
    await new Promise((resolve) => setTimeout(resolve, 500)); // as the browser does
  }
};
await throughBankId('addFactor', holder);
const newAttempt = await throughBankId('signIn', newcomer);
await call(at, 'bankIdSignUp', { attemptId: newAttempt, email: newcomer.email, locale: 'sv' });
await call(at, 'bankIdCancel', { orderId: (await startBankId('reauth')).orderId }, token);
await useFactors(at, token ?? '', member.password);

// Organisation and register.
const identityNumberGround = { ground: 'secureIdentification', explanation: 'Medlemmar måste kunna skiljas åt.' };
const { orgId } = await idsOf('createOrganisation', {
  name: 'Helkörningens förening',
  organisationNumber: '802005-1952',
  identityNumberGround,
});
await call(at, 'updateOrganisation', { orgId, version: 1, name: 'Helkörningens förening', identityNumberGround }, token);
await call(at, 'listOrganisations', {}, token);

// The organisation's own identity provider: one sign-in that succeeds, one that stays open.
await call(
  at,
  'setIdentityProvider',
  { orgId, issuer: cloud.urls.oidc, ...oidcClient, allowedDomains: [member.email.split('@')[1]] },
  token,
);
await call(at, 'getIdentityProvider', { orgId }, token);
const flowShape = z.object({ redirectUrl: z.string(), state: z.string(), browserKey: z.string() });
const { redirectUrl, ...flow } = z.parse(flowShape, await call(at, 'oidcStart', { orgId }));
const back = new URL(cloud.oidc.authorize(redirectUrl, { email: member.email, emailVerified: true })).searchParams;
await call(at, 'oidcFinish', { orgId, ...flow, code: back.get('code'), iss: back.get('iss') });
await call(at, 'oidcStart', { orgId });
await call(at, 'listMembers', { orgId }, token);
const { dataSubjectId } = await idsOf('createDataSubject', { orgId, isProtected: false, fields: person });
const { dataSubjectId: hidden } = await idsOf('createDataSubject', { orgId, isProtected: true, fields: protectedPerson });
await call(at, 'correctDataSubject', { orgId, dataSubjectId, version: 1, changes: corrected }, token);
await call(at, 'revealFields', { orgId, dataSubjectId: hidden, fields: ['givenName', 'street'] }, token);
await call(at, 'getDataSubject', { orgId, dataSubjectId }, token);
for (const search of [undefined, person.email, person.personalIdentityNumber, 'ragn zetter']) {
  await call(at, 'listDataSubjects', { orgId, pageSize: 50, ...(search === undefined ? {} : { search }) }, token);
}
await refused('createDataSubject', { orgId, isProtected: false, fields: refusedPerson });
await refused('createDataSubject', {
  orgId,
  isProtected: false,
  fields: { ...refusedPerson, personalIdentityNumber: person.personalIdentityNumber },
});

// Import: one that succeeds, one that fails, one upload that stays.
const send = async (file: Uint8Array): Promise<string> =>
  z.parse(z.object({ uploadId: z.string() }), await upload(at, `uploadImport?orgId=${orgId ?? ''}`, file, token ?? '')).uploadId;
const csv = toCsv(imported, { delimiter: ';', encoding: 'windows-1252', language: 'sv' });
const importShape = z.object({ encoding: z.string(), delimiter: z.string(), mapping: z.record(z.string(), z.unknown()) });
for (const state of ['succeeded', 'failed']) {
  const uploadId = await send(csv);
  const { encoding, delimiter, mapping } = z.parse(importShape, await call(at, 'previewImport', { orgId, uploadId }, token));
  await ended((await idsOf('startImport', { orgId, uploadId, encoding, delimiter, mapping, skipInvalidRows: false }))['jobId'], state);
}
await send(csv);

// A canary that is opened, its alarm, and a colleague with whom what takes two is done.
const canary = await idsOf('plantCanary', { orgId, email: 'kontroll@exempel-förening.example' });
await call(at, 'getDataSubject', { orgId, dataSubjectId: canary['dataSubjectId'] }, token);
await call(at, 'listCanaries', { orgId }, token);
await call(at, 'removeCanary', { orgId, dataSubjectId: canary['dataSubjectId'] }, token);
const alarmIds: string[] = [];
for await (const page of pagesOf(firestore, `projects/${cloud.projectId}/databases/(default)`))
  alarmIds.push(...page.flatMap(({ name }) => (name.includes('/alarms/') ? [name.split('/').at(-1) ?? ''] : [])));
await call(at, 'acknowledgeAlarm', { orgId, alarmId: alarmIds[0] }, token);
await call(at, 'inviteMember', { orgId, email: colleague.email, role: 'administrator', teamIds: [], locale: 'sv' }, token);
const invitation = await mailedInvitation(at, colleague.email);
const ownToken = token;
token = undefined;
await confirmed((await idsOf('signUpBegin', { ...colleague, locale: 'sv' }))['attemptId'], colleague.email);
await call(at, 'acceptInvitation', invitation, token);
const { accountId } = z.parse(z.object({ accountId: z.string() }), await call(at, 'getAccount', {}, token));
const colleagueToken = token;
token = ownToken;
await call(at, 'liftReadBudget', { orgId, accountId }, token);
const agreed = async (name: string, data: object): Promise<string | undefined> => {
  const { approvalId } = await idsOf(name, { orgId, ...data });
  await call(at, 'decideApproval', { orgId, approvalId, approve: true }, colleagueToken);
  const { jobId } = await idsOf('startApproved', { orgId, approvalId });
  await ended(jobId);
  return jobId;
};
const register = await agreed('requestRegisterExport', { includeProtected: true });
await download(at, `downloadRegisterExport?orgId=${orgId ?? ''}&jobId=${register ?? ''}`, token ?? '');
const rows = z.object({ items: z.array(z.object({ dataSubjectId: z.string() })) });
const some = z.parse(rows, await call(at, 'listDataSubjects', { orgId, pageSize: 50, includeProtected: true }, token)).items;
const others = some.map((row) => row.dataSubjectId).filter((id) => id !== dataSubjectId && id !== hidden);
await agreed('requestMassErasure', { dataSubjectIds: others.slice(0, 2), reason: 'notNeeded' });
const { approvalId: withdrawn } = await idsOf('requestRegisterExport', { orgId, includeProtected: false });
await call(at, 'withdrawApproval', { orgId, approvalId: withdrawn }, token);
await call(at, 'listApprovals', { orgId }, token);

// Extract and erasure.
const extract = await idsOf('startExtract', { orgId, dataSubjectId, locale: 'sv' });
await ended(extract['jobId']);
await download(at, `downloadExtract?orgId=${orgId ?? ''}&jobId=${extract['jobId'] ?? ''}`, token ?? '');
await call(at, 'previewErasure', { orgId, dataSubjectId: hidden }, token);
const erasure = await idsOf('startErasure', { orgId, dataSubjectId: hidden, reason: 'request', version: 1 });
await ended(erasure['jobId']);
await call(at, 'getErasureCertificate', { orgId, jobId: erasure['jobId'] }, token);
await fetch(`${app}/.well-known/valv-keys.json`);
await call(at, 'setReceiptMail', { orgId, receiver: { email: receipts.email, locale: 'sv' } }, token);
await call(at, 'getReceiptMail', { orgId }, token);
for (const schedule of Object.keys(schedules)) await cloud.runSchedule(schedule);
await fetch(`${app}/api/health`);
await download(at, `downloadAuditLog?orgId=${orgId ?? ''}`, token ?? '');

await throughBankId('reauth', holder); // giving away ownership and opening to support want a fresh sign-in, also on a slow machine

// Teams, folders, a review of access and support, whose technician is the colleague.
const version = z.object({ version: z.int() });
const { teamId } = z.parse(z.object({ teamId: z.string() }), await call(at, 'createTeam', { orgId, name: structure.teamName }, token));
await call(at, 'renameTeam', { orgId, teamId, version: 1, name: structure.teamName }, token);
await call(at, 'listTeams', { orgId }, token);
const content = {
  name: structure.folderName,
  description: structure.folderDescription,
  openTo: 'teams',
  readTeams: [teamId],
  writeTeams: [],
};
const { folderId } = z.parse(z.object({ folderId: z.string() }), await call(at, 'createFolder', { orgId, ...content }, token));
await call(at, 'updateFolder', { orgId, folderId, version: 1, ...content, writeTeams: [teamId] }, token);
await call(at, 'getFolder', { orgId, folderId }, token);
await call(at, 'listFolders', { orgId }, token);
await call(at, 'changeMember', { orgId, accountId, role: 'owner', teamIds: [teamId] }, token);
await call(at, 'changeMember', { orgId, accountId, role: 'editor', teamIds: [teamId] }, token);
const review = z.parse(z.object({ reviewId: z.string() }), await call(at, 'startAccessReview', { orgId }, token));
const { accountId: ownId } = z.parse(z.object({ accountId: z.string() }), await call(at, 'getAccount', {}, token));
const decisions = [ownId, accountId].map((id) => ({ accountId: id, decision: 'keep' }));
const decided = z.parse(version, await call(at, 'decideAccess', { orgId, ...review, version: 1, decisions }, token));
await call(at, 'completeAccessReview', { orgId, ...review, ...decided, evidenceId: null }, token);
await call(at, 'getAccessReview', { orgId }, token);
const grantShape = z.object({ grantId: z.string() });
const { grantId } = z.parse(grantShape, await call(at, 'createSupportGrant', { orgId, problem: structure.problem, hours: 2 }, token));
await call(at, 'listOpenGrants', {}, token);
await call(at, 'listSupportGrants', { orgId }, token);
await call(at, 'endSupportGrant', { orgId, grantId }, token);
await call(at, 'inviteMember', { orgId, email: newcomer.email, role: 'reader', teamIds: [teamId], locale: 'en' }, token);
await call(at, 'listInvitations', { orgId }, token);
await call(at, 'resendInvitation', { orgId, invitationId: (await mailedInvitation(at, newcomer.email)).invitationId }, token);
await call(at, 'getInvitation', await mailedInvitation(at, newcomer.email));
await call(at, 'withdrawInvitation', { orgId, invitationId: (await mailedInvitation(at, newcomer.email)).invitationId }, token);
await call(at, 'removeFolder', { orgId, folderId, version: 2 }, token);
await call(at, 'removeTeam', { orgId, teamId, version: 2 }, token);
await call(at, 'removeMember', { orgId, accountId }, token);
await cloud.runSchedule('accessReviewReminders');

// Sessions, and recovery: one that a colleague finishes, whose account is then closed, and one that stays open.
await call(at, 'updateAccount', { displayName: renamed.displayName, locale: 'en' }, token);
await call(at, 'listSessions', {}, token);
await call(at, 'endOtherSessions', {}, token);
await refused('endSession', { sessionId: 'nobody-has-this-session' });
await refused('closeAccount', {});
const heldShape = z.object({ recoveryId: z.string(), secret: z.string() });
const recovering = async (email: string): Promise<z.infer<typeof heldShape>> => {
  const begun = await idsOf('recoveryBegin', { email, locale: 'sv' });
  return z.parse(heldShape, await call(at, 'recoveryConfirm', { attemptId: begun['attemptId'], code: await mailedCode(at, email) }));
};
const held = await recovering(colleague.email);
await call(at, 'recoveryState', held);
await call(at, 'recoveryFinish', { ...held, newPassword: renamed.password });
await refused('recoveryAsk', await recovering(member.email));
await refused('recoveryAsk', held);
await call(at, 'listRecoveries', { orgId }, token);
for (const name of ['approveRecovery', 'declineRecovery'])
  await refused(name, { orgId, recoveryId: held.recoveryId, ...(name === 'approveRecovery' ? { reference: '12345678' } : {}) });
const again = await idsOf('signInBegin', { email: colleague.email, password: renamed.password, locale: 'sv' });
await confirmed(again['attemptId'], colleague.email);
await call(at, 'closeAccount', {}, token);

// Everything that was changed is in the log.
await cloud.runSchedule('reconcileAudit');
await cloud.runSchedule('sealAuditEvents');

// What is stored now.
mkdirSync(join(folder, 'objects'), { recursive: true });
const documents: unknown[] = [];
await cloud.eventsSettled();
for (const database of ['(default)', 'keys', 'journal']) {
  for await (const page of pagesOf(firestore, `projects/${cloud.projectId}/databases/${database}`)) documents.push(...page);
}
const objects: { bucket: string; name: string; file: string }[] = [];
for (const bucket of [
  'FILES_BUCKET',
  'EXPORTS_BUCKET',
  'EXPORTS_COPY_BUCKET',
  'KEYS_BACKUP_BUCKET',
  'KEYS_BACKUP_COPY_BUCKET',
  'CHECKPOINTS_BUCKET',
] as const) {
  for (const [name, object] of cloud.storage.objects(cloud.env[bucket] ?? '')) {
    const file = join('objects', String(objects.length));
    writeFileSync(join(folder, file), cloud.storage.read(object));
    objects.push({ bucket, name, file });
  }
}
const accounts = await callEmulator(`${auth}/identitytoolkit.googleapis.com/v1/projects/${cloud.projectId}/accounts:query`, 'POST', {});
const values = [
  factorValues,
  member,
  colleague,
  renamed,
  structure,
  receipts,
  holder,
  newcomer,
  person,
  corrected,
  protectedPerson,
  refusedPerson,
  ...imported.map(({ fields }) => fields),
].flatMap((record) => Object.values(record));
writeFileSync(
  join(folder, 'stored.json'),
  JSON.stringify({ documents, objects, accounts, values, organisationName: 'Helkörningens förening' }),
);
await cloud.stop();
process.exit(0);
