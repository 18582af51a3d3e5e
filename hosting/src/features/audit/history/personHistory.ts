/** Pure: one person's events, newest first, as a timeline by day and as a table by field. */
import { readActions } from '../../../../../functions/src/audit/contract.ts';
import { fieldNames } from '../../../../../functions/src/register/fields.ts';
import type { AuditEvent } from '../../../api/auditEvents.ts';

/** An event's parts that the history is made of. */
export type HistoryEvent = Pick<
  AuditEvent,
  'eventId' | 'actorId' | 'actorKind' | 'action' | 'fields' | 'targetIds' | 'outcome' | 'grantId'
> & { readonly at: { readonly toDate: () => Date } };

const readings = new Set<string>(readActions);
const isReading = ({ action }: Pick<HistoryEvent, 'action'>): boolean => readings.has(action);

/** Something that happened, or the same reading several times in a row. */
export type HistoryEntry = {
  /** The newest of the events. */
  readonly event: HistoryEvent;
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
  /** Fields of any of them, each once. */
  readonly fields: readonly string[];
};

/** A day, `YYYY-MM-DD` in the reader's own time. */
export type HistoryDay = { readonly day: string; readonly entries: readonly HistoryEntry[] };

/** Days, newest first. Readings that follow each other within a day, alike in all but their fields, are one entry. */
export function timeline(events: readonly HistoryEvent[]): readonly HistoryDay[] {
  const days: { day: string; entries: HistoryEntry[] }[] = [];
  for (const event of events) {
    const at = event.at.toDate();
    const day = dayOf(at);
    const newest = days.at(-1);
    const today = newest?.day === day ? newest : { day, entries: [] };
    if (today !== newest) days.push(today);
    const before = today.entries.at(-1);
    if (before !== undefined && areAlike(before.event, event)) today.entries[today.entries.length - 1] = joined(before, event, at);
    else today.entries.push({ event, count: 1, first: at, last: at, fields: event.fields });
  }
  return days;
}

function dayOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function areAlike(a: HistoryEvent, b: HistoryEvent): boolean {
  const same = (['action', 'actorId', 'actorKind', 'outcome', 'grantId'] as const).every((part) => a[part] === b[part]);
  return same && isReading(a) && a.targetIds.length > 1 === b.targetIds.length > 1;
}

function joined(before: HistoryEntry, event: HistoryEvent, at: Date): HistoryEntry {
  return { ...before, count: before.count + 1, first: at, fields: [...new Set([...before.fields, ...event.fields])] };
}

/** How often something was done with a field, and the last time. */
export type FieldUse = { readonly count: number; readonly last: HistoryEvent };
/** One field: how often it was written and shown. */
export type FieldRow = { readonly field: string; readonly changed: FieldUse | null; readonly read: FieldUse | null };

/** Every field that was ever changed or read, in the order of the register. What was refused changed and showed nothing. */
export function fieldTable(events: readonly HistoryEvent[]): readonly FieldRow[] {
  const rows = new Map<string, { changed: FieldUse | null; read: FieldUse | null }>();
  for (const event of events) {
    if (event.outcome !== 'done') continue;
    for (const field of event.fields) {
      const row = rows.get(field) ?? { changed: null, read: null };
      const use = isReading(event) ? 'read' : 'changed';
      // Newest first: the first one seen is the last that happened.
      rows.set(field, { ...row, [use]: { count: (row[use]?.count ?? 0) + 1, last: row[use]?.last ?? event } });
    }
  }
  const order = (field: string) => fieldNames.findIndex((name) => name === field);
  const place = (field: string) => (order(field) === -1 ? fieldNames.length : order(field));
  return [...rows].map(([field, uses]) => ({ field, ...uses })).toSorted((a, b) => place(a.field) - place(b.field));
}
