// Uses every callable, job and schedule once, in a process of its own, and writes down what is stored afterwards:
// argument 1 is the folder for it. What the functions log goes to standard output and error.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { call, CallError, download, exchange, mailedCode, upload, waitForJob, type Addresses } from '../../infra/client/client.ts';
import { callEmulator, pagesOf } from '../../infra/local/firestore/adminRest.ts';
import { startLocalCloud } from '../../infra/local/localCloud.ts';
import { samplePersons, toCsv } from '../../infra/local/sample/persons.ts';

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
const holder = { personalNumber: '189001029819', givenName: 'Bankidora', surname: 'Legitimationsson' };
const newcomer = { personalNumber: '189001039800', givenName: 'Nyttkontus', surname: 'Okändberg', email: 'nyttkontus@example.se' };
const imported = samplePersons(25, 7);

const ids = z.object({
  jobId: z.optional(z.string()),
  dataSubjectId: z.optional(z.string()),
  orgId: z.optional(z.string()),
  uploadId: z.optional(z.string()),
  attemptId: z.optional(z.string()),
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
const confirmed = async (attemptId: string | undefined): Promise<void> => {
  const code = await mailedCode(at, member.email);
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

// Organisation and register.
const identityNumberGround = { ground: 'secureIdentification', explanation: 'Medlemmar måste kunna skiljas åt.' };
const { orgId } = await idsOf('createOrganisation', {
  name: 'Helkörningens förening',
  organisationNumber: '802005-1952',
  identityNumberGround,
});
await call(at, 'updateOrganisation', { orgId, version: 1, name: 'Helkörningens förening', identityNumberGround }, token);
await call(at, 'listOrganisations', {}, token);
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

// Extract and erasure.
const extract = await idsOf('startExtract', { orgId, dataSubjectId, locale: 'sv' });
await ended(extract['jobId']);
await download(at, `downloadExtract?orgId=${orgId ?? ''}&jobId=${extract['jobId'] ?? ''}`, token ?? '');
await call(at, 'previewErasure', { orgId, dataSubjectId: hidden }, token);
const erasure = await idsOf('startErasure', { orgId, dataSubjectId: hidden, reason: 'request', version: 1 });
await ended(erasure['jobId']);
await call(at, 'getErasureCertificate', { orgId, jobId: erasure['jobId'] }, token);
await fetch(`${app}/.well-known/valv-keys.json`);
for (const schedule of ['dailyExport', 'pruneExpired', 'sweepJobs']) await cloud.runSchedule(schedule);

// What is stored now.
mkdirSync(join(folder, 'objects'), { recursive: true });
const documents: unknown[] = [];
for (const database of ['(default)', 'keys']) {
  for await (const page of pagesOf(firestore, `projects/${cloud.projectId}/databases/${database}`)) documents.push(...page);
}
const objects: { bucket: string; name: string; file: string }[] = [];
for (const bucket of ['FILES_BUCKET', 'EXPORTS_BUCKET', 'EXPORTS_COPY_BUCKET'] as const) {
  for (const [name, object] of cloud.storage.objects(cloud.env[bucket] ?? '')) {
    const file = join('objects', String(objects.length));
    writeFileSync(join(folder, file), cloud.storage.read(object));
    objects.push({ bucket, name, file });
  }
}
const accounts = await callEmulator(`${auth}/identitytoolkit.googleapis.com/v1/projects/${cloud.projectId}/accounts:query`, 'POST', {});
const values = [
  member,
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
