/** The read budget: what is granted never exceeds it, what is refused costs nothing, and waiting helps. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spend, untouched, type BudgetLimits, type BudgetState } from '../../../functions/src/register/budget/budgetPlan.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const limitsOf = fc
  .tuple(fc.integer({ min: 50, max: 500 }), fc.integer({ min: 0, max: 1500 }))
  .map(([perHour, more]): BudgetLimits => ({ perHour, perDay: perHour + more }));
/** Calls: how long after the one before, and whom they ask for. */
const calls = fc.array(
  fc.record({
    pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: hour })),
    from: fc.integer({ min: 0, max: 3000 }),
    count: fc.integer({ min: 1, max: 100 }),
  }),
  { minLength: 1, maxLength: 60 },
);

const persons = (from: number, count: number): string[] => Array.from({ length: count }, (_, at) => `person${from + at}`);

describe('the read budget', () => {
  test('never grants more new persons than it holds and than leaks out meanwhile', () => {
    fc.assert(
      fc.property(limitsOf, calls, (limits, asked) => {
        let state: BudgetState = untouched(new Date(start));
        let now = start;
        const granted: { at: number; persons: readonly string[] }[] = [];
        for (const { pauseMs, from, count } of asked) {
          now += pauseMs;
          const decision = spend(state, limits, persons(from, count), new Date(now));
          if (!decision.isGranted) continue;
          state = decision.state;
          granted.push({ at: now, persons: persons(from, count) });
        }
        for (const [first, { at: from }] of granted.entries()) {
          const seen = new Set<string>();
          for (const { at, persons: some } of granted.slice(first)) {
            for (const person of some) seen.add(person);
            const byHour = limits.perHour + ((at - from) * limits.perHour) / hour;
            const byDay = limits.perDay + ((at - from) * limits.perDay) / (24 * hour);
            // Who was granted before may be seen again for nothing.
            const free = new Set(granted.slice(0, first).flatMap((earlier) => earlier.persons));
            expect([...seen].filter((person) => !free.has(person)).length).toBeLessThanOrEqual(Math.ceil(Math.min(byHour, byDay)) + 1);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('charges nothing for a refusal: the next request that fits is granted', () => {
    fc.assert(
      fc.property(limitsOf, fc.integer({ min: 0, max: 50 }), (limits, left) => {
        const now = new Date(start);
        const used = spend(untouched(now), limits, persons(0, limits.perHour - left), now);
        if (!used.isGranted) throw new Error('a whole budget refused what it holds');
        const refused = spend(used.state, limits, persons(10_000, left + 1), now);
        expect(refused.isGranted).toBe(false);
        expect(spend(used.state, limits, persons(10_000, left), now).isGranted).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('grants after the wait it names, and not a minute earlier', () => {
    fc.assert(
      fc.property(limitsOf, fc.integer({ min: 1, max: 50 }), (limits, wanted) => {
        const now = new Date(start);
        const used = spend(untouched(now), limits, persons(0, limits.perHour), now);
        if (!used.isGranted) throw new Error('a whole budget refused what it holds');
        const refused = spend(used.state, limits, persons(10_000, wanted), now);
        if (refused.isGranted) throw new Error('an empty budget granted');
        const at = (seconds: number) => spend(used.state, limits, persons(10_000, wanted), new Date(start + seconds * 1000));
        expect(at(refused.waitSeconds).isGranted).toBe(true);
        expect(at(refused.waitSeconds - 60).isGranted).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test('counts a person once a day, in one call or in many, and again the day after', () => {
    const limits = { perHour: 50, perDay: 60 };
    const now = new Date(start);
    let state = untouched(now);
    for (let call = 0; call < 20; call += 1) {
      const decision = spend(state, limits, [...persons(0, 50), ...persons(0, 50)], new Date(start + call * 60_000));
      if (!decision.isGranted) throw new Error('a person was charged twice');
      expect(decision.isChanged).toBe(call === 0);
      state = decision.state;
    }
    const dayAfter = spend(state, limits, persons(0, 50), new Date(start + 25 * hour));
    expect(dayAfter).toMatchObject({ isGranted: true, isChanged: true, state: { hourSpent: 50, daySpent: 50 } });
  });

  test('names the limit that lasts longer', () => {
    const limits = { perHour: 50, perDay: 60 };
    const now = new Date(start);
    const used = spend(untouched(now), limits, persons(0, 50), now);
    if (!used.isGranted) throw new Error('a whole budget refused what it holds');
    expect(spend(used.state, limits, persons(100, 1), now)).toMatchObject({ per: 'hour', limit: 50, waitSeconds: 72 });
    expect(spend(used.state, limits, persons(100, 11), new Date(start + hour))).toMatchObject({ isGranted: true });
    const later = spend(used.state, limits, persons(100, 20), new Date(start + hour));
    expect(later).toMatchObject({ isGranted: false, per: 'day', limit: 60 });
  });

  test('is not filled by a clock that goes back', () => {
    const limits = { perHour: 50, perDay: 50 };
    const used = spend(untouched(new Date(start)), limits, persons(0, 50), new Date(start));
    if (!used.isGranted) throw new Error('a whole budget refused what it holds');
    expect(spend(used.state, limits, persons(100, 1), new Date(start - 10 * hour)).isGranted).toBe(false);
  });
});
