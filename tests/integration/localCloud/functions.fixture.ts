// Cloud Functions that the tests of the local cloud mount: one of each kind.
import { initializeApp } from 'firebase-admin/app';
import { getFirestore } from 'firebase-admin/firestore';
import { onDocumentCreated } from 'firebase-functions/v2/firestore';
import { onCall, onRequest } from 'firebase-functions/v2/https';
import { onTaskDispatched } from 'firebase-functions/v2/tasks';
import { HttpsError } from 'firebase-functions/v2/https';

const region = 'europe-north1';
const firestore = getFirestore(initializeApp());

/** Answers the caller's uid; refuses callers without a valid token. */
export const whoAmI = onCall({ region }, ({ auth, data }) => {
  if (auth === undefined) throw new HttpsError('unauthenticated', 'sign in first');
  return { uid: auth.uid, sid: auth.token['sid'] ?? null, echo: data };
});

/** Answers what arrived: length of the raw body, what it parsed to, path and caller's address. */
export const echo = onRequest({ region }, (request, response) => {
  response.json({
    method: request.method,
    path: request.path,
    rawBytes: request.rawBody?.length ?? 0,
    body: Buffer.isBuffer(request.body) ? 'bytes' : request.body,
    authorization: request.get('authorization') ?? null,
    forwardedFor: request.get('x-forwarded-for') ?? null,
  });
});

/** Records each attempt; fails while `fail/NAME` says so. */
export const work = onTaskDispatched({ region, retryConfig: { maxAttempts: 4, minBackoffSeconds: 1 } }, async (request) => {
  const { name, failures } = request.data as { name: string; failures: number };
  await firestore.collection('attempts').add({ name, id: request.id, retryCount: request.retryCount });
  if (request.retryCount < failures) throw new HttpsError('unavailable', 'try again');
});

/** Records its run. */
export const nightly = onRequest({ region }, async (request, response) => {
  await firestore.collection('runs').add({ jobName: request.get('x-cloudscheduler-jobname') ?? null });
  response.status(204).end();
});

/** Records what was created. */
export const created = onDocumentCreated({ region: 'europe-north2', document: 'watched/{id}' }, async (event) => {
  await firestore.doc(`seen/${event.params.id}`).set({ was: event.data?.get('value') ?? null });
});
