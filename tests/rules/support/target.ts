/** What the operations of the matrix are aimed at: one set of documents in an organisation. */
import {
  accountDoc,
  certificateDoc,
  dataSubjectDoc,
  eventDoc,
  exportDoc,
  type Fields,
  jobDoc,
  organisationDoc,
  sessionDoc,
  uploadDoc,
} from './documents.ts';
import type { Caller } from './actors.ts';
import type { Seed } from './environment.ts';
import { randomId } from './ids.ts';

/** Ids of the documents that stand in one organisation, and of some at the top level. */
export type Target = {
  readonly orgId: string;
  readonly subject: string;
  readonly protectedSubject: string;
  readonly erasingSubject: string;
  /** Upload and job of the caller, by account id. */
  readonly uploadOf: (accountId: string) => string;
  readonly jobOf: (accountId: string) => string;
  /** Upload, job, event, certificate, export and so on that are somebody else's. */
  readonly other: string;
};

/** Documents that no client touches, by collection. */
export const closedCollections = ['attempts', 'rateLimits', 'erasureLedger', 'locks', 'undeclared'] as const;

/** Makes a target in an organisation, with an upload and a job for each caller. The organisation itself is `organisationSeed`. */
export function makeTarget(orgId: string, callers: readonly Caller[]): { target: Target; seeds: Seed[] } {
  const [subject, protectedSubject, erasingSubject, other] = [randomId(), randomId(), randomId(), randomId()];
  const own = new Map(callers.map(({ accountId }) => [accountId, randomId()]));
  const ownId = (accountId: string): string => {
    const id = own.get(accountId);
    if (id === undefined) throw new TypeError('this target was made without that caller');
    return id;
  };
  const org = `orgs/${orgId}`;
  const seeds: Seed[] = [
    [`${org}/dataSubjects/${subject}`, dataSubjectDoc()],
    [`${org}/dataSubjects/${protectedSubject}`, dataSubjectDoc({ isProtected: true })],
    [`${org}/dataSubjects/${erasingSubject}`, dataSubjectDoc({ state: 'erasing' })],
    [`${org}/uploads/${other}`, uploadDoc(randomId())],
    [`${org}/auditEvents/${other}`, eventDoc(randomId())],
    [`${org}/erasureCertificates/${other}`, certificateDoc()],
    [`jobs/${other}`, jobDoc(orgId, randomId())],
    [`exports/${other}`, exportDoc()],
    [`sessions/${other}`, sessionDoc(randomId())],
    [`accounts/${other}`, accountDoc()],
    ...closedCollections.map((name): Seed => [`${name}/${other}`, { v: 1 }]),
    ...[...own].flatMap(([accountId, id]): Seed[] => [
      [`${org}/uploads/${id}`, uploadDoc(accountId)],
      [`jobs/${id}`, jobDoc(orgId, accountId)],
    ]),
  ];
  return { target: { orgId, subject, protectedSubject, erasingSubject, uploadOf: ownId, jobOf: ownId, other }, seeds };
}

/** The organisation's own document, at version 1. */
export const organisationSeed = (orgId: string, over: Fields = {}): Seed => [`orgs/${orgId}`, organisationDoc(over)];
