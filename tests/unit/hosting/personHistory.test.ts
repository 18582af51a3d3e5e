import { describe, expect, it } from 'vitest';
import { fieldTable, timeline, type HistoryEvent } from '../../../hosting/src/features/audit/history/personHistory.ts';

let made = 0;
const event = (at: string, parts: Partial<HistoryEvent> = {}): HistoryEvent => {
  const instant = new Date(at);
  made += 1;
  return {
    eventId: `event${made}`,
    at: { toDate: () => instant },
    actorId: 'ada',
    actorKind: 'member',
    action: 'register.dataSubject.read',
    fields: [],
    targetIds: ['person'],
    outcome: 'done',
    grantId: null,
    ...parts,
  };
};

/** What a timeline says, in short. */
const told = (events: readonly HistoryEvent[]) =>
  timeline(events).map(({ day, entries }) => [
    day,
    ...entries.map(({ event: { action }, count }) => `${action.split('.').at(-1)} ×${count}`),
  ]);

describe('the timeline of a person', () => {
  it('has a part for each day, in the order of the log', () => {
    expect(told([event('2026-03-02T09:00:00'), event('2026-03-02T08:00:00', { actorId: 'bo' }), event('2026-03-01T23:59:59')])).toEqual([
      ['2026-03-02', 'read ×1', 'read ×1'],
      ['2026-03-01', 'read ×1'],
    ]);
  });

  it('tells a reading that was repeated once, with its time, its number and all its fields', () => {
    const [day] = timeline([
      event('2026-03-02T09:30:00', { fields: ['city', 'email'] }),
      event('2026-03-02T09:10:00', { fields: ['email', 'phone'] }),
      event('2026-03-02T09:00:00'),
    ]);
    expect(day?.entries).toHaveLength(1);
    const [entry] = day?.entries ?? [];
    expect(entry).toMatchObject({ count: 3, fields: ['city', 'email', 'phone'] });
    expect([entry?.first.getMinutes(), entry?.last.getMinutes()]).toEqual([0, 30]);
  });

  it('keeps apart what somebody else did, what was refused, under a grant, in a list, on another day, and every change', () => {
    const at = '2026-03-02T09:00:00';
    const others: Partial<HistoryEvent>[] = [
      { actorId: 'bo' },
      { outcome: 'orgs/not-allowed' },
      { grantId: 'grant' },
      { targetIds: ['person', 'other'] },
      { actorKind: 'job' },
      { action: 'register.dataSubject.reveal' },
    ];
    for (const other of others) expect(timeline([event(at), event(at, other)])[0]?.entries).toHaveLength(2);
    const change = { action: 'register.dataSubject.correct' } as const;
    expect(timeline([event(at, change), event(at, change)])[0]?.entries).toHaveLength(2);
  });

  it('is empty without events', () => {
    expect(timeline([])).toEqual([]);
  });
});

describe('the table of fields', () => {
  it('counts changes and readings of each field and knows the last of each, in the order of the register', () => {
    const newest = event('2026-03-03T08:00:00', { fields: ['email'] });
    const change = event('2026-03-02T08:00:00', { action: 'register.dataSubject.correct', fields: ['email', 'isProtected'] });
    const rows = fieldTable([newest, change, event('2026-03-01T08:00:00', { fields: ['givenName', 'email'] })]);
    expect(rows.map(({ field }) => field)).toEqual(['givenName', 'email', 'isProtected']);
    expect(rows[1]).toEqual({ field: 'email', read: { count: 2, last: newest }, changed: { count: 1, last: change } });
    expect(rows[2]).toEqual({ field: 'isProtected', read: null, changed: { count: 1, last: change } });
  });

  it('leaves out what was refused', () => {
    expect(fieldTable([event('2026-03-03T08:00:00', { fields: ['email'], outcome: 'orgs/not-allowed' })])).toEqual([]);
  });
});
