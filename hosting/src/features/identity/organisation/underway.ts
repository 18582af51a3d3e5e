/**
 * Sign-in through an organisation's identity provider, while the browser is away at the provider. Kept in the tab's own storage
 * until the browser is back, once: what comes back to another tab, or a second time, opens nothing.
 */
const storageKey = 'valv.organisationSignIn';

/** What this tab waits for. `browserKey` is what `oidcStart` gave to this browser; `from` a path within the organisation. */
export type Underway = { readonly state: string; readonly browserKey: string; readonly orgId: string; readonly from: string | null };

/** Remembers it before the browser leaves. */
export function rememberUnderway(underway: Underway): void {
  sessionStorage.setItem(storageKey, JSON.stringify(underway));
}

/** What this tab waits for, or null. */
export function readUnderway(): Underway | null {
  const stored = sessionStorage.getItem(storageKey);
  // Written by rememberUnderway only.
  return stored === null ? null : (JSON.parse(stored) as Underway);
}

/** Forgets it. */
export function forgetUnderway(): void {
  sessionStorage.removeItem(storageKey);
}
