/**
 * Retention of what signing in leaves behind: attempts, enrolments, challenges, orders, recoveries, sessions, closed accounts.
 *
 * Guarantees: a key goes before the document that leads to it; the key of an account that exists is never touched; what cannot
 * be pruned is logged and does not keep the others. Goes on until nothing is left, so that what strangers can make by the
 * thousand does not outgrow it, kind by kind in turn, so that none waits for another; after twenty minutes the next run goes on.
 */
import { Timestamp, type Query, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { adminFirestore } from '../platform/firestore.ts';
import { accountsOrgId, destroySubjectKey } from '../platform/keyring.ts';
import { logFailure } from '../platform/log.ts';
import { after, ms, type Clock } from '../shared/time.ts';
import { accountDoc } from './accountStore.ts';
import { eraseAccount } from './profile/closing.ts';

const mostInOneRound = 1000;
const longestMinutes = 20;
const sessionsKeptDays = 30;
const recoveriesKeptDays = 30;
/** Closing erases by itself; the schedule does it for whoever was interrupted. */
const closedForMinutes = 10;

/** What is pruned here. */
const kinds = [
  'attempts',
  'enrolments',
  'passkeyChallenges',
  'bankIdOrders',
  'oidcFlows',
  'recoveries',
  'sessions',
  'rateLimits',
  'closedAccounts',
] as const;
/** One of {@link kinds}. */
export type IdentityPruned = (typeof kinds)[number];

/** What is over of a kind, and what goes before its document. */
type Over = { readonly query: Query; readonly before?: (snapshot: QueryDocumentSnapshot) => Promise<void> };

/** Deletes what has expired; answers how much of each kind. */
export async function pruneIdentity(clock: Clock): Promise<Readonly<Record<IdentityPruned, number>>> {
  const over = overAt(clock());
  const until = after(clock(), longestMinutes * ms.minute);
  const pruned = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<IdentityPruned, number>; // of exactly these
  let left: readonly IdentityPruned[] = kinds;
  do {
    const rest: IdentityPruned[] = [];
    for (const kind of left) {
      const round = await pruneRound(over[kind]);
      pruned[kind] += round.pruned;
      if (round.isFull && round.pruned > 0) rest.push(kind);
    }
    left = rest;
  } while (left.length > 0 && clock() < until);
  return pruned;
}

function overAt(now: Date): Readonly<Record<IdentityPruned, Over>> {
  const db = adminFirestore();
  const ago = (milliseconds: number): Timestamp => Timestamp.fromDate(after(now, -milliseconds));
  const expired = (collection: string, milliseconds = 0) => db.collection(collection).where('expiresAt', '<', ago(milliseconds));
  const closed = db.collection('accounts').where('state', '==', 'closed');
  return {
    attempts: { query: expired('attempts', ms.day), before: pruneAttempt },
    enrolments: { query: expired('enrolments') },
    passkeyChallenges: { query: expired('passkeyChallenges') },
    bankIdOrders: { query: expired('bankIdOrders'), before: ({ id }) => destroySubjectKey(accountsOrgId, 'bankIdOrder', id) },
    oidcFlows: { query: expired('oidcFlows') },
    recoveries: { query: expired('recoveries', recoveriesKeptDays * ms.day) },
    sessions: { query: db.collection('sessions').where('absoluteExpiresAt', '<', ago(sessionsKeptDays * ms.day)) },
    rateLimits: { query: expired('rateLimits') },
    closedAccounts: { query: closed.where('closedAt', '<', ago(closedForMinutes * ms.minute)), before: ({ id }) => eraseAccount(id) },
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

/** Deletes up to a thousand. `isFull`: there may be more. */
async function pruneRound({ query, before }: Over): Promise<{ pruned: number; isFull: boolean }> {
  const found = await query.limit(mostInOneRound).select('kind', 'state', 'accountId').get();
  const writer = adminFirestore().bulkWriter();
  let pruned = 0;
  for (const snapshot of found.docs) {
    try {
      await before?.(snapshot);
      void writer.delete(snapshot.ref).then(
        () => (pruned += 1),
        (thrown: unknown) => logFailure('not pruned', thrown, { path: snapshot.ref.path }),
      );
    } catch (thrown) {
      logFailure('not pruned', thrown, { path: snapshot.ref.path });
    }
  }
  await writer.close();
  return { pruned, isFull: found.size === mostInOneRound };
}
