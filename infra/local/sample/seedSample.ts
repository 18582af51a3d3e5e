/**
 * Fills a new local cloud with a sample organisation, through the same calls as the app: sign-up, organisation, import, invitations.
 * Guarantees that no person is real (persons.ts) and that nothing is written that a member could not have written.
 */
import * as z from 'zod/mini';
import { orgsCallables } from '../../../functions/src/orgs/contract.ts';
import { registerCallables } from '../../../functions/src/register/contract.ts';
import { call, upload, waitForJob, type Addresses } from '../../client/client.ts';
import type { LocalCloud } from '../cloudTypes.ts';
import { addColleagues, colleagues } from './colleagues.ts';
import { samplePersons, toCsv } from './persons.ts';
import { samplePassword, signedIn } from './signIn.ts';

/** How to sign in to the sample organisation; colleagues have the same password. */
export type SampleAccount = {
  readonly email: string;
  readonly password: string;
  readonly organisation: string;
  readonly colleagues: readonly { readonly email: string; readonly role: string }[];
};

const account: SampleAccount = {
  email: 'astrid@example.org',
  password: samplePassword,
  organisation: 'Bostadsrättsföreningen Exempelgården',
  colleagues: colleagues.map(({ email, role }) => ({ email, role })),
};
const personCount = 1000;

/**
 * Signs up the owner, founds the organisation, imports a thousand persons and brings in colleagues; answers how to sign in.
 * What an earlier, interrupted run made is found and kept.
 */
export async function seedSample(cloud: LocalCloud): Promise<SampleAccount> {
  const { app, mailbox, auth, firestore } = cloud.urls;
  const at: Addresses = { app, mailbox, auth, firestore, projectId: cloud.projectId };
  const idToken = await signedIn(at, { email: account.email, displayName: 'Astrid Exempel' });
  const { organisations } = z.parse(orgsCallables.listOrganisations.output, await call(at, 'listOrganisations', {}, idToken));
  const orgId = organisations[0]?.orgId ?? (await found(at, idToken));
  const { totalCount } = z.parse(
    registerCallables.listDataSubjects.output,
    await call(at, 'listDataSubjects', { orgId, pageSize: 1 }, idToken),
  );
  await Promise.all([totalCount === 0 ? importSample(at, orgId, idToken) : undefined, addColleagues(at, orgId, idToken)]);
  await call(at, 'signOut', {}, idToken);
  return account;
}

async function found(at: Addresses, idToken: string): Promise<string> {
  const identityNumberGround = {
    ground: 'secureIdentification',
    explanation: 'Medlemmar och boende med samma namn måste kunna skiljas åt säkert.',
  };
  const founding = { name: account.organisation, organisationNumber: '802005-7538', identityNumberGround };
  return z.parse(orgsCallables.createOrganisation.output, await call(at, 'createOrganisation', founding, idToken)).orgId;
}

async function importSample(at: Addresses, orgId: string, idToken: string): Promise<void> {
  const file = toCsv(samplePersons(personCount), { delimiter: ';', encoding: 'utf-8', language: 'sv' });
  const { uploadId } = z.parse(z.object({ uploadId: z.string() }), await upload(at, `uploadImport?orgId=${orgId}`, file, idToken));
  const { encoding, delimiter, mapping } = z.parse(
    registerCallables.previewImport.output,
    await call(at, 'previewImport', { orgId, uploadId }, idToken),
  );
  const input = { orgId, uploadId, encoding, delimiter, mapping, skipInvalidRows: false };
  const { jobId } = z.parse(registerCallables.startImport.output, await call(at, 'startImport', input, idToken));
  const job = await waitForJob(at, jobId, idToken);
  if (job.state !== 'succeeded') throw new Error(`the sample could not be imported: ${JSON.stringify(job.fields['error'])}`);
}
