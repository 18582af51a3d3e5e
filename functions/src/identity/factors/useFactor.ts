/**
 * The second steps by authenticator app and by recovery code.
 *
 * Guarantees: an app's password counts once, a recovery code counts once, parallel calls and other attempts included: what it
 * uses up is written in the commit that makes the session, on the version of the factor that was read.
 */
import { AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { accountsKey } from '../accountStore.ts';
import type { Proof } from '../completeSignIn.ts';
import { wrongCode } from '../confirmCode.ts';
import type { Step } from '../secondStep.ts';
import { factorGuard, ofKind, readFactors, usedFactorFields, type Factor, type FactorData } from './factorStore.ts';
import { leftAfter } from './recoveryCode.ts';
import { acceptedStep } from './totp.ts';

/** The step of showing an app's password. */
export function totpStep(code: string, clock: Clock): Step {
  return {
    judge: async ({ accountId, secondFactors }) => (secondFactors.includes('totp') ? judgeTotp(accountId, code, clock()) : null),
    wrong: wrongCode,
  };
}

async function judgeTotp(accountId: AccountId, code: string, now: Date): Promise<Proof | null> {
  const [factor] = ofKind(await readFactors(accountId), 'totp');
  if (factor === undefined) return null;
  const lastStep = acceptedStep(factor.data.secret, code, now, factor.data.lastStep);
  return lastStep === null ? null : { method: 'totp', spends: [await spend(factor, { ...factor.data, lastStep }, now)] };
}

/** The step of showing a recovery code. */
export function recoveryCodeStep(recoveryCode: string, clock: Clock): Step {
  return {
    judge: async ({ accountId, secondFactors }) =>
      secondFactors.includes('recoveryCode') ? judgeRecoveryCode(accountId, recoveryCode, clock()) : null,
    wrong: (triesLeft) => new AppError('identity/wrong-recovery-code', 'wrong "recoveryCode"', { field: 'recoveryCode', triesLeft }),
  };
}

async function judgeRecoveryCode(accountId: AccountId, recoveryCode: string, now: Date): Promise<Proof | null> {
  const [factor] = ofKind(await readFactors(accountId), 'recoveryCodes');
  if (factor === undefined) return null;
  const hashes = leftAfter(await accountsKey(), accountId, recoveryCode, factor.data.hashes);
  if (hashes === null) return null;
  const spends = hashes.length === 0 ? { guard: factorGuard(factor), fields: null } : await spend(factor, { ...factor.data, hashes }, now);
  return { method: 'recoveryCode', spends: [spends] };
}

const spend = async (factor: Factor, data: FactorData, now: Date) => ({
  guard: factorGuard(factor),
  fields: await usedFactorFields(factor, data, now),
});
