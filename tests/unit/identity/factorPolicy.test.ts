/** Which factor is the last way in: every combination of ways. */
import { describe, expect, test } from 'vitest';
import { factorKinds } from '../../../functions/src/identity/factors/contract.ts';
import { isLastWayIn, type WaysIn } from '../../../functions/src/identity/factors/policy.ts';

const combinations: WaysIn[] = [true, false].flatMap((hasPassword) =>
  [true, false].flatMap((hasBankId) => [0, 1, 2].map((passkeys) => ({ hasPassword, hasBankId, passkeys }))),
);
const canEnter = ({ hasPassword, hasBankId, passkeys }: WaysIn) => hasPassword || hasBankId || passkeys > 0;
const without = (kind: string, ways: WaysIn): WaysIn => {
  if (kind === 'bankId') return { ...ways, hasBankId: false };
  if (kind === 'passkey') return { ...ways, passkeys: Math.max(0, ways.passkeys - 1) };
  return kind === 'password' || kind === 'emailCode' ? { ...ways, hasPassword: false } : ways;
};

describe.each(factorKinds)('removing %s', (kind) => {
  test.each(combinations.filter(canEnter))('is refused exactly when nothing else opens: %o', (ways) => {
    expect(isLastWayIn(kind, ways)).toBe(!canEnter(without(kind, ways)));
  });
});
