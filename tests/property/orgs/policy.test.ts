import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Role, roles } from '../../../functions/src/orgs/contract.ts';
import { type Actor, can, type DataSubjectFacts, type Decision, type UploadFacts } from '../../../functions/src/orgs/policy.ts';
import { errorCodes } from '../../../functions/src/shared/errors.ts';

/** Laws of the policy that hold for every role and every state; tests/rules holds it together with the database's rules. */

const id = fc.string({ minLength: 20, maxLength: 24, unit: fc.constantFrom(...'abcXYZ019_-') });
// The ids have the form of their kind; the brands exist in types only.
const actorAs = (role: fc.Arbitrary<Role>): fc.Arbitrary<Actor> =>
  fc.record({ accountId: id, sessionId: id, orgId: id, role }) as fc.Arbitrary<Actor>;
const actor = actorAs(fc.constantFrom(...roles));
const subject: fc.Arbitrary<DataSubjectFacts> = fc.record({ state: fc.constantFrom('active', 'erasing'), isProtected: fc.boolean() });
const upload: fc.Arbitrary<UploadFacts> = fc.record({
  createdBy: id,
  state: fc.constantFrom('stored', 'imported', 'gone'),
  isExpired: fc.boolean(),
});
const job = fc.record({ orgId: id, createdBy: id });

type Facts = {
  readonly before: DataSubjectFacts;
  readonly after: DataSubjectFacts;
  readonly upload: UploadFacts;
  readonly job: { readonly orgId: string; readonly createdBy: string };
};
const facts: fc.Arbitrary<Facts> = fc.record({ before: subject, after: subject, upload, job });

/** Every decision there is, about the same facts. */
const decisions = {
  readOrganisation: (a) => can.readOrganisation(a),
  manageOrganisation: (a) => can.manageOrganisation(a),
  readRegister: (a) => can.readRegister(a),
  readProtected: (a) => can.readProtected(a),
  readDataSubject: (a, { before }) => can.readDataSubject(a, before),
  createDataSubject: (a, { after }) => can.createDataSubject(a, after),
  correctDataSubject: (a, { before, after }) => can.correctDataSubject(a, before, after),
  reveal: (a, { before }) => can.reveal(a, before),
  import: (a) => can.import(a),
  importUpload: (a, { upload: file }) => can.importUpload(a, file),
  extract: (a, { before }) => can.extract(a, before),
  erase: (a, { before }) => can.erase(a, before),
  readAudit: (a) => can.readAudit(a),
  readJob: (a, { job: started }) => can.readJob(a, started),
} as const satisfies Record<keyof typeof can, (actor: Actor, facts: Facts) => Decision>;

// Object.keys gives exactly the keys of the constant above.
const actions = Object.keys(decisions) as (keyof typeof decisions)[];
const action = fc.constantFrom(...actions);
const runs = { numRuns: 500 };

describe('the policy', () => {
  it('lets a weaker role do nothing that the owner may not', () => {
    fc.assert(
      fc.property(actor, action, facts, (weaker, name, about) => {
        if (decisions[name](weaker, about).allowed) expect(decisions[name]({ ...weaker, role: 'owner' }, about).allowed).toBe(true);
      }),
      runs,
    );
  });

  it('gives a known reason for every refusal', () => {
    fc.assert(
      fc.property(actor, action, facts, (someone, name, about) => {
        const decision = decisions[name](someone, about);
        if (!decision.allowed) expect(errorCodes).toHaveProperty([decision.reason]);
      }),
      runs,
    );
  });

  it('decides the same whatever account, session and organisation, unless the document names them', () => {
    fc.assert(
      fc.property(actor, actor, action, facts, (one, other, name, about) => {
        if (name === 'importUpload' || name === 'readJob') return;
        expect(decisions[name]({ ...other, role: one.role }, about)).toEqual(decisions[name](one, about));
      }),
      runs,
    );
  });

  it('shows nothing of the register to auditors and billing', () => {
    const closed = fc.constantFrom(
      'readRegister',
      'readProtected',
      'readDataSubject',
      'createDataSubject',
      'correctDataSubject',
      'reveal',
      'import',
      'importUpload',
      'extract',
      'erase',
    ) satisfies fc.Arbitrary<keyof typeof can>;
    fc.assert(
      fc.property(actorAs(fc.constantFrom('auditor', 'billing')), closed, facts, (someone, name, about) => {
        expect(decisions[name](someone, about)).toEqual({ allowed: false, reason: 'orgs/not-allowed' });
      }),
      runs,
    );
  });

  it('never allows about a protected person what it refuses about an unprotected one', () => {
    fc.assert(
      fc.property(actor, action, facts, (someone, name, about) => {
        const hidden = { ...about, before: { ...about.before, isProtected: true }, after: { ...about.after, isProtected: true } };
        const open = { ...about, before: { ...about.before, isProtected: false }, after: { ...about.after, isProtected: false } };
        if (decisions[name](someone, hidden).allowed) expect(decisions[name](someone, open).allowed).toBe(true);
      }),
      runs,
    );
  });

  it('says of a protected person to editors and readers that there is none', () => {
    fc.assert(
      fc.property(actorAs(fc.constantFrom('editor', 'reader')), subject, (someone, { state }) => {
        expect(can.readDataSubject(someone, { isProtected: true })).toEqual({ allowed: false, reason: 'shared/not-found' });
        expect(can.correctDataSubject({ ...someone, role: 'editor' }, { state, isProtected: true }, { isProtected: false })).toEqual({
          allowed: false,
          reason: 'shared/not-found',
        });
      }),
      runs,
    );
  });

  it('changes, extracts and erases nobody who is being erased', () => {
    fc.assert(
      fc.property(actor, facts, (someone, about) => {
        const erasing = { ...about, before: { ...about.before, state: 'erasing' as const } };
        for (const name of ['correctDataSubject', 'extract', 'erase'] as const)
          expect(decisions[name](someone, erasing).allowed).toBe(false);
      }),
      runs,
    );
  });

  it('lets nobody import the upload of another, or follow a job of another organisation', () => {
    fc.assert(
      fc.property(actor, facts, (someone, about) => {
        if (about.upload.createdBy !== someone.accountId) expect(can.importUpload(someone, about.upload).allowed).toBe(false);
        if (about.job.orgId !== someone.orgId)
          expect(can.readJob(someone, about.job)).toEqual({ allowed: false, reason: 'shared/not-found' });
        expect(can.readJob(someone, { orgId: someone.orgId, createdBy: someone.accountId }).allowed).toBe(true);
      }),
      runs,
    );
  });
});
