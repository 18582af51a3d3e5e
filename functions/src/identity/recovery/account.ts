/** The account behind a recovery: where it is a member, and which factors it has. By the Admin SDK: nobody is signed in. */
import { Timestamp } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import type { AccountId, OrgId } from '../../shared/ids.ts';
import { accountDoc } from '../accountStore.ts';
import { factorKindsOf } from '../factors/factorStore.ts';
import type { AccountFacts } from './standing.ts';

const mostOrganisations = 100;

/** The organisations in which an account is an active member at `now`; support for the hours of a grant does not count. */
export async function organisationsOf(accountId: AccountId, now: Date): Promise<readonly OrgId[]> {
  const mine = adminFirestore().collectionGroup('members').where('accountId', '==', accountId).where('state', '==', 'active');
  const members = await mine.limit(mostOrganisations).select('role', 'expiresAt').get();
  return members.docs
    .filter((member) => member.get('role') !== 'support' && !isOver(member.get('expiresAt'), now))
    .flatMap(({ ref }) => (ref.parent.parent === null ? [] : [ref.parent.parent.id as OrgId])); // members are below organisations
}

const isOver = (expiresAt: unknown, now: Date): boolean => expiresAt instanceof Timestamp && expiresAt.toDate() <= now;

/** What decisions need to know of an account; null when it is not active. */
export async function accountFacts(
  accountId: AccountId,
  now: Date,
): Promise<(Omit<AccountFacts, 'orgIds'> & { readonly orgIds: readonly OrgId[]; readonly hasRecoveryCodes: boolean }) | null> {
  const [account, kinds, orgIds] = await Promise.all([
    accountDoc(accountId).get(),
    factorKindsOf(accountId),
    organisationsOf(accountId, now),
  ]);
  if (account.get('state') !== 'active') return null;
  const hasBankId = typeof account.get('bankIdIndex') === 'string';
  return { orgIds, hasOtherFactor: hasBankId || kinds.size > 0, hasRecoveryCodes: kinds.has('recoveryCodes') };
}
