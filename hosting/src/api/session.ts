/**
 * Who is signed in, in this tab.
 *
 * Guarantees: a sign-out in one tab signs out the tabs that share its session; the Firebase Auth user is dropped before
 * the state changes. A session that ends in the middle of unsaved work leaves the tab `locked`: the page stays in memory,
 * out of sight, for the same account only. Does not decide when a session ends: the server does, here its limits are only shown.
 */
import { firebaseAuth } from './firebase.ts';
import { patiently } from './patiently.ts';

/** Why this tab is signed out. `none`: it never was signed in. */
export type SignedOutReason = 'none' | 'byUser' | 'timeout' | 'ended';
/** The tab's state of sign-in. `unreachable`: it has a session, and could not restore it; `restoreSession` tries again. */
export type SessionState =
  | { readonly status: 'loading' }
  | { readonly status: 'unreachable' }
  | { readonly status: 'signedOut'; readonly reason: SignedOutReason }
  | { readonly status: 'signedIn'; readonly accountId: string; readonly sessionId: string }
  | { readonly status: 'locked'; readonly accountId: string; readonly reason: SignedOutReason };

type Message = { readonly kind: 'signedOut'; readonly sessionId: string; readonly reason: SignedOutReason };

/** Tab storage of the session id, so that a reload knows without loading Firebase whether there is a session. */
const storageKey = 'valv.session';
const listeners = new Set<() => void>();
const channel = new BroadcastChannel('valv.session');
let state: SessionState = { status: 'loading' };
let hasUnsavedWork = (): boolean => false;
/** Whether the person has chosen to sign out, and the server is being told. */
let isLeaving = false;

function become(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** The present state. */
export function sessionState(): SessionState {
  return state;
}

/** Calls back at each change; answers how to stop. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells how to find out, when the session ends, whether work would be lost by leaving the page. */
export function askForUnsavedWork(check: () => boolean): void {
  hasUnsavedWork = check;
}

/** Listens for what other tabs say, and restores the session of this one. Called once at start. */
export async function startSession(): Promise<void> {
  channel.addEventListener('message', (event: MessageEvent<Message>) => {
    const isOurs = event.data.kind === 'signedOut' && event.data.sessionId === sessionStorage.getItem(storageKey);
    if (isOurs) void forget(event.data.reason);
  });
  await restoreSession();
}

/** Restores the session of this tab, if it has one. */
export async function restoreSession(): Promise<void> {
  if (state.status === 'unreachable') become({ status: 'loading' });
  const sessionId = sessionStorage.getItem(storageKey);
  if (sessionId === null) return become({ status: 'signedOut', reason: 'none' });
  try {
    const { currentUser } = await patiently(firebaseAuth);
    if (currentUser === null) return await forget('ended');
    become({ status: 'signedIn', accountId: currentUser.uid, sessionId });
  } catch {
    // Without the SDK nothing can be read, and nothing is known of the session.
    become({ status: 'unreachable' });
  }
}

/**
 * Turns the custom token of a passed second factor into a signed-in tab. The token is good for a while, unlike the code it was
 * had for: what the network fails is tried again. Throws what the SDK throws.
 */
export async function completeSignIn(customToken: string, sessionId: string): Promise<void> {
  const { user } = await patiently(async () => {
    const [{ signInWithCustomToken }, auth] = await Promise.all([import('firebase/auth'), firebaseAuth()]);
    return signInWithCustomToken(auth, customToken);
  });
  sessionStorage.setItem(storageKey, sessionId);
  isLeaving = false;
  become({ status: 'signedIn', accountId: user.uid, sessionId });
}

/** Says that the person signs out: what the server refuses from now on, because it was told first, ends the session by choice too. */
export function leaveSession(): void {
  isLeaving = true;
}

/**
 * Ends the session of this tab, and of every other tab that shares it. Ending it on the server is `signOut`'s task.
 * Unsaved work locks the tab instead, unless the person chose to sign out.
 */
export async function endSession(reason: SignedOutReason): Promise<void> {
  const sessionId = sessionStorage.getItem(storageKey);
  const cause = isLeaving ? 'byUser' : reason;
  if (sessionId !== null) channel.postMessage({ kind: 'signedOut', sessionId, reason: cause } satisfies Message);
  await forget(cause);
}

/** Waits until a locked tab is open again; whether the tab is open for this account. */
export function unlockedFor(accountId: string): Promise<boolean> {
  if (state.status !== 'locked') return Promise.resolve(isOpenFor(accountId));
  return new Promise((resolve) => {
    const stop = onSessionChange(() => {
      if (state.status === 'locked') return;
      stop();
      resolve(isOpenFor(accountId));
    });
  });
}

function isOpenFor(accountId: string): boolean {
  return state.status === 'signedIn' && state.accountId === accountId;
}

async function forget(reason: SignedOutReason): Promise<void> {
  const isKept = state.status === 'signedIn' && reason !== 'byUser' && hasUnsavedWork();
  const next: SessionState =
    isKept && state.status === 'signedIn' ? { status: 'locked', accountId: state.accountId, reason } : { status: 'signedOut', reason };
  sessionStorage.removeItem(storageKey);
  try {
    const auth = await firebaseAuth();
    await auth.signOut();
  } finally {
    become(next);
  }
}
