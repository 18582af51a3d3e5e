/** A local cloud with one organisation and somebody signed in, for the benches. */
import * as z from 'zod/mini';
import { identityCallables } from '../../functions/src/identity/contract.ts';
import { orgsCallables } from '../../functions/src/orgs/contract.ts';
import { registerCallables } from '../../functions/src/register/contract.ts';
import { call, exchange, mailedCode, upload, waitForJob, type Addresses, type JobView } from '../../infra/client/client.ts';
import { builtOutputs, buildWhatIsStale } from '../../infra/local/build.ts';
import type { LocalCloud } from '../../infra/local/cloudTypes.ts';
import { startLocalCloud } from '../../infra/local/localCloud.ts';
import { samplePersons, toCsv } from '../../infra/local/sample/persons.ts';

/** What a bench works with. */
export type Bench = {
  readonly cloud: LocalCloud;
  readonly at: Addresses;
  readonly idToken: string;
  readonly sessionId: string;
  readonly accountId: string;
};

/** Starts a cloud with functions in this process (whose environment it sets) and signs somebody up. */
export async function startBench(functionsMode: 'inProcess' | 'ownProcess'): Promise<Bench> {
  await buildWhatIsStale(() => undefined);
  const cloud = await startLocalCloud({
    projectId: 'valv-bench',
    stateDir: null,
    functionsEntry: builtOutputs.functionsEntry,
    functionsMode,
    hostingDir: null,
  });
  const { app, mailbox, auth, firestore } = cloud.urls;
  const at: Addresses = { app, mailbox, auth, firestore, projectId: cloud.projectId };
  const email = 'bench@example.org';
  const begin = { email, password: 'mätning utan stress', displayName: 'Bänk Prov', locale: 'sv' };
  const { attemptId } = z.parse(identityCallables.signUpBegin.output, await call(at, 'signUpBegin', begin));
  const { customToken, sessionId } = z.parse(
    identityCallables.codeConfirm.output,
    await call(at, 'codeConfirm', { attemptId, code: await mailedCode(at, email) }),
  );
  const idToken = await exchange(at, customToken);
  const { accountId } = z.parse(identityCallables.getAccount.output, await call(at, 'getAccount', {}, idToken));
  return { cloud, at, idToken, sessionId, accountId };
}

/** Founds an organisation with one of the published numbers; answers its id. */
export async function foundOrganisation({ at, idToken }: Bench, organisationNumber: string): Promise<string> {
  const identityNumberGround = { ground: 'purpose', explanation: 'Mätning med publicerade testnummer.' };
  const input = { name: 'Mätföreningen', organisationNumber, identityNumberGround };
  return z.parse(orgsCallables.createOrganisation.output, await call(at, 'createOrganisation', input, idToken)).orgId;
}

/** Imports made-up persons; answers the job and the milliseconds from its start to its end. */
export async function importPersons(
  { at, idToken }: Bench,
  orgId: string,
  count: number,
  seed: number,
): Promise<{ job: JobView; ms: number }> {
  const file = toCsv(samplePersons(count, seed), { delimiter: ';', encoding: 'utf-8', language: 'sv' });
  const { uploadId } = z.parse(z.object({ uploadId: z.string() }), await upload(at, `uploadImport?orgId=${orgId}`, file, idToken));
  const { encoding, delimiter, mapping } = z.parse(
    registerCallables.previewImport.output,
    await call(at, 'previewImport', { orgId, uploadId }, idToken),
  );
  const start = performance.now();
  const { jobId } = z.parse(
    registerCallables.startImport.output,
    await call(at, 'startImport', { orgId, uploadId, encoding, delimiter, mapping, skipInvalidRows: false }, idToken),
  );
  const job = await waitForJob(at, jobId, idToken);
  if (job.state !== 'succeeded' || job.done !== count) throw new Error(`the import ended as ${job.state} with ${job.done} of ${count}`);
  return { job, ms: performance.now() - start };
}
