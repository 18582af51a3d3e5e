/**
 * Retention of what signing in leaves behind: attempts, enrolments, challenges, orders, recoveries, sessions, closed accounts.
 *
 * Guarantees: a key goes before the document that leads to it; the key of an account that exists is never touched; what cannot
 * be pruned is logged and does not keep the others. Deletes at most a thousand documents of a kind in one run; the next goes on.
 */
import { Timestamp, type Query, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import { accountsOrgId, destroySubjectKey } from '../platform/keyring.ts';
import { logFailure } from '../platform/log.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { accountDoc } from './accountStore.ts';
import { eraseAccount } from './profile/closing.ts';

const mostInOneRun = 1000;
const sessionsKeptDays = 30;
const recoveriesKeptDays = 30;
/** Closing erases by itself; the schedule does it for whoever was interrupted. */
const closedForMinutes = 10;

/** What is pruned here. */
export type IdentityPruned =
  | 'attempts'
  | 'enrolments'
  | 'passkeyChallenges'
  | 'bankIdOrders'
  | 'oidcFlows'
  | 'recoveries'
  | 'sessions'
  | 'rateLimits'
  | 'closedAccounts';

/** Deletes what has expired; answers how much of each kind. */
export async function pruneIdentity(clock: Clock): Promise<Readonly<Record<IdentityPruned, number>>> {
  const db = adminFirestore();
  const ago = (milliseconds: number): Timestamp => Timestamp.fromDate(after(clock(), -milliseconds));
  const expired = (collection: string, milliseconds = 0) => db.collection(collection).where('expiresAt', '<', ago(milliseconds));
  return {
    attempts: await pruneEach(expired('attempts', ms.day), pruneAttempt),
    enrolments: await pruneEach(expired('enrolments')),
    passkeyChallenges: await pruneEach(expired('passkeyChallenges')),
    bankIdOrders: await pruneEach(expired('bankIdOrders'), ({ id }) => destroySubjectKey(accountsOrgId, 'bankIdOrder', id)),
    oidcFlows: await pruneEach(expired('oidcFlows')),
    recoveries: await pruneEach(expired('recoveries', recoveriesKeptDays * ms.day)),
    sessions: await pruneEach(db.collection('sessions').where('absoluteExpiresAt', '<', ago(sessionsKeptDays * ms.day))),
    rateLimits: await pruneEach(expired('rateLimits')),
    closedAccounts: await pruneEach(
      db
        .collection('accounts')
        .where('state', '==', 'closed')
        .where('closedAt', '<', ago(closedForMinutes * ms.minute)),
      ({ id }) => eraseAccount(id),
    ),
  };
}

/** A sign-up that nobody finished leaves a key behind, and evidence if it was by BankID. */
async function pruneAttempt(attempt: QueryDocumentSnapshot): Promise<void> {
  if (attempt.get('kind') !== 'signUp' || attempt.get('state') !== 'open') return;
  const account = accountDoc(String(attempt.get('accountId')));
  if ((await account.get()).exists) return;
  await destroySubjectKey(accountsOrgId, 'account', account.id);
  await adminFirestore().recursiveDelete(account);
}

async function pruneEach(
  query: Query,
  before: (snapshot: QueryDocumentSnapshot) => Promise<void> = async () => undefined,
): Promise<number> {
  const found = await query.limit(mostInOneRun).select('kind', 'state', 'accountId').get();
  const writer = adminFirestore().bulkWriter();
  let pruned = 0;
  for (const snapshot of found.docs) {
    try {
      await before(snapshot);
      void writer.delete(snapshot.ref).then(
        () => (pruned += 1),
        (thrown: unknown) => logFailure('not pruned', thrown, { path: snapshot.ref.path }),
      );
    } catch (thrown) {
      logFailure('not pruned', thrown, { path: snapshot.ref.path });
    }
  }
  await writer.close();
  return pruned;
}
