/**
 * Raising an alarm: an entry that administrators see, and a mail to each of them.
 *
 * Guarantees: when this has returned, the alarm is stored; its mail goes out by a task that is repeated until it has, so
 * that the caller waits no longer, and tells nobody by the time taken whether there was an alarm with mail or without.
 */
import { logFailure } from '../../platform/log.ts';
import { enqueueTask } from '../../platform/tasks.ts';
import { ms, type Clock } from '../../shared/time.ts';
import { alarmsLeftUnmailed, storeAlarm, type NewAlarm } from './store.ts';

/** The task-queue function that mails an alarm. */
const mailer = 'mailAlarm';

/** Raises an alarm in an organisation, or counts it in the open one of the same kind, member and hour. */
export async function raiseAlarm(orgId: string, alarm: NewAlarm, clock: Clock): Promise<void> {
  const { alarmId, isNew } = await storeAlarm(orgId, alarm, clock);
  if (!isNew) return;
  // Stored it is: a mail that is not enqueued now is enqueued by the schedule that looks for alarms without mail.
  await enqueueTask(mailer, { orgId, alarmId }, `${alarmId}-first`).catch((thrown: unknown) =>
    logFailure('mail of an alarm not enqueued', thrown, { orgId, alarmId }),
  );
}

/** Hands alarms whose mail has not gone out within ten minutes over again; answers how many. */
export async function mailForgottenAlarms(clock: Clock): Promise<number> {
  const now = clock().getTime();
  const left = await alarmsLeftUnmailed(new Date(now - 10 * ms.minute));
  for (const { orgId, alarmId } of left) await enqueueTask(mailer, { orgId, alarmId }, `${alarmId}-${Math.floor(now / ms.hour)}`);
  return left.length;
}
