import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FolderRights, mayReadFolder } from '../../functions/src/documents/policy.ts';
import { type Permission, type Role, roleMay, roles, rolesByPermission } from '../../functions/src/orgs/contract.ts';
import { type Decider, type Membership, planChange, planRemoval } from '../../functions/src/orgs/members/membership.ts';
import { type Actor, can, type DataSubjectFacts, type Decision, type UploadFacts } from '../../functions/src/orgs/policy.ts';
import type { TeamId } from '../../functions/src/shared/ids.ts';
import { type MatrixRole, matrixRoles, type OperationName } from './matrix.ts';
import { outcomeOf } from './support/cells.ts';
import { type Client, commit, getDoc } from './support/client.ts';
import {
  correctDataSubject,
  createDataSubject,
  createUpload,
  startErasure,
  startExtract,
  startImport,
  updateOrganisation,
} from './support/commits.ts';
import { changeMember, removeMember } from './support/commitsOfOrgs.ts';
import { dataSubjectDoc, folderDoc, jobDoc, memberDoc, minutesFromNow, organisationDoc, uploadDoc } from './support/documents.ts';
import { openPlace, type Seed, seed } from './support/environment.ts';
import { randomId } from './support/ids.ts';
import { operations } from './support/operations.ts';
import { clientOfRole, makeScene, membershipOf, organisationOf, seedsOfScene } from './support/scene.ts';
import { makeTarget, type Target } from './support/target.ts';

/** The policy of the functions and the rules of the database say the same, for every role and every state of the document. */

const scene = makeScene();
const { orgId } = scene;
const place = openPlace();

/** One question to both: what the policy decides, and the same thing tried against the rules. */
type Question = {
  readonly title: string;
  readonly isAllowed: boolean;
  readonly attempt: (client: Client) => Promise<unknown>;
  readonly seeds: readonly Seed[];
};

const booleans = [false, true] as const;
const subjectFacts: readonly DataSubjectFacts[] = booleans.flatMap((isProtected) => [
  { state: 'active', isProtected } as const,
  { state: 'erasing', isProtected } as const,
]);

const all = (...decisions: readonly Decision[]): boolean => decisions.every(({ allowed }) => allowed);

/** Stores a person, and gives the id. */
function subjectSeed(facts: DataSubjectFacts): { id: string; seeds: Seed[] } {
  const id = randomId();
  return { id, seeds: [[`orgs/${orgId}/dataSubjects/${id}`, dataSubjectDoc(facts)]] };
}

function questionsOf(role: MatrixRole): Question[] {
  const writer = scene.writers[role];
  // The ids have the form of their kind; the brands exist in types only.
  const actor = { ...writer, orgId, role } as unknown as Actor;
  const create = (isProtected: boolean): Question => ({
    title: `create a person, protected ${isProtected}`,
    isAllowed: can.createDataSubject(actor, { isProtected }).allowed,
    attempt: (client) => commit(client, createDataSubject(writer, orgId, { isProtected })),
    seeds: [],
  });
  const upload: Question = {
    title: 'upload',
    isAllowed: can.import(actor).allowed,
    attempt: (client) => commit(client, createUpload(writer, orgId)),
    seeds: [],
  };
  return [
    ...permissionQuestions(role),
    upload,
    manageQuestion(role, actor),
    ...booleans.map(create),
    ...subjectFacts.flatMap((facts) => subjectQuestions(role, actor, facts)),
    ...uploadQuestions(role, actor),
    ...jobQuestions(actor),
    ...folderQuestions(role),
    ...memberQuestions(role),
  ];
}

/** An operation that nothing but the permission decides; of the permissions that only functions ask for there is none. */
const operationOf = {
  'orgs.readMembers': 'members list',
  'orgs.manage': 'orgs update name',
  'orgs.members': 'members update editor',
  'orgs.invite': 'invitations create editor',
  'orgs.readTeams': 'teams list',
  'orgs.teams': 'teams create',
  'orgs.readReviews': 'accessReviews list',
  'orgs.review': 'accessReviews create',
  'orgs.recoveries': 'auditEvents create orgs.recoveries.read',
  'alarms.read': 'alarms list',
  'alarms.acknowledge': 'alarms update acknowledge',
  'register.read': 'dataSubjects list unprotected',
  'register.write': 'dataSubjects create without number',
  'register.import': 'uploads create',
  'register.reveal': 'auditEvents create register.dataSubject.reveal',
  'register.readProtected': 'dataSubjects list protected',
  'register.canaries': 'canaries list',
  'documents.read': 'folders list open',
  'documents.manage': 'folders create',
  'privacy.extract': 'jobs create extract',
  'privacy.erase': 'auditEvents create privacy.erasure.preview',
  'privacy.massErase': 'approvals create massErasure',
  'privacy.exportRegister': 'approvals create registerExport',
  'approvals.read': 'approvals list',
  'approvals.decide': 'approvals update approve',
  'support.readGrants': 'supportGrants list',
  'support.grant': 'supportGrants create',
  'audit.read': 'auditEvents list',
} as const satisfies Partial<Record<Permission, OperationName>>;

function permissionQuestions(role: MatrixRole): Question[] {
  // Object.entries gives exactly the entries of the constant above.
  return (Object.entries(operationOf) as [Permission, OperationName][]).map(([permission, operation]) => {
    const { target, seeds } = targetInOwnOrganisation(role);
    return {
      title: `${permission} by ${operation}`,
      isAllowed: roleMay(role, permission),
      attempt: (client) => operations[operation]({ ...scene.writers[role], role, state: 'valid', client }, target),
      seeds,
    };
  });
}

function targetInOwnOrganisation(role: MatrixRole): { target: Target; seeds: readonly Seed[] } {
  const id = randomId();
  const { target, seeds } = makeTarget(id, [scene.writers[role]]);
  return { target, seeds: [[`orgs/${id}`, organisationDoc()], ...membershipOf(scene, id, role), ...seeds] };
}

function manageQuestion(role: MatrixRole, actor: Actor): Question {
  const id = randomId();
  return {
    title: 'change the organisation',
    isAllowed: can.manageOrganisation(actor).allowed,
    attempt: (client) => commit(client, updateOrganisation(scene.writers[role], id, 1)),
    seeds: organisationOf(scene, id),
  };
}

function subjectQuestions(role: MatrixRole, actor: Actor, facts: DataSubjectFacts): Question[] {
  const writer = scene.writers[role];
  const what = `${facts.isProtected ? 'protected' : 'unprotected'} ${facts.state} person`;
  const question = (title: string, { allowed }: Decision, attempt: (client: Client, id: string) => Promise<unknown>): Question => {
    const { id, seeds } = subjectSeed(facts);
    return { title: `${title} a ${what}`, isAllowed: allowed, attempt: (client) => attempt(client, id), seeds };
  };
  return [
    question('view', can.readDataSubject(actor, facts), (client, id) => getDoc(client, `orgs/${orgId}/dataSubjects/${id}`)),
    ...booleans.map((isProtected) =>
      question(`make protected ${isProtected}`, can.correctDataSubject(actor, facts, { isProtected }), (client, id) =>
        commit(client, correctDataSubject(writer, orgId, id, 1, { isProtected })),
      ),
    ),
    question('extract', can.extract(actor, facts), (client, id) => commit(client, startExtract(writer, orgId, id))),
    question('erase', can.erase(actor, facts), (client, id) => commit(client, startErasure(writer, orgId, id))),
  ];
}

function uploadQuestions(role: MatrixRole, actor: Actor): Question[] {
  const writer = scene.writers[role];
  const facts = (['stored', 'imported', 'gone'] as const).flatMap((state) =>
    booleans.flatMap((isExpired) => [writer.accountId, randomId()].map((createdBy): UploadFacts => ({ state, isExpired, createdBy }))),
  );
  return facts.flatMap((upload): Question[] => {
    const id = randomId();
    const path = `orgs/${orgId}/uploads/${id}`;
    const isOwn = upload.createdBy === writer.accountId;
    const what = `${upload.state} upload of ${isOwn ? 'oneself' : 'another'}, expired ${upload.isExpired}`;
    const data = uploadDoc(upload.createdBy, { state: upload.state, expiresAt: minutesFromNow(upload.isExpired ? -1 : 60) });
    return [
      {
        title: `import a ${what}`,
        isAllowed: can.importUpload(actor, upload).allowed,
        attempt: (client) => commit(client, startImport(writer, orgId, id)),
        seeds: [[path, data]],
      },
      { title: `read a ${what}`, isAllowed: all(can.import(actor)) && isOwn, attempt: (client) => getDoc(client, path), seeds: [] },
    ];
  });
}

function jobQuestions(actor: Actor): Question[] {
  return [orgId, scene.foreignOrgId].flatMap((jobOrgId) =>
    [actor.accountId, randomId()].map((createdBy): Question => {
      const path = `jobs/${randomId()}`;
      return {
        title: `follow a job of ${createdBy === actor.accountId ? 'oneself' : 'another'} in ${jobOrgId === orgId ? 'this' : 'a foreign'} organisation`,
        isAllowed: can.readJob(actor, { orgId: jobOrgId, createdBy }).allowed,
        attempt: (client) => getDoc(client, path),
        seeds: [[path, jobDoc(jobOrgId, createdBy)]],
      };
    }),
  );
}

const [ownTeam, foreignTeam] = [scene.teamId, randomId()] as TeamId[]; // ids of the form of teams
const teamSets = [[], [ownTeam], [foreignTeam], [foreignTeam, ownTeam]].map((ids) => ids.filter((id) => id !== undefined));

function folderQuestions(role: MatrixRole): Question[] {
  const member = { role, teamIds: teamSets[1] ?? [] };
  const rights = (['everyone', 'teams'] as const).flatMap((openTo) =>
    teamSets.map((readTeams): FolderRights => ({ openTo, readTeams, writeTeams: [] })),
  );
  return rights.map((folder) => {
    const path = `orgs/${orgId}/folders/${randomId()}`;
    return {
      title: `read a folder for ${folder.openTo}, ${folder.readTeams.length} teams`,
      isAllowed: mayReadFolder(member, folder),
      attempt: (client) => getDoc(client, path),
      seeds: [[path, folderDoc(folder)]],
    };
  });
}

/** Whether a planner of memberships lets something through. */
function isPlanned(plan: () => unknown): boolean {
  try {
    plan();
    return true;
  } catch {
    return false;
  }
}

const given = roles.filter((role) => role !== 'support');

/** Every role as it is now and as it is to become, of another member and of oneself, with the owners counted as the plan says. */
function memberQuestions(role: MatrixRole): Question[] {
  const decider = { ...scene.writers[role], role } as unknown as Decider; // an id of the form of accounts
  const ofOthers = roles.flatMap((before) => [
    ...given.map((after) => memberQuestion(role, decider, before, after, false)),
    memberQuestion(role, decider, before, null, false),
  ]);
  const ofOneself = given.map((after) => memberQuestion(role, decider, role, after, true));
  return [...ofOthers, ...ofOneself, memberQuestion(role, decider, role, null, true)];
}

/** `after` null is removal. */
function memberQuestion(
  role: MatrixRole,
  decider: Decider,
  before: Role,
  after: (typeof given)[number] | null,
  isOneself: boolean,
): Question {
  const [id, other] = [randomId(), randomId()];
  const accountId = isOneself ? scene.writers[role].accountId : other;
  const member = { accountId, role: before, teamIds: [] } as unknown as Membership; // an id of the form of accounts
  const moved = Number(after === 'owner') - Number(before === 'owner');
  const owners = moved === 0 ? null : { after: 2 + moved };
  const path = `orgs/${id}/members/${accountId}`;
  return {
    title: `make ${isOneself ? 'oneself' : `another ${before}`} ${after ?? 'leave'}`,
    isAllowed: isPlanned(() => {
      if (after === null) planRemoval(decider, member);
      // Teams change as well, or there would be nothing to write.
      else planChange(decider, member, { role: after, teamIds: [] });
      if (!roleMay(role, 'orgs.members')) throw new TypeError('the callable asks for this before it plans');
    }),
    attempt: (client) =>
      commit(
        client,
        after === null
          ? removeMember(scene.writers[role], id, accountId, {}, owners)
          : changeMember(scene.writers[role], id, accountId, { role: after, teamIds: [randomId()] }, owners),
      ),
    seeds: [
      [`orgs/${id}`, organisationDoc()],
      ...membershipOf(scene, id, role),
      ...(isOneself ? [] : [[path, memberDoc(before)] satisfies Seed]),
    ],
  };
}

beforeAll(() => seed(place, seedsOfScene(scene)));

describe.each(matrixRoles)('policy and rules agree on a member with the role %s', (role) => {
  const asked = questionsOf(role);
  beforeAll(() =>
    seed(
      place,
      asked.flatMap(({ seeds }) => seeds),
    ),
  );

  it(`in ${asked.length} questions`, async () => {
    const client = clientOfRole(place, scene, role);
    const answers = await Promise.all(
      asked.map(async (question) => ({ ...question, rules: await outcomeOf(() => question.attempt(client)) })),
    );
    const disagreements = answers.filter(({ isAllowed, rules }) => rules !== (isAllowed ? 'allowed' : 'denied'));
    expect(disagreements.map(({ title, isAllowed, rules }) => `${title}: policy ${isAllowed}, rules ${rules}`)).toEqual([]);
  });
});

describe('policy and rules agree', () => {
  it('on the roles of every permission, letter by letter', async () => {
    const functionOf = {
      'orgs.read': 'mayReadOrganisation',
      'orgs.readMembers': 'mayReadMembers',
      'orgs.leave': 'mayLeave',
      'orgs.manage': 'mayManageOrganisation',
      'orgs.members': 'mayManageMembers',
      'orgs.invite': 'mayInvite',
      'orgs.readTeams': 'mayReadTeams',
      'orgs.teams': 'mayManageTeams',
      'orgs.readReviews': 'mayReadReviews',
      'orgs.review': 'mayReview',
      'orgs.recoveries': 'mayRecover',
      'alarms.read': 'mayReadAlarms',
      'alarms.acknowledge': 'mayAcknowledgeAlarms',
      'register.read': 'mayReadRegister',
      'register.write': 'mayWriteRegister',
      'register.import': 'mayImport',
      'register.reveal': 'mayReveal',
      'register.readProtected': 'mayReadProtected',
      'register.canaries': 'mayManageCanaries',
      'documents.read': 'mayReadDocuments',
      'documents.manage': 'mayManageDocuments',
      'privacy.extract': 'mayExtract',
      'privacy.erase': 'mayErase',
      'privacy.massErase': 'mayMassErase',
      'privacy.exportRegister': 'mayExportRegister',
      'approvals.read': 'mayReadApprovals',
      'approvals.decide': 'mayDecideApprovals',
      'support.readGrants': 'mayReadGrants',
      'support.grant': 'mayGrantSupport',
      'audit.read': 'mayReadAudit',
      // A matter of functions alone: transferring takes two commits of changes, budgets, the identity provider and where receipts go are the Admin SDK's, and what is
      // written into folders has no rules yet.
      'orgs.transfer': null,
      'orgs.identityProvider': null,
      'audit.receipts': null,
      'orgs.liftReadBudget': null,
      'documents.write': null,
    } as const satisfies Record<Permission, string | null>;
    const rules = await readFile('firestore.rules', 'utf8');
    const written = new Map(
      [...rules.matchAll(/function (may\w+)\(orgId\) \{\s+return hasRole\(orgId, \[([^\]]*)\]\);\s+\}/gu)].map(
        ([, name, list]) => [name, (list ?? '').split(',').map((role) => role.trim().replaceAll("'", ''))] as const,
      ),
    );
    const named = Object.values(functionOf).filter((name) => name !== null);
    // Object.entries gives exactly the entries of the constant above.
    for (const [permission, name] of Object.entries(functionOf) as [Permission, string | null][]) {
      if (name !== null) expect([permission, written.get(name)]).toEqual([permission, [...rolesByPermission[permission]]]);
    }
    expect([...written.keys()].toSorted()).toEqual(named.toSorted());
  });
});
