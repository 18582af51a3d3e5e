/**
 * Who may do what inside one organisation, as pure decisions, for functions and for the interface.
 *
 * Guarantees: each decision follows rolesByPermission and the state of the document at hand; tests/rules holds it
 * together with `firestore.rules`, whose `mayX` functions bear the same names. Does not guarantee that the actor is
 * authentic, that the session is valid, or that the document is of the actor's organisation: platform/callable.ts
 * authenticates, and the store reads only below the actor's own organisation.
 */
import type { JobDoc } from '../platform/jobContract.ts';
import { AppError, type ErrorCode } from '../shared/errors.ts';
import type { AccountId, OrgId, SessionId } from '../shared/ids.ts';
import { type Permission, type Role, roleMay } from './contract.ts';

/** An authenticated member of one organisation, in one session. */
export type Actor = {
  readonly accountId: AccountId;
  readonly sessionId: SessionId;
  readonly orgId: OrgId;
  readonly role: Role;
};

/** Allowed, or the error that the caller is to be given. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: ErrorCode };

/** What a decision needs to know of a person. */
export type DataSubjectFacts = { readonly state: 'active' | 'erasing'; readonly isProtected: boolean };
/** What a decision needs to know of an upload. `isExpired`: its time to be imported has passed. */
export type UploadFacts = { readonly createdBy: string; readonly state: 'stored' | 'imported' | 'gone'; readonly isExpired: boolean };
/** What a decision needs to know of a job. */
export type JobFacts = Pick<JobDoc<unknown>, 'orgId' | 'createdBy'>;

const allowed: Decision = { allowed: true };
const refused = (reason: ErrorCode): Decision => ({ allowed: false, reason });
const needs = (actor: Actor, permission: Permission): Decision => (roleMay(actor.role, permission) ? allowed : refused('orgs/not-allowed'));

/** The first refusal among decisions, which are made only as far as needed; allowed when none refuses. */
function all(...decisions: readonly (() => Decision)[]): Decision {
  for (const decide of decisions) {
    const decision = decide();
    if (!decision.allowed) return decision;
  }
  return allowed;
}

/** A protected person does not exist for those who may not see protected ones: absent and not yours look the same. */
const seesProtection = (actor: Actor, subject: Pick<DataSubjectFacts, 'isProtected'>): Decision =>
  subject.isProtected && !roleMay(actor.role, 'register.readProtected') ? refused('shared/not-found') : allowed;

const isActive = (subject: DataSubjectFacts, otherwise: ErrorCode): Decision => (subject.state === 'active' ? allowed : refused(otherwise));

const isOwnUpload = (actor: Actor, upload: Pick<UploadFacts, 'createdBy'>): Decision =>
  upload.createdBy === actor.accountId ? allowed : refused('shared/not-found');

const isUsable = (upload: UploadFacts): Decision =>
  upload.state === 'stored' && !upload.isExpired ? allowed : refused('register/upload-gone');

/** One decision per action. The reasons are error codes, in the order: role, existence for this actor, state. */
export const can = {
  /** See the organisation's document and its members. */
  readOrganisation: (actor: Actor): Decision => needs(actor, 'orgs.read'),
  /** Change the organisation's name and legal ground. */
  manageOrganisation: (actor: Actor): Decision => needs(actor, 'orgs.manage'),
  /** List and search the register; protected persons only with {@link can.readProtected}. */
  readRegister: (actor: Actor): Decision => needs(actor, 'register.read'),
  /** See persons with a protected identity at all. */
  readProtected: (actor: Actor): Decision => needs(actor, 'register.readProtected'),
  /** View one person. */
  readDataSubject: (actor: Actor, subject: Pick<DataSubjectFacts, 'isProtected'>): Decision =>
    all(
      () => needs(actor, 'register.read'),
      () => seesProtection(actor, subject),
    ),
  /** Add a person. A protected one only by who may see it afterwards. */
  createDataSubject: (actor: Actor, subject: Pick<DataSubjectFacts, 'isProtected'>): Decision =>
    all(
      () => needs(actor, 'register.write'),
      () => (subject.isProtected ? needs(actor, 'register.readProtected') : allowed),
    ),
  /** Rectify a person (GDPR Art. 16); `after` is what the person becomes. */
  correctDataSubject: (actor: Actor, before: DataSubjectFacts, after: Pick<DataSubjectFacts, 'isProtected'>): Decision =>
    all(
      () => needs(actor, 'register.write'),
      () => seesProtection(actor, before),
      () => (after.isProtected ? needs(actor, 'register.readProtected') : allowed),
      () => isActive(before, 'register/not-editable'),
    ),
  /** See values that are masked or hidden. */
  reveal: (actor: Actor, subject: Pick<DataSubjectFacts, 'isProtected'>): Decision =>
    all(
      () => needs(actor, 'register.reveal'),
      () => seesProtection(actor, subject),
    ),
  /** Upload a file of persons. */
  import: (actor: Actor): Decision => needs(actor, 'register.import'),
  /** Try out or start the import of an upload; only of one's own. */
  importUpload: (actor: Actor, upload: UploadFacts): Decision =>
    all(
      () => needs(actor, 'register.import'),
      () => isOwnUpload(actor, upload),
      () => isUsable(upload),
    ),
  /** Start or download a register extract (GDPR Art. 15, 20). */
  extract: (actor: Actor, subject: DataSubjectFacts): Decision =>
    all(
      () => needs(actor, 'privacy.extract'),
      () => seesProtection(actor, subject),
      () => isActive(subject, 'privacy/erasure-already-running'),
    ),
  /** Preview or start an erasure (GDPR Art. 17). */
  erase: (actor: Actor, subject: DataSubjectFacts): Decision =>
    all(
      () => needs(actor, 'privacy.erase'),
      () => seesProtection(actor, subject),
      () => isActive(subject, 'privacy/erasure-already-running'),
    ),
  /** See the log, and the certificates of erasures. */
  readAudit: (actor: Actor): Decision => needs(actor, 'audit.read'),
  /** Follow a job: one's own, or every one of the organisation for those who manage it. */
  readJob: (actor: Actor, job: JobFacts): Decision => {
    if (job.orgId !== actor.orgId) return refused('shared/not-found');
    return job.createdBy === actor.accountId || roleMay(actor.role, 'orgs.manage')
      ? needs(actor, 'orgs.read')
      : refused('shared/not-found');
  },
} as const;

const refusals = {
  'orgs/not-allowed': 'your role does not allow this',
  'shared/not-found': 'not found',
  'register/not-editable': 'this person is being erased',
  'privacy/erasure-already-running': 'this person is being erased',
  'register/upload-gone': 'the uploaded file is gone, upload it again',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** Throws the refusal's error, or does nothing. */
export function needsAllowed(decision: Decision): void {
  if (decision.allowed) return;
  const words: Partial<Record<ErrorCode, string>> = refusals;
  throw new AppError(decision.reason, words[decision.reason] ?? 'not allowed');
}
