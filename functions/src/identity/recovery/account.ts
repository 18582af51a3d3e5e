/** The account behind a recovery: where it is a member, which factors it has, whether it is a technician's. By the Admin SDK: nobody is signed in. */
import { standingStates } from '../../orgs/contract.ts';
import { adminFirestore, hasPassed } from '../../platform/firestore.ts';
import type { AccountId, OrgId } from '../../shared/ids.ts';
import { accountDoc } from '../accountStore.ts';
import { factorKindsOf } from '../factors/factorStore.ts';
import type { AccountFacts } from './standing.ts';

const mostOrganisations = 100;

/** The organisations in which an account is a member at `now`, also while a restore has locked it out; support for the hours of a grant does not count. */
export async function organisationsOf(accountId: AccountId, now: Date): Promise<readonly OrgId[]> {
  return (await membershipsOf(accountId, now)).orgIds;
}

/** The organisations whose administrators answer for an account, and whether a grant makes it a technician in another. */
async function membershipsOf(accountId: AccountId, now: Date): Promise<{ orgIds: readonly OrgId[]; isTechnician: boolean }> {
  const mine = adminFirestore().collectionGroup('members').where('accountId', '==', accountId).where('state', 'in', standingStates);
  const found = await mine.limit(mostOrganisations).select('role', 'expiresAt').get();
  const members = found.docs.filter((member) => !hasPassed(member.get('expiresAt'), now));
  const own = members.filter((member) => member.get('role') !== 'support');
  return {
    orgIds: own.flatMap(({ ref }) => (ref.parent.parent === null ? [] : [ref.parent.parent.id as OrgId])), // members are below organisations
    isTechnician: own.length < members.length,
  };
}

/** What decisions need to know of an account; null when it is not active. */
export async function accountFacts(
  accountId: AccountId,
  now: Date,
): Promise<(Omit<AccountFacts, 'orgIds'> & { readonly orgIds: readonly OrgId[]; readonly hasRecoveryCodes: boolean }) | null> {
  const [account, kinds, { orgIds, isTechnician }] = await Promise.all([
    accountDoc(accountId).get(),
    factorKindsOf(accountId),
    membershipsOf(accountId, now),
  ]);
  if (account.get('state') !== 'active') return null;
  const hasBankId = typeof account.get('bankIdIndex') === 'string';
  return {
    orgIds,
    hasOtherFactor: hasBankId || kinds.size > 0,
    isSupport: isTechnician || account.get('isSupport') === true,
    hasRecoveryCodes: kinds.has('recoveryCodes'),
  };
}
