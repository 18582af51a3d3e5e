/** Which organisation is meant, by its sign-in address or by its id. */
const named = /(?:^|[?&]organisation=)([A-Za-z0-9_-]{20,64})(?=$|[&#])/;

/** The id in a sign-in address, in its query, or alone; null where there is none. */
export function organisationIn(text: string): string | null {
  return named.exec(text.trim())?.[1] ?? null;
}

/** The id in a path of the app that lies within an organisation; null for other paths. */
export function organisationOfPath(path: string): string | null {
  return /^\/o\/([A-Za-z0-9_-]{20,64})(?:[/?#]|$)/.exec(path)?.[1] ?? null;
}
