/** Two organisations and a member for each role, for tests that bend one good commit at a time. */
import type { RulesTestEnvironment } from '@firebase/rules-unit-testing';
import type { Firestore } from 'firebase/firestore';
import { type MatrixRole, matrixRoles } from '../matrix.ts';
import type { Writer } from './commits.ts';
import { accountDoc, type Fields, memberDoc, organisationDoc, sessionDoc } from './documents.ts';
import { firestoreOf, openEnvironment, type Seed, seed } from './environment.ts';
import { randomId } from './ids.ts';

/** Each role's account is a member, with that role, of every organisation here but `foreignOrgId`. */
export type Scene = {
  readonly orgId: string;
  readonly secondOrgId: string;
  readonly foreignOrgId: string;
  /** Has stated no ground for personal identity numbers. */
  readonly groundlessOrgId: string;
  readonly writers: Readonly<Record<MatrixRole, Writer>>;
};

/** A scene with fresh ids; nothing is stored yet. */
export function makeScene(): Scene {
  const writer = (): Writer => ({ accountId: randomId(), sessionId: randomId() });
  return {
    orgId: randomId(),
    secondOrgId: randomId(),
    foreignOrgId: randomId(),
    groundlessOrgId: randomId(),
    writers: {
      owner: writer(),
      administrator: writer(),
      editor: writer(),
      reader: writer(),
      auditor: writer(),
      billing: writer(),
    },
  };
}

/** A stored scene: `dbOf(role)` carries the token of that role's member. */
export type Stage = { readonly environment: RulesTestEnvironment; readonly dbOf: (role: MatrixRole) => Firestore };

/** Stores a scene and whatever else a test wants. */
export async function openStage(scene: Scene, seeds: readonly Seed[] = []): Promise<Stage> {
  const environment = await openEnvironment();
  await seed(environment, [...seedsOfScene(scene), ...seeds]);
  const dbs = new Map(
    matrixRoles.map((role) => {
      const { accountId, sessionId } = scene.writers[role];
      return [role, firestoreOf(environment.authenticatedContext(accountId, { sid: sessionId }))];
    }),
  );
  return {
    environment,
    dbOf: (role) => {
      const db = dbs.get(role);
      if (db === undefined) throw new TypeError('every role has a member');
      return db;
    },
  };
}

/** Another organisation of the same members. */
export function organisationOf(scene: Scene, orgId: string, over: Fields = {}): Seed[] {
  return [
    [`orgs/${orgId}`, organisationDoc(over)],
    ...matrixRoles.map((role): Seed => [`orgs/${orgId}/members/${scene.writers[role].accountId}`, memberDoc(role)]),
  ];
}

function seedsOfScene(scene: Scene): Seed[] {
  return [
    ...organisationOf(scene, scene.orgId),
    ...organisationOf(scene, scene.secondOrgId),
    ...organisationOf(scene, scene.groundlessOrgId, { identityNumberGround: null }),
    [`orgs/${scene.foreignOrgId}`, organisationDoc()],
    ...matrixRoles.flatMap((role): Seed[] => {
      const { accountId, sessionId } = scene.writers[role];
      return [
        [`accounts/${accountId}`, accountDoc()],
        [`sessions/${sessionId}`, sessionDoc(accountId)],
      ];
    }),
  ];
}
