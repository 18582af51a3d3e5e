/**
 * Who may change how an account is entered: somebody who came in as strongly as the account can be entered.
 *
 * Guarantees: a password and a mailbox, the weakest way in, neither add to nor take from an account that has an app, a
 * passkey or BankID. Whoever has lost those signs in with a recovery code, or recovers the account. The first stronger factor
 * of an account is added on the word of the weaker ones.
 */
import { AppError } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time.ts';
import { accountDoc } from '../accountStore.ts';
import { strengthOf } from '../basics/contract.ts';
import { needsFresh, type Caller } from '../session.ts';
import { factorKindsOf } from './factorStore.ts';

/** Throws `identity/reauthentication-needed`, or `identity/stronger-factor-needed` with `needed` and `current`. */
export async function needsOwnStrength(caller: Caller, clock: Clock): Promise<void> {
  needsFresh(caller, clock());
  if (caller.method === 'recoveryCode') return;
  const [kinds, account] = await Promise.all([factorKindsOf(caller.accountId), accountDoc(caller.accountId).get()]);
  const hasStrong = kinds.has('passkey') || typeof account.get('bankIdIndex') === 'string';
  const needed = strengthOf(hasStrong ? 'passkey' : kinds.has('totp') ? 'totp' : 'emailCode');
  if (caller.strength >= needed) return;
  throw new AppError('identity/stronger-factor-needed', 'confirm with the strongest of your factors', { needed, current: caller.strength });
}
