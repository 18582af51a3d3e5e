/** Instants and durations. On the wire an instant is a UTC ISO 8601 string; time itself is passed in as a {@link Clock}. */

/** The present instant. The only implementation outside tests is in platform/. */
export type Clock = () => Date;

/** A UTC instant such as `2026-11-21T20:42:30.000Z`. */
export type IsoInstant = string;

/** Milliseconds in the units that limits are stated in. */
export const ms = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** The instant that lies `milliseconds` after `from`. */
export function after(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() + milliseconds);
}

const swedishCalendar = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' });

/** The calendar date of an instant in Sweden, `YYYY-MM-DD`. */
export function swedishDate(at: Date): string {
  return swedishCalendar.format(at);
}
