import { describe, expect, test } from 'vitest';
import { isDue, wallClock } from '../../../infra/local/scheduler/cron.ts';

const at = (iso: string, zone = 'Europe/Stockholm') => wallClock(new Date(iso), zone);

describe('a schedule is due', () => {
  test.each([
    ['every 5 minutes', '2026-01-05T10:10:00Z', true],
    ['every 5 minutes', '2026-01-05T10:11:00Z', false],
    ['every minute', '2026-01-05T10:11:00Z', true],
    ['every 2 hours', '2026-01-05T11:00:00Z', true], // 12:00 in Stockholm
    ['every 2 hours', '2026-01-05T12:00:00Z', false],
    ['17 * * * *', '2026-01-05T10:17:00Z', true],
    ['30 2 * * *', '2026-01-05T01:30:00Z', true], // winter, one hour ahead
    ['30 2 * * *', '2026-07-05T00:30:00Z', true], // summer, two hours ahead
    ['30 2 * * *', '2026-07-05T01:30:00Z', false],
    ['0 4 * * 1', '2026-01-05T03:00:00Z', true], // a Monday
    ['0 4 * * 7', '2026-01-04T03:00:00Z', true], // a Sunday, written as 7
    ['0 4 * * 2-5', '2026-01-05T03:00:00Z', false],
    ['0 4 13 * 5', '2026-01-13T03:00:00Z', true], // the 13th or a Friday
    ['0 4 13 * 5', '2026-01-09T03:00:00Z', true],
    ['0 4 13 * 5', '2026-01-08T03:00:00Z', false],
    ['*/20,5 8-9 * 1,3 *', '2026-03-05T07:40:00Z', true],
    ['*/20,5 8-9 * 1,3 *', '2026-03-05T07:41:00Z', false],
    ['10/15 * * * *', '2026-03-05T07:25:00Z', true],
  ])('%s at %s: %s', (schedule, instant, expected) => {
    expect(isDue(schedule, at(instant))).toBe(expected);
  });

  test.each(['every day 04:00', '* * * *', 'MON * * * *', '', '1-x * * * *'])('"%s" is refused, not ignored', (schedule) => {
    expect(() => isDue(schedule, at('2026-01-05T10:00:00Z'))).toThrow(TypeError);
  });

  test('midnight is hour 0', () => {
    expect(at('2026-01-05T00:00:00Z', 'Etc/UTC')).toEqual({ minute: 0, hour: 0, dayOfMonth: 5, month: 1, dayOfWeek: 1 });
  });
});
