/**
 * The heartbeat: tells operators when a schedule is silent, and at once when it has found what no repetition cures.
 *
 * Guarantees: a schedule that has not succeeded for as long as its row of the table allows (counted from when it was first known
 * if it never has), or whose last run ended with an urgent error (urgent.ts), is one error in the log and one mail, however long
 * it lasts; another when it becomes another of the two or another error; and one more line and mail when it has succeeded again.
 * Noted only after both, so that an alarm may come twice but is not lost. A second fault with the same code is not told again.
 * Does not watch itself: `/api/health` does, for a watcher outside (infra/runbooks/backup.md).
 */
import { Timestamp } from 'firebase-admin/firestore';
import type { SendMail } from '../platform/email.ts';
import { logFailure, logInfo } from '../platform/log.ts';
import {
  lateness,
  noteAlarmed,
  noteKnown,
  noteLate,
  noteNoLongerLate,
  scheduleRecord,
  scheduleRecords,
  type ScheduleDoc,
} from '../platform/scheduleRecord.ts';
import { lateAt, schedules, type ScheduleName } from '../platform/schedules.ts';
import { AppError } from '../shared/errors.ts';
import type { Clock } from '../shared/time.ts';
import { isUrgent } from './urgent.ts';

/** What the heartbeat needs from the outside; `operators` is an address, or undefined for the log alone. */
export type HeartbeatWorld = { readonly clock: Clock; readonly sendMail: SendMail; readonly operators: string | undefined };

/** What there is to do about one schedule. */
export type Finding = 'unknown' | 'late' | 'failed' | 'wellAgain' | 'nothing';

/** Since when a schedule has to succeed again; undefined for one that was not known yet. */
const countedFrom = (record: ScheduleDoc | undefined): Date | undefined => (record?.lastSucceededAt ?? record?.knownSince)?.toDate();

/** Judges one schedule by its record. */
export function judge(name: ScheduleName, record: ScheduleDoc | undefined, now: Date): Finding {
  const since = countedFrom(record);
  if (record === undefined || since === undefined) return 'unknown';
  const isAlarmed = record.alarmedAt instanceof Timestamp;
  const told = isAlarmed ? (record.alarmedFor ?? '') : null;
  const error = record.lastError ?? null;
  if (error !== null && isUrgent(error)) return told === error ? 'nothing' : 'failed';
  if (now > lateAt(name, since)) return told === lateness ? 'nothing' : 'late';
  // A run that could not look has not found that what was told is over.
  return isAlarmed && error === null ? 'wellAgain' : 'nothing';
}

/** Looks at every schedule but itself; answers how many are late. Throws when somebody could not be told, to try again. */
export async function heartbeat(world: HeartbeatWorld): Promise<{ late: number; told: number }> {
  const records = await scheduleRecords();
  const names = (Object.keys(schedules) as ScheduleName[]).filter((name) => name !== 'heartbeat'); // keys of the table are its names
  let told = 0;
  let failures = 0;
  for (const name of names) {
    try {
      told += (await seeTo(name, records.get(name), world)) ? 1 : 0;
    } catch (thrown) {
      failures += 1;
      logFailure('operators not told', thrown, { schedule: name });
    }
  }
  if (failures > 0) throw new AppError('shared/unavailable', `${failures} alarms could not be given`, { service: 'email' });
  const now = world.clock();
  const late = names.filter((name) => {
    const since = countedFrom(records.get(name));
    return since !== undefined && now > lateAt(name, since);
  });
  return { late: late.length, told };
}

async function seeTo(name: ScheduleName, record: ScheduleDoc | undefined, world: HeartbeatWorld): Promise<boolean> {
  const now = world.clock();
  switch (judge(name, record, now)) {
    case 'unknown':
      await noteKnown(name, now, record !== undefined);
      return false;
    case 'late':
      logFailure('schedule late', new AppError('backup/schedule-late', 'a schedule is late', { schedule: name }), { schedule: name });
      await mail(world, `Valv: "${name}" is late`, alarmText(name, record, 'has not succeeded in time'));
      await noteLate(name, now);
      return true;
    case 'failed':
      // The run itself has left the error in the log.
      await mail(world, `Valv: "${name}" has failed`, alarmText(name, record, 'has found what somebody must look at'));
      await noteAlarmed(name, now, record?.lastError ?? '');
      return true;
    case 'wellAgain':
      logInfo('schedule well again', { schedule: name });
      await mail(world, `Valv: "${name}" is well again`, `The schedule "${name}" (${schedules[name].words}) has succeeded again.\n`);
      await noteNoLongerLate(name);
      return true;
    case 'nothing':
      return false;
  }
}

async function mail({ sendMail, operators }: HeartbeatWorld, subject: string, text: string): Promise<void> {
  if (operators !== undefined) await sendMail({ to: operators, subject, text });
}

function alarmText(name: ScheduleName, record: ScheduleDoc | undefined, what: string): string {
  const last = record?.lastSucceededAt?.toDate().toISOString() ?? 'never';
  const error = record?.lastError ?? 'none noted: it may not have been started at all';
  return [
    `The schedule "${name}" (${schedules[name].words}) ${what}.`,
    `Last success: ${last}. Last error: ${error}.`,
    `Its record is schedules/${name} in the Firebase console; what to do is in infra/runbooks/backup.md.`,
    '',
  ].join('\n');
}

/** What `/api/health` answers: whether the heartbeat has beaten in time. Nothing else of the service is told. */
export async function health(clock: Clock): Promise<{ isWell: boolean; body: { status: 'ok' | 'late'; heartbeatAt: string | null } }> {
  const record = await scheduleRecord('heartbeat');
  const beat = record?.lastSucceededAt?.toDate() ?? null;
  const isWell = beat !== null && clock() <= lateAt('heartbeat', beat);
  return { isWell, body: { status: isWell ? 'ok' : 'late', heartbeatAt: beat?.toISOString() ?? null } };
}
