import { initializeTestEnvironment } from '@firebase/rules-unit-testing';
import { collection, type Firestore, limit, onSnapshot, query } from 'firebase/firestore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantedListings, refusedListings, seedsOfQueries } from './cases/queries.ts';
import { getCount, getDocs, type Where } from './support/client.ts';
import { sessionDoc } from './support/documents.ts';
import { closeCounted, openCounted, seed } from './support/environment.ts';
import { clientOfRole, makeScene, seedsOfScene } from './support/scene.ts';

const scene = makeScene();
const place = openCounted();
const denied = { code: 'permission-denied' };
const subjects = { from: `orgs/${scene.orgId}/dataSubjects`, where: [['state', '==', 'active']] satisfies Where[] };

beforeAll(() => seed(place, [...seedsOfScene(scene), ...seedsOfQueries(scene)]));
afterAll(() => closeCounted(place));

describe('a list is refused of', () => {
  it.for(refusedListings(scene))('$title', ({ role, query: asked }) =>
    expect(getDocs(clientOfRole(place, scene, role), asked)).rejects.toMatchObject(denied),
  );

  it('persons by an alternative that leaves protection open', () =>
    expect(
      getDocs(clientOfRole(place, scene, 'reader'), {
        ...subjects,
        either: [
          ['isProtected', '==', false],
          ['emailIndex', '==', 'index'],
        ],
        limit: 10,
      }),
    ).rejects.toMatchObject(denied));

  it('a count without a limit', () => expect(getCount(clientOfRole(place, scene, 'owner'), subjects)).rejects.toMatchObject(denied));
});

describe('a list is granted of', () => {
  it.for(grantedListings(scene))('$title', async ({ role, query: asked }) =>
    expect(await getDocs(clientOfRole(place, scene, role), asked)).toBeInstanceOf(Array),
  );

  it('a count up to the limit', async () =>
    expect(await getCount(clientOfRole(place, scene, 'owner'), { ...subjects, limit: 100 })).toBe(2));
});

describe('a listener', () => {
  it('that is opened after the session has ended is refused', async () => {
    const { accountId, sessionId } = scene.writers.billing;
    // Only the web SDK listens. Without `rules` it leaves those that are in force.
    const environment = await initializeTestEnvironment({
      projectId: place.projectId,
      firestore: { host: place.host, port: place.port },
    });
    // The library answers the compat object, which the modular functions unwrap; only its type is another.
    const db = environment.authenticatedContext(accountId, { sid: sessionId }).firestore() as unknown as Firestore;
    await seed(place, [[`sessions/${sessionId}`, sessionDoc(accountId, { state: 'ended' })]]);
    const error = await new Promise((resolve) => onSnapshot(query(collection(db, 'exports'), limit(1)), () => undefined, resolve));
    expect(error).toMatchObject(denied);
    await environment.cleanup();
  });
});
