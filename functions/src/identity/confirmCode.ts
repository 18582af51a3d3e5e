/** The second step by e-mail: the code that was mailed last. Its guarantees are secondStep.ts's. */
import { AppError } from '../shared/errors.ts';
import type { AttemptId } from '../shared/ids.ts';
import { accountsKey } from './accountStore.ts';
import type { Attempt } from './attemptStore.ts';
import { codeMatches } from './code.ts';
import type { Confirmed, ConfirmWorld } from './completeSignIn.ts';
import { confirmAttempt, type Step } from './secondStep.ts';

/** Checks a code. Throws `identity/wrong-code` with `triesLeft`, or `identity/attempt-ended` for anything that is over. */
export async function confirmCode(attemptId: AttemptId, code: string, world: ConfirmWorld): Promise<Confirmed> {
  return confirmAttempt(attemptId, await codeStep(attemptId, code), world);
}

/** The step of showing the code that was mailed. */
export async function codeStep(attemptId: AttemptId, code: string): Promise<Step> {
  const key = await accountsKey();
  return {
    judge: async (attempt) => {
      const isRight = attempt.codeHash !== null && codeMatches(key, attemptId, code, attempt.codeHash);
      return isRight ? { method: methodOf(attempt), spends: [] } : null;
    },
    wrong: wrongCode,
  };
}

/** Whoever signs up by BankID has been identified; the code shows that the address is theirs. */
const methodOf = ({ kind, bankIdIndex }: Attempt) => (kind === 'signUp' && bankIdIndex !== null ? 'bankId' : 'emailCode');

/** The error for a wrong six-digit code. */
export const wrongCode = (triesLeft: number): AppError => new AppError('identity/wrong-code', 'wrong "code"', { field: 'code', triesLeft });
