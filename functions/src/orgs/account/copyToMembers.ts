/**
 * Bringing an organisation's copies of a member's name and address up to date with the account, by a task.
 *
 * Guarantees: each copy is written together with its event, by the member in whose session the account was changed; a copy
 * that is right already is left alone, so repeating the work changes nothing.
 */
import { FieldValue, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import { addServerEvent } from '../../audit/event.ts';
import { loadAccount } from '../../identity/accountStore.ts';
import { unlessOutrun, untilSettled } from '../../platform/contention.ts';
import { adminFirestore, hasPassed } from '../../platform/firestore.ts';
import { subjectKeys } from '../../platform/keyring.ts';
import type { AccountId, SessionId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { memberKeyId, openMember, sealMember, type MemberData } from '../members/sealedMember.ts';

const mostOrganisations = 100;

/** Who changed the account, in which session, from which network. */
type Changed = { readonly accountId: AccountId; readonly sessionId: SessionId; readonly from: string | null };

/** Brings the copies of one account up to date. An account that is gone has none; a membership that has run out keeps its own. */
export async function copyToMembers(actor: Changed, clock: Clock): Promise<void> {
  const { accountId } = actor;
  const account = await loadAccount(accountId);
  if (account === null) return;
  const { displayName, email } = account;
  const mine = adminFirestore().collectionGroup('members').where('accountId', '==', accountId).where('state', '==', 'active');
  const members = await mine.limit(mostOrganisations).get();
  const lasting = members.docs.filter((member) => !hasPassed(member.get('expiresAt'), clock()));
  for (const member of lasting) await copy(member, actor, { displayName, email });
}

async function copy({ ref }: QueryDocumentSnapshot, actor: Changed, data: MemberData): Promise<void> {
  const orgId = ref.parent.parent?.id ?? '';
  const dek = (await subjectKeys(orgId, [memberKeyId(orgId, actor.accountId)])).get(memberKeyId(orgId, actor.accountId));
  if (dek === undefined) return;
  const db = adminFirestore();
  await untilSettled(() =>
    unlessOutrun(() =>
      db.runTransaction(
        async (transaction) => {
          const stored = await transaction.get(ref);
          const sealed: unknown = stored.get('sealed');
          if (stored.get('state') !== 'active' || !(sealed instanceof Uint8Array)) return true;
          const before = openMember(dek, orgId, actor.accountId, sealed);
          const fields = (['displayName', 'email'] as const).filter((field) => before[field] !== data[field]);
          if (fields.length === 0) return true;
          const happening = { action: 'orgs.member.update', targetKind: 'member', targetIds: [actor.accountId], fields } as const;
          const lastEventId = addServerEvent(transaction, db, { ...actor, orgId }, happening);
          const after = { sealed: sealMember(dek, orgId, actor.accountId, data), updatedAt: FieldValue.serverTimestamp(), lastEventId };
          transaction.update(ref, after);
          return true;
        },
        { maxAttempts: 1 }, // whoever lost reads again
      ),
    ),
  );
}
