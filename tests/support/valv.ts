/** What integration tests do with Valv itself: sign up, found an organisation, add persons, all through the callables. */
import * as z from 'zod/mini';
import { randomBytes } from 'node:crypto';
import { identityCallables } from '../../functions/src/identity/contract.ts';
import { orgsCallables } from '../../functions/src/orgs/contract.ts';
import type { TestCloud } from './localCloud.ts';
import { organisationNumbers } from './organisationNumbers.ts';

/** Somebody who is signed in. */
export type SignedIn = { readonly email: string; readonly password: string; readonly idToken: string; readonly sessionId: string; readonly accountId: string };

/** The ground that test organisations state for personal identity numbers. */
export const someGround = { ground: 'secureIdentification', explanation: 'Medlemmar måste kunna skiljas åt säkert.' } as const;

const password = 'korrekt häst batteri klammer';
let count = 0;

/** Signs up a new account through both steps. */
export async function signUp(local: TestCloud, displayName = 'Ada Prov'): Promise<SignedIn> {
  count += 1;
  const email = `person${count}-${randomBytes(3).toString('hex')}@example.org`;
  const begun = z.parse(identityCallables.signUpBegin.output, await local.callable('signUpBegin', { email, password, displayName, locale: 'sv' }));
  return finish(local, email, begun.attemptId);
}

/** Signs in an existing account through both steps. */
export async function signIn(local: TestCloud, email: string): Promise<SignedIn> {
  const begun = z.parse(identityCallables.signInBegin.output, await local.callable('signInBegin', { email, password, locale: 'sv' }));
  return finish(local, email, begun.attemptId);
}

async function finish(local: TestCloud, email: string, attemptId: string): Promise<SignedIn> {
  const code = await local.mailbox.latestCode(email);
  const { customToken, sessionId } = z.parse(identityCallables.codeConfirm.output, await local.callable('codeConfirm', { attemptId, code }));
  const idToken = await local.signIn(customToken);
  const account = z.parse(identityCallables.getAccount.output, await local.callable('getAccount', {}, idToken));
  return { email, password, idToken, sessionId, accountId: account.accountId };
}

/** Founds an organisation owned by somebody; answers its id. */
export async function foundOrganisation(local: TestCloud, owner: SignedIn, identityNumberGround: object | null = someGround): Promise<string> {
  const input = { name: 'Föreningen Prov', organisationNumber: organisationNumbers.next(), identityNumberGround };
  return z.parse(orgsCallables.createOrganisation.output, await local.callable('createOrganisation', input, owner.idToken)).orgId;
}
