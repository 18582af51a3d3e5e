/** The members of an organisation with their names; the reading is recorded before anything is answered. */
import type * as z from 'zod/mini';
import { recordReading } from '../../audit/event.ts';
import { subjectKeys } from '../../platform/keyring.ts';
import type { Clock } from '../../shared/time.ts';
import { roleMay, type orgsCallables } from '../contract.ts';
import type { OrgActor } from '../memberCallable.ts';
import { lastActive } from './lastActive.ts';
import { memberKeyId, openMember } from './sealedMember.ts';
import { activeMembers } from './store.ts';

type Listed = z.input<(typeof orgsCallables)['listMembers']['output']>['members'];

/** Every active member. When each was last active is told to those who watch over access only. */
export async function listMembers(actor: OrgActor, clock: Clock): Promise<Listed> {
  const now = clock();
  const members = (await activeMembers(actor)).filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  const targetIds = members.map(({ accountId }) => accountId);
  await recordReading(actor.db, actor, { action: 'orgs.members.read', targetKind: 'member', targetIds, fields: ['displayName', 'email'] });
  const [keys, seen] = await Promise.all([
    subjectKeys(
      actor.orgId,
      targetIds.map((accountId) => memberKeyId(actor.orgId, accountId)),
    ),
    roleMay(actor.role, 'orgs.readReviews') ? lastActive(targetIds) : new Map<string, Date>(),
  ]);
  return members.flatMap(({ accountId, role, teamIds, expiresAt, sealed }) => {
    const dek = keys.get(memberKeyId(actor.orgId, accountId));
    if (dek === undefined) return [];
    const facts = { accountId, role, state: 'active' as const, teamIds: [...teamIds], isYou: accountId === actor.accountId };
    const times = { expiresAt: expiresAt?.toISOString() ?? null, lastActiveAt: seen.get(accountId)?.toISOString() ?? null };
    return [{ ...facts, ...times, ...openMember(dek, actor.orgId, accountId, sealed) }];
  });
}
