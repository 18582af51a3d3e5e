import { readFile } from 'node:fs/promises';
import { doc, type Firestore, getDocFromServer } from 'firebase/firestore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Permission, rolesByPermission } from '../../functions/src/orgs/contract.ts';
import { type Actor, can, type DataSubjectFacts, type Decision, type UploadFacts } from '../../functions/src/orgs/policy.ts';
import { type MatrixRole, matrixRoles } from './matrix.ts';
import {
  commit,
  correctDataSubject,
  createDataSubject,
  createUpload,
  startErasure,
  startExtract,
  startImport,
  updateOrganisation,
} from './support/commits.ts';
import { dataSubjectDoc, jobDoc, minutesFromNow, uploadDoc } from './support/documents.ts';
import { closeCounted, type Seed } from './support/environment.ts';
import { randomId } from './support/ids.ts';
import { operations } from './support/operations.ts';
import { makeScene, openStage, organisationOf, type Stage } from './support/scene.ts';
import { makeTarget } from './support/target.ts';

/** The policy of the functions and the rules of the database say the same, for every role and every state of the document. */

const scene = makeScene();
const { orgId } = scene;
const { target, seeds: targetSeeds } = makeTarget(orgId, []);

/** One question to both: what the policy decides, and the same thing tried against the rules. */
type Question = {
  readonly title: string;
  readonly decision: Decision;
  readonly attempt: (db: Firestore) => Promise<unknown>;
  readonly seeds: readonly Seed[];
};

const booleans = [false, true] as const;
const subjectFacts: readonly DataSubjectFacts[] = booleans.flatMap((isProtected) => [
  { state: 'active', isProtected } as const,
  { state: 'erasing', isProtected } as const,
]);

/** Stores a person, and gives the id. */
function subjectSeed(facts: DataSubjectFacts): { id: string; seeds: Seed[] } {
  const id = randomId();
  return { id, seeds: [[`orgs/${orgId}/dataSubjects/${id}`, dataSubjectDoc(facts)]] };
}

function questionsOf(role: MatrixRole): Question[] {
  const writer = scene.writers[role];
  // The ids have the form of their kind; the brands exist in types only.
  const actor = { ...writer, orgId, role } as unknown as Actor;
  const caller = (db: Firestore) => ({ ...writer, role, state: 'valid', db }) as const;
  const plain = (title: string, decision: Decision, operation: keyof typeof operations): Question => ({
    title,
    decision,
    attempt: (db) => operations[operation](caller(db), target),
    seeds: [],
  });
  return [
    plain('read the organisation', can.readOrganisation(actor), 'orgs get'),
    plain('list members', can.readOrganisation(actor), 'members list'),
    plain('record a reading of members', can.readOrganisation(actor), 'auditEvents create orgs.members.read'),
    plain('list the register', can.readRegister(actor), 'dataSubjects list unprotected'),
    plain('list all of the register', all(can.readRegister(actor), can.readProtected(actor)), 'dataSubjects list'),
    plain('list protected persons', all(can.readRegister(actor), can.readProtected(actor)), 'dataSubjects list protected'),
    plain('record a reveal', can.reveal(actor, { isProtected: false }), 'auditEvents create register.dataSubject.reveal'),
    plain('list the log', can.readAudit(actor), 'auditEvents list'),
    plain('read an event', can.readAudit(actor), 'auditEvents get'),
    plain('read a certificate', can.readAudit(actor), 'erasureCertificates get'),
    { title: 'upload', decision: can.import(actor), attempt: (db) => commit(db, createUpload(writer, orgId)), seeds: [] },
    manageQuestion(role, can.manageOrganisation(actor)),
    ...booleans.map((isProtected): Question => ({
      title: `create a person, protected ${isProtected}`,
      decision: can.createDataSubject(actor, { isProtected }),
      attempt: (db) => commit(db, createDataSubject(writer, orgId, { isProtected })),
      seeds: [],
    })),
    ...subjectFacts.flatMap((facts) => subjectQuestions(role, actor, facts)),
    ...uploadQuestions(role, actor),
    ...jobQuestions(actor),
  ];
}

const all = (...decisions: readonly Decision[]): Decision => decisions.find(({ allowed }) => !allowed) ?? { allowed: true };

function manageQuestion(role: MatrixRole, decision: Decision): Question {
  const id = randomId();
  return {
    title: 'change the organisation',
    decision,
    attempt: (db) => commit(db, updateOrganisation(scene.writers[role], id, 1)),
    seeds: organisationOf(scene, id),
  };
}

function subjectQuestions(role: MatrixRole, actor: Actor, facts: DataSubjectFacts): Question[] {
  const writer = scene.writers[role];
  const what = `${facts.isProtected ? 'protected' : 'unprotected'} ${facts.state} person`;
  const question = (title: string, decision: Decision, attempt: (db: Firestore, id: string) => Promise<unknown>): Question => {
    const { id, seeds } = subjectSeed(facts);
    return { title: `${title} a ${what}`, decision, attempt: (db) => attempt(db, id), seeds };
  };
  return [
    question('view', can.readDataSubject(actor, facts), (db, id) => getDocFromServer(doc(db, `orgs/${orgId}/dataSubjects/${id}`))),
    ...booleans.map((isProtected) =>
      question(`make protected ${isProtected}`, can.correctDataSubject(actor, facts, { isProtected }), (db, id) =>
        commit(db, correctDataSubject(writer, orgId, id, 1, { isProtected })),
      ),
    ),
    question('extract', can.extract(actor, facts), (db, id) => commit(db, startExtract(writer, orgId, id))),
    question('erase', can.erase(actor, facts), (db, id) => commit(db, startErasure(writer, orgId, id))),
  ];
}

function uploadQuestions(role: MatrixRole, actor: Actor): Question[] {
  const writer = scene.writers[role];
  const facts = (['stored', 'imported', 'gone'] as const).flatMap((state) =>
    booleans.flatMap((isExpired) => [writer.accountId, randomId()].map((createdBy): UploadFacts => ({ state, isExpired, createdBy }))),
  );
  return facts.flatMap((upload) => {
    const id = randomId();
    const path = `orgs/${orgId}/uploads/${id}`;
    const what = `${upload.state} upload of ${upload.createdBy === writer.accountId ? 'oneself' : 'another'}, expired ${upload.isExpired}`;
    const data = uploadDoc(upload.createdBy, { state: upload.state, expiresAt: minutesFromNow(upload.isExpired ? -1 : 60) });
    return [
      {
        title: `import a ${what}`,
        decision: can.importUpload(actor, upload),
        attempt: (db) => commit(db, startImport(writer, orgId, id)),
        seeds: [[path, data]] satisfies Seed[],
      },
      {
        title: `read a ${what}`,
        decision: all(
          can.import(actor),
          upload.createdBy === writer.accountId ? { allowed: true } : { allowed: false, reason: 'shared/not-found' },
        ),
        attempt: (db) => getDocFromServer(doc(db, path)),
        seeds: [],
      },
    ] satisfies Question[];
  });
}

function jobQuestions(actor: Actor): Question[] {
  return [orgId, scene.foreignOrgId].flatMap((jobOrgId) =>
    [actor.accountId, randomId()].map((createdBy): Question => {
      const path = `jobs/${randomId()}`;
      return {
        title: `follow a job of ${createdBy === actor.accountId ? 'oneself' : 'another'} in ${jobOrgId === orgId ? 'this' : 'a foreign'} organisation`,
        decision: can.readJob(actor, { orgId: jobOrgId, createdBy }),
        attempt: (db) => getDocFromServer(doc(db, path)),
        seeds: [[path, jobDoc(jobOrgId, createdBy)]],
      };
    }),
  );
}

describe.each(matrixRoles)('policy and rules agree on a member with the role %s', (role) => {
  const asked = questionsOf(role);
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(scene, [...targetSeeds, ...asked.flatMap(({ seeds }) => seeds)]);
  });
  afterAll(() => closeCounted(stage.environment));

  it(`in ${asked.length} questions`, async () => {
    const disagreements: string[] = [];
    for (const { title, decision, attempt } of asked) {
      const rules = await attempt(stage.dbOf(role)).then(
        () => true,
        (error: { code?: string }) => (error.code === 'permission-denied' ? false : String(error)),
      );
      if (rules !== decision.allowed) disagreements.push(`${title}: policy ${decision.allowed}, rules ${rules}`);
    }
    expect(disagreements).toEqual([]);
  });
});

describe('policy and rules agree', () => {
  it('on the roles of every permission, letter by letter', async () => {
    const functionOf = {
      'orgs.read': 'mayReadOrganisation',
      'orgs.manage': 'mayManageOrganisation',
      'register.read': 'mayReadRegister',
      'register.write': 'mayWriteRegister',
      'register.import': 'mayImport',
      'register.reveal': 'mayReveal',
      'register.readProtected': 'mayReadProtected',
      'privacy.extract': 'mayExtract',
      'privacy.erase': 'mayErase',
      'audit.read': 'mayReadAudit',
    } as const satisfies Record<Permission, string>;
    const rules = await readFile('firestore.rules', 'utf8');
    const written = new Map(
      [...rules.matchAll(/function (may\w+)\(orgId\) \{ return hasRole\(orgId, \[([^\]]*)\]\); \}/gu)].map(
        ([, name, list]) => [name, (list ?? '').split(',').map((role) => role.trim().replaceAll("'", ''))] as const,
      ),
    );
    // Object.entries gives exactly the entries of the constant above.
    for (const [permission, name] of Object.entries(functionOf) as [Permission, string][]) {
      expect([permission, written.get(name)]).toEqual([permission, [...rolesByPermission[permission]]]);
    }
    expect([...written.keys()].toSorted()).toEqual(Object.values(functionOf).toSorted());
  });
});
