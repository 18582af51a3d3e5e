/** Acknowledging an alarm, under the member's own token together with its event. */
import { doc, getDoc, serverTimestamp, writeBatch } from 'firebase/firestore/lite';
import { addMemberEvent } from '../../audit/event.ts';
import { asCaller } from '../../platform/callerErrors.ts';
import { AppError } from '../../shared/errors.ts';
import type { AlarmId } from '../../shared/ids.ts';
import type { OrgActor } from '../memberCallable.ts';

/** Acknowledges an open alarm. Throws `shared/not-found`, or `shared/conflict` when somebody has done so already. */
export async function acknowledgeAlarm(actor: OrgActor, alarmId: AlarmId): Promise<void> {
  const alarm = doc(actor.db, `orgs/${actor.orgId}/alarms/${alarmId}`);
  const current = await asCaller('shared/not-found', () => getDoc(alarm));
  if (!current.exists()) throw new AppError('shared/not-found', 'not found');
  if (current.get('state') !== 'open') throw new AppError('shared/conflict', 'somebody has acknowledged this alarm already');
  const batch = writeBatch(actor.db);
  const lastEventId = addMemberEvent(batch, actor.db, actor, {
    action: 'orgs.alarm.acknowledge',
    targetKind: 'alarm',
    targetIds: [alarmId],
  });
  batch.update(alarm, { state: 'acknowledged', acknowledgedBy: actor.accountId, acknowledgedAt: serverTimestamp(), lastEventId });
  await asCaller('shared/conflict', () => batch.commit());
}
