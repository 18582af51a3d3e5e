/**
 * Many writers, one document: read plainly, write only if nobody was faster, otherwise read again.
 *
 * Guarantees: a round that lost its race has changed nothing, as far as it was told; nobody holds a lock meanwhile; what never
 * settles ends in `shared/unavailable`, never in `shared/internal`. Does not guarantee fairness.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../shared/errors.ts';
import { jitter } from './random.ts';

const mostRounds = 40;
const longestPauseMs = 500;

/** gRPC codes of a lost race: not found (deleted meanwhile), failed precondition, aborted. */
const lostRace: ReadonlySet<unknown> = new Set([5, 9, 10]);
const invalidArgument = 3;
const alreadyExists = 6;

/**
 * Whether a write lost its race. A transaction that waited too long for somebody else's lock is closed before it is read again, and
 * the answer to that names the transaction: "has expired or is no longer valid", with gRPC's code for an invalid argument.
 */
function isLostRace(thrown: unknown): boolean {
  if (!(thrown instanceof Error && 'code' in thrown)) return false;
  return lostRace.has(thrown.code) || (thrown.code === invalidArgument && /transaction (?:has expired|is invalid)/i.test(thrown.message));
}

/** Runs one conditional write; answers undefined when somebody else was faster. */
export async function unlessOutrun<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (thrown) {
    if (isLostRace(thrown)) return undefined;
    throw thrown;
  }
}

/** Commits what is conditional; answers false when somebody else was faster, also in making what it would make. */
export async function isCommitted(batch: { readonly commit: () => Promise<unknown> }): Promise<boolean> {
  try {
    return (await unlessOutrun(() => batch.commit())) !== undefined;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === alreadyExists) return false;
    throw thrown;
  }
}

/** Repeats `round` until it answers something, with a growing random pause between. Throws `shared/unavailable` after forty rounds. */
export async function untilSettled<T>(round: () => Promise<T | undefined>): Promise<T> {
  for (let rounds = 1; rounds <= mostRounds; rounds += 1) {
    const settled = await round();
    if (settled !== undefined) return settled;
    await sleep(jitter(Math.min(longestPauseMs, 5 * 2 ** rounds)));
  }
  throw new AppError('shared/unavailable', 'too many calls at once', { service: 'firestore' });
}
