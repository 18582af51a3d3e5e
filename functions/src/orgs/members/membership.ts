/**
 * Who may give, change and take which membership, as pure decisions; `firestore.rules` say the same in their own words.
 *
 * Guarantees: owners decide about everybody, administrators about members below them; nobody changes the own role, except
 * an owner who steps down to administrator. Support is a matter of its grant. Does not count owners: the store does.
 */
import { AppError, invalidInput } from '../../shared/errors.ts';
import type { AccountId, TeamId } from '../../shared/ids.ts';
import { rolesBelowAdministrator, type GivenRole, type Role } from '../contract.ts';

/** A member as decisions see one. */
export type Membership = { readonly accountId: AccountId; readonly role: Role; readonly teamIds: readonly TeamId[] };

/** Whoever decides. */
export type Decider = { readonly accountId: AccountId; readonly role: Role };

/** What is to be written of a member, and by how much the number of owners changes. */
export type MembershipPlan = {
  readonly changes: { readonly role?: GivenRole; readonly teamIds?: readonly TeamId[] };
  readonly ownerDelta: -1 | 0 | 1;
};

const notAllowed = (): AppError => new AppError('orgs/not-allowed', 'your role does not allow this');
const below: readonly Role[] = rolesBelowAdministrator;

/** Whether somebody with this role may give it to others, or take it from them. */
export function mayGive(decider: Role, role: Role): boolean {
  if (role === 'support') return false;
  return decider === 'owner' || (decider === 'administrator' && below.includes(role));
}

/** What a change of role or teams comes to; nothing to write when it changes nothing. Throws `orgs/not-allowed`. */
export function planChange(
  decider: Decider,
  before: Membership,
  after: { readonly role: GivenRole; readonly teamIds: readonly TeamId[] },
): MembershipPlan {
  const keepsOrStepsDown = after.role === before.role || after.role === 'administrator';
  if (decider.accountId === before.accountId && !keepsOrStepsDown) throw notAllowed();
  if (!mayGive(decider.role, before.role) || !mayGive(decider.role, after.role)) throw notAllowed();
  const changes = {
    ...(after.role === before.role ? {} : { role: after.role }),
    ...(isSameSet(after.teamIds, before.teamIds) ? {} : { teamIds: after.teamIds }),
  };
  return { changes, ownerDelta: (ownersAmong(after.role) - ownersAmong(before.role)) as MembershipPlan['ownerDelta'] }; // a difference of 0 and 1
}

/** Whether a member's access is what somebody took it to be. */
export function hasStill(before: Membership, was: { readonly role: GivenRole; readonly teamIds: readonly TeamId[] }): boolean {
  return before.role === was.role && isSameSet(before.teamIds, was.teamIds);
}

/** By how much the number of owners changes when somebody else is removed. Throws `orgs/not-allowed`, or `shared/invalid-input` for oneself. */
export function planRemoval(decider: Decider, before: Membership): MembershipPlan['ownerDelta'] {
  if (decider.accountId === before.accountId) throw invalidInput('accountId', 'must be somebody else');
  if (!mayGive(decider.role, before.role)) throw notAllowed();
  return before.role === 'owner' ? -1 : 0;
}

const ownersAmong = (role: Role): 0 | 1 => (role === 'owner' ? 1 : 0);

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id) => others.includes(id));
}
