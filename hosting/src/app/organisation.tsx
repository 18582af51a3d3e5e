/** The organisation that the reader works in, and what the reader may do there. */
import { createContext, use, type ReactNode } from 'react';
import type { Permission, Role } from '../../../functions/src/orgs/contract.ts';
import type { Output } from '../api/callables.ts';
import { useText } from '../i18n/language.tsx';
import { capability, type Capability } from './capability.ts';

/** An organisation of the signed-in account. */
export type Membership = Output<'listOrganisations'>['organisations'][number];

const MembershipContext = createContext<Membership | null>(null);

/** Sets the organisation for the tree below it. */
export function MembershipProvider({ membership, children }: { readonly membership: Membership; readonly children: ReactNode }) {
  return <MembershipContext value={membership}>{children}</MembershipContext>;
}

/** The organisation in the address. Throws a TypeError outside of an organisation. */
export function useMembership(): Membership {
  const membership = use(MembershipContext);
  if (membership === null) throw new TypeError('no organisation above');
  return membership;
}

/** Asks what the reader may do: `can('privacy.erase')`. */
export function useCan(): (permission: Permission) => Capability {
  const text = useText();
  const { role }: { role: Role } = useMembership();
  return (permission) => capability(text, role, permission);
}
