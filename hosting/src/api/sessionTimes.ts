/**
 * When the session ends, as the server last said it to any tab that shares the session, on this computer's clock.
 * Shown only; the server decides.
 */
import type { Output } from './callables.ts';
import { nowMs } from './clock.ts';
import { sessionState } from './session.ts';
import type { SessionEnds } from './sessionEnds.ts';

type Message = { readonly sessionId: string; readonly ends: SessionEnds };

/** To the other tabs: a tab that rests must not end the session of one that works. */
const channel = new BroadcastChannel('valv.sessionTimes');
let ends: SessionEnds | null = null;

channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  const session = sessionState();
  if (session.status === 'signedIn' && session.sessionId === data.sessionId) ends = data.ends;
});

/** Takes over the times of `getAccount` or `sessionExtend`; a wrong local clock is evened out by the server's `now`. */
export function rememberSessionTimes(times: Output<'sessionExtend'>): void {
  const offsetMs = nowMs() - Date.parse(times.now);
  ends = {
    idleAtMs: Date.parse(times.idleExpiresAt) + offsetMs,
    absoluteAtMs: Date.parse(times.absoluteExpiresAt) + offsetMs,
    idleMinutes: (Date.parse(times.idleExpiresAt) - Date.parse(times.now)) / 60_000,
  };
  const session = sessionState();
  if (session.status === 'signedIn') channel.postMessage({ sessionId: session.sessionId, ends } satisfies Message);
}

/** The remembered end, or null before the first answer. */
export function sessionEnds(): SessionEnds | null {
  return ends;
}

/** Forgets the end at sign-out. */
export function forgetSessionTimes(): void {
  ends = null;
}
