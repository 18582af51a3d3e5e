/**
 * When members were last seen, for whoever watches over access. By the Admin SDK: sessions are nobody else's to read.
 * Guarantees: answers one instant an account, nothing else of its sessions.
 */
import { Timestamp } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import type { AccountId } from '../../shared/ids.ts';

/** The last call in any session by account; absent when the sessions are gone, which is a month after the last use. */
export async function lastActive(accountIds: readonly AccountId[]): Promise<ReadonlyMap<AccountId, Date>> {
  const found = await Promise.all(accountIds.map(lastCallOf));
  return new Map(found.flatMap((at, index) => (at === undefined ? [] : [[accountIds[index] as AccountId, at] as const]))); // as many as asked
}

async function lastCallOf(accountId: AccountId): Promise<Date | undefined> {
  const sessions = adminFirestore().collection('sessions').where('accountId', '==', accountId);
  const [latest] = (await sessions.orderBy('lastSeenAt', 'desc').limit(1).select('lastSeenAt').get()).docs;
  const at: unknown = latest?.get('lastSeenAt');
  return at instanceof Timestamp ? at.toDate() : undefined;
}
