/**
 * Changing what an account is entered with: its password, and which factors it has.
 *
 * Guarantees: only in a fresh session; the account's other sessions and its open attempts end; the person is told by mail;
 * the last way into an account stays.
 */
import { untilSettled } from '../../platform/contention.ts';
import { AppError } from '../../shared/errors.ts';
import type { FactorId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { changeAccountData, loadAccount, newCredentials } from '../accountStore.ts';
import { endSignInsOf } from '../endSignIns.ts';
import { notify } from '../notices/notify.ts';
import { hashPassword, needsUncommonPassword } from '../password.ts';
import type { Caller } from '../session.ts';
import { deleteFactor } from './factorStore.ts';
import { needsOwnStrength } from './ownStrength.ts';
import { isLastWayIn } from './policy.ts';

/** Sets the password, also of an account that had none. Throws `identity/password-too-common`. */
export async function changePassword(caller: Caller, newPassword: string, clock: Clock): Promise<void> {
  await needsOwnStrength(caller, clock);
  const { accountId, sessionId } = caller;
  const account = await loadAccount(accountId);
  if (account === null) throw new AppError('shared/not-found', 'not found');
  await needsUncommonPassword(newPassword, [account.email, account.displayName, 'valv'], 'newPassword');
  const passwordHash = await hashPassword(newPassword);
  await untilSettled(() => changeAccountData(accountId, { passwordHash }, newCredentials()));
  await endSignInsOf(accountId, 'credentialsChanged', clock(), sessionId);
  await notify(accountId, 'passwordChanged', clock());
}

/** Removes a factor, or the BankID. Throws `identity/last-factor` for the last way in, `shared/not-found` for one that is not there. */
export async function removeFactor(caller: Caller, factorId: FactorId | 'bankId', clock: Clock): Promise<void> {
  await needsOwnStrength(caller, clock);
  const mayGo: Parameters<typeof deleteFactor>[2] = (kind, ways) => {
    if (isLastWayIn(kind, ways)) throw new AppError('identity/last-factor', 'the account could not be entered any more');
  };
  if (!(await deleteFactor(caller, factorId, mayGo, clock()))) throw new AppError('shared/not-found', 'not found');
  await endSignInsOf(caller.accountId, 'credentialsChanged', clock(), caller.sessionId);
  await notify(caller.accountId, 'factorRemoved', clock());
}
