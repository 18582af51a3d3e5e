import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportIdOf, exportLifetimeDays, snapshotOf, tooOldSince } from '../../../functions/src/backup/exportPlan.ts';
import { copyLifetimeDays } from '../../../functions/src/privacy/erasurePlan.ts';
import { after, ms } from '../../../functions/src/shared/time.ts';

const instants = fc.date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z'), noInvalidDate: true });
/** When the schedule runs: two o'clock in Sweden, as UTC in winter and summer. */
const nights = (count: number, from = new Date('2026-03-01T01:00:00Z')): Date[] =>
  Array.from({ length: count }, (_, night) => after(from, night * ms.day));

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

describe('old exports', () => {
  test('exactly 28 are kept, night after night, this one included', () => {
    const kept: Date[] = [];
    for (const night of nights(200)) {
      kept.push(night);
      const limit = tooOldSince(night);
      while (kept[0] !== undefined && kept[0] <= limit) kept.shift();
      expect(kept.length).toBeLessThanOrEqual(exportLifetimeDays);
      if (night >= (nights(28).at(-1) ?? night)) expect(kept).toHaveLength(exportLifetimeDays);
    }
  });

  test('a run that is some minutes early or late changes nothing', () => {
    const [first = new Date(0)] = nights(1);
    for (const minutes of [-29, -5, 0, 5, 29]) {
      expect(first <= tooOldSince(after(first, 27 * ms.day + minutes * ms.minute))).toBe(false);
      expect(first <= tooOldSince(after(first, 28 * ms.day + minutes * ms.minute))).toBe(true);
    }
  });

  test('live exactly as long as the certificate of an erasure says', () => {
    expect(copyLifetimeDays.dailyExports).toBe(exportLifetimeDays);
  });
});
