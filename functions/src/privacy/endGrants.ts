/**
 * Support grants whose time is over, by a schedule: the grant ends and its technician leaves the list of members.
 *
 * Guarantees: what nobody can use any more, by the rules, is not listed as if one could. Leaves no event: nobody did it, and the
 * hour was said when the grant was given. A membership of another grant of the same technician stays.
 */
import { FieldValue, Timestamp, type DocumentData, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { unlessOutrun, untilSettled } from '../platform/contention.ts';
import { adminFirestore } from '../platform/firestore.ts';

/** The grants of all organisations that ended by their time, not yet marked so. */
export const grantsOverdue = (now: Timestamp) =>
  adminFirestore().collectionGroup('supportGrants').where('state', 'in', ['open', 'claimed']).where('expiresAt', '<', now);

/** Ends one of {@link grantsOverdue}, and the membership that it brought. */
export async function endOverdue({ ref }: QueryDocumentSnapshot, now: Timestamp): Promise<void> {
  const db = adminFirestore();
  await untilSettled(() =>
    unlessOutrun(() =>
      db.runTransaction(
        async (transaction) => {
          const grant = await transaction.get(ref);
          const { state, expiresAt, claimedBy }: DocumentData = grant.data() ?? {};
          if (state === 'ended' || !(expiresAt instanceof Timestamp) || expiresAt >= now) return true;
          const member =
            typeof claimedBy === 'string' ? await transaction.get(db.doc(`${ref.parent.parent?.path}/members/${claimedBy}`)) : null;
          transaction.update(ref, { state: 'ended', endedAt: expiresAt });
          if (member !== null && member.get('grantId') === ref.id && member.get('state') === 'active')
            transaction.update(member.ref, { state: 'removed', updatedAt: FieldValue.serverTimestamp() });
          return true;
        },
        { maxAttempts: 1 }, // whoever lost reads again
      ),
    ),
  );
}
