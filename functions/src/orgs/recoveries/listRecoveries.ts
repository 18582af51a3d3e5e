/**
 * The members who wait for an organisation's administrators.
 * Guarantees: only members of this organisation; the names are read under an event like every reading of personal data.
 */
import { doc, getDoc, Bytes } from 'firebase/firestore/lite';
import { recordReading } from '../../audit/event.ts';
import { organisationsOf } from '../../identity/recovery/account.ts';
import { recoveryRules } from '../../identity/recovery/contract.ts';
import { waitingIn, type Recovery } from '../../identity/recovery/store.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { subjectKeys } from '../../platform/keyring.ts';
import type { AccountId, RecoveryId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { memberKeyId, openMember } from '../members/sealedMember.ts';
import type { OrgActor } from '../memberCallable.ts';
import type { WaitingRecovery } from './contract.ts';

/** The recoveries that wait for the actor's organisation, the one that ends first coming first. */
export async function listRecoveries(actor: OrgActor, clock: Clock): Promise<WaitingRecovery[]> {
  const waiting = await waitingIn(actor.orgId, clock());
  const isMember = await Promise.all(
    waiting.map(async ({ accountId }) => (await organisationsOf(accountId, clock())).includes(actor.orgId)),
  );
  const ofMembers = waiting.filter((_recovery, index) => isMember[index]);
  const accountIds = ofMembers.map(({ accountId }) => accountId);
  await recordReading(actor.db, actor, {
    action: 'orgs.recoveries.read',
    targetKind: 'member',
    targetIds: accountIds,
    fields: ['displayName'],
  });
  const names = await namesOf(actor, accountIds);
  return ofMembers.map((recovery) => shown(recovery, actor, names.get(recovery.accountId) ?? ''));
}

function shown(
  { recoveryId, accountId, askedAt, expiresAt, approvals }: Recovery & { readonly recoveryId: RecoveryId },
  actor: OrgActor,
  displayName: string,
): WaitingRecovery {
  const given = approvals[actor.orgId] ?? [];
  return {
    recoveryId,
    accountId,
    displayName,
    askedAt: (askedAt ?? expiresAt).toDate().toISOString(),
    expiresAt: expiresAt.toDate().toISOString(),
    approvals: given.length,
    needed: recoveryRules.approvalsPerOrganisation,
    approvedByMe: given.includes(actor.accountId),
    isMe: accountId === actor.accountId,
  };
}

async function namesOf(actor: OrgActor, accountIds: readonly AccountId[]): Promise<Map<AccountId, string>> {
  const { db, orgId } = actor;
  const keys = await subjectKeys(
    orgId,
    accountIds.map((accountId) => memberKeyId(orgId, accountId)),
  );
  const names = new Map<AccountId, string>();
  for (const accountId of accountIds) {
    const member = await asCaller('orgs/not-allowed', () => getDoc(doc(db, `orgs/${orgId}/members/${accountId}`)));
    const dek = keys.get(memberKeyId(orgId, accountId));
    const sealed: unknown = member.get('sealed');
    if (dek !== undefined && sealed instanceof Bytes)
      names.set(accountId, openMember(dek, orgId, accountId, sealed.toUint8Array()).displayName);
  }
  return names;
}
