/** Signing out by choice: on the server first, then here whatever the server said. */
import { callOnce } from '../api/call.ts';
import { endSession, leaveSession } from '../api/session.ts';

/** How long the server's answer is waited for, with what is on the screen still there. */
const patienceMs = 3_000;

/** Ends the session. Never throws: without a network the tab is signed out all the same, and the server's limits do the rest. */
export async function signOut(): Promise<void> {
  leaveSession();
  await endOnServer();
  await endSession('byUser');
}

/** Ends the session on the server; what is slow goes on by itself. Never throws. */
export async function endOnServer(): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, patienceMs));
  await Promise.race([callOnce('signOut', {}).catch(() => undefined), patience]);
}
