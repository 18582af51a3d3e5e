/**
 * Sign-up and sign-in, second step: the code is checked, and only then a session and a token exist.
 *
 * Guarantees: at most five codes are evaluated for one attempt, parallel guesses included, because each is counted in the
 * transaction that evaluates it; a used attempt cannot be used again; account and session are made in that transaction.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { newId } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';
import type { AccountId, AttemptId, SessionId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { codeMatches } from './code.ts';
import { codeRules } from './contract.ts';
import { newSession } from './session.ts';
import { accountsKey, withAttempt, type Attempt, type AttemptWrites } from './store.ts';

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
  const evaluation = await withAttempt(attemptId, async (attempt, writes): Promise<Evaluation> => {
    if (attempt === null || hasEnded(attempt, clock())) return { outcome: 'ended' };
    const tries = attempt.tries + 1;
    const isRight = !attempt.isDecoy && codeMatches(key, attemptId, code, attempt.codeHash);
    if (!isRight) {
      writes.updateAttempt({ tries });
      return { outcome: 'wrong', triesLeft: codeRules.maxTries - tries };
    }
    return finish(attempt, tries, writes, clock());
  });
  if (evaluation.outcome === 'confirmed') return evaluation.confirmed;
  if (evaluation.outcome === 'ended') throw new AppError('identity/attempt-ended', 'start again');
  throw new AppError('identity/wrong-code', 'wrong "code"', { field: 'code', triesLeft: evaluation.triesLeft });
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
