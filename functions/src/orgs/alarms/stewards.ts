/** Owners and administrators of an organisation, asked by the server on nobody's behalf: whom alarms and approvals turn to. */
import { Timestamp } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import type { AccountId } from '../../shared/ids.ts';

/** Account ids of the active owners and administrators whose membership has not run out. */
export async function stewardsOf(orgId: string, now: Date): Promise<readonly AccountId[]> {
  const members = adminFirestore().collection(`orgs/${orgId}/members`).where('state', '==', 'active');
  const found = await members.where('role', 'in', ['owner', 'administrator']).select('expiresAt').get();
  const lasting = found.docs.filter((member) => {
    const expiresAt: unknown = member.get('expiresAt');
    return !(expiresAt instanceof Timestamp) || expiresAt.toDate() > now;
  });
  return lasting.map(({ id }) => id as AccountId); // members are stored under the id of their account
}

/** The organisation's name; empty when there is no such organisation. */
export async function organisationName(orgId: string): Promise<string> {
  const name: unknown = (await adminFirestore().doc(`orgs/${orgId}`).get()).get('name');
  return typeof name === 'string' ? name : '';
}
