/**
 * Firestore under the caller's own ID token, so that firestore.rules decides.
 *
 * Guarantees: every request carries the caller's token; a client made for one token is never given to another. Does not
 * verify the token: platform/callable.ts has done that. Never logs (the SDK would log whole refused writes).
 */
import { deleteApp, initializeServerApp, setLogLevel, type FirebaseServerApp } from 'firebase/app';
import { getAuth } from 'firebase/auth';
import { getFirestore, type Firestore } from 'firebase/firestore/lite';
import { AppError } from '../shared/errors.ts';
import { projectId, webApiKey } from './config.ts';

setLogLevel('silent');

const largestCache = 200;
/** Token → client. Owned by this file; the oldest is dropped when it is full. */
const clients = new Map<string, Promise<{ app: FirebaseServerApp; db: Firestore }>>();

/** The database as the holder of `idToken` sees it. One look-up of the account per token; later calls are free. */
export async function callerFirestore(idToken: string): Promise<Firestore> {
  const known = clients.get(idToken);
  if (known !== undefined) return (await known).db;
  const opening = open(idToken);
  clients.set(idToken, opening);
  opening.catch(() => clients.delete(idToken));
  dropOldest();
  return (await opening).db;
}

async function open(idToken: string): Promise<{ app: FirebaseServerApp; db: Firestore }> {
  const app = serverAppFor(idToken);
  // Without this the SDK sends no Authorization header at all.
  const auth = getAuth(app);
  await auth.authStateReady();
  // The SDK takes a failed look-up of the account for nobody being signed in, and would then ask without a token.
  if (auth.currentUser === null) {
    await deleteApp(app);
    throw new AppError('shared/unavailable', 'the account could not be looked up', { service: 'auth' });
  }
  return { app, db: getFirestore(app) };
}

/**
 * The SDK names a server app by a 32-bit hash of its settings and hands out the existing app of that name, so two
 * tokens can meet in one app. A salt in the app id moves a colliding token to another name.
 */
function serverAppFor(idToken: string): FirebaseServerApp {
  for (let salt = 0; salt < 100; salt += 1) {
    const app = initializeServerApp({ projectId: projectId(), apiKey: webApiKey(), appId: `functions-${salt}` }, { authIdToken: idToken });
    if (app.settings.authIdToken === idToken) return app;
  }
  throw new TypeError('no free server app name for this token');
}

function dropOldest(): void {
  if (clients.size <= largestCache) return;
  const [oldest] = clients.keys();
  if (oldest === undefined) return;
  const client = clients.get(oldest);
  clients.delete(oldest);
  // A request that still uses it fails closed and is repeated by its caller; that is a minute later at the soonest.
  void client?.then(({ app }) => setTimeout(() => void deleteApp(app), 60_000).unref()).catch(() => undefined);
}
