import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  exportIdOf,
  expiryOf,
  fallenKeys,
  isFall,
  exportLifetimeDays,
  isReplaced,
  keysLifetimeDays,
  lifecycleDays,
  nightsKept,
  snapshotOf,
} from '../../../functions/src/backup/exportPlan.ts';
import { copyLifetimeDays } from '../../../functions/src/privacy/erasurePlan.ts';
import { after, ms } from '../../../functions/src/shared/time.ts';

const instants = fc.date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z'), noInvalidDate: true });
const hourInSweden = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', hour: '2-digit', hourCycle: 'h23' });

/** Two o'clock in Sweden on the date of an instant, or three where there is no two o'clock. */
function twoInTheNight(noon: Date): Date {
  const hours = Array.from({ length: 24 }, (_, hour) => after(noon, -hour * ms.hour));
  const clockOf = (at: Date) => hourInSweden.format(at);
  return hours.find((at) => clockOf(at) === '02') ?? hours.find((at) => clockOf(at) === '03') ?? noon;
}

describe('the export of a day', () => {
  test('is called after the date in Sweden, so that a repeated run finds it', () => {
    expect(exportIdOf(new Date('2026-11-21T23:30:00Z'))).toBe('daily-2026-11-22');
    expect(exportIdOf(new Date('2026-11-22T00:30:00Z'))).toBe('daily-2026-11-22');
    expect(exportIdOf(new Date('2026-07-01T22:15:00Z'))).toBe('daily-2026-07-02');
  });

  test('shows a whole minute that is between half a minute and a minute and a half ago', () => {
    fc.assert(
      fc.property(instants, (now) => {
        const snapshot = snapshotOf(now);
        const age = now.getTime() - snapshot.getTime();
        expect(snapshot.getTime() % ms.minute).toBe(0);
        expect(age).toBeGreaterThanOrEqual(30 * ms.second);
        expect(age).toBeLessThan(90 * ms.second);
      }),
    );
  });
});

test('a key of an organisation that is gone is a fall, and one of a person that no erasure explains', () => {
  const before = { orgKeys: 5, subjectKeys: 100, ofPersons: 80 };
  const judged = (now: Partial<typeof before>, erased: number) => fallenKeys(before, { ...before, ...now }, erased);
  expect(judged({}, 0)).toEqual([]);
  expect(judged({ orgKeys: 6, subjectKeys: 200, ofPersons: 160 }, 0)).toEqual([]);
  expect(judged({ orgKeys: 4, subjectKeys: 200 }, 50)).toEqual(['orgKeys']);
  expect(judged({ subjectKeys: 99, ofPersons: 79 }, 0)).toEqual(['ofPersons']);
  expect(judged({ subjectKeys: 60, ofPersons: 40 }, 40)).toEqual([]);
  expect(judged({ subjectKeys: 59, ofPersons: 39 }, 40)).toEqual(['ofPersons']);
  // Of those that end by themselves nobody keeps count: many at once are a fall.
  expect(judged({ subjectKeys: 76 }, 0)).toEqual([]);
  expect(judged({ subjectKeys: 74 }, 0)).toEqual(['subjectKeys']);
  expect(judged({ orgKeys: 0, subjectKeys: 0, ofPersons: 0 }, 80)).toEqual(['orgKeys', 'subjectKeys']);
});

test('a fall of the keys is all of them, or a quarter and ten at least', () => {
  const falls = [
    [8, 0],
    [40, 29],
    [1000, 749],
  ] as const;
  const none = [
    [0, 0],
    [8, 1],
    [40, 31],
    [1000, 750],
    [10, 1000],
  ] as const;
  for (const [before, now] of falls) expect([before, now, isFall(before, now)]).toEqual([before, now, true]);
  for (const [before, now] of none) expect([before, now, isFall(before, now)]).toEqual([before, now, false]);
});

describe('old exports', () => {
  const nightsFrom = new Map(
    ['2026-02-10', '2026-09-20', '2027-11-01'].map((first) => [
      first,
      Array.from({ length: 120 }, (_, night) => twoInTheNight(after(new Date(`${first}T12:00:00Z`), night * ms.day))),
    ]),
  );
  const minutes = fc.array(fc.integer({ min: 0, max: 55 }), { minLength: 120, maxLength: 120 });

  test.each(['daily', 'keys'] as const)(
    'of kind %s: exactly as many are kept as there are nights, also over the change of clocks',
    (kind) => {
      fc.assert(
        fc.property(fc.constantFrom(...nightsFrom.values()), minutes, (nights, late) => {
          let kept: { id: string; startedAt: Date }[] = [];
          for (const [night, minute] of late.entries()) {
            const startedAt = after(nights[night] ?? new Date(0), minute * ms.minute);
            const newer = exportIdOf(startedAt, kind);
            // Nothing is removed by age while its successor is in time.
            expect(kept.every((older) => expiryOf(older.startedAt, kind) > startedAt || isReplaced(older.id, newer, kind))).toBe(true);
            kept = [...kept.filter(({ id }) => !isReplaced(id, newer, kind)), { id: newer, startedAt }];
            if (kept.length !== Math.min(night + 1, nightsKept[kind])) throw new Error(`${kept.length} kept after ${newer}`);
          }
        }),
      );
    },
  );

  test('one that no other replaces is removed all the same, within hours', () => {
    const startedAt = new Date('2026-03-01T01:00:00Z');
    for (const kind of ['daily', 'keys'] as const) {
      const age = expiryOf(startedAt, kind).getTime() - startedAt.getTime();
      expect(age).toBeGreaterThan(nightsKept[kind] * ms.day + ms.hour);
      expect(age).toBeLessThanOrEqual(nightsKept[kind] * ms.day + 2 * ms.hour);
    }
  });

  test('are deleted by the bucket itself a day after that, never before', () => {
    expect(lifecycleDays).toEqual({ exports: exportLifetimeDays + 1, keys: keysLifetimeDays + 1 });
  });

  test('live as long as the certificate of an erasure says', () => {
    expect(copyLifetimeDays.dailyExports).toBe(exportLifetimeDays);
    expect(copyLifetimeDays.keyBackups).toBe(keysLifetimeDays);
  });
});
