/**
 * The id of this browser: 32 random bytes, by which the server recognises a device that its owner has signed in from.
 * It identifies nobody by itself, opens nothing, and is the only thing of identity that outlives the tab.
 */
const storageKey = 'valv.device';
const pattern = /^[A-Za-z0-9_-]{43}$/;

/** The id in base64url, 43 characters; made at the first use. */
export function deviceId(): string {
  const known = localStorage.getItem(storageKey);
  if (known !== null && pattern.test(known)) return known;
  const bytes = window.crypto.getRandomValues(new Uint8Array(32));
  const fresh = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  localStorage.setItem(storageKey, fresh);
  return fresh;
}
