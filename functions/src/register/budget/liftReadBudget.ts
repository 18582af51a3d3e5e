/** Lifting a spent read budget: by somebody else than the member, and on record. */
import { doc, getDoc } from 'firebase/firestore/lite';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { resetBudget } from './store.ts';

/** Gives an active member the whole budget again. Throws `orgs/not-allowed` for oneself, `shared/not-found` for a stranger. */
export async function liftReadBudget(actor: OrgActor, accountId: AccountId): Promise<void> {
  if (accountId === actor.accountId) throw new AppError('orgs/not-allowed', 'somebody else must lift your limit', { field: 'accountId' });
  const member = await asCaller('shared/not-found', () => getDoc(doc(actor.db, `orgs/${actor.orgId}/members/${accountId}`)));
  if (member.get('state') !== 'active') throw new AppError('shared/not-found', 'not found');
  await resetBudget(actor, accountId);
}
