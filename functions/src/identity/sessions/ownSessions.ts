/**
 * Somebody's own sessions: which there are, and ending them.
 * Guarantees: only one's own; somebody else's session does not exist. What has run out is not listed.
 */
import { accountsOrgId, subjectKey } from '../../platform/keyring.ts';
import { AppError } from '../../shared/errors.ts';
import type { SessionId } from '../../shared/ids.ts';
import type { OwnSession } from './contract.ts';
import { endOneSession, endSessionsOf, runningSessions } from '../sessionStore.ts';
import { needsFresh, type Caller } from '../session.ts';
import { openPlace, placeText } from './newSession.ts';

/** One's own running sessions, the latest used first. */
export async function listOwnSessions(caller: Caller, now: Date): Promise<OwnSession[]> {
  const [dek, sessions] = await Promise.all([subjectKey(accountsOrgId, caller.accountId), runningSessions(caller.accountId, now)]);
  return sessions.map(({ sessionId, sealed, createdAt, lastSeenAt, method, strength }) => {
    const place = openPlace(dek, sessionId, sealed);
    return {
      sessionId,
      isCurrent: sessionId === caller.sessionId,
      method,
      strength,
      device: place.device,
      place: placeText(place),
      createdAt: createdAt.toDate().toISOString(),
      lastSeenAt: lastSeenAt.toDate().toISOString(),
    };
  });
}

/** Ends one of one's own sessions. Another than the current one needs a fresh sign-in. Throws `shared/not-found`. */
export async function endOwnSession(caller: Caller, sessionId: SessionId, now: Date): Promise<void> {
  if (sessionId !== caller.sessionId) needsFresh(caller, now);
  const isFound = await endOneSession(caller.accountId, sessionId, 'endedByUser', now);
  if (!isFound) throw new AppError('shared/not-found', 'not found');
}

/** Ends all of one's own sessions but the current one; answers how many. Needs a fresh sign-in. */
export async function endOtherSessions(caller: Caller, now: Date): Promise<number> {
  needsFresh(caller, now);
  return endSessionsOf(caller.accountId, 'endedByUser', now, caller.sessionId);
}
