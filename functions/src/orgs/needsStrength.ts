/** How strong a sign-in must be, apart from who asks: bundles that need no more carry no database. */
import type { Strength } from '../identity/contract.ts';
import type { Caller } from '../identity/session.ts';
import { AppError } from '../shared/errors.ts';

/** Throws `orgs/stronger-sign-in-needed`, with `needed` and `current`, in a session weaker than that. */
export function needsStrength({ strength }: Pick<Caller, 'strength'>, needed: Strength): void {
  if (strength >= needed) return;
  throw new AppError('orgs/stronger-sign-in-needed', 'sign in in a stronger way', { needed, current: strength });
}
