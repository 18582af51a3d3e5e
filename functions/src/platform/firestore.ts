/**
 * The Admin SDK's view of Firestore, which security rules do not see.
 *
 * Guarantees nothing about authorization: whoever imports this file decides alone. A test keeps the list of importers
 * (keys, credentials, sessions, jobs, schedules). Tenant data that a member reads or writes goes through callerFirestore.ts.
 */
import { getApps, initializeApp, type App } from 'firebase-admin/app';
import { getFirestore, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { projectId } from './config.ts';

/** The Admin SDK's app, made once. */
export function adminApp(): App {
  return getApps()[0] ?? initializeApp({ projectId: projectId() });
}

/** The database of tenant data. */
export const adminFirestore = (): Firestore => getFirestore(adminApp());

/** The database of wrapped keys, never in data exports. */
export const keysFirestore = (): Firestore => getFirestore(adminApp(), 'keys');

/** Another database of the project: the journal, or a scratch database of a restore. */
export const namedFirestore = (databaseId: string): Firestore => getFirestore(adminApp(), databaseId);

/** Whether a stored instant, such as the end of a membership, has come; none never comes. */
export const hasPassed = (stored: unknown, now: Date): boolean => stored instanceof Timestamp && stored.toDate() <= now;

/** Whether something thrown is Firestore's answer that a document exists already (gRPC code 6). */
export function isAlreadyExists(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 6;
}

/** Whether something thrown is Firestore's answer that a document is not as the precondition says (gRPC code 9). */
export function isOutdated(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 9;
}
