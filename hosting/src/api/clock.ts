/** The browser's clock: the only place of the web app that reads it. Milliseconds since 1970. */
export function nowMs(): number {
  return Date.now();
}
