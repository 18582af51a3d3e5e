// Uses every service of a local cloud once, through the official clients configured by environment only.
import { createTransport } from 'nodemailer';
import { initializeApp } from 'firebase-admin/app';
import { getAuth } from 'firebase-admin/auth';
import { getFirestore } from 'firebase-admin/firestore';
import { getFunctions } from 'firebase-admin/functions';
import { Storage } from '@google-cloud/storage';
import { initializeServerApp } from 'firebase/app';
import { getAuth as getClientAuth } from 'firebase/auth';
import { doc, getDoc, getFirestore as getClientFirestore } from 'firebase/firestore/lite';
import { startLocalCloud } from '../../../infra/local/localCloud.ts';
import { adminClient, kmsClient } from './clients.ts';

const cloud = await startLocalCloud({
  projectId: 'valv-test-guard',
  stateDir: null,
  hostingDir: null,
  functionsEntry: new URL('./functions.fixture.ts', import.meta.url).pathname,
});
const app = initializeApp({}, 'guard');
const location = `projects/${cloud.projectId}/locations/europe-north2`;
await kmsClient(cloud).createKeyRing({ parent: location, keyRingId: 'valv' });
await new Storage().bucket(`${cloud.projectId}-files`).file('a').save('x');
await getFirestore(app).doc('a/b').set({ x: 1 });
await getFirestore(app, 'keys').doc('a/b').set({ x: 1 });
await (
  await adminClient(cloud).exportDocuments({
    name: `projects/${cloud.projectId}/databases/(default)`,
    outputUriPrefix: `gs://${cloud.projectId}-exports/e`,
  })
)[0].promise();
await getFunctions(app).taskQueue('locations/europe-north1/functions/work').enqueue({ name: 'a', failures: 0 });
await cloud.tasks.drained(20_000);
await createTransport(cloud.env['SMTP_URL']).sendMail({ from: 'a@example.com', to: 'b@example.com', text: 'x' });
await cloud.runSchedule('nightly');
const customToken = await getAuth(app).createCustomToken('user-1', { sid: 's' });
const signedIn = await fetch(`${cloud.urls.auth}/identitytoolkit.googleapis.com/v1/accounts:signInWithCustomToken?key=local`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ token: customToken, returnSecureToken: true }),
});
const { idToken } = (await signedIn.json()) as { idToken: string }; // The emulator's documented answer.
await getAuth(app).verifyIdToken(idToken, true);
const asCaller = initializeServerApp({ projectId: cloud.projectId, apiKey: 'local' }, { authIdToken: idToken });
await getClientAuth(asCaller).authStateReady();
const outcome = await getDoc(doc(getClientFirestore(asCaller), 'orgs/none')).then(
  () => 'read',
  (error: { code?: string }) => error.code,
);
await cloud.stop();
process.stdout.write(`${JSON.stringify({ uid: getClientAuth(asCaller).currentUser?.uid, outcome })}\n`);
process.exit(0);
