/** Pure: what a daily export is called, and which exports are too old. */
import { after, ms, swedishDate } from '../shared/time.ts';

/** Days for which a daily export is kept. */
export const exportLifetimeDays = 28;

/** Id of the export of a day: the date in Sweden. One a day, however often the job runs. */
export function exportIdOf(now: Date): string {
  return `daily-${swedishDate(now)}`;
}

/** The moment that an export shows: the last whole minute, and at least half a minute ago, as Firestore wants it. */
export function snapshotOf(now: Date): Date {
  return new Date(Math.floor((now.getTime() - 30 * ms.second) / ms.minute) * ms.minute);
}

/** Exports that began at this instant or earlier are too old: 28 nights are kept, this night's included. */
export function tooOldSince(now: Date): Date {
  return after(now, -(exportLifetimeDays * ms.day - ms.hour));
}
