/** Keeps a page for the roles that may see it. */
import type { ReactNode } from 'react';
import type { Permission } from '../../../functions/src/orgs/contract.ts';
import { NotAllowedPage } from './NotAllowedPage.tsx';
import { useCan } from './organisation.tsx';

/** Shows the children only to who may; to others the page that says why not. */
export function Requires({ permission, children }: { readonly permission: Permission; readonly children: ReactNode }) {
  const can = useCan();
  return can(permission).isAllowed ? children : <NotAllowedPage />;
}
