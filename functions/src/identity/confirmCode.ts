/**
 * Sign-up and sign-in, second step: the code is checked, and only then a session and a token exist.
 *
 * Guarantees: at most five codes are evaluated for one attempt, parallel guesses included: an evaluation is told only after it
 * was stored on the very version of the attempt that it evaluated; a used attempt cannot be used again; account and session
 * are made in the transaction that uses it. No lock is held while guesses compete.
 */
import { Timestamp } from 'firebase-admin/firestore';
import type { OrgKey } from '../crypto/keys.ts';
import type { CallOrigin } from '../platform/callable.ts';
import { untilSettled } from '../platform/contention.ts';
import { AppError } from '../shared/errors.ts';
import type { AccountId, AttemptId, SessionId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { codeMatches } from './code.ts';
import { codeRules } from './contract.ts';
import { accountsKey } from './accountStore.ts';
import { changeAttempt, finishAttempt, readAttempt, type Attempt, type AttemptWrites } from './attemptStore.ts';
import { newSession } from './sessions/newSession.ts';
import type { NewSession } from './sessionStore.ts';

const mostKnownDevices = 20;

/** What a right code gives. */
export type Confirmed = { readonly accountId: AccountId; readonly sessionId: SessionId };

type Evaluation =
  | { readonly outcome: 'confirmed'; readonly confirmed: Confirmed }
  | { readonly outcome: 'wrong'; readonly triesLeft: number }
  | { readonly outcome: 'ended' };

/** Checks a code. Throws `identity/wrong-code` with `triesLeft`, or `identity/attempt-ended` for anything that is over. */
export async function confirmCode(attemptId: AttemptId, code: string, clock: Clock, origin: CallOrigin): Promise<Confirmed> {
  const key = await accountsKey();
  const evaluation = await untilSettled(() => evaluate(key, attemptId, code, clock(), origin));
  if (evaluation.outcome === 'confirmed') return evaluation.confirmed;
  if (evaluation.outcome === 'ended') throw new AppError('identity/attempt-ended', 'start again');
  throw new AppError('identity/wrong-code', 'wrong "code"', { field: 'code', triesLeft: evaluation.triesLeft });
}

/** One evaluation on the attempt as it stands; undefined when the attempt was changed meanwhile, so that nothing may be said. */
async function evaluate(
  key: OrgKey,
  attemptId: AttemptId,
  code: string,
  now: Date,
  origin: CallOrigin,
): Promise<Evaluation | undefined> {
  const read = await readAttempt(attemptId);
  if (read === null || hasEnded(read.attempt, now)) return { outcome: 'ended' };
  const { attempt, version } = read;
  const tries = attempt.tries + 1;
  const isRight = !attempt.isDecoy && codeMatches(key, attemptId, code, attempt.codeHash);
  if (isRight) {
    const session = await newSession(attempt.accountId, { method: 'emailCode', deviceIndex: attempt.deviceIndex, origin }, now);
    return finishAttempt(attemptId, version, (writes) => finish(attempt, tries, writes, session, now));
  }
  const isCounted = await changeAttempt(attemptId, version, { tries });
  return isCounted && { outcome: 'wrong', triesLeft: codeRules.maxTries - tries };
}

function hasEnded(attempt: Attempt, now: Date): boolean {
  return attempt.state !== 'open' || attempt.tries >= codeRules.maxTries || attempt.expiresAt.toDate() <= now;
}

/** Keeps the last devices that the account signed in from: guessing from elsewhere does not slow them. */
async function rememberDevice({ accountId, deviceIndex }: Attempt, writes: AttemptWrites): Promise<void> {
  if (deviceIndex === null) return;
  const known = await writes.knownDevices(accountId);
  writes.rememberDevices(accountId, [deviceIndex, ...known.filter((index) => index !== deviceIndex)].slice(0, mostKnownDevices));
}

async function finish(
  attempt: Attempt,
  tries: number,
  writes: AttemptWrites,
  session: NewSession,
  now: Date,
): Promise<Evaluation> {
  const isTaken = attempt.kind === 'signUp' && (await writes.isEmailTaken(attempt.emailIndex));
  const confirmed = { accountId: attempt.accountId, sessionId: session.sessionId };
  if (isTaken) {
    // Left open without tries, so that pruning finds it among the unfinished and destroys its key.
    writes.updateAttempt({ tries: codeRules.maxTries, sealed: null });
    return { outcome: 'ended' };
  }
  if (attempt.kind === 'signUp' && attempt.sealed !== null) writes.createAccount(attempt, attempt.sealed, now);
  else await rememberDevice(attempt, writes);
  writes.createSession(session);
  writes.updateAttempt({ tries, state: 'used', sealed: null, expiresAt: Timestamp.fromDate(now) });
  return { outcome: 'confirmed', confirmed };
}
