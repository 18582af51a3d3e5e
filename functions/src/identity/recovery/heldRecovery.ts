/** Whoever holds a recovery's secret is the person who began it. */
import { AppError } from '../../shared/errors.ts';
import type { RecoveryId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { accountsKey } from '../accountStore.ts';
import { accountFacts } from './account.ts';
import type { RecoveryState } from './contract.ts';
import { recoveryMatches } from './secret.ts';
import { approvalsOf, needsMailOnly, standingAt } from './standing.ts';
import { readRecovery, type Recovery } from './store.ts';

/** What a browser holds of a recovery. */
export type Held = { readonly recoveryId: RecoveryId; readonly secret: string };

/** The one answer for a recovery that is over, cannot be finished, is not the holder's or never was. */
export const recoveryEnded = (): AppError => new AppError('identity/recovery-ended', 'start again');

/** The recovery that somebody holds. Throws `identity/recovery-ended` for a wrong secret and for none alike. */
export async function heldRecovery({ recoveryId, secret }: Held): Promise<Recovery> {
  const [key, recovery] = await Promise.all([accountsKey(), readRecovery(recoveryId)]);
  if (recovery === null || !recoveryMatches(key, 'secret', recoveryId, secret, recovery.secretHash)) throw recoveryEnded();
  return recovery;
}

/** How a recovery stands. `needed` is 0 when e-mail is enough. */
export async function recoveryStanding(held: Held, clock: Clock) {
  const recovery = await heldRecovery(held);
  const account = await accountFacts(recovery.accountId, clock());
  if (account === null) throw recoveryEnded();
  const expiresAt = recovery.expiresAt.toDate();
  const { given, needed } = approvalsOf(recovery, account);
  const isStuck = needed === 0 && !needsMailOnly(account);
  return {
    state: standingAt({ ...recovery, expiresAt }, account, clock()) satisfies RecoveryState,
    approvals: given,
    // Nobody can approve for an account that is in no organisation: what stands open is a recovery code.
    needed: isStuck ? 1 : needed,
    hasRecoveryCodes: account.hasRecoveryCodes,
    expiresAt: expiresAt.toISOString(),
  };
}
