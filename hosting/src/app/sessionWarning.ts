/** When the end of the session is announced. */
import { sessionRules } from '../../../functions/src/identity/contract.ts';
import type { SessionEnds } from '../api/sessionEnds.ts';

const leastWarnSeconds = 60;

/** Seconds before the end at which the warning is shown: a quarter of a short idle limit, but a minute at least. */
export function warnSecondsFor({ idleMinutes }: SessionEnds): number {
  return Math.max(leastWarnSeconds, Math.min(sessionRules.warnSeconds, (idleMinutes * 60) / 4));
}

/** Seconds left when the warning must be shown, else null. `isFinal`: the absolute limit, which nothing extends. */
export function warningFor(ends: SessionEnds | null, now: number): { readonly secondsLeft: number; readonly isFinal: boolean } | null {
  if (ends === null) return null;
  const secondsLeft = (Math.min(ends.idleAtMs, ends.absoluteAtMs) - now) / 1000;
  return secondsLeft <= warnSecondsFor(ends) ? { secondsLeft, isFinal: ends.absoluteAtMs <= ends.idleAtMs } : null;
}
