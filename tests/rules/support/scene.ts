/** Two organisations and a member for each role, for tests that bend one good commit at a time. */
import { type MatrixRole, matrixRoles } from '../matrix.ts';
import { type Client, clientOf, type Place } from './client.ts';
import { grantIdOf, type Writer } from './commits.ts';
import { accountDoc, type Fields, grantDoc, memberDoc, organisationDoc, sessionDoc } from './documents.ts';
import type { Setting } from './bends.ts';
import type { Seed } from './environment.ts';
import { randomId } from './ids.ts';

/** Each role's account is a member, with that role, of every organisation here but `foreignOrgId`. */
export type Scene = {
  readonly orgId: string;
  readonly secondOrgId: string;
  readonly foreignOrgId: string;
  /** Has stated no ground for personal identity numbers. */
  readonly groundlessOrgId: string;
  /** The team that every member is in. */
  readonly teamId: string;
  readonly writers: Readonly<Record<MatrixRole, Writer>>;
};

/** A scene with fresh ids; nothing is stored yet. */
export function makeScene(): Scene {
  const writer = (): Writer => ({ accountId: randomId(), sessionId: randomId() });
  const support = writer();
  return {
    orgId: randomId(),
    secondOrgId: randomId(),
    foreignOrgId: randomId(),
    groundlessOrgId: randomId(),
    teamId: randomId(),
    writers: {
      owner: writer(),
      administrator: writer(),
      editor: writer(),
      reader: writer(),
      auditor: writer(),
      billing: writer(),
      support: { ...support, grantId: grantIdOf(support.accountId) },
    },
  };
}

/** The client that carries the token of a role's member. */
export function clientOfRole(place: Place, scene: Scene, role: MatrixRole): Client {
  const { accountId, sessionId } = scene.writers[role];
  return clientOf(place, accountId, sessionId);
}

/** Another organisation of the same members. */
export function organisationOf(scene: Scene, orgId: string, over: Fields = {}): Seed[] {
  return [[`orgs/${orgId}`, organisationDoc(over)], ...matrixRoles.flatMap((role) => membershipOf(scene, orgId, role))];
}

/** A role's member in an organisation, and the grant when the role is support. */
export function membershipOf(scene: Scene, orgId: string, role: MatrixRole, over: Fields = {}): Seed[] {
  const { accountId } = scene.writers[role];
  const grantId = role === 'support' ? grantIdOf(accountId) : null;
  return [
    [`orgs/${orgId}/members/${accountId}`, memberDoc(role, { teamIds: [scene.teamId], grantId, ...over })],
    ...(grantId === null
      ? []
      : [[`orgs/${orgId}/supportGrants/${grantId}`, grantDoc(randomId(), { state: 'claimed', claimedBy: accountId })] satisfies Seed]),
  ];
}

/** What stands in the database for a scene. */
export function seedsOfScene(scene: Scene, setting: Setting | (() => Setting) = {}): Seed[] {
  const { session = {}, member = {}, organisation = {} } = typeof setting === 'function' ? setting() : setting;
  const own = (orgId: string, over: Fields = {}): Seed[] => [
    [`orgs/${orgId}`, organisationDoc({ ...organisation, ...over })],
    ...matrixRoles.flatMap((role) => membershipOf(scene, orgId, role, member)),
  ];
  return [
    ...own(scene.orgId),
    ...own(scene.secondOrgId),
    ...own(scene.groundlessOrgId, { identityNumberGround: null }),
    [`orgs/${scene.foreignOrgId}`, organisationDoc()],
    ...matrixRoles.flatMap((role): Seed[] => {
      const { accountId, sessionId } = scene.writers[role];
      return [
        [`accounts/${accountId}`, accountDoc()],
        [`sessions/${sessionId}`, sessionDoc(accountId, session)],
      ];
    }),
  ];
}
