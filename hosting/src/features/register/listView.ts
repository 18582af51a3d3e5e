/**
 * What the reader last looked at in the register, kept in memory only: a search is personal data, so it is never
 * in the address, in the browser's history or in storage.
 */
import { useSyncExternalStore } from 'react';
import { onSessionChange, sessionState } from '../../api/session.ts';

/** A view of one organisation's register. */
export type ListView = {
  readonly orgId: string;
  readonly search: string;
  /** Tokens of the pages passed on the way to the present one. */
  readonly tokens: readonly string[];
  /** Whether protected identities are listed and found too. */
  readonly includeProtected: boolean;
  /** Ids of the persons selected for a mass erasure, on any page; null when nothing is being selected. */
  readonly selected: readonly string[] | null;
};

const listeners = new Set<() => void>();
const first: ListView = { orgId: '', search: '', tokens: [], includeProtected: false, selected: null };
let view = first;

onSessionChange(() => {
  if (sessionState().status === 'signedOut') view = first;
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The view of one organisation's register, and how to change parts of it. */
export function useListView(orgId: string): [ListView, (part: Partial<Omit<ListView, 'orgId'>>) => void] {
  const stored = useSyncExternalStore(subscribe, () => view);
  const current = stored.orgId === orgId ? stored : { ...first, orgId };
  const show = (part: Partial<Omit<ListView, 'orgId'>>) => {
    view = { ...current, ...part };
    for (const listener of listeners) listener();
  };
  return [current, show];
}
