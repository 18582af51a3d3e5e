/** Signing out by choice: on the server first, then here whatever the server said. */
import { callOnce } from '../api/call.ts';
import { endSession, leaveSession } from '../api/session.ts';

/** Ends the session. Never throws: without a network the tab is signed out all the same, and the server's limits do the rest. */
export async function signOut(): Promise<void> {
  leaveSession();
  await callOnce('signOut', {}).catch(() => undefined);
  await endSession('byUser');
}
