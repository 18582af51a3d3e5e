/**
 * Sign-up and sign-in, second step: the code is checked, and only then a session and a token exist.
 *
 * Guarantees: at most five codes are evaluated for one attempt, parallel guesses included: an evaluation is told only after it
 * was stored on the very version of the attempt that it evaluated; a used attempt cannot be used again; account and session
 * are made in the transaction that uses it. No lock is held while guesses compete.
 */
import { Timestamp } from 'firebase-admin/firestore';
import type { OrgKey } from '../crypto/keys.ts';
import { untilSettled } from '../platform/contention.ts';
import { newId } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';
import type { AccountId, AttemptId, SessionId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { codeMatches } from './code.ts';
import { codeRules } from './contract.ts';
import { newSession } from './session.ts';
import { accountsKey, changeAttempt, finishAttempt, readAttempt, type Attempt, type AttemptWrites } from './store.ts';

const mostKnownAddresses = 10;

/** What a right code gives. */
export type Confirmed = { readonly accountId: AccountId; readonly sessionId: SessionId };

type Evaluation =
  | { readonly outcome: 'confirmed'; readonly confirmed: Confirmed }
  | { readonly outcome: 'wrong'; readonly triesLeft: number }
  | { readonly outcome: 'ended' };

/** Checks a code. Throws `identity/wrong-code` with `triesLeft`, or `identity/attempt-ended` for anything that is over. */
export async function confirmCode(attemptId: AttemptId, code: string, clock: Clock): Promise<Confirmed> {
  const key = await accountsKey();
  const evaluation = await untilSettled(() => evaluate(key, attemptId, code, clock()));
  if (evaluation.outcome === 'confirmed') return evaluation.confirmed;
  if (evaluation.outcome === 'ended') throw new AppError('identity/attempt-ended', 'start again');
  throw new AppError('identity/wrong-code', 'wrong "code"', { field: 'code', triesLeft: evaluation.triesLeft });
}

/** One evaluation on the attempt as it stands; undefined when the attempt was changed meanwhile, so that nothing may be said. */
async function evaluate(key: OrgKey, attemptId: AttemptId, code: string, now: Date): Promise<Evaluation | undefined> {
  const read = await readAttempt(attemptId);
  if (read === null || hasEnded(read.attempt, now)) return { outcome: 'ended' };
  const { attempt, version } = read;
  const tries = attempt.tries + 1;
  const isRight = !attempt.isDecoy && codeMatches(key, attemptId, code, attempt.codeHash);
  if (isRight) return finishAttempt(attemptId, version, (writes) => finish(attempt, tries, writes, now));
  const isCounted = await changeAttempt(attemptId, version, { tries });
  return isCounted && { outcome: 'wrong', triesLeft: codeRules.maxTries - tries };
}

function hasEnded(attempt: Attempt, now: Date): boolean {
  return attempt.state !== 'open' || attempt.tries >= codeRules.maxTries || attempt.expiresAt.toDate() <= now;
}

/** Keeps the last addresses from which the account signed in: guessing from elsewhere does not slow them. */
async function rememberAddress({ accountId, addressIndex }: Attempt, writes: AttemptWrites): Promise<void> {
  const known = await writes.knownAddresses(accountId);
  const latest = [addressIndex, ...known.filter((index) => index !== addressIndex)].slice(0, mostKnownAddresses);
  writes.rememberAddresses(accountId, latest);
}

async function finish(attempt: Attempt, tries: number, writes: AttemptWrites, now: Date): Promise<Evaluation> {
  const isTaken = attempt.kind === 'signUp' && (await writes.isEmailTaken(attempt.emailIndex));
  const confirmed = { accountId: attempt.accountId, sessionId: newId<SessionId>() };
  if (isTaken) {
    // Left open without tries, so that pruning finds it among the unfinished and destroys its key.
    writes.updateAttempt({ tries: codeRules.maxTries, sealed: null });
    return { outcome: 'ended' };
  }
  if (attempt.kind === 'signUp' && attempt.sealed !== null) writes.createAccount(attempt, attempt.sealed, now);
  else await rememberAddress(attempt, writes);
  writes.createSession(confirmed.sessionId, newSession(confirmed.accountId, now));
  writes.updateAttempt({ tries, state: 'used', sealed: null, expiresAt: Timestamp.fromDate(now) });
  return { outcome: 'confirmed', confirmed };
}
