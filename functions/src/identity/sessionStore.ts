/**
 * Sessions in Firestore, by the Admin SDK: nobody writes a session who could be in it.
 *
 * Guarantees: a session that has ended stays ended, whatever is written at the same time.
 */
import {
  Timestamp,
  type DocumentData,
  type DocumentReference,
  type DocumentSnapshot,
  type Query,
  type Transaction,
} from 'firebase-admin/firestore';
import { unlessOutrun, untilSettled } from '../platform/contention.ts';
import { adminFirestore } from '../platform/firestore.ts';
import type { OrgId, SessionId } from '../shared/ids.ts';
import { after, ms } from '../shared/time.ts';
import { accountDoc } from './accountStore.ts';
import type { SignInMethod, Strength } from './contract.ts';

/** A session that is about to be created: {@link SessionDoc} under its id. */
export type NewSession = { readonly sessionId: SessionId; readonly document: DocumentData };

/** Why a session ended before its time. */
export type EndedReason = 'signOut' | 'endedByUser' | 'credentialsChanged' | 'recovered' | 'disabled' | 'providerChanged';

const sessions = () => adminFirestore().collection('sessions');
/** The document of a session. */
export const sessionDoc = (id: string): DocumentReference => sessions().doc(id);

/** A session and the state of its account, read together; null when either is missing. */
export async function loadSession(sessionId: string, accountId: string): Promise<{ session: DocumentData; accountState: unknown } | null> {
  const [session, account] = await adminFirestore().getAll(sessionDoc(sessionId), accountDoc(accountId));
  const data = session?.data();
  if (data === undefined || account === undefined || !account.exists) return null;
  return { session: data, accountState: account.get('state') };
}

/** Changes a session that still is active; one that has ended stays ended. */
export async function updateActiveSession(sessionId: string, fields: DocumentData): Promise<void> {
  await untilSettled(() => tryChangeActive(sessionId, () => fields));
}

/** Writes what `change` makes of an active session as it is read; null for one that is not active, undefined when somebody else was faster. */
async function tryChangeActive(
  sessionId: string,
  change: (session: DocumentSnapshot) => DocumentData | null,
): Promise<true | null | undefined> {
  const session = await sessionDoc(sessionId).get();
  const { updateTime } = session;
  const fields = updateTime === undefined || session.get('state') !== 'active' ? null : change(session);
  if (updateTime === undefined || fields === null) return null;
  return unlessOutrun(async () => {
    await session.ref.update(fields, { lastUpdateTime: updateTime });
    return true as const;
  });
}

/** The idle limit of a session after it was moved. */
export type Renewed = { readonly idleMinutes: number; readonly idleExpiresAt: Date };

/**
 * Moves the idle limit of an active session, by the minutes that are stored now. Answers null for one that has ended, and
 * undefined, having changed nothing, when somebody else changes it at the same moment.
 */
export async function tryRenewSession(sessionId: string, now: Date): Promise<Renewed | null | undefined> {
  let renewed: Renewed | null = null;
  const changed = await tryChangeActive(sessionId, (session) => {
    const idleMinutes = Number(session.get('idleMinutes'));
    renewed = { idleMinutes, idleExpiresAt: after(now, idleMinutes * ms.minute) };
    return { lastSeenAt: Timestamp.fromDate(now), idleExpiresAt: Timestamp.fromDate(renewed.idleExpiresAt) };
  });
  return changed === undefined ? undefined : renewed;
}

/** Lowers the idle limit of an active session, unless it is as strict already, however many calls move it meanwhile. */
export async function lowerIdleMinutes(sessionId: string, minutes: number): Promise<void> {
  await untilSettled(() =>
    tryChangeActive(sessionId, (session) => {
      const lastSeenAt: unknown = session.get('lastSeenAt');
      if (!(lastSeenAt instanceof Timestamp)) throw new TypeError('a session without a time');
      if (Number(session.get('idleMinutes')) <= minutes) return null;
      return { idleMinutes: minutes, idleExpiresAt: Timestamp.fromDate(after(lastSeenAt.toDate(), minutes * ms.minute)) };
    }),
  );
}

/** Ends one active session of an account; answers whether there is such a session. One that has ended already stays as it is. */
export async function endOneSession(accountId: string, sessionId: string, reason: EndedReason, at: Date): Promise<boolean> {
  if ((await sessionDoc(sessionId).get()).get('accountId') !== accountId) return false;
  await updateActiveSession(sessionId, endedFields(reason, at));
  return true;
}

const endedFields = (reason: EndedReason, at: Date) => ({ state: 'ended', endedAt: Timestamp.fromDate(at), endedReason: reason });
const activeOf = (accountId: string) => sessions().where('accountId', '==', accountId).where('state', '==', 'active');

/** A session that runs, as it is stored. */
export type RunningSession = {
  readonly sessionId: SessionId;
  readonly sealed: unknown;
  readonly method: SignInMethod;
  readonly strength: Strength;
  readonly createdAt: Timestamp;
  readonly lastSeenAt: Timestamp;
};

const mostListed = 200;

/** The sessions of an account that neither were ended nor have run out, the latest used first. */
export async function runningSessions(accountId: string, now: Date): Promise<RunningSession[]> {
  const found = await activeOf(accountId).limit(mostListed).get();
  return found.docs
    .filter((session) => [session.get('idleExpiresAt'), session.get('absoluteExpiresAt')].every((limit) => isAhead(limit, now)))
    .map((session) => ({ ...(session.data() as Omit<RunningSession, 'sessionId'>), sessionId: session.id as SessionId })) // made by newSession
    .toSorted((a, b) => b.lastSeenAt.toMillis() - a.lastSeenAt.toMillis());
}

const isAhead = (instant: unknown, now: Date): boolean => instant instanceof Timestamp && instant.toDate() > now;

const mostInOneCommit = 400;

/** Ends every active session of an account but `except`; answers how many. Those that begin meanwhile are ended too. */
export async function endSessionsOf(accountId: string, reason: EndedReason, at: Date, except: SessionId | null = null): Promise<number> {
  return endEvery(activeOf(accountId), reason, at, except);
}

/** Ends every active session that an organisation's identity provider began; answers how many. */
export async function endSessionsThrough(orgId: OrgId, reason: EndedReason, at: Date): Promise<number> {
  return endEvery(sessions().where('onlyOrgId', '==', orgId).where('state', '==', 'active'), reason, at, null);
}

async function endEvery(active: Query, reason: EndedReason, at: Date, except: SessionId | null): Promise<number> {
  let ended = 0;
  for (;;) {
    const found = await active.limit(mostInOneCommit).get();
    const others = found.docs.filter(({ id }) => id !== except);
    if (others.length === 0) return ended;
    const batch = adminFirestore().batch();
    for (const { ref } of others) batch.update(ref, endedFields(reason, at));
    await batch.commit();
    ended += others.length;
  }
}

/**
 * Reads the active sessions of an account in a transaction, before anything is written in it; what it answers ends them there,
 * together with the change that makes them invalid. At most 400: whoever has more has {@link endSessionsOf} called afterwards.
 */
export async function endingSessionsOf(
  transaction: Transaction,
  accountId: string,
  reason: EndedReason,
  at: Date,
  except: SessionId | null = null,
): Promise<() => void> {
  const found = await transaction.get(activeOf(accountId).limit(mostInOneCommit));
  return () => {
    for (const { id, ref } of found.docs) if (id !== except) transaction.update(ref, endedFields(reason, at));
  };
}
