/** What integration tests do with factors: add them, use them, and let a session grow old. */
import { Timestamp } from 'firebase-admin/firestore';
import { TOTP } from 'otpauth';
import { identityCallables } from '../../functions/src/identity/contract.ts';
import type { TestCloud } from './localCloud.ts';
import { database, password, type SignedIn } from './valv.ts';

/** Answers of callables, parsed. */
type Answer<N extends keyof typeof identityCallables> = ReturnType<(typeof identityCallables)[N]['output']['parse']>;

/** Calls one of identity's callables; answers what its contract says. */
export async function ask<N extends keyof typeof identityCallables>(
  local: TestCloud,
  name: N,
  input: object,
  by?: SignedIn,
): Promise<Answer<N>> {
  return identityCallables[name].output.parse(await local.callable(name, input, by?.idToken)) as Answer<N>; // its own contract parsed it
}

/** The password of an authenticator app, `steps` of 30 seconds from now. */
export const totpPassword = (secret: string, steps = 0): string =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 });

/** Adds an authenticator app with the password of this moment, so that the next one is free. */
export async function addTotp(local: TestCloud, by: SignedIn): Promise<{ secret: string; factorId: string }> {
  const { enrolmentId, secret } = await ask(local, 'totpEnrolBegin', {}, by);
  const { factorId } = await ask(local, 'totpEnrolConfirm', { enrolmentId, code: totpPassword(secret) }, by);
  return { secret, factorId };
}

/** Opens a sign-in by password. */
export const beginSignIn = (local: TestCloud, email: string, secret = password) =>
  ask(local, 'signInBegin', { email, password: secret, locale: 'sv' });

/** Lets the session's last authentication be six minutes ago. */
export async function growOld(local: TestCloud, { sessionId }: SignedIn): Promise<void> {
  await database(local)
    .doc(`sessions/${sessionId}`)
    .update({ authenticatedAt: Timestamp.fromMillis(Date.now() - 6 * 60_000) });
}

/** Lets a session be one that began with a password and a code by e-mail. */
export async function growWeak(local: TestCloud, { sessionId }: SignedIn): Promise<void> {
  await database(local).doc(`sessions/${sessionId}`).update({ method: 'emailCode', strength: 1 });
}

/** How each of several calls ended: `ok` or the code of the refusal. */
export async function outcomes(
  calls: readonly Promise<unknown>[],
  codeOf: (asked: Promise<unknown>) => Promise<string>,
): Promise<string[]> {
  return Promise.all(
    calls.map((call) =>
      call.then(
        () => 'ok',
        async (thrown: unknown) => codeOf(Promise.reject(thrown)),
      ),
    ),
  );
}
