/** Where sign-in and sign-up lead to. */

import { useLocation } from 'react-router';

/** The state that a link to sign-in or sign-up carries, as the browser's history kept it. */
export function useCameFrom(): unknown {
  const { state } = useLocation() as { readonly state: unknown }; // the router says `any`
  return state;
}

/** The path that the person came from, within this app only; the start page otherwise. */
export function destination(state: unknown): string {
  // The state comes from the browser's history; only a path of this app is followed.
  const from = typeof state === 'object' && state !== null ? (state as { from?: unknown }).from : undefined;
  return typeof from === 'string' && /^\/(?![/\\])/.test(from) ? from : '/';
}

/** The same for a new account, which has no organisation yet: the first one, unless an invitation waits. */
export function destinationOfNewcomer(state: unknown): string {
  const from = destination(state);
  return from === '/' ? '/organisations/new' : from;
}
