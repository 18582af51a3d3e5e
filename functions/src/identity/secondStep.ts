/**
 * The second step of an attempt: somebody shows a code, and only then a session exists.
 *
 * Guarantees: at most five codes are evaluated for one attempt, of whatever kind and parallel guesses included: an evaluation is
 * told only after it was stored on the very version of the attempt that it evaluated; a used attempt cannot be used again;
 * account and session are made in the transaction that uses it. No lock is held while guesses compete.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { untilSettled } from '../platform/contention.ts';
import { AppError } from '../shared/errors.ts';
import type { AttemptId } from '../shared/ids.ts';
import { changeAttempt, readAttempt, type Attempt, type AttemptKind } from './attemptStore.ts';
import { codeRules } from './basics/contract.ts';
import { enter, freshen, sessionFor, spendAll, type Confirmed, type ConfirmWorld, type Proof } from './completeSignIn.ts';
import { notify } from './notices/notify.ts';
import { attemptGuard, whileUnchanged, type SignInWrites } from './signInStore.ts';

/** A kind of second step. */
export type Step<P extends Proof = Proof> = {
  /** Judges what was shown against the attempt; null when it is wrong. Changes nothing. */
  readonly judge: (attempt: Attempt) => Promise<P | null>;
  /** The error for a wrong one. */
  readonly wrong: (triesLeft: number) => AppError;
};

/** What is done with an attempt once its second step was right. Answers null when the attempt can come to nothing. */
export type Finish<T, P extends Proof = Proof> = (attempt: Attempt, proof: P) => Promise<(writes: SignInWrites) => Promise<T | null>>;

type Evaluation<T> =
  | { readonly outcome: 'done'; readonly result: T }
  | { readonly outcome: 'wrong'; readonly triesLeft: number; readonly attempt: Attempt }
  | { readonly outcome: 'ended' };

/**
 * Takes the second step of a sign-in, sign-up or re-authentication. Throws the step's error, or `identity/attempt-ended`. Whoever
 * owns an account is told by mail when its password was right and the last try of the second step was not.
 */
export async function confirmAttempt(attemptId: AttemptId, step: Step, world: ConfirmWorld): Promise<Confirmed> {
  const tellOwner = async ({ kind, accountId }: Attempt, triesLeft: number): Promise<void> => {
    if (triesLeft === 0 && kind !== 'signUp') await notify(accountId, 'secondStepFailed', world.clock());
  };
  return takeStep(attemptId, ['signIn', 'signUp', 'reauth'], step, world, (attempt, proof) => comeIn(attempt, proof, world), tellOwner);
}

/** Takes the second step of an attempt of one of these kinds; `finish` makes what it is for. Throws as {@link confirmAttempt}. */
export async function takeStep<T, P extends Proof>(
  attemptId: AttemptId,
  kinds: readonly AttemptKind[],
  step: Step<P>,
  { clock }: Pick<ConfirmWorld, 'clock'>,
  finish: Finish<T, P>,
  afterWrong: (attempt: Attempt, triesLeft: number) => Promise<void> = async () => undefined,
): Promise<T> {
  const evaluation = await untilSettled(() => evaluate(attemptId, kinds, step, clock(), finish));
  if (evaluation.outcome === 'done') return evaluation.result;
  if (evaluation.outcome === 'wrong') {
    await afterWrong(evaluation.attempt, evaluation.triesLeft);
    throw step.wrong(evaluation.triesLeft);
  }
  throw attemptEnded();
}

/** The one answer for an attempt that is used, too old, had too many tries, is of another kind or never was. */
export const attemptEnded = (): AppError => new AppError('identity/attempt-ended', 'start again');

/** One evaluation on the attempt as it stands; undefined when anything changed meanwhile, so that nothing may be said. */
async function evaluate<T, P extends Proof>(
  attemptId: AttemptId,
  kinds: readonly AttemptKind[],
  step: Step<P>,
  now: Date,
  finish: Finish<T, P>,
): Promise<Evaluation<T> | undefined> {
  const read = await readAttempt(attemptId);
  if (read === null || !kinds.includes(read.attempt.kind) || hasEnded(read.attempt, now)) return { outcome: 'ended' };
  const { attempt, version } = read;
  const tries = attempt.tries + 1;
  const proof = attempt.isDecoy ? null : await step.judge(attempt);
  if (proof === null) {
    const isCounted = await changeAttempt(attemptId, version, { tries });
    return isCounted && { outcome: 'wrong', triesLeft: codeRules.maxTries - tries, attempt };
  }
  const make = await finish(attempt, proof);
  const guards = [attemptGuard(attemptId, version), ...proof.spends.map(({ guard }) => guard)];
  return whileUnchanged(guards, async (writes): Promise<Evaluation<T>> => {
    const result = await make(writes);
    const used = { tries, state: 'used', sealed: null, expiresAt: Timestamp.fromDate(now) } as const;
    // What comes to nothing is left open without tries, so that pruning finds a sign-up among the unfinished and destroys its key.
    writes.updateAttempt(attemptId, result === null ? { tries: codeRules.maxTries, sealed: null } : used);
    return result === null ? { outcome: 'ended' } : { outcome: 'done', result };
  });
}

/** Whether an attempt takes no more steps at `now`. */
export function hasEnded(attempt: Attempt, now: Date): boolean {
  return attempt.state !== 'open' || attempt.tries >= codeRules.maxTries || attempt.expiresAt.toDate() <= now;
}

async function comeIn(attempt: Attempt, proof: Proof, world: ConfirmWorld): Promise<(writes: SignInWrites) => Promise<Confirmed | null>> {
  const { accountId, sessionId, credentialsVersion } = attempt;
  if (attempt.kind === 'reauth')
    return async (writes) =>
      sessionId === null ? null : freshen(writes, { accountId, sessionId, credentialsVersion }, proof, world.clock());
  const session = await sessionFor(attempt, proof.method, world);
  if (attempt.kind === 'signIn') return (writes) => enter(writes, attempt, proof, session);
  return async (writes) => {
    if (!(await isFree(writes, attempt)) || attempt.sealed === null) return null;
    writes.createAccount(attempt, attempt.sealed, world.clock());
    writes.createSession(session);
    spendAll(writes, proof);
    return { accountId, sessionId: session.sessionId, method: proof.method, isFresh: false, isNewDevice: false };
  };
}

async function isFree(writes: SignInWrites, { emailIndex, bankIdIndex }: Attempt): Promise<boolean> {
  if (await writes.isEmailTaken(emailIndex)) return false;
  return bankIdIndex === null || !(await writes.isBankIdTaken(bankIdIndex));
}
