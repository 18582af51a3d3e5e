/** What integration tests do with Valv itself: sign up, found an organisation, add persons, all through the callables. */
import { deleteApp, getApps, initializeApp } from 'firebase-admin/app';
import { FieldValue, getFirestore, Timestamp, type DocumentData, type Firestore } from 'firebase-admin/firestore';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import * as z from 'zod/mini';
import { sealRecord } from '../../functions/src/crypto/envelope.ts';
import { identityCallables } from '../../functions/src/identity/contract.ts';
import { orgsCallables, type GivenRole } from '../../functions/src/orgs/contract.ts';
import { createSubjectKey } from '../../functions/src/platform/keyring.ts';
import { registerCallables, type ColumnMapping, type ImportPreview } from '../../functions/src/register/contract.ts';
import type { FieldName } from '../../functions/src/register/fields.ts';
import { setEnvironment } from '../../infra/local/environment.ts';
import { pagesOf, type RestDocument } from '../../infra/local/firestore/adminRest.ts';
import { builtFunctions, CallableError, sharesCloud, type TestCloud } from './localCloud.ts';
import { organisationNumbers } from './organisationNumbers.ts';

export { builtFunctions };

/** Somebody who is signed in. */
export type SignedIn = {
  readonly email: string;
  readonly password: string;
  readonly idToken: string;
  readonly sessionId: string;
  readonly accountId: string;
};

/** The ground that test organisations state for personal identity numbers. */
export const someGround = { ground: 'secureIdentification', explanation: 'Medlemmar måste kunna skiljas åt säkert.' } as const;

/** The password of every account that {@link signUp} makes. */
export const password = 'korrekt häst batteri klammer';
let count = 0;

/** An e-mail address that nobody has yet. */
export function newEmail(): string {
  count += 1;
  return `person${count}-${randomBytes(3).toString('hex')}@example.org`;
}

/** The browser of whoever has this address: the same one at every sign-in, so that there is no mail about a new device. */
export const deviceOf = (email: string): string => createHash('sha256').update(email).digest('base64url');

/** Signs up a new account through both steps. */
export async function signUp(local: TestCloud, displayName = 'Ada Prov', email = newEmail()): Promise<SignedIn> {
  const begun = z.parse(
    identityCallables.signUpBegin.output,
    await local.callable('signUpBegin', { email, password, displayName, locale: 'sv', deviceId: deviceOf(email) }),
  );
  return finish(local, email, begun.attemptId);
}

/** Signs in an existing account through both steps. */
export async function signIn(local: TestCloud, email: string): Promise<SignedIn> {
  const input = { email, password, locale: 'sv', deviceId: deviceOf(email) };
  const begun = z.parse(identityCallables.signInBegin.output, await local.callable('signInBegin', input));
  return finish(local, email, begun.attemptId);
}

async function finish(local: TestCloud, email: string, attemptId: string): Promise<SignedIn> {
  const code = await local.mailbox.latestCode(email);
  const { customToken, sessionId } = z.parse(
    identityCallables.codeConfirm.output,
    await local.callable('codeConfirm', { attemptId, code }),
  );
  const idToken = await local.signIn(customToken);
  const account = z.parse(identityCallables.getAccount.output, await local.callable('getAccount', {}, idToken));
  return { email, password, idToken, sessionId, accountId: account.accountId };
}

/** Founds an organisation owned by somebody; answers its id. */
export async function foundOrganisation(
  local: TestCloud,
  owner: SignedIn,
  identityNumberGround: object | null = someGround,
): Promise<string> {
  const input = { name: 'Föreningen Prov', organisationNumber: await freeNumber(local), identityNumberGround };
  return z.parse(orgsCallables.createOrganisation.output, await local.callable('createOrganisation', input, owner.idToken)).orgId;
}

/** The next published number; when all are used, the one of the oldest organisation, whose document then loses it. */
async function freeNumber(local: TestCloud): Promise<string> {
  const fresh = organisationNumbers.nextOrOldest();
  const holders = await database(local).collection('orgs').where('organisationNumber', '==', fresh).get();
  for (const holder of holders.docs) await holder.ref.update({ organisationNumber: 'given to another test' });
  return fresh;
}

/** An organisation and who is in it. */
export type Organisation = { readonly orgId: string; readonly owner: SignedIn };

/** A new owner and a new organisation. */
export async function newOrganisation(local: TestCloud, identityNumberGround: object | null = someGround): Promise<Organisation> {
  const owner = await signUp(local);
  return { owner, orgId: await foundOrganisation(local, owner, identityNumberGround) };
}

/** What a member of a test may be besides a role. */
export type MemberFacts = { readonly displayName?: string; readonly teamIds?: readonly string[]; readonly account?: SignedIn };

/**
 * Makes a new account, or the one of `facts`, a member with a role. Written by the Admin SDK, with the number of owners:
 * what invitations do, without their mail.
 */
export async function addMember(local: TestCloud, orgId: string, role: GivenRole, facts: MemberFacts = {}): Promise<SignedIn> {
  const { displayName = `Prov ${role}`, teamIds = [] } = facts;
  const member = facts.account ?? (await signUp(local, displayName));
  const dek = await createSubjectKey(orgId, 'member', `${orgId}.${member.accountId}`);
  const context = { orgId, collection: 'members', docId: member.accountId, sensitivityClass: 'ordinary' } as const;
  const now = Timestamp.now();
  const sealed = sealRecord(dek, context, { displayName, email: member.email });
  const stored = {
    v: 1,
    role,
    state: 'active',
    accountId: member.accountId,
    teamIds,
    expiresAt: null,
    grantId: null,
    sealed,
    createdAt: now,
    updatedAt: now,
    lastEventId: 'written-by-a-test-of-valv',
  };
  await database(local).doc(`orgs/${orgId}/members/${member.accountId}`).set(stored);
  if (role === 'owner')
    await database(local)
      .doc(`orgs/${orgId}`)
      .update({ ownerCount: FieldValue.increment(1) });
  return member;
}

/** Moves a session's last proof of all factors an hour into the past: what takes a fresh sign-in is refused. */
export async function makeStale(local: TestCloud, { sessionId }: SignedIn): Promise<void> {
  const hourAgo = Timestamp.fromMillis(Date.now() - 3_600_000);
  await database(local).doc(`sessions/${sessionId}`).update({ authenticatedAt: hourAgo });
}

/** For clouds whose functions run in a process of their own, or that have none: this process's clients find the same services. */
export function useEnvironmentOf(local: TestCloud): void {
  if (sharesCloud()) return; // Its functions run in this process.
  let restore = (): void => undefined;
  beforeAll(() => {
    restore = setEnvironment(local.cloud.env);
  });
  afterAll(async () => {
    for (const app of getApps()) await deleteApp(app);
    restore();
  });
}

/** A database as its owner sees it, without rules. */
export function database(local: TestCloud, name: '(default)' | 'keys' = '(default)'): Firestore {
  const { projectId } = local.cloud;
  const app = getApps().find((known) => known.name === projectId) ?? initializeApp({ projectId }, projectId);
  return getFirestore(app, name);
}

/** Fields of a document, or undefined. */
export async function stored(local: TestCloud, path: string, name: '(default)' | 'keys' = '(default)'): Promise<DocumentData | undefined> {
  return (await database(local, name).doc(path).get()).data();
}

/** Every document of both databases, in the JSON of the REST API. */
export async function everyDocument(local: TestCloud): Promise<RestDocument[]> {
  const all: RestDocument[] = [];
  const { urls, projectId } = local.cloud;
  for (const name of ['(default)', 'keys']) {
    for await (const page of pagesOf(urls.firestore, `projects/${projectId}/databases/${name}`)) all.push(...page);
  }
  return all;
}

/** An audit event as stored. */
export type StoredEvent = { readonly id: string } & DocumentData;

/** What was done in an organisation, oldest first; without what was refused. */
export async function eventsOf(local: TestCloud, orgId: string): Promise<StoredEvent[]> {
  return (await logOf(local, orgId)).filter(({ outcome }) => outcome === 'done');
}

/** Every event of an organisation, oldest first. */
export async function logOf(local: TestCloud, orgId: string): Promise<StoredEvent[]> {
  const found = await database(local).collection(`orgs/${orgId}/auditEvents`).orderBy('at').get();
  return found.docs.map((event) => ({ id: event.id, ...event.data() }));
}

/** How something was refused. */
export type Refusal = {
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly message: string;
};

/** The refusal of a call; throws when it was not refused. */
export async function refusal(asked: Promise<unknown>): Promise<Refusal> {
  try {
    await asked;
  } catch (thrown) {
    if (!(thrown instanceof CallableError)) throw thrown;
    const details = (thrown.details ?? {}) as Readonly<Record<string, unknown>>; // details of Valv's errors are objects
    return { code: String(details['code'] ?? thrown.code), status: thrown.httpStatus, details, message: thrown.message };
  }
  throw new Error('it was not refused');
}

/** The code of a refusal. */
export const refusedWith = async (asked: Promise<unknown>): Promise<string> => (await refusal(asked)).code;

/** Reads a path under a token, so the rules decide; answers the HTTP status. */
export async function statusOfRead(local: TestCloud, path: string, idToken: string): Promise<number> {
  const { urls, projectId } = local.cloud;
  const address = `${urls.firestore}/v1/projects/${projectId}/databases/(default)/documents/${path}`;
  return (await fetch(address, { headers: { authorization: `Bearer ${idToken}` } })).status;
}

/** Adds a person; answers the id. */
export async function addPerson(
  local: TestCloud,
  at: Organisation,
  fields: { readonly [K in FieldName]?: string },
  isProtected = false,
): Promise<string> {
  const answer = await local.callable('createDataSubject', { orgId: at.orgId, isProtected, fields }, at.owner.idToken);
  return z.parse(registerCallables.createDataSubject.output, answer).dataSubjectId;
}

/** A page of the register. */
export async function listPersons(
  local: TestCloud,
  orgId: string,
  by: SignedIn,
  more: { search?: string; pageSize?: number; pageToken?: string; includeProtected?: boolean } = {},
) {
  return z.parse(
    registerCallables.listDataSubjects.output,
    await local.callable('listDataSubjects', { orgId, pageSize: 50, ...more }, by.idToken),
  );
}

/** One person as a screen shows them. */
export async function getPerson(local: TestCloud, orgId: string, dataSubjectId: string, by: SignedIn) {
  return z.parse(registerCallables.getDataSubject.output, await local.callable('getDataSubject', { orgId, dataSubjectId }, by.idToken));
}

/** Sends a file as the app does; answers the upload's id. Throws {@link CallableError}. */
export async function uploadFile(local: TestCloud, orgId: string, by: SignedIn, file: Uint8Array | string): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream', authorization: `Bearer ${by.idToken}` };
  const body = typeof file === 'string' ? file : new Uint8Array(file);
  const response = await fetch(`${local.cloud.urls.functions}/uploadImport?orgId=${orgId}`, { method: 'POST', headers, body });
  const json = (await response.json()) as { uploadId?: string; error?: { status?: string; message?: string; details?: unknown } }; // the function's two answers
  if (!response.ok || json.uploadId === undefined) throw new CallableError(response.status, json.error ?? {});
  return json.uploadId;
}

/** The dry run of an upload. */
export async function previewImport(
  local: TestCloud,
  orgId: string,
  by: SignedIn,
  uploadId: string,
  more: object = {},
): Promise<ImportPreview> {
  return z.parse(registerCallables.previewImport.output, await local.callable('previewImport', { orgId, uploadId, ...more }, by.idToken));
}

/** Uploads, previews and starts an import; answers the job and the upload. */
export async function startImport(
  local: TestCloud,
  at: Organisation,
  file: Uint8Array | string,
  options: { skipInvalidRows?: boolean; mapping?: ColumnMapping; by?: SignedIn; beforeStart?: () => void } = {},
): Promise<{ jobId: string; uploadId: string; preview: ImportPreview }> {
  const by = options.by ?? at.owner;
  const uploadId = await uploadFile(local, at.orgId, by, file);
  const preview = await previewImport(local, at.orgId, by, uploadId, options.mapping === undefined ? {} : { mapping: options.mapping });
  const { encoding, delimiter, mapping } = preview;
  options.beforeStart?.();
  const input = { orgId: at.orgId, uploadId, encoding, delimiter, mapping, skipInvalidRows: options.skipInvalidRows ?? false };
  const { jobId } = z.parse(registerCallables.startImport.output, await local.callable('startImport', input, by.idToken));
  return { jobId, uploadId, preview };
}

/** Waits until a job has ended; answers its document. */
export async function jobEnded(local: TestCloud, jobId: string, withinSeconds = 150): Promise<DocumentData> {
  for (const deadline = Date.now() + withinSeconds * 1000; ;) {
    const job = await stored(local, `jobs/${jobId}`);
    if (job !== undefined && (job['state'] === 'succeeded' || job['state'] === 'failed')) return job;
    if (Date.now() > deadline) throw new Error(`the job has not ended: ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts a job by its callable; answers its id. */
export async function startJob(local: TestCloud, name: 'startExtract' | 'startErasure', input: object, by: SignedIn): Promise<string> {
  return z.parse(z.object({ jobId: z.string() }), await local.callable(name, input, by.idToken)).jobId;
}

/** Fetches a finished extract. Throws {@link CallableError}. */
export async function downloadExtract(local: TestCloud, orgId: string, jobId: string, by: SignedIn): Promise<Buffer> {
  const response = await fetch(`${local.cloud.urls.functions}/downloadExtract?orgId=${orgId}&jobId=${jobId}`, {
    headers: { authorization: `Bearer ${by.idToken}` },
  });
  if (response.ok) return Buffer.from(await response.arrayBuffer());
  throw new CallableError(response.status, ((await response.json()) as { error: { details?: unknown } }).error); // the function's error form
}

/** Names of the objects in the bucket of sealed files, or of exports. */
export function objectsIn(local: TestCloud, bucket: 'FILES_BUCKET' | 'EXPORTS_BUCKET', prefix = ''): string[] {
  return [...local.cloud.storage.objects(local.cloud.env[bucket] ?? '').keys()].filter((name) => name.startsWith(prefix));
}
