/**
 * Acknowledging an alarm, under the member's own token together with its event.
 *
 * Guarantees: whom an alarm is about does not acknowledge it while anybody else could; a single owner without administrators may.
 */
import { doc, getDoc, serverTimestamp, writeBatch, type Timestamp } from 'firebase/firestore/lite';
import { addMemberEvent } from '../../audit/event.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { AppError } from '../../shared/errors.ts';
import type { AlarmId } from '../../shared/ids.ts';
import type { Clock } from '../../shared/time.ts';
import type { OrgActor } from '../memberCallable.ts';
import type { AlarmDoc } from './contract.ts';
import { stewardsOf } from './stewards.ts';

/**
 * Acknowledges an open alarm. Throws `shared/not-found`, `shared/conflict` when somebody has done so already,
 * `orgs/needs-second-person` for an alarm about oneself.
 */
export async function acknowledgeAlarm(actor: OrgActor, alarmId: AlarmId, clock: Clock): Promise<void> {
  const alarm = doc(actor.db, `orgs/${actor.orgId}/alarms/${alarmId}`);
  const current = await asCaller('shared/not-found', () => getDoc(alarm));
  if (!current.exists()) throw new AppError('shared/not-found', 'not found');
  if (current.get('state') !== 'open') throw new AppError('shared/conflict', 'somebody has acknowledged this alarm already');
  const { actorId, targetIds } = current.data() as AlarmDoc<Timestamp>; // written by the server only
  const isAboutActor = actorId === actor.accountId || targetIds.includes(actor.accountId);
  if (isAboutActor && !(await isAlone(actor, clock())))
    throw new AppError('orgs/needs-second-person', 'somebody else sees to an alarm about you');
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, {
    action: 'orgs.alarm.acknowledge',
    targetKind: 'alarm',
    targetIds: [alarmId],
  });
  batch.update(alarm, { state: 'acknowledged', acknowledgedBy: actor.accountId, acknowledgedAt: serverTimestamp(), lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
}

/** Whether nobody else watches over the organisation: no other owner, which the rules ask too, and no administrator. */
async function isAlone({ accountId, role, orgId, organisation }: OrgActor, now: Date): Promise<boolean> {
  if (role !== 'owner' || organisation.ownerCount > 1) return false;
  return (await stewardsOf(orgId, now)).every((steward) => steward === accountId);
}
