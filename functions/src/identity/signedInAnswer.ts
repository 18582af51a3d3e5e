/**
 * The answer of a last step: a custom token with the session's id, which is all that Firebase Auth is told.
 *
 * Guarantees: there is a token only for a session that has just begun. Who signed in from a new device is told by mail.
 */
import { getAuth } from 'firebase-admin/auth';
import { adminApp } from '../platform/firestore.ts';
import type { Clock } from '../shared/time.ts';
import type { SignedIn } from './basics/contract.ts';
import type { Confirmed } from './completeSignIn.ts';
import { notify } from './notices/notify.ts';

/** The answer for somebody who has come in, or whose session was made fresh. */
export async function signedInAnswer({ accountId, sessionId, isFresh, isNewDevice }: Confirmed, clock: Clock): Promise<SignedIn> {
  if (isFresh) return { customToken: null, sessionId };
  if (isNewDevice) await notify(accountId, 'newDevice', clock(), sessionId);
  return { customToken: await getAuth(adminApp()).createCustomToken(accountId, { sid: sessionId }), sessionId };
}
