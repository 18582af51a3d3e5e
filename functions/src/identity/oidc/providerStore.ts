/**
 * Identity providers of organisations and attempts to sign in through them, by the Admin SDK: nobody who signs in may read the
 * one or write the other.
 *
 * Guarantees: the client secret is sealed under the organisation's key; code verifier and nonce of an attempt are derived from
 * its id by the accounts' key and stored nowhere; an attempt is found only together with the key of the browser that began it.
 */
import { createHash } from 'node:crypto';
import { Timestamp, type DocumentData, type DocumentReference } from 'firebase-admin/firestore';
import { exactToken } from '../../crypto/blindIndex.ts';
import { openRecord, sealRecord } from '../../crypto/envelope.ts';
import type { Dek } from '../../crypto/keys.ts';
import type { Normalised } from '../../crypto/normalise.ts';
import type { Role } from '../../orgs/contract.ts';
import { isVouchedFor } from '../../orgs/identityProvider/contract.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { knownStructureKey, structureKey } from '../../platform/structureKey.ts';
import { isAppError } from '../../shared/errors.ts';
import type { AccountId, AttemptId, OrgId } from '../../shared/ids.ts';
import { accountsKey } from '../accountStore.ts';
import type { Guard } from '../signInStore.ts';

/** An organisation's provider. `allowedDomains`: of the addresses that it may vouch for, as domainToASCII has them. */
export type Provider = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly allowedDomains: readonly string[];
};

/** The document of an organisation's provider. */
export const providerDoc = (orgId: OrgId): DocumentReference => adminFirestore().doc(`orgs/${orgId}/identityProviders/main`);
const context = (orgId: OrgId) => ({ orgId, collection: 'identityProviders', docId: 'main', sensitivityClass: 'ordinary' }) as const;

/** A provider as it is stored. */
export async function sealedProvider(orgId: OrgId, { clientSecret, ...open }: Provider): Promise<DocumentData> {
  const dek = await structureKey(orgId);
  return {
    v: 1,
    ...open,
    allowedDomains: [...open.allowedDomains],
    strength: 2,
    sealed: sealRecord(dek, context(orgId), { clientSecret }),
  };
}

/** An organisation's provider, opened; null when it has none. */
export async function loadProvider(orgId: OrgId): Promise<Provider | null> {
  const [stored, dek] = await Promise.all([providerDoc(orgId).get(), keyOf(orgId)]);
  if (!stored.exists || dek === undefined) return null;
  const { issuer, clientId, allowedDomains, sealed } = stored.data() as Omit<Provider, 'clientSecret'> & { sealed: Uint8Array }; // written from sealedProvider only
  const { clientSecret } = openRecord(dek, context(orgId), sealed) as { clientSecret: string }; // authenticated
  return { issuer, clientId, allowedDomains, clientSecret };
}

/** The key of an organisation, none for one that does not exist. */
async function keyOf(orgId: OrgId): Promise<Dek | undefined> {
  try {
    return await knownStructureKey(orgId);
  } catch (thrown) {
    if (isAppError(thrown, 'crypto/cannot-open')) return undefined;
    throw thrown;
  }
}

const flowDoc = (state: AttemptId): DocumentReference => adminFirestore().collection('oidcFlows').doc(state);

/** What only this server can know of an attempt. `verifier` has 44 characters, as PKCE wants at least 43. */
export async function secretsOf(state: AttemptId): Promise<{ verifier: string; challenge: string; nonce: string }> {
  const key = await accountsKey();
  const derived = (what: string): string => exactToken(key, `oidc.${what}`, state as string as Normalised); // the same text gives the same hash
  const verifier = derived('verifier.1') + derived('verifier.2');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url'), nonce: derived('nonce') };
}

const browserHash = async (browserKey: string): Promise<string> =>
  exactToken(await accountsKey(), 'oidc.browser', browserKey as Normalised); // as above

/** Stores a new attempt. */
export async function createFlow(state: AttemptId, orgId: OrgId, browserKey: string, createdAt: Date, expiresAt: Date): Promise<void> {
  const times = { createdAt: Timestamp.fromDate(createdAt), expiresAt: Timestamp.fromDate(expiresAt) };
  await flowDoc(state).create({ v: 1, orgId, browserIndex: await browserHash(browserKey), ...times });
}

/** The attempt of this browser, unless it is over; null otherwise. */
export async function readFlow(state: AttemptId, browserKey: string, now: Date): Promise<{ orgId: OrgId; guard: Guard } | null> {
  const stored = await flowDoc(state).get();
  const expiresAt: unknown = stored.get('expiresAt');
  if (stored.updateTime === undefined || !(expiresAt instanceof Timestamp) || expiresAt.toDate() <= now) return null;
  if (stored.get('browserIndex') !== (await browserHash(browserKey))) return null; // hashes under a key: their comparison tells nothing
  return { orgId: stored.get('orgId') as OrgId, guard: { reference: stored.ref, version: stored.updateTime } }; // written by createFlow only
}

/** Whether the provider may vouch for an account: an active member, as isVouchedFor says. */
export async function mayVouchFor(orgId: OrgId, accountId: AccountId): Promise<boolean> {
  const db = adminFirestore();
  const [member, organisation] = await db.getAll(db.doc(`orgs/${orgId}/members/${accountId}`), db.doc(`orgs/${orgId}`));
  if (member?.get('state') !== 'active') return false;
  return isVouchedFor({ accountId, role: member.get('role') as Role }, organisation?.get('identityProvider.setBy')); // of the rules' form
}
