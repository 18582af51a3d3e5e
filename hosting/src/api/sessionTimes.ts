/** When the session ends, as the server last said it, on this computer's clock. Shown only; the server decides. */
import type { Output } from './callables.ts';
import { nowMs } from './clock.ts';

/** End of the session in local milliseconds, and the idle limit that holds for it, to a minute. */
export type SessionEnds = { readonly idleAtMs: number; readonly absoluteAtMs: number; readonly idleMinutes: number };

let ends: SessionEnds | null = null;

/** Takes over the times of `getAccount` or `sessionExtend`; a wrong local clock is evened out by the server's `now`. */
export function rememberSessionTimes(times: Output<'sessionExtend'>): void {
  const offsetMs = nowMs() - Date.parse(times.now);
  ends = {
    idleAtMs: Date.parse(times.idleExpiresAt) + offsetMs,
    absoluteAtMs: Date.parse(times.absoluteExpiresAt) + offsetMs,
    idleMinutes: (Date.parse(times.idleExpiresAt) - Date.parse(times.now)) / 60_000,
  };
}

/** The remembered end, or null before the first answer. */
export function sessionEnds(): SessionEnds | null {
  return ends;
}

/** Forgets the end at sign-out. */
export function forgetSessionTimes(): void {
  ends = null;
}
