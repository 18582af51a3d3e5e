/**
 * Passkeys in use: as a whole sign-in, as the second step after a password, and to make a session fresh.
 *
 * Guarantees: a challenge is answered once; an answer counts only for what its challenge was for; the passkey's counter moves in
 * the commit that lets the person in, so that of two copies one is refused. An unknown passkey and a wrong answer are one error.
 */
import { untilSettled } from '../../platform/contention.ts';
import { newId } from '../../platform/random.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { idPattern, type AccountId, type AttemptId, type ChallengeId } from '../../shared/ids.ts';
import { after, ms, type Clock } from '../../shared/time.ts';
import { deviceIndexOf } from '../accountStore.ts';
import { readAttempt } from '../attemptStore.ts';
import { enter, freshen, sessionFor, type Confirmed, type ConfirmWorld, type Proof } from '../completeSignIn.ts';
import { takeToken } from '../rateLimit.ts';
import { attemptEnded, confirmAttempt, hasEnded } from '../secondStep.ts';
import type { Caller } from '../session.ts';
import { whileUnchanged, type SignInWrites } from '../signInStore.ts';
import { createChallenge, takeChallenge, type Challenge, type ChallengePurpose } from './challengeStore.ts';
import { factorRules, type PasskeyAnswer, type RequestOptions } from './contract.ts';
import { factorGuard, ofKind, readFactors, usedFactorFields } from './factorStore.ts';
import { accountNamedBy, newChallenge, refused, requestOptions, verifyAnswer, type Passkey } from './webAuthn.ts';

/** A challenge as the browser gets it. */
export type Challenged = { readonly challengeId: ChallengeId; readonly options: RequestOptions };

/**
 * Asks for a passkey: any, as a whole sign-in, or one of the account of an open attempt. Throws `identity/attempt-ended`. No limit:
 * a challenge costs one write and opens nothing by itself, and a limit that strangers share would be one that they can use up;
 * however many there are, pruneIdentity removes them by the hour.
 */
export async function askForPasskey(attemptId: AttemptId | undefined, clock: Clock): Promise<Challenged> {
  if (attemptId === undefined) return ask({ kind: 'signIn' }, null, clock);
  const { attempt } = (await readAttempt(attemptId)) ?? {};
  if (attempt === undefined || hasEnded(attempt, clock()) || !attempt.secondFactors.includes('passkey')) throw attemptEnded();
  const asked = await challenged({ kind: 'secondFactor', attemptId, accountId: attempt.accountId }, clock);
  if (asked === null) throw attemptEnded();
  return asked;
}

/** Asks for a passkey of the caller, to make the session fresh. Throws `shared/not-found` when the account has none. */
export async function askCallerForPasskey({ accountId, sessionId }: Caller, clock: Clock): Promise<Challenged> {
  await takeToken('reauthentication', accountId, clock);
  const asked = await challenged({ kind: 'reauth', accountId, sessionId }, clock);
  if (asked === null) throw new AppError('shared/not-found', 'not found');
  return asked;
}

/** A challenge to one of the account's passkeys; null when it has none, for an empty list would ask for any. */
async function challenged(purpose: Exclude<ChallengePurpose, { kind: 'signIn' }>, clock: Clock): Promise<Challenged | null> {
  const allowed = ofKind(await readFactors(purpose.accountId), 'passkey').map(({ data }) => data);
  return allowed.length === 0 ? null : ask(purpose, allowed, clock);
}

async function ask(purpose: ChallengePurpose, allowed: readonly Passkey[] | null, clock: Clock): Promise<Challenged> {
  const [challengeId, challenge, now] = [newId<ChallengeId>(), newChallenge(), clock()];
  await createChallenge(challengeId, { challenge, purpose }, now, after(now, factorRules.challengeMinutes * ms.minute));
  return { challengeId, options: requestOptions(challenge, allowed) };
}

/** Checks a passkey's answer and does what its challenge was for. Throws `identity/passkey-refused` or `identity/attempt-ended`. */
export async function confirmPasskey(
  { challengeId, response, deviceId }: { challengeId: ChallengeId; response: PasskeyAnswer; deviceId?: string | undefined },
  world: ConfirmWorld,
): Promise<Confirmed> {
  const taken = await takeChallenge(challengeId, world.clock());
  if (taken === null) throw refused();
  const { purpose } = taken;
  if (purpose.kind === 'secondFactor') {
    const judge = async () => unlessRefused(() => prove(purpose.accountId, response, taken, world.clock()));
    return confirmAttempt(purpose.attemptId, { judge, wrong: refused }, world);
  }
  if (purpose.kind === 'reauth')
    return settle(purpose.accountId, response, taken, world, async (proof) => (writes) => freshen(writes, purpose, proof, world.clock()));
  const accountId = accountOf(response);
  const entrant = { accountId, deviceIndex: await deviceIndexOf(accountId, deviceId), credentialsVersion: null };
  return settle(accountId, response, taken, world, async (proof) => {
    const session = await sessionFor(entrant, proof.method, world);
    return (writes) => enter(writes, entrant, proof, session);
  });
}

/** Proves, and lets in unless something changed meanwhile; then proves again, against what is stored then. */
async function settle(
  accountId: AccountId,
  response: PasskeyAnswer,
  challenge: Challenge,
  { clock }: ConfirmWorld,
  comeIn: (proof: Proof) => Promise<(writes: SignInWrites) => Promise<Confirmed | null>>,
): Promise<Confirmed> {
  const confirmed = await untilSettled(async () => {
    const proof = await prove(accountId, response, challenge, clock());
    const make = await comeIn(proof);
    const guards = proof.spends.map(({ guard }) => guard);
    return whileUnchanged(guards, make);
  });
  if (confirmed === null) throw refused();
  return confirmed;
}

/** The proof that the person holds a passkey of the account. Throws `identity/passkey-refused`. */
async function prove(accountId: AccountId, response: PasskeyAnswer, { challenge }: Challenge, now: Date): Promise<Proof> {
  const named = accountNamedBy(response);
  const passkeys = named === null || named === accountId ? await passkeysOf(accountId) : [];
  const factor = passkeys.find(({ data }) => data.credentialId === response.id);
  if (factor === undefined) throw refused();
  const passkey = await verifyAnswer(response, challenge, factor.data);
  const fields = await usedFactorFields(factor, { ...factor.data, ...passkey }, now);
  return { method: 'passkey', spends: [{ guard: factorGuard(factor), fields }] };
}

/** An account that is gone has no key any more, and so no passkeys. */
async function passkeysOf(accountId: AccountId) {
  try {
    return ofKind(await readFactors(accountId), 'passkey');
  } catch (thrown) {
    if (isAppError(thrown, 'shared/not-found')) return [];
    throw thrown;
  }
}

function accountOf(response: PasskeyAnswer): AccountId {
  const named = accountNamedBy(response);
  if (named === null || !idPattern.test(named)) throw refused();
  return named as AccountId; // matches the pattern of ids; whether there is such an account is seen by its passkeys
}

async function unlessRefused<T>(proving: () => Promise<T>): Promise<T | null> {
  try {
    return await proving();
  } catch (thrown) {
    if (isAppError(thrown, 'identity/passkey-refused')) return null;
    throw thrown;
  }
}
