/** Every callable of Valv, by name, with its schemas. Nothing of a browser, so that tests can read it. */
import type * as z from 'zod/mini';
import { identityCallables } from '../../../functions/src/identity/contract.ts';
import { alarmsCallables } from '../../../functions/src/orgs/alarms/contract.ts';
import { receiptCallables } from '../../../functions/src/orgs/auditLog/contract.ts';
import { orgsCallables } from '../../../functions/src/orgs/contract.ts';
import { approvalCallables } from '../../../functions/src/privacy/approvals/contract.ts';
import { privacyCallables } from '../../../functions/src/privacy/contract.ts';
import { registerCallables } from '../../../functions/src/register/contract.ts';
import { identityProviderCallables } from '../../../functions/src/orgs/identityProvider/contract.ts';
import { membersCallables } from '../../../functions/src/orgs/members/contract.ts';
import { invitationsCallables } from '../../../functions/src/orgs/invitations/contract.ts';
import { teamsCallables } from '../../../functions/src/orgs/teams/contract.ts';
import { recoveriesCallables } from '../../../functions/src/orgs/recoveries/contract.ts';
import { reviewsCallables } from '../../../functions/src/orgs/reviews/contract.ts';
import { documentsCallables } from '../../../functions/src/documents/contract.ts';
import { supportCallables } from '../../../functions/src/support/contract.ts';

/** Every callable of Valv with its schemas. */
export const callables = {
  ...identityCallables,
  ...orgsCallables,
  ...alarmsCallables,
  ...identityProviderCallables,
  ...receiptCallables,
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

type Callables = typeof callables;
/** The name of a callable. */
export type CallableName = keyof Callables;
/** What a callable takes. */
export type Input<N extends CallableName> = z.input<Callables[N]['input']>;
/** What a callable answers. */
export type Output<N extends CallableName> = z.output<Callables[N]['output']>;
