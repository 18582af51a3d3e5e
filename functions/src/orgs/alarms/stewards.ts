/**
 * Owners and administrators of an organisation, asked by the server on nobody's behalf: whom alarms and approvals turn to, and
 * who is left when an owner goes.
 *
 * Guarantees: only those are named whose account is enabled now; whoever cannot sign in is nobody's second person.
 */
import { enabledAmong } from '../../identity/accountStore.ts';
import { adminFirestore, hasPassed } from '../../platform/firestore.ts';
import type { AccountId } from '../../shared/ids.ts';
import type { GivenRole } from '../contract.ts';

/** Account ids of the active owners and administrators whose membership has not run out. */
export function stewardsOf(orgId: string, now: Date): Promise<readonly AccountId[]> {
  return enabledWith(orgId, ['owner', 'administrator'], now);
}

/** Whether an organisation has an owner besides this one whose account is enabled. */
export async function hasAnotherOwner(orgId: string, accountId: AccountId): Promise<boolean> {
  return (await enabledWith(orgId, ['owner'], null)).some((owner) => owner !== accountId);
}

/** Without an instant the end of a membership is not asked: that of an owner has none. */
async function enabledWith(orgId: string, roles: readonly GivenRole[], now: Date | null): Promise<readonly AccountId[]> {
  const members = adminFirestore().collection(`orgs/${orgId}/members`).where('state', '==', 'active');
  const found = await members.where('role', 'in', roles).select('expiresAt').get();
  const lasting = found.docs.filter((member) => now === null || !hasPassed(member.get('expiresAt'), now));
  return enabledAmong(lasting.map(({ id }) => id as AccountId)); // members are stored under the id of their account
}

/** The organisation's name; empty when there is no such organisation. */
export async function organisationName(orgId: string): Promise<string> {
  const name: unknown = (await adminFirestore().doc(`orgs/${orgId}`).get()).get('name');
  return typeof name === 'string' ? name : '';
}
