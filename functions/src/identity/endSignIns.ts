/**
 * The end of what was begun with credentials that have changed: open attempts and running sessions.
 *
 * Guarantees: no attempt that was open becomes a session after the sessions were ended, because attempts go first. Does not make
 * one commit of it: where sessions must end together with the change, sessionStore's endingSessionsOf ends the first four hundred
 * in it, and this the rest.
 */
import type { SessionId } from '../shared/ids.ts';
import { endAttemptsOf } from './attemptStore.ts';
import { endSessionsOf, type EndedReason } from './sessionStore.ts';

/** Ends an account's attempts, and its sessions but `except`; answers how many sessions. */
export async function endSignInsOf(accountId: string, reason: EndedReason, at: Date, except: SessionId | null = null): Promise<number> {
  await endAttemptsOf(accountId, at);
  return endSessionsOf(accountId, reason, at, except);
}
