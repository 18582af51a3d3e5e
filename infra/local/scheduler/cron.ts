/** A moment as the clock on the wall shows it in some time zone. */
export type WallClock = {
  readonly minute: number;
  readonly hour: number;
  readonly dayOfMonth: number;
  readonly month: number;
  readonly dayOfWeek: number;
};

/** The wall clock of an instant in an IANA time zone. Throws RangeError for an unknown zone. */
export function wallClock(instant: Date, timeZone: string): WallClock {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    month: 'numeric',
    weekday: 'short',
    hourCycle: 'h23',
  }).formatToParts(instant);
  const part = (type: string): string => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return {
    minute: Number(part('minute')),
    hour: Number(part('hour')),
    dayOfMonth: Number(part('day')),
    month: Number(part('month')),
    dayOfWeek: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(part('weekday')),
  };
}

/**
 * Whether a schedule is due in this minute. Takes unix-cron (five fields of numbers, `*`, lists, ranges and steps)
 * and App Engine's `every N minutes|hours`. Throws TypeError for anything else.
 */
export function isDue(schedule: string, clock: WallClock): boolean {
  const every = /^every (?:(\d+) )?(minute|hour)s?$/.exec(schedule.trim());
  if (every !== null) {
    const n = Number(every[1] ?? 1);
    return every[2] === 'minute' ? (clock.hour * 60 + clock.minute) % n === 0 : clock.minute === 0 && clock.hour % n === 0;
  }
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) throw new TypeError(`unsupported schedule "${schedule}"`);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields;
  const days = matches(dayOfMonth, clock.dayOfMonth, 1, 31);
  // Cron counts Sunday as 0 and as 7.
  const weekdays = matches(dayOfWeek, clock.dayOfWeek, 0, 7) || (clock.dayOfWeek === 0 && matches(dayOfWeek, 7, 0, 7));
  // crontab(5): when both day fields are restricted, either may match.
  const day = dayOfMonth !== '*' && dayOfWeek !== '*' ? days || weekdays : days && weekdays;
  return matches(minute, clock.minute, 0, 59) && matches(hour, clock.hour, 0, 23) && matches(month, clock.month, 1, 12) && day;
}

function matches(field: string, value: number, lowest: number, highest: number): boolean {
  return field.split(',').some((item) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item);
    if (match === null) throw new TypeError(`unsupported schedule field "${field}"`);
    const [, from, to, step] = match;
    const start = from === undefined ? lowest : Number(from);
    const end = to !== undefined ? Number(to) : from === undefined || step !== undefined ? highest : start;
    return value >= start && value <= end && (value - start) % Number(step ?? 1) === 0;
  });
}
