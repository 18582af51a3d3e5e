/** What a member may do, from the published table of roles. Screens ask here; the rules and the functions decide. */
import { roleMay, type Permission, type Role } from '../../../functions/src/orgs/contract.ts';
import type { Messages } from '../i18n/messages.ts';

/** Allowed, or why not in words. */
export type Capability = { readonly isAllowed: true } | { readonly isAllowed: false; readonly reason: string };

/** Whether a role may do something, with the reason that a disabled button shows. */
export function capability(text: Messages, role: Role, permission: Permission): Capability {
  if (roleMay(role, permission)) return { isAllowed: true };
  return { isAllowed: false, reason: text.app.missing(text.orgs.roles[role]) };
}
