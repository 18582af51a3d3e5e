/**
 * Loads the Firebase SDKs when they are first needed, so that the sign-in page does not wait for them.
 * The configuration is the one that Firebase Hosting serves; where the SDKs connect is decided by their own documented defaults.
 */
import type { FirebaseApp, FirebaseOptions } from 'firebase/app';
import type { Auth } from 'firebase/auth';
import type { Firestore } from 'firebase/firestore';
import { ApiError } from './apiError.ts';
import { once } from './once.ts';

async function fetchConfig(): Promise<FirebaseOptions> {
  const response = await fetch('/__/firebase/init.json', { credentials: 'omit' });
  if (!response.ok) throw new ApiError('shared/unavailable');
  // Firebase Hosting generates this file; the SDK itself validates it.
  return (await response.json()) as FirebaseOptions;
}

/** The Firebase app. Throws an ApiError when the configuration cannot be had. */
export const firebaseApp: () => Promise<FirebaseApp> = once(async () => {
  const [{ initializeApp }, config] = await Promise.all([import('firebase/app'), fetchConfig()]);
  return initializeApp(config);
});

/** Firebase Auth with the session kept in this tab only, restored if there is one. */
export const firebaseAuth: () => Promise<Auth> = once(async () => {
  const [{ browserSessionPersistence, getAuth, setPersistence }, app] = await Promise.all([import('firebase/auth'), firebaseApp()]);
  const auth = getAuth(app);
  await auth.authStateReady();
  await setPersistence(auth, browserSessionPersistence);
  return auth;
});

/** Firestore, read only by intent and by rules; its cache is in memory and gone with the tab. */
export const firestore: () => Promise<Firestore> = once(async () => {
  const [{ getFirestore }, app] = await Promise.all([import('firebase/firestore'), firebaseApp(), firebaseAuth()]);
  return getFirestore(app);
});

/** The caller's ID token, for the HTTPS functions that are not callables. Throws an ApiError when signed out. */
export async function idToken(): Promise<string> {
  const auth = await firebaseAuth();
  if (auth.currentUser === null) throw new ApiError('identity/not-signed-in');
  return auth.currentUser.getIdToken();
}
