/** The steps of the demo: each does one thing a member would do and proves what it claims. */
import * as z from 'zod/mini';
import { identityCallables } from '../../functions/src/identity/contract.ts';
import { orgsCallables } from '../../functions/src/orgs/contract.ts';
import { privacyCallables } from '../../functions/src/privacy/contract.ts';
import { registerCallables, type DataSubjectSummary } from '../../functions/src/register/contract.ts';
import { jwksSchema } from '../../functions/src/privacy/signature.ts';
import type { LocalCloud } from '../local/cloudTypes.ts';
import { toCsv, type SamplePerson } from '../local/sample/persons.ts';
import { allPassed } from '../verify/checks.ts';
import { verifyCertificate } from '../verify/verifyCertificate.ts';
import { verifyExtract } from '../verify/verifyExtract.ts';
import { call, CallError, download, exchange, mailedCode, readDocument, upload, waitForJob, type Addresses } from '../client/client.ts';
import { prove, type Proof } from './transcript.ts';

/** A moment between two changes. Paths are of documents; `text` is the corrected one, as it was stored then. */
export type EarlierState = {
  readonly moment: string;
  readonly correctedPath: string;
  readonly text: string;
  readonly laterPath: string;
};

/** What the steps share. Owned by the demo; each step fills in what later ones need. */
export type DemoState = {
  readonly at: Addresses;
  readonly cloud: LocalCloud;
  readonly persons: readonly SamplePerson[];
  readonly email: string;
  readonly password: string;
  idToken: string;
  orgId: string;
  /** The person that the later steps are about. */
  personIndex: number;
  dataSubjectId: string;
  extract: Buffer;
  /** The downloaded audit log. */
  log: string;
  /** Where files of the run are, removed at its end. */
  readonly folder: string;
  /** What a restore has to bring back; null until something was changed. */
  earlier: EarlierState | null;
};

const locale = 'sv' as const;

/** Signs up with password and mailed code; a wrong code gives nothing. */
export async function signUp(state: DemoState): Promise<Proof> {
  const { at, email, password } = state;
  const begun = z.parse(
    identityCallables.signUpBegin.output,
    await call(at, 'signUpBegin', { email, password, displayName: 'Demo Ägare', locale }),
  );
  const code = await mailedCode(at, email);
  const wrong = await refusal(call(at, 'codeConfirm', { attemptId: begun.attemptId, code: code === '000000' ? '000001' : '000000' }));
  prove(wrong === 'identity/wrong-code', 'a wrong code is refused');
  await confirm(state, begun.attemptId, code);
  const replay = await refusal(call(at, 'codeConfirm', { attemptId: begun.attemptId, code }));
  prove(replay === 'identity/attempt-ended', 'a code works once');
  return { says: 'password, then code by e-mail; wrong code and replay refused', evidence: { wrong, replay } };
}

/** Signs out and in again; the old token opens nothing. */
export async function signIn(state: DemoState): Promise<Proof> {
  const { at, email, password } = state;
  const oldToken = state.idToken;
  await call(at, 'signOut', {}, oldToken);
  const afterSignOut = await refusal(call(at, 'getAccount', {}, oldToken));
  prove(afterSignOut === 'identity/session-ended', 'a signed-out session opens nothing, though its token is valid');
  const wrongPassword = await refusal(call(at, 'signInBegin', { email, password: `${password}x`, locale }));
  const unknown = await refusal(call(at, 'signInBegin', { email: 'ingen@example.org', password, locale }));
  prove(wrongPassword === unknown && unknown === 'identity/wrong-credentials', 'unknown account and wrong password are answered alike');
  const begun = z.parse(identityCallables.signInBegin.output, await call(at, 'signInBegin', { email, password, locale }));
  await confirm(state, begun.attemptId, await mailedCode(at, email));
  return {
    says: 'old token dead after sign-out; unknown account answered like a wrong password',
    evidence: { afterSignOut, wrongPassword, unknown },
  };
}

async function confirm(state: DemoState, attemptId: string, code: string): Promise<void> {
  const { customToken } = z.parse(identityCallables.codeConfirm.output, await call(state.at, 'codeConfirm', { attemptId, code }));
  state.idToken = await exchange(state.at, customToken);
}

/** Founds the organisation; a stranger sees nothing of it. */
export async function foundOrganisation(state: DemoState): Promise<Proof> {
  const identityNumberGround = { ground: 'secureIdentification', explanation: 'Medlemmar med samma namn måste kunna skiljas åt.' };
  const input = { name: 'Demoföreningen Åäö', organisationNumber: '802005-1952', identityNumberGround };
  state.orgId = z.parse(orgsCallables.createOrganisation.output, await call(state.at, 'createOrganisation', input, state.idToken)).orgId;
  const stranger = await readDocument(state.at, `orgs/${state.orgId}`);
  prove(stranger.status === 403, 'the rules refuse whoever is not signed in');
  return {
    says: 'organisation with its own key in KMS; strangers refused by the rules',
    evidence: { orgId: state.orgId, strangerStatus: stranger.status },
  };
}

/** Imports the persons: dry run, then a job. */
export async function importPersons(state: DemoState): Promise<Proof> {
  const { at, orgId, idToken, persons } = state;
  const file = toCsv(persons, { delimiter: ';', encoding: 'windows-1252', language: 'sv' });
  const { uploadId } = z.parse(z.object({ uploadId: z.string() }), await upload(at, `uploadImport?orgId=${orgId}`, file, idToken));
  const preview = z.parse(registerCallables.previewImport.output, await call(at, 'previewImport', { orgId, uploadId }, idToken));
  prove(preview.rowCount === persons.length && preview.errorCount === 0, `the dry run finds ${persons.length} rows and no errors`);
  const { encoding, delimiter, mapping } = preview;
  const input = { orgId, uploadId, encoding, delimiter, mapping, skipInvalidRows: false };
  const { jobId } = z.parse(registerCallables.startImport.output, await call(at, 'startImport', input, idToken));
  const seen = new Set<number>();
  const job = await waitForJob(at, jobId, idToken, ({ done }) => seen.add(done));
  prove(job.state === 'succeeded' && job.done === persons.length, 'the job imported every row');
  const all = z.parse(
    registerCallables.listDataSubjects.output,
    await call(at, 'listDataSubjects', { orgId, pageSize: 1, includeProtected: true }, idToken),
  );
  const { totalCount } = await search(state);
  prove(all.totalCount === persons.length, 'the register holds them all');
  prove(totalCount === unprotected(state), 'protected identities are left out until they are asked for');
  return {
    says: `${job.done} persons from Windows-1252 with semicolons; ${all.totalCount - totalCount} protected, shown only if asked for`,
    evidence: { encoding, delimiter, imported: job.done, progressSeen: seen.size, totalCount: all.totalCount, shown: totalCount },
  };
}

const unprotected = ({ persons }: DemoState): number => persons.filter(({ isProtected }) => !isProtected).length;

/** Lists persons, or finds them. */
export async function search(state: DemoState, text?: string) {
  const input = { orgId: state.orgId, pageSize: 50, ...(text === undefined ? {} : { search: text }) };
  return z.parse(registerCallables.listDataSubjects.output, await call(state.at, 'listDataSubjects', input, state.idToken));
}

/** Finds one person by name, e-mail and number, over blind indexes. */
export async function searchPersons(state: DemoState): Promise<Proof> {
  const { fields } = personOf(state);
  const byNumber = await search(state, fields.personalIdentityNumber);
  const byEmail = await search(state, fields.email?.toUpperCase());
  const byName = await search(state, `${fields.familyName ?? ''} ${(fields.givenName ?? '').slice(0, 3)}`);
  state.dataSubjectId = String(byNumber.items[0]?.dataSubjectId);
  const isHit = (item: DataSubjectSummary): boolean => item.dataSubjectId === state.dataSubjectId;
  prove(byNumber.items.length === 1, 'one person has the number');
  prove(byEmail.items.some(isHit) && byName.items.some(isHit), 'the same person is found by e-mail and by beginnings of the name');
  prove(
    byName.items.every(({ familyName }) => familyName === fields.familyName),
    'nobody else is found',
  );
  return {
    says: 'same person by number, e-mail and name',
    evidence: { byNumber: byNumber.items.length, byEmail: byEmail.items.length, byName: byName.items.length },
  };
}

const personOf = (state: DemoState): SamplePerson => {
  const person = state.persons[state.personIndex];
  if (person === undefined) throw new Error('no such person');
  return person;
};

/** Corrects a value; a stale correction is refused. */
export async function correctPerson(state: DemoState): Promise<Proof> {
  const { at, orgId, dataSubjectId, idToken } = state;
  const before = z.parse(registerCallables.getDataSubject.output, await call(at, 'getDataSubject', { orgId, dataSubjectId }, idToken));
  prove(before.fields.personalIdentityNumber?.endsWith('-****') === true, 'the number is masked');
  const correction = { orgId, dataSubjectId, version: before.version, changes: { city: 'Östersund', note: 'Rättad på begäran' } };
  const { version } = z.parse(registerCallables.correctDataSubject.output, await call(at, 'correctDataSubject', correction, idToken));
  const stale = await refusal(call(at, 'correctDataSubject', correction, idToken));
  prove(stale === 'shared/conflict', 'a correction of an older version is refused');
  const invalid = await refusal(call(at, 'correctDataSubject', { ...correction, version, changes: { email: 'ingen adress' } }, idToken));
  prove(invalid === 'shared/invalid-input', 'an invalid value is refused');
  return { says: 'number masked; stale and invalid corrections refused', evidence: { version, stale, invalid } };
}

/** Reveals the number; the log has it. */
export async function revealNumber(state: DemoState): Promise<Proof> {
  const { at, orgId, dataSubjectId, idToken } = state;
  const input = { orgId, dataSubjectId, fields: ['personalIdentityNumber'] };
  const { fields } = z.parse(registerCallables.revealFields.output, await call(at, 'revealFields', input, idToken));
  prove(fields.personalIdentityNumber === personOf(state).fields.personalIdentityNumber, 'the revealed number is the imported one');
  const actions = await auditActions(state);
  for (const action of [
    'register.dataSubject.create',
    'register.dataSubject.list',
    'register.dataSubject.read',
    'register.dataSubject.correct',
    'register.dataSubject.reveal',
  ]) {
    prove(actions.includes(action), `the log has "${action}"`);
  }
  return { says: `revealed, and in the log with ${actions.length} events about this person`, evidence: { actions: [...new Set(actions)] } };
}

/** Actions of the log about the person, by a query that the rules allow to an owner. */
async function auditActions(state: DemoState): Promise<string[]> {
  const address = `${state.at.firestore}/v1/projects/${state.at.projectId}/databases/(default)/documents/orgs/${state.orgId}:runQuery`;
  const field = (fieldPath: string) => ({ fieldPath });
  const structuredQuery = {
    from: [{ collectionId: 'auditEvents' }],
    where: { fieldFilter: { field: field('targetIds'), op: 'ARRAY_CONTAINS', value: { stringValue: state.dataSubjectId } } },
    orderBy: [{ field: field('at'), direction: 'DESCENDING' }],
    limit: 100,
  };
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${state.idToken}` };
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify({ structuredQuery }) });
  const rows = z.parse(
    z.array(z.object({ document: z.optional(z.object({ fields: z.object({ action: z.object({ stringValue: z.string() }) }) })) })),
    await response.json(),
  );
  return rows.flatMap(({ document }) => (document === undefined ? [] : [document.fields.action.stringValue]));
}

/** Makes the register extract and fetches it. */
export async function makeExtract(state: DemoState): Promise<Proof> {
  const { at, orgId, dataSubjectId, idToken } = state;
  const { jobId } = z.parse(
    privacyCallables.startExtract.output,
    await call(at, 'startExtract', { orgId, dataSubjectId, locale }, idToken),
  );
  const job = await waitForJob(at, jobId, idToken);
  prove(job.state === 'succeeded', 'the extract was made');
  state.extract = await download(at, `downloadExtract?orgId=${orgId}&jobId=${jobId}`, idToken);
  const withoutToken = await fetch(`${at.app}/api/downloadExtract?orgId=${orgId}&jobId=${jobId}`);
  prove(withoutToken.status === 401, 'nobody fetches it without signing in');
  return {
    says: `ZIP of ${state.extract.length} bytes; without sign-in ${withoutToken.status}`,
    evidence: { bytes: state.extract.length, withoutToken: withoutToken.status },
  };
}

/** Verifies the extract offline; a changed byte is found. */
export async function verifyExtractOffline(state: DemoState): Promise<Proof> {
  const keys = jwksSchema.parse(await (await fetch(`${state.at.app}/.well-known/valv-keys.json`)).json());
  const checks = await verifyExtract(state.extract, keys);
  prove(allPassed(checks), 'every check of the extract passes');
  const damaged = Buffer.from(state.extract);
  const middle = Math.floor(damaged.length / 2);
  damaged[middle] = (damaged[middle] ?? 0) ^ 1;
  const damagedChecks = await verifyExtract(damaged, keys);
  prove(!allPassed(damagedChecks), 'one changed bit is found');
  const finding = damagedChecks.find(({ outcome }) => outcome === 'failed')?.name;
  return {
    says: `${checks.length} checks passed; one flipped bit found by "${finding ?? ''}"`,
    evidence: { checks: checks.length, flippedBitFoundBy: finding },
  };
}

/** Erases the person; the certificate verifies. */
export async function erasePerson(state: DemoState): Promise<Proof> {
  const { at, orgId, dataSubjectId, idToken } = state;
  const preview = z.parse(privacyCallables.previewErasure.output, await call(at, 'previewErasure', { orgId, dataSubjectId }, idToken));
  prove(preview.blockers.length === 0, 'nothing stands in the way');
  const person = z.parse(registerCallables.getDataSubject.output, await call(at, 'getDataSubject', { orgId, dataSubjectId }, idToken));
  const input = { orgId, dataSubjectId, reason: 'request', version: person.version };
  const { jobId } = z.parse(privacyCallables.startErasure.output, await call(at, 'startErasure', input, idToken));
  const job = await waitForJob(at, jobId, idToken);
  prove(job.state === 'succeeded', 'the erasure ended');
  const answer = await call(at, 'getErasureCertificate', { orgId, jobId }, idToken);
  const keys = jwksSchema.parse(await (await fetch(`${at.app}/.well-known/valv-keys.json`)).json());
  prove(allPassed(await verifyCertificate(JSON.stringify(answer), keys)), 'the certificate verifies');
  const { certificate } = z.parse(privacyCallables.getErasureCertificate.output, answer);
  const lastCopy = certificate.copies
    .map(({ goneBy }) => goneBy)
    .toSorted()
    .at(-1);
  return {
    says: `key destroyed, certificate verified, last copy gone by ${lastCopy?.slice(0, 10) ?? ''}`,
    evidence: { erased: certificate.erased, lastCopy },
  };
}

/** Nothing reads the erased person any more. */
export async function refusedAfterErasure(state: DemoState): Promise<Proof> {
  const { at, orgId, dataSubjectId, idToken } = state;
  const read = await refusal(call(at, 'getDataSubject', { orgId, dataSubjectId }, idToken));
  const reveal = await refusal(call(at, 'revealFields', { orgId, dataSubjectId, fields: ['personalIdentityNumber'] }, idToken));
  const extract = await refusal(call(at, 'startExtract', { orgId, dataSubjectId, locale }, idToken));
  const found = await search(state, personOf(state).fields.personalIdentityNumber);
  prove(
    [read, reveal, extract].every((code) => code === 'shared/not-found') && found.items.length === 0,
    'reading, revealing, extracting and finding are refused',
  );
  prove(found.totalCount === unprotected(state) - 1, 'everybody else is still there');
  return {
    says: `reading, revealing and extracting answer "${read}"; ${found.totalCount} others untouched`,
    evidence: { read, reveal, extract, found: found.items.length, others: found.totalCount },
  };
}

async function refusal(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (thrown) {
    if (thrown instanceof CallError) return thrown.code;
    throw thrown;
  }
  throw new Error('not so: it is refused');
}
