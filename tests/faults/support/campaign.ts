/** Killing the functions in the middle of a job, and what must be true when it has ended nevertheless. */
import { Timestamp } from 'firebase-admin/firestore';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { jwksSchema } from '../../../functions/src/privacy/signature.ts';
import { samplePersons, toCsv } from '../../../infra/local/sample/persons.ts';
import { allPassed } from '../../../infra/verify/checks.ts';
import { verifyCertificate } from '../../../infra/verify/verifyCertificate.ts';
import { verifyExtract } from '../../../infra/verify/verifyExtract.ts';
import type { TestCloud } from '../../support/localCloud.ts';
import { textsInZip } from '../../support/privacy/textsInZip.ts';
import {
  database,
  downloadExtract,
  eventsOf,
  getPerson,
  jobEnded,
  objectsIn,
  refusedWith,
  startImport,
  startJob,
  stored,
  type Organisation,
  type SignedIn,
} from '../../support/valv.ts';

/** The moment of a kill: so long after the start, or when the job's document first shows this. */
export type Moment = { readonly afterMs: number } | { readonly when: (job: Readonly<Record<string, unknown>>) => boolean };

/** Kills the functions at a moment of a job, then starts them again. Answers what the job said then. */
export async function killAt(local: TestCloud, jobId: string, moment: Moment): Promise<{ state: unknown; step: unknown; done: unknown }> {
  if ('afterMs' in moment) await new Promise((resolve) => setTimeout(resolve, moment.afterMs));
  else await jobShows(local, jobId, moment.when);
  await local.cloud.killFunctions();
  const { state, step, done } = (await stored(local, `jobs/${jobId}`)) ?? {};
  // The lease of the dead worker, twenty seconds in production, runs out now.
  if (state === 'running')
    await database(local)
      .doc(`jobs/${jobId}`)
      .update({ leaseUntil: Timestamp.fromMillis(0) });
  await local.cloud.restartFunctions();
  return { state, step, done };
}

async function jobShows(local: TestCloud, jobId: string, when: (job: Readonly<Record<string, unknown>>) => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
    const job = await stored(local, `jobs/${jobId}`);
    if (job !== undefined && (when(job) || job['state'] === 'succeeded' || job['state'] === 'failed')) return;
  }
  throw new Error('the job never showed the moment');
}

const nothing = (): void => undefined;

/** Runs one import under kills and proves that everybody is there once. */
export async function importUnderKills(
  local: TestCloud,
  into: Organisation,
  count: number,
  moments: readonly Moment[],
  seed = 1,
  { beforeStart = nothing, afterStart = nothing }: { readonly beforeStart?: () => void; readonly afterStart?: () => void } = {},
): Promise<unknown[]> {
  const before = await ofImport(local, into);
  // Numbers differ from run to run, or every row would be a duplicate.
  const persons = samplePersons(count, seed).map((person) => ({
    ...person,
    fields: { ...person.fields, personalIdentityNumber: person.fields.personalIdentityNumber ?? '' },
  }));
  const { jobId, uploadId } = await startImport(local, into, toCsv(persons, { delimiter: ';', encoding: 'utf-8', language: 'sv' }), {
    skipInvalidRows: true,
    beforeStart,
  });
  afterStart();
  const seen: unknown[] = [];
  for (const moment of moments) seen.push(await killAt(local, jobId, moment));
  const job = await jobEnded(local, jobId, 120);
  const { imported, skipped } = job['result'] as { imported: number; skipped: number }; // an import's result
  expect({ state: job['state'], rows: imported + skipped, done: job['done'], total: job['total'] }).toEqual({
    state: 'succeeded',
    rows: count,
    done: count,
    total: count,
  });
  const after = await ofImport(local, into);
  expect(after.persons.size - before.persons.size).toBe(imported);
  expect(after.keys.size - before.keys.size).toBe(imported);
  expect([...after.keys].toSorted()).toEqual([...after.persons].toSorted());
  expect(after.created.toSorted()).toEqual([...after.persons].toSorted()); // one event for each, and none besides
  expect(after.numbers.length).toBe(new Set(after.numbers).size);
  expect(objectsIn(local, 'FILES_BUCKET', `orgs/${into.orgId}/uploads/${uploadId}`)).toEqual([]);
  expect(await stored(local, `subjectKeys/${uploadId}`, 'keys')).toBeUndefined();
  expect(await stored(local, `orgs/${into.orgId}/uploads/${uploadId}`)).toMatchObject({ state: 'imported' });
  const finished = (await eventsOf(local, into.orgId)).filter(
    ({ action, jobId: by }) => action === 'register.import.finish' && by === jobId,
  );
  expect(finished).toHaveLength(1);
  return seen;
}

async function ofImport(local: TestCloud, { orgId }: Organisation) {
  const [persons, keys, events] = await Promise.all([
    database(local).collection(`orgs/${orgId}/dataSubjects`).select('identityNumberIndex').get(),
    database(local, 'keys').collection('subjectKeys').where('orgId', '==', orgId).where('kind', '==', 'dataSubject').select().get(),
    database(local).collection(`orgs/${orgId}/auditEvents`).where('action', '==', 'register.dataSubject.create').select('targetIds').get(),
  ]);
  return {
    persons: new Set(persons.docs.map(({ id }) => id)),
    numbers: persons.docs.flatMap((person) => (person.get('identityNumberIndex') as string | null) ?? []), // null or a hash
    keys: new Set(keys.docs.map(({ id }) => id)),
    created: events.docs.map((event) => String((event.get('targetIds') as unknown[])[0])),
  };
}

/** Runs one extract under kills and proves that there is one, genuine, with one event. */
export async function extractUnderKills(
  local: TestCloud,
  at: Organisation,
  dataSubjectId: string,
  moments: readonly Moment[],
): Promise<unknown[]> {
  const jobId = await startJob(local, 'startExtract', { orgId: at.orgId, dataSubjectId, locale: 'sv' }, at.owner);
  const seen: unknown[] = [];
  for (const moment of moments) seen.push(await killAt(local, jobId, moment));
  await succeeded(local, jobId);
  const objects = objectsIn(local, 'FILES_BUCKET', `orgs/${at.orgId}/extracts/${dataSubjectId}/`);
  expect(objects.filter((name) => name.endsWith(`${jobId}.zip`))).toHaveLength(1);
  expect(allPassed(await verifyExtract(await downloadExtract(local, at.orgId, jobId, at.owner), await keysOf(local)))).toBe(true);
  expect(await finishes(local, at, 'privacy.extract.finish', jobId)).toBe(1);
  return seen;
}

/** Runs one erasure under kills and proves that nothing is left but its evidence, once. */
export async function erasureUnderKills(
  local: TestCloud,
  at: Organisation,
  dataSubjectId: string,
  moments: readonly Moment[],
): Promise<unknown[]> {
  const { version } = await getPerson(local, at.orgId, dataSubjectId, at.owner);
  const jobId = await startJob(local, 'startErasure', { orgId: at.orgId, dataSubjectId, reason: 'request', version }, at.owner);
  const seen: unknown[] = [];
  for (const moment of moments) seen.push(await killAt(local, jobId, moment));
  await succeeded(local, jobId);
  await expectErased(local, at, dataSubjectId, jobId);
  return seen;
}

/** Proves that a person is gone everywhere, with one ledger entry, one certificate and one event. */
export async function expectErased(
  local: TestCloud,
  at: { orgId: string; owner: SignedIn },
  dataSubjectId: string,
  jobId: string,
): Promise<void> {
  expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${dataSubjectId}`)).toBeUndefined();
  expect(await stored(local, `subjectKeys/${dataSubjectId}`, 'keys')).toBeUndefined();
  expect(objectsIn(local, 'FILES_BUCKET', `orgs/${at.orgId}/extracts/${dataSubjectId}/`)).toEqual([]);
  expect(await refusedWith(getPerson(local, at.orgId, dataSubjectId, at.owner))).toBe('shared/not-found');
  const entries = await database(local).collection('erasureLedger').where('dataSubjectId', '==', dataSubjectId).get();
  expect(entries.docs.map(({ id }) => id)).toEqual([jobId]);
  const certificates = await database(local)
    .collection(`orgs/${at.orgId}/erasureCertificates`)
    .where('dataSubjectId', '==', dataSubjectId)
    .get();
  expect(certificates.docs.map(({ id }) => id)).toEqual([jobId]);
  const answer = await local.callable('getErasureCertificate', { orgId: at.orgId, jobId }, at.owner.idToken);
  expect(allPassed(await verifyCertificate(JSON.stringify(answer), await keysOf(local)))).toBe(true);
  expect(await finishes(local, at, 'privacy.erasure.finish', jobId)).toBe(1);
}

async function succeeded(local: TestCloud, jobId: string): Promise<void> {
  const { state, error } = await jobEnded(local, jobId, 120);
  expect({ state, error }).toEqual({ state: 'succeeded', error: null });
}

async function finishes(local: TestCloud, { orgId }: { orgId: string }, action: string, jobId: string): Promise<number> {
  return (await eventsOf(local, orgId)).filter((event) => event['action'] === action && event['jobId'] === jobId).length;
}

/** The published keys. */
export async function keysOf(local: TestCloud) {
  return jwksSchema.parse(await (await fetch(`${local.cloud.urls.functions}/publicKeys`)).json());
}

/** Has a second member agree to what the owner asks for, and starts it; answers the job. */
async function startAgreed(
  local: TestCloud,
  { orgId, owner }: Organisation,
  second: SignedIn,
  name: string,
  input: object,
): Promise<string> {
  const { approvalId } = z.parse(idsSchema, await local.callable(name, { orgId, ...input }, owner.idToken));
  await local.callable('decideApproval', { orgId, approvalId, approve: true }, second.idToken);
  return z.parse(idsSchema, await local.callable('startApproved', { orgId, approvalId }, owner.idToken)).jobId ?? '';
}

const idsSchema = z.object({ approvalId: z.optional(z.string()), jobId: z.optional(z.string()) });

/** Runs one mass erasure under kills and proves that everybody is gone, with one certificate and one event each. */
export async function massErasureUnderKills(
  local: TestCloud,
  at: Organisation,
  second: SignedIn,
  dataSubjectIds: readonly string[],
  moments: readonly Moment[],
): Promise<unknown[]> {
  const jobId = await startAgreed(local, at, second, 'requestMassErasure', { dataSubjectIds, reason: 'notNeeded' });
  const seen: unknown[] = [];
  for (const moment of moments) seen.push(await killAt(local, jobId, moment));
  await succeeded(local, jobId);
  expect((await stored(local, `jobs/${jobId}`))?.['result']).toMatchObject({ erased: dataSubjectIds.length, skipped: 0 });
  const events = (await eventsOf(local, at.orgId)).filter((event) => event['jobId'] === jobId);
  for (const action of ['privacy.erasure.start', 'privacy.erasure.finish']) {
    const targets = events.filter((event) => event['action'] === action).map(({ targetIds }) => (targetIds as string[])[0]);
    expect(targets.toSorted()).toEqual(dataSubjectIds.toSorted());
  }
  for (const id of dataSubjectIds) {
    expect(await stored(local, `orgs/${at.orgId}/dataSubjects/${id}`)).toBeUndefined();
    expect(await stored(local, `subjectKeys/${id}`, 'keys')).toBeUndefined();
    const entries = await database(local).collection('erasureLedger').where('dataSubjectId', '==', id).get();
    expect(entries.docs.map((entry) => entry.id)).toEqual([`${jobId}-${id}`]);
  }
  expect(await finishes(local, at, 'privacy.massErasure.finish', jobId)).toBe(1);
  return seen;
}

/** Runs one export of the register under kills and proves that there is one file, which opens, with one event. */
export async function exportUnderKills(
  local: TestCloud,
  at: Organisation,
  second: SignedIn,
  moments: readonly Moment[],
): Promise<unknown[]> {
  const jobId = await startAgreed(local, at, second, 'requestRegisterExport', { includeProtected: true });
  const seen: unknown[] = [];
  for (const moment of moments) seen.push(await killAt(local, jobId, moment));
  await succeeded(local, jobId);
  expect(objectsIn(local, 'FILES_BUCKET', `orgs/${at.orgId}/registerExports/`)).toEqual([`orgs/${at.orgId}/registerExports/${jobId}.zip`]);
  const address = `${local.cloud.urls.functions}/downloadRegisterExport?orgId=${at.orgId}&jobId=${jobId}`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${at.owner.idToken}` } });
  const json = textsInZip(Buffer.from(await response.arrayBuffer())).get('register.json') ?? '';
  const active = await database(local).collection(`orgs/${at.orgId}/dataSubjects`).where('state', '==', 'active').count().get();
  expect((JSON.parse(json) as { persons: unknown[] }).persons).toHaveLength(active.data().count);
  expect(await finishes(local, at, 'privacy.registerExport.finish', jobId)).toBe(1);
  return seen;
}
