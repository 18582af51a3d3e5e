/**
 * Sessions in Firestore, by the Admin SDK: nobody writes a session who could be in it.
 *
 * Guarantees: a session that has ended stays ended, whatever is written at the same time.
 */
import { Timestamp, type DocumentData, type DocumentReference } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import type { SessionId } from '../shared/ids.ts';
import { accountDoc } from './accountStore.ts';

/** A session that is about to be created: {@link SessionDoc} under its id. */
export type NewSession = { readonly sessionId: SessionId; readonly document: DocumentData };

/** Why a session ended before its time. */
export type EndedReason = 'signOut' | 'endedByUser' | 'credentialsChanged' | 'recovered' | 'disabled';

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
  await adminFirestore().runTransaction(async (transaction) => {
    const snapshot = await transaction.get(sessionDoc(sessionId));
    if (snapshot.get('state') === 'active') transaction.update(sessionDoc(sessionId), fields);
  });
}

const mostInOneCommit = 400;

/** Ends every active session of an account but `except`; answers how many. Those that begin meanwhile are ended too. */
export async function endSessionsOf(accountId: string, reason: EndedReason, at: Date, except: SessionId | null = null): Promise<number> {
  const active = sessions().where('accountId', '==', accountId).where('state', '==', 'active');
  let ended = 0;
  for (;;) {
    const found = await active.limit(mostInOneCommit).get();
    const others = found.docs.filter(({ id }) => id !== except);
    if (others.length === 0) return ended;
    const batch = adminFirestore().batch();
    for (const { ref } of others) batch.update(ref, { state: 'ended', endedAt: Timestamp.fromDate(at), endedReason: reason });
    await batch.commit();
    ended += others.length;
  }
}
