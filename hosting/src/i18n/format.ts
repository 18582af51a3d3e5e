/** Dates, numbers and sizes in the reader's language, in the reader's time zone. */
import type { Locale } from '../../../functions/src/identity/contract.ts';

const tags = { sv: 'sv-SE', en: 'en-GB' } as const satisfies Record<Locale, string>;

/** `21 november 2026 kl. 20:42`. */
export function formatDateTime(locale: Locale, at: Date): string {
  return new Intl.DateTimeFormat(tags[locale], { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** `2026-11-21 20:42:30`, for tables in which seconds matter. */
export function formatExact(locale: Locale, at: Date): string {
  return new Intl.DateTimeFormat(tags[locale], { dateStyle: 'short', timeStyle: 'medium' }).format(at);
}

/** `2026-11-21` in Swedish, `21/11/2026` in English. */
export function formatDate(locale: Locale, at: Date): string {
  return new Intl.DateTimeFormat(tags[locale], { dateStyle: 'short' }).format(at);
}

/** `21 november 2026`. */
export function formatDay(locale: Locale, at: Date): string {
  return new Intl.DateTimeFormat(tags[locale], { dateStyle: 'long' }).format(at);
}

/** `20:42`. */
export function formatTime(locale: Locale, at: Date): string {
  return new Intl.DateTimeFormat(tags[locale], { timeStyle: 'short' }).format(at);
}

/** `1 000` in Swedish, `1,000` in English. */
export function formatNumber(locale: Locale, value: number): string {
  return new Intl.NumberFormat(tags[locale]).format(value);
}

/** `82 %`, from 0 to 1. */
export function formatPercent(locale: Locale, share: number): string {
  return new Intl.NumberFormat(tags[locale], { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** `1,2 MB`, with decimal units. */
export function formatSize(locale: Locale, bytes: number): string {
  const [value, unit] = bytes >= 1e6 ? [bytes / 1e6, 'MB'] : bytes >= 1e3 ? [bytes / 1e3, 'kB'] : [bytes, 'byte'];
  return `${new Intl.NumberFormat(tags[locale], { maximumFractionDigits: 1 }).format(value)} ${unit}`;
}

/** `1:54`, minutes and seconds. */
export function formatCountdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}
