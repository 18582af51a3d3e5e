/** What the operations of the matrix are aimed at: one set of documents in an organisation. */
import { teamOfCallers } from './actors.ts';
import type { Writer } from './commits.ts';
import {
  accountDoc,
  alarmDoc,
  approvalDoc,
  canaryDoc,
  certificateDoc,
  dataSubjectDoc,
  drillDoc,
  eventDoc,
  everyStrength,
  exportDoc,
  type Fields,
  folderDoc,
  grantDoc,
  invitationDoc,
  jobDoc,
  memberDoc,
  organisationDoc,
  reviewDoc,
  sessionDoc,
  teamDoc,
  uploadDoc,
} from './documents.ts';
import type { Seed } from './environment.ts';
import { randomId } from './ids.ts';

const names = [
  'subject',
  'protectedSubject',
  'erasingSubject',
  'folderOfOwnTeam',
  'folderOfAnotherTeam',
  'approvedErasure',
  'approvedExport',
  'claimedGrant',
  'invitationOfAdministrator',
  'ownerMember',
  'administratorMember',
  'editorMember',
  'supportMember',
  'other',
] as const;

/**
 * Ids of the documents that stand in one organisation, and of some at the top level. `other` is the id of the upload, job,
 * event, team, open folder, waiting approval, open alarm and so on that are somebody else's.
 */
export type Target = { readonly [name in 'orgId' | (typeof names)[number]]: string } & {
  /** Upload, job and approval of the caller, and the alarm about them, by account id. */
  readonly ownOf: (accountId: string) => string;
};

/** Collections that no client touches, by name in the matrix. */
export const closedCollections = {
  attempts: 'attempts',
  factors: 'accounts/somebody-somebody-somebody/factors',
  signatures: 'accounts/somebody-somebody-somebody/signatures',
  enrolments: 'enrolments',
  passkeyChallenges: 'passkeyChallenges',
  recoveries: 'recoveries',
  bankIdOrders: 'bankIdOrders',
  oidcFlows: 'oidcFlows',
  readBudgets: 'readBudgets',
  rateLimits: 'rateLimits',
  erasureLedger: 'erasureLedger',
  locks: 'locks',
  standIns: 'standIns',
  auditHeads: 'auditHeads',
  auditCheckpoints: 'auditCheckpoints',
  auditSignedHeads: 'auditSignedHeads',
  drillReports: 'drillReports',
  undeclared: 'undeclared',
} as const;

/** Makes a target in an organisation, with an upload, a job, an approval and an alarm for each caller. The organisation itself is `organisationSeed`. */
export function makeTarget(orgId: string, callers: readonly Writer[]): { target: Target; seeds: Seed[] } {
  // fromEntries loses the names, which are those of the type.
  const ids = Object.fromEntries(names.map((name) => [name, randomId()])) as Record<(typeof names)[number], string>;
  const own = new Map(callers.map(({ accountId }) => [accountId, randomId()]));
  const ownOf = (accountId: string): string => {
    const id = own.get(accountId);
    if (id === undefined) throw new TypeError('this target was made without that caller');
    return id;
  };
  const target: Target = { orgId, ...ids, ownOf };
  const owned = [...own].flatMap(([accountId, id]): Seed[] => [
    [`orgs/${orgId}/uploads/${id}`, uploadDoc(accountId)],
    [`orgs/${orgId}/approvals/${id}`, approvalDoc(accountId)],
    [`orgs/${orgId}/alarms/${id}`, alarmDoc({ actorId: accountId })],
    [`jobs/${id}`, jobDoc(orgId, accountId)],
  ]);
  return { target, seeds: [...registerSeeds(target), ...organisationSeeds(target), ...topSeeds(target), ...owned] };
}

function registerSeeds(target: Target): Seed[] {
  const org = `orgs/${target.orgId}`;
  return [
    [`${org}/dataSubjects/${target.subject}`, dataSubjectDoc()],
    [`${org}/dataSubjects/${target.protectedSubject}`, dataSubjectDoc({ isProtected: true })],
    [`${org}/dataSubjects/${target.erasingSubject}`, dataSubjectDoc({ state: 'erasing' })],
    [`${org}/uploads/${target.other}`, uploadDoc(randomId())],
    [`${org}/auditEvents/${target.other}`, eventDoc(randomId())],
    [`${org}/erasureCertificates/${target.other}`, certificateDoc()],
    [`${org}/canaries/${target.other}`, canaryDoc(randomId())],
    [`${org}/approvals/${target.other}`, approvalDoc(randomId())],
    [`${org}/approvals/${target.approvedErasure}`, approved('massErasure')],
    [`${org}/approvals/${target.approvedExport}`, approved('registerExport')],
  ];
}

const approved = (kind: string): Fields => approvalDoc(randomId(), { kind, state: 'approved', version: 2 });

function organisationSeeds(target: Target): Seed[] {
  const org = `orgs/${target.orgId}`;
  const claimed = grantDoc(randomId(), { state: 'claimed', claimedBy: target.supportMember });
  return [
    [`${org}/members/${target.ownerMember}`, memberDoc('owner')],
    [`${org}/members/${target.administratorMember}`, memberDoc('administrator')],
    [`${org}/members/${target.editorMember}`, memberDoc('editor')],
    [`${org}/members/${target.supportMember}`, memberDoc('support', { grantId: target.claimedGrant })],
    [`${org}/invitations/${target.other}`, invitationDoc()],
    [`${org}/invitations/${target.invitationOfAdministrator}`, invitationDoc({ role: 'administrator' })],
    [`${org}/teams/${target.other}`, teamDoc()],
    [`${org}/folders/${target.other}`, folderDoc()],
    [`${org}/folders/${target.folderOfOwnTeam}`, folderDoc({ openTo: 'teams', readTeams: [randomId(), teamOfCallers] })],
    [`${org}/folders/${target.folderOfAnotherTeam}`, folderDoc({ openTo: 'teams', readTeams: [target.other] })],
    [`${org}/alarms/${target.other}`, alarmDoc()],
    [`${org}/accessReviews/${target.other}`, reviewDoc(randomId())],
    [`${org}/supportGrants/${target.other}`, grantDoc(randomId())],
    [`${org}/supportGrants/${target.claimedGrant}`, claimed],
    [`${org}/identityProviders/${target.other}`, { v: 1 }],
    [`${org}/auditSeals/${target.other}`, { v: 1 }],
  ];
}

function topSeeds({ orgId, other }: Target): Seed[] {
  return [
    [`jobs/${other}`, jobDoc(orgId, randomId())],
    [`exports/${other}`, exportDoc()],
    [`drills/${other}`, drillDoc()],
    [`sessions/${other}`, sessionDoc(randomId())],
    [`accounts/${other}`, accountDoc()],
    ...Object.values(closedCollections).map((path): Seed => [`${path}/${other}`, { v: 1 }]),
  ];
}

/** The organisation's own document, at version 1, with two owners; it asks everybody for a strength of 2. */
export const organisationSeed = (orgId: string): Seed => [
  `orgs/${orgId}`,
  organisationDoc({ minimumStrength: everyStrength(2), identityProvider: { issuer: 'https://id.example.org', setBy: randomId() } }),
];
