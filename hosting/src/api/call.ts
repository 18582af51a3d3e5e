/**
 * Typed callables: `call('getDataSubject', { orgId, dataSubjectId })`.
 * A call that was refused because the person must confirm who they are, or sign in again in the middle of unsaved work,
 * waits for that and is then sent once more; the server refused it before it did anything.
 */
import { toApiError, type ApiError } from './apiError.ts';
import type { CallableName, Input, Output } from './callables.ts';
import { askConfirmation } from './confirmation.ts';
import { once } from './once.ts';
import { endSession, sessionState, unlockedFor, type SessionState } from './session.ts';

const transport = once(() => import('./transport.ts'));

/** Calls a function. Throws an ApiError, always. */
export async function call<N extends CallableName>(name: N, input: Input<N>): Promise<Output<N>> {
  const sentIn = sessionState();
  try {
    return await callOnce(name, input);
  } catch (thrown) {
    const error = toApiError(thrown);
    if (!(await maySendAgain(error, sentIn))) throw error;
  }
  const sentAgainIn = sessionState();
  try {
    return await callOnce(name, input);
  } catch (thrown) {
    const error = toApiError(thrown);
    await endIfSessionIsDead(error, sentAgainIn);
    throw error;
  }
}

/** Calls a function, and takes its first answer for the last. Throws an ApiError, always. */
export async function callOnce<N extends CallableName>(name: N, input: Input<N>): Promise<Output<N>> {
  try {
    const { send } = await transport();
    // `send` parsed the answer with the output schema of this very name.
    return (await send(name, input)) as Output<N>;
  } catch (thrown) {
    throw toApiError(thrown);
  }
}

/**
 * Ends the session that a request was sent in when the server says that it is over. A session that began since then goes on: an
 * answer may be late.
 */
export async function endIfSessionIsDead(error: ApiError, sentIn: SessionState): Promise<void> {
  const present = sessionState();
  const isPresent = sentIn.status === 'signedIn' && present.status === 'signedIn' && present.sessionId === sentIn.sessionId;
  if (isPresent && isAboutDeadSession(error)) await endSession('ended');
}

function isAboutDeadSession(error: ApiError): boolean {
  return error.code === 'identity/session-ended' || error.code === 'identity/not-signed-in';
}

async function maySendAgain(error: ApiError, sentIn: SessionState): Promise<boolean> {
  if (error.code === 'identity/reauthentication-needed') return askConfirmation();
  if (!isAboutDeadSession(error)) return false;
  await endIfSessionIsDead(error, sentIn);
  return 'accountId' in sentIn && unlockedFor(sentIn.accountId);
}
