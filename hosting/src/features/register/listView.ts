/**
 * What the reader last looked at in the register, kept in memory only: a search is personal data, so it is never
 * in the address, in the browser's history or in storage.
 */
import { useSyncExternalStore } from 'react';
import { onSessionChange, sessionState } from '../../api/session.ts';

/** A search and the tokens of the pages passed on the way to the present one. */
export type ListView = { readonly orgId: string; readonly search: string; readonly tokens: readonly string[] };

const listeners = new Set<() => void>();
let view: ListView = { orgId: '', search: '', tokens: [] };

onSessionChange(() => {
  if (sessionState().status === 'signedOut') view = { orgId: '', search: '', tokens: [] };
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The view of one organisation's register, and how to change it. */
export function useListView(orgId: string): [ListView, (next: Omit<ListView, 'orgId'>) => void] {
  const current = useSyncExternalStore(subscribe, () => view);
  const show = (next: Omit<ListView, 'orgId'>) => {
    view = { ...next, orgId };
    for (const listener of listeners) listener();
  };
  return [current.orgId === orgId ? current : { orgId, search: '', tokens: [] }, show];
}
