/** Pure: what exports are called, which moment they show, and which of them a new one replaces. */
import type { ExportRecord, KeyCounts } from './contract.ts';
import { copyLifetimeDays } from '../privacy/erasurePlan.ts';
import { after, ms, swedishDate } from '../shared/time.ts';

/** Days for which a daily export is kept, and its increments with it: what certificates of erasure say. */
export const exportLifetimeDays = copyLifetimeDays.dailyExports;
/** Days for which an export of the keys is kept: for so long a destroyed key could be found again. */
export const keysLifetimeDays = copyLifetimeDays.keyBackups;
/** Days after which the buckets' own rules delete, should pruning fail: one more than is promised, never fewer. */
export const lifecycleDays = { exports: exportLifetimeDays + 1, keys: keysLifetimeDays + 1 } as const;

/** What is exported each night. */
export type ExportKind = Exclude<ExportRecord['kind'], 'hourly'>;

/** How many exports of each kind there are once there are enough: one a night. */
export const nightsKept = { daily: exportLifetimeDays, keys: keysLifetimeDays } as const satisfies Record<ExportKind, number>;

/** Longer than an export takes, and than the hour by which autumn's clocks lengthen 28 days: so long an export waits for its successor. */
const patience = 2 * ms.hour;

/** Id of the export of a day: the date in Sweden. One a day, however often the job runs. */
export function exportIdOf(now: Date, kind: ExportKind = 'daily'): string {
  return `${kind}-${swedishDate(now)}`;
}

/** What an export is of, by its id. */
export const kindOf = (exportId: string): ExportKind => (exportId.startsWith('keys-') ? 'keys' : 'daily');

/** The moment that an export shows: the last whole minute, and at least half a minute ago, as Firestore wants it. */
export function snapshotOf(now: Date): Date {
  return new Date(Math.floor((now.getTime() - 30 * ms.second) / ms.minute) * ms.minute);
}

/**
 * Whether `older` is no longer kept once `newer` is complete, by the dates in their ids: nights are counted, not hours, so that
 * neither a late run nor the clock's change in March and October keeps one too many or too few.
 */
export function isReplaced(older: string, newer: string, kind: ExportKind): boolean {
  return nightsBetween(older, newer) >= nightsKept[kind];
}

/** When an export is removed even if no other has replaced it: what was promised to data subjects comes first. */
export function expiryOf(startedAt: Date, kind: ExportKind): Date {
  return after(startedAt, nightsKept[kind] * ms.day + patience);
}

/** Whether so many keys are gone that what ends each day hardly explains it: all of them, or a quarter and at least ten. */
export function isFall(before: number, now: number): boolean {
  return (before > 0 && now === 0) || (before - now >= 10 && now < before * 0.75);
}

/**
 * Which keys are fewer than they may be after so many erasures; of organisations and persons, `now` holds those that had been made
 * `before`. Nothing ever removes an organisation's; others end with uploads,
 * extracts and accounts, of which nobody keeps count.
 */
export function fallenKeys(before: KeyCounts, now: KeyCounts, erased: number): readonly (keyof KeyCounts)[] {
  const fallen = {
    orgKeys: now.orgKeys < before.orgKeys,
    subjectKeys: isFall(before.subjectKeys - erased, now.subjectKeys),
    ofPersons: before.ofPersons - now.ofPersons > erased,
  } as const satisfies Record<keyof KeyCounts, boolean>;
  return (['orgKeys', 'subjectKeys', 'ofPersons'] as const).filter((kind) => fallen[kind]);
}

const nightsBetween = (older: string, newer: string): number => (dayOf(newer) - dayOf(older)) / ms.day;
const dayOf = (exportId: string): number => Date.parse(`${exportId.slice(-10)}T00:00:00Z`);
