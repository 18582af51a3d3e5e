/** Which factors may go. Pure. */
import type { FactorKind } from './contract.ts';

/** The ways into an account by themselves; a password always goes with a code by e-mail. */
export type WaysIn = { readonly hasPassword: boolean; readonly hasBankId: boolean; readonly passkeys: number };

/** Whether a factor is the last way into its account: then it stays. */
export function isLastWayIn(kind: FactorKind, { hasPassword, hasBankId, passkeys }: WaysIn): boolean {
  const ways = [hasPassword, hasBankId, passkeys > 0].filter(Boolean).length;
  if (kind === 'bankId') return hasBankId && ways === 1;
  if (kind === 'passkey') return passkeys === 1 && ways === 1;
  return (kind === 'password' || kind === 'emailCode') && hasPassword && ways === 1;
}
