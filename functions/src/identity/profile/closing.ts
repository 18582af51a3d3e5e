/**
 * The end of an account.
 *
 * Guarantees: in one commit it is closed, found by nothing any more and all its sessions have ended; then its key, its uid at
 * Firebase Auth, its factors, the evidence of its signatures and its document go. A document that is left is marked `closed`,
 * so that the rest can be done again.
 */
import { getAuth } from 'firebase-admin/auth';
import { Timestamp } from 'firebase-admin/firestore';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminApp, adminFirestore } from '../../platform/firestore.ts';
import { accountsOrgId, destroySubjectKey } from '../../platform/keyring.ts';
import type { AccountId } from '../../shared/ids.ts';
import { accountDoc } from '../accountStore.ts';
import { endSignInsOf } from '../endSignIns.ts';
import { endingSessionsOf } from '../sessionStore.ts';

/** Closes an account and ends its sessions and open attempts. */
export async function markClosed(accountId: AccountId, at: Date): Promise<void> {
  await untilSettled(() =>
    unlessOutrun(() =>
      adminFirestore().runTransaction(
        async (transaction) => {
          const endSessions = await endingSessionsOf(transaction, accountId, 'disabled', at);
          transaction.update(accountDoc(accountId), {
            state: 'closed',
            emailIndex: null,
            bankIdIndex: null,
            knownDevices: [],
            closedAt: Timestamp.fromDate(at),
          });
          endSessions();
          return true;
        },
        { maxAttempts: 1 }, // whoever lost reads again
      ),
    ),
  );
  await endSignInsOf(accountId, 'disabled', at);
}

/** Removes what is left of a closed account: key, Firebase Auth's uid, factors, evidence and document. Repeating it changes nothing. */
export async function eraseAccount(accountId: string): Promise<void> {
  await destroySubjectKey(accountsOrgId, 'account', accountId);
  await getAuth(adminApp()).deleteUser(accountId).catch(unlessAbsent);
  await adminFirestore().recursiveDelete(accountDoc(accountId));
}

function unlessAbsent(thrown: unknown): void {
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'auth/user-not-found')) throw thrown;
}
