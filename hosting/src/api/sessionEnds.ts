/** End of the session in local milliseconds, and the idle limit that holds for it, to a minute. */
export type SessionEnds = { readonly idleAtMs: number; readonly absoluteAtMs: number; readonly idleMinutes: number };
