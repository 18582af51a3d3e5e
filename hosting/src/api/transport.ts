/** Sends callables and checks what comes back against the contracts. Loaded with the first call, not with the first page. */
import { getFunctions, httpsCallableFromURL } from 'firebase/functions';
import * as z from 'zod/mini';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { alarmsCallables } from '../../../functions/src/orgs/alarms/contract.ts';
import { orgsCallables } from '../../../functions/src/orgs/contract.ts';
import { approvalCallables } from '../../../functions/src/privacy/approvals/contract.ts';
import { privacyCallables } from '../../../functions/src/privacy/contract.ts';
import { registerCallables } from '../../../functions/src/register/contract.ts';
import { membersCallables } from '../../../functions/src/orgs/members/contract.ts';
import { invitationsCallables } from '../../../functions/src/orgs/invitations/contract.ts';
import { teamsCallables } from '../../../functions/src/orgs/teams/contract.ts';
import { recoveriesCallables } from '../../../functions/src/orgs/recoveries/contract.ts';
import { reviewsCallables } from '../../../functions/src/orgs/reviews/contract.ts';
import { documentsCallables } from '../../../functions/src/documents/contract.ts';
import { supportCallables } from '../../../functions/src/support/contract.ts';
import { firebaseApp } from './firebase.ts';

/** Every callable of Valv with its schemas. */
export const callables = {
  ...identityCallables,
  ...orgsCallables,
  ...alarmsCallables,
  ...registerCallables,
  ...privacyCallables,
  ...approvalCallables,
  ...membersCallables,
  ...invitationsCallables,
  ...teamsCallables,
  ...recoveriesCallables,
  ...reviewsCallables,
  ...documentsCallables,
  ...supportCallables,
} as const;

const timeoutMs = 70_000;

/** Calls a function of this site and answers the parsed output. Throws what the SDK throws, or a ZodError. */
export async function send(name: keyof typeof callables, input: unknown): Promise<unknown> {
  const functions = getFunctions(await firebaseApp());
  const callable = httpsCallableFromURL(functions, `${window.location.origin}/api/${name}`, { timeout: timeoutMs });
  const { data } = await callable(input);
  return z.parse(callables[name].output, data);
}
