import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, ms, swedishDate } from '../../../functions/src/shared/time.ts';

describe('the Swedish date of an instant', () => {
  test.each([
    // Winter: an hour before UTC; summer: two.
    ['2026-01-15T22:59:59.999Z', '2026-01-15'],
    ['2026-01-15T23:00:00.000Z', '2026-01-16'],
    ['2026-07-15T21:59:59.999Z', '2026-07-15'],
    ['2026-07-15T22:00:00.000Z', '2026-07-16'],
    // Summer time begins on 29 March 2026 at 01:00 UTC and ends on 25 October at 01:00 UTC.
    ['2026-03-28T22:59:59Z', '2026-03-28'],
    ['2026-03-28T23:00:00Z', '2026-03-29'],
    ['2026-03-29T21:59:59Z', '2026-03-29'],
    ['2026-03-29T22:00:00Z', '2026-03-30'],
    ['2026-10-24T22:00:00Z', '2026-10-25'],
    ['2026-10-25T22:59:59Z', '2026-10-25'],
    ['2026-10-25T23:00:00Z', '2026-10-26'],
    // Leap day and the turn of a year.
    ['2028-02-29T12:00:00Z', '2028-02-29'],
    ['2026-12-31T23:00:00Z', '2027-01-01'],
  ])('%s is %s', (instant, date) => {
    expect(swedishDate(new Date(instant))).toBe(date);
  });

  test('is one of the two UTC dates around it, and never goes back', () => {
    const instants = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, (at) => {
        const utc = [at, after(at, 2 * ms.hour)].map((instant) => instant.toISOString().slice(0, 10));
        expect(utc).toContain(swedishDate(at));
        expect(swedishDate(after(at, ms.hour)) >= swedishDate(at)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('after', () => {
  test('adds milliseconds and leaves the instant itself alone', () => {
    const from = new Date('2026-02-28T23:59:59.500Z');
    expect(after(from, ms.second).toISOString()).toBe('2026-03-01T00:00:00.500Z');
    expect(after(from, -ms.day).toISOString()).toBe('2026-02-27T23:59:59.500Z');
    expect(from.toISOString()).toBe('2026-02-28T23:59:59.500Z');
  });

  test('units are what they are called', () => {
    expect(ms).toEqual({ second: 1000, minute: 60 * 1000, hour: 60 * 60 * 1000, day: 24 * 60 * 60 * 1000 });
  });
});
