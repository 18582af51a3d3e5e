/**
 * The alarm on canaries. Guarantees: when it has returned, an alarm is stored if anybody of those named is a canary; every
 * reading of one person asks, so that nobody can tell from what is asked. Lists do not ask: they show everybody to all.
 */
import { raiseAlarm } from '../../orgs/alarms/raiseAlarm.ts';
import type { OrgActor } from '../../orgs/memberCallable.ts';
import type { DataSubjectId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import { canariesAmong } from './store.ts';

/** Raises an alarm if a member reads, reveals, extracts or exactly finds a canary. Called before the answer is given. */
export async function watchCanaries(
  reader: Pick<OrgActor, 'orgId' | 'accountId'>,
  ids: readonly DataSubjectId[],
  clock: Clock,
): Promise<void> {
  const canaries = await canariesAmong(reader.orgId, ids);
  if (canaries.length === 0) return;
  await raiseAlarm(reader.orgId, { kind: 'canaryRead', actorId: reader.accountId, targetIds: canaries, count: 1 }, clock);
}
