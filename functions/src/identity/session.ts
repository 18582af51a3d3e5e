/**
 * Sessions: a document each, checked at every call.
 *
 * Guarantees: a session that was ended, or whose idle or absolute limit has passed, or whose account is disabled, opens
 * nothing, however valid the ID token. firestore.rules check the same for what bypasses functions. A call renews the idle
 * limit at most once a minute, by the session's own idle limit, which is the strictest of the account's organisations.
 */
import { Timestamp, type DocumentData } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import type { CallOrigin, Credentials } from '../platform/callable.ts';
import { untilSettled } from '../platform/contention.ts';
import { AppError } from '../shared/errors.ts';
import { idPattern, type AccountId, type OrgId, type SessionId } from '../shared/ids.ts';
import { networkOf } from '../shared/network.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { sessionRules, signInMethods, strengthOf, type SignInMethod, type Strength } from './contract.ts';
import { loadSession, tryRenewSession, updateActiveSession } from './sessionStore.ts';

/** Who calls: a member of Valv in a valid session. */
export type Caller = {
  readonly accountId: AccountId;
  readonly sessionId: SessionId;
  readonly idToken: string;
  readonly method: SignInMethod;
  readonly strength: Strength;
  readonly idleMinutes: number;
  /** When the person last showed every factor, at sign-in or since. */
  readonly authenticatedAt: Date;
  /** The last call that renewed the idle limit. */
  readonly lastSeenAt: Date;
  readonly idleExpiresAt: Date;
  readonly absoluteExpiresAt: Date;
  /** The only organisation that the session opens, when that organisation vouched for the person; null for who showed factors of their own. */
  readonly onlyOrgId: OrgId | null;
  /** The network that the call said it came from; null when it is not known. For the log, never for a decision. */
  readonly from: string | null;
};

/** Finds the caller behind verified credentials, in a call from an address that nobody has proven. */
type Authenticate = (credentials: Credentials | null, origin: Pick<CallOrigin, 'address'>) => Promise<Caller>;

const renewEvery = ms.minute;
/** How far the clock of who issues tokens may be ahead. */
const clockSkewSeconds = 300;
const instant = z.pipe(
  z.instanceof(Timestamp),
  z.transform((at) => at.toDate()),
);
/** What is read of a session's document; anything else about it opens nothing. */
const sessionSchema = z.object({
  accountId: z.string(),
  state: z.literal('active'),
  method: z.enum(signInMethods),
  strength: z.literal([1, 2, 3]),
  idleMinutes: z.int(),
  authenticatedAt: instant,
  lastSeenAt: instant,
  idleExpiresAt: instant,
  absoluteExpiresAt: instant,
  onlyOrgId: z.optional(z.nullable(z.string())),
});

/**
 * The caller behind verified credentials. Throws `identity/not-signed-in` or `identity/session-ended`; and
 * `identity/reauthentication-needed` for a session that opens one organisation only: what concerns the whole account wants
 * factors of the person's own.
 */
export function authenticateWith(clock: Clock): Authenticate {
  const authenticate = authenticateUnrenewed(clock);
  return async (credentials, origin) => {
    const caller = await authenticate(credentials, origin);
    if (caller.onlyOrgId !== null) throw notFresh();
    return renewWhenDue(caller, clock());
  };
}

/** As {@link authenticateWith}, for what a session of one organisation may do too: look, leave, and show factors of its own. */
export function authenticateAnyScope(clock: Clock): Authenticate {
  const authenticate = authenticateUnrenewed(clock);
  return async (credentials, origin) => renewWhenDue(await authenticate(credentials, origin), clock());
}

/**
 * As {@link authenticateAnyScope}, but the idle limit stays: for whoever has a stricter one to check first, and then calls
 * {@link renewWhenDue}. A call that is refused must not make the next one pass.
 */
export function authenticateUnrenewed(clock: Clock): Authenticate {
  return async (credentials, { address }) => {
    const sid = credentials?.claims['sid'];
    if (credentials === null || typeof sid !== 'string' || !idPattern.test(sid) || !isOfNow(credentials.claims, clock()))
      throw new AppError('identity/not-signed-in', 'not signed in');
    return { ...checkedCaller(await loadSession(sid, credentials.uid), credentials, sid, clock()), from: networkOf(address) };
  };
}

/** The SDK that verified the token takes one without an expiry, and one issued in the future. Both are signed, and both are wrong. */
function isOfNow({ iat, exp }: Credentials['claims'], now: Date): boolean {
  const seconds = now.getTime() / 1000;
  return typeof iat === 'number' && iat <= seconds + clockSkewSeconds && typeof exp === 'number' && exp > seconds;
}

/** Moves the idle limit, at most once a minute. Of several calls at once one does it for all. */
export async function renewWhenDue(caller: Caller, now: Date): Promise<Caller> {
  if (now.getTime() - caller.lastSeenAt.getTime() <= renewEvery) return caller;
  const renewed = await tryRenewSession(caller.sessionId, now);
  return renewed ? { ...caller, ...renewed, lastSeenAt: now } : caller;
}

const sessionEnded = (): AppError => new AppError('identity/session-ended', 'the session has ended');

type Loaded = { session: DocumentData; accountState: unknown } | null;

function checkedCaller(loaded: Loaded, credentials: Credentials, sid: string, now: Date): Omit<Caller, 'from'> {
  const parsed = z.safeParse(sessionSchema, loaded?.session);
  if (!parsed.success || parsed.data.accountId !== credentials.uid || loaded?.accountState !== 'active') throw sessionEnded();
  const { idleExpiresAt, absoluteExpiresAt, method, strength, idleMinutes, authenticatedAt, lastSeenAt, onlyOrgId = null } = parsed.data;
  if (idleExpiresAt <= now || absoluteExpiresAt <= now) throw sessionEnded();
  return {
    accountId: credentials.uid as AccountId, // every uid is an account's id: tokens are made after both factors only
    sessionId: sid as SessionId, // matches the pattern of ids
    idToken: credentials.idToken,
    method,
    strength,
    idleMinutes,
    authenticatedAt,
    lastSeenAt,
    idleExpiresAt,
    absoluteExpiresAt,
    onlyOrgId: onlyOrgId as OrgId | null, // written by the sign-in through that organisation
  };
}

/** Moves the idle limit. Throws `identity/session-ended` when the session has ended meanwhile. */
export async function renew(caller: Caller, now: Date): Promise<Caller> {
  const renewed = await untilSettled(() => tryRenewSession(caller.sessionId, now));
  if (renewed === null) throw sessionEnded();
  return { ...caller, ...renewed, lastSeenAt: now };
}

/** Ends the caller's session. */
export async function endSession(caller: Caller, reason: 'signOut', now: Date): Promise<void> {
  await updateActiveSession(caller.sessionId, { state: 'ended', endedAt: Timestamp.fromDate(now), endedReason: reason });
}

/** When the caller stops counting as just signed in. */
export const freshUntil = (caller: Caller): Date => after(caller.authenticatedAt, sessionRules.freshMinutes * ms.minute);

/** Throws `identity/reauthentication-needed` unless the person showed every factor within the last five minutes. */
export function needsFresh(caller: Caller, now: Date): void {
  if (freshUntil(caller) <= now) throw notFresh();
}

/** What a session is told that must be confirmed by factors of the person's own first. */
export const notFresh = (): AppError =>
  new AppError('identity/reauthentication-needed', 'sign in once more to do this', { freshMinutes: sessionRules.freshMinutes });

/**
 * Notes that the person behind a session showed every factor again, by `method`. A stronger method than the session began
 * with makes the session that strong; a weaker one leaves it. A session that has ended stays ended.
 */
export async function markAuthenticated(session: Pick<Caller, 'sessionId' | 'strength'>, method: SignInMethod, now: Date): Promise<void> {
  const raised = strengthOf(method) > session.strength ? { method, strength: strengthOf(method) } : {};
  await updateActiveSession(session.sessionId, { authenticatedAt: Timestamp.fromDate(now), ...raised });
}
