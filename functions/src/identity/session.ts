/**
 * Sessions: a document each, checked at every call.
 *
 * Guarantees: a session that was ended, or whose idle or absolute limit has passed, or whose account is disabled, opens
 * nothing, however valid the ID token. firestore.rules check the same for what bypasses functions. A call renews the idle
 * limit at most once a minute.
 */
import { Timestamp, type DocumentData } from 'firebase-admin/firestore';
import type { Credentials } from '../platform/callable.ts';
import { AppError } from '../shared/errors.ts';
import { idPattern, type AccountId, type SessionId } from '../shared/ids.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { sessionRules } from './contract.ts';
import { loadSession, updateActiveSession } from './store.ts';

/** Who calls: a member of Valv in a valid session. */
export type Caller = {
  readonly accountId: AccountId;
  readonly sessionId: SessionId;
  readonly idToken: string;
  readonly idleExpiresAt: Date;
  readonly absoluteExpiresAt: Date;
};

const renewEvery = ms.minute;

/** The document of a session that begins now. */
export function newSession(accountId: AccountId, now: Date): DocumentData {
  return {
    accountId,
    state: 'active',
    createdAt: Timestamp.fromDate(now),
    lastSeenAt: Timestamp.fromDate(now),
    idleExpiresAt: Timestamp.fromDate(after(now, sessionRules.idleMinutes * ms.minute)),
    absoluteExpiresAt: Timestamp.fromDate(after(now, sessionRules.absoluteHours * ms.hour)),
    endedAt: null,
    endedReason: null,
  };
}

/** The caller behind verified credentials. Throws `identity/not-signed-in` or `identity/session-ended`. */
export function authenticateWith(clock: Clock): (credentials: Credentials | null) => Promise<Caller> {
  return async (credentials) => {
    const sid = credentials?.claims['sid'];
    if (credentials === null || typeof sid !== 'string' || !idPattern.test(sid))
      throw new AppError('identity/not-signed-in', 'not signed in');
    const loaded = await loadSession(sid, credentials.uid);
    const caller = checkedCaller(loaded, credentials, sid, clock());
    return isDueForRenewal(loaded?.session, clock()) ? renew(caller, clock()) : caller;
  };
}

type Loaded = Awaited<ReturnType<typeof loadSession>>;

function checkedCaller(loaded: Loaded, credentials: Credentials, sid: string, now: Date): Caller {
  const ended = new AppError('identity/session-ended', 'the session has ended');
  if (loaded === null || loaded.session['accountId'] !== credentials.uid) throw ended;
  if (loaded.session['state'] !== 'active' || loaded.accountState !== 'active') throw ended;
  const { idleExpiresAt, absoluteExpiresAt } = loaded.session;
  if (!(idleExpiresAt instanceof Timestamp) || idleExpiresAt.toDate() <= now) throw ended;
  if (!(absoluteExpiresAt instanceof Timestamp) || absoluteExpiresAt.toDate() <= now) throw ended;
  return {
    accountId: credentials.uid as AccountId, // every uid is an account's id: tokens are made by codeConfirm only
    sessionId: sid as SessionId,
    idToken: credentials.idToken,
    idleExpiresAt: idleExpiresAt.toDate(),
    absoluteExpiresAt: absoluteExpiresAt.toDate(),
  };
}

function isDueForRenewal(session: DocumentData | undefined, now: Date): boolean {
  const lastSeenAt: unknown = session?.['lastSeenAt'];
  return lastSeenAt instanceof Timestamp && now.getTime() - lastSeenAt.toMillis() > renewEvery;
}

/** Moves the idle limit. */
export async function renew(caller: Caller, now: Date): Promise<Caller> {
  const idleExpiresAt = after(now, sessionRules.idleMinutes * ms.minute);
  await updateActiveSession(caller.sessionId, { lastSeenAt: Timestamp.fromDate(now), idleExpiresAt: Timestamp.fromDate(idleExpiresAt) });
  return { ...caller, idleExpiresAt };
}

/** Ends the caller's session. */
export async function endSession(caller: Caller, reason: 'signOut', now: Date): Promise<void> {
  await updateActiveSession(caller.sessionId, { state: 'ended', endedAt: Timestamp.fromDate(now), endedReason: reason });
}
