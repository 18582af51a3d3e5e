/**
 * The end of an account.
 *
 * Guarantees: in one commit it is closed, found by nothing any more and all its sessions have ended; then its factors, the
 * evidence of its signatures, its document and its key go. A document that is left is marked `closed`, so that the rest can
 * be done again.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminFirestore } from '../../platform/firestore.ts';
import { accountsOrgId, destroySubjectKey } from '../../platform/keyring.ts';
import type { AccountId } from '../../shared/ids.ts';
import { accountDoc } from '../accountStore.ts';
import { endAttemptsOf } from '../attemptStore.ts';
import { endingSessionsOf, endSessionsOf } from '../sessionStore.ts';

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
  await endSessionsOf(accountId, 'disabled', at);
  await endAttemptsOf(accountId, at);
}

/** Removes what is left of a closed account: factors, evidence, key, and the document last. Repeating it changes nothing. */
export async function eraseAccount(accountId: string): Promise<void> {
  await destroySubjectKey(accountsOrgId, 'account', accountId);
  await adminFirestore().recursiveDelete(accountDoc(accountId));
}
