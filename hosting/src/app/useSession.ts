/** The tab's sign-in state as React sees it. */
import { useSyncExternalStore } from 'react';
import { onSessionChange, sessionState, type SessionState } from '../api/session.ts';

/** Re-renders at each change of the session. */
export function useSession(): SessionState {
  return useSyncExternalStore(onSessionChange, sessionState);
}
