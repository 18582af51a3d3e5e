/**
 * What backup does with each collection: whether its changes are journalled, and what a restore does with its documents.
 *
 * Pure. tests/unit/backup/collectionsPlan.test.ts fails when a declared collection has no row here, so that a new one is decided.
 */

/**
 * `equal`: made as it was at the moment. `added`: what is missing is added, as new as it is known, and what is there stays as it
 * is now. `kept`: left alone, nothing is taken from the backup.
 */
export type RestoreMode = 'equal' | 'added' | 'kept';

/** What is done with a collection. */
export type CollectionPlan = { readonly isJournalled: boolean; readonly restore: RestoreMode };

const shortLived = { isJournalled: false, restore: 'kept' } as const;
const operators = { isJournalled: false, restore: 'added' } as const;
const tenantData = { isJournalled: true, restore: 'equal' } as const;
const evidence = { isJournalled: true, restore: 'added' } as const;

/** Path pattern, as declared in the inventory of personal data → what is done with it. */
export const collectionPlans: Readonly<Record<string, CollectionPlan>> = {
  'orgs/{orgId}': tenantData,
  'orgs/{orgId}/members/{accountId}': tenantData,
  'orgs/{orgId}/teams/{teamId}': tenantData,
  'orgs/{orgId}/dataSubjects/{dataSubjectId}': tenantData,
  'orgs/{orgId}/canaries/{dataSubjectId}': tenantData,
  'orgs/{orgId}/folders/{folderId}': tenantData,
  'orgs/{orgId}/identityProviders/{providerId}': tenantData,
  'orgs/{orgId}/accessReviews/{reviewId}': tenantData,
  'orgs/{orgId}/receiptMail/{settingId}': tenantData,

  // Evidence, and what has consequences outside the database: the present knows more than the backup, so it wins.
  'orgs/{orgId}/auditEvents/{eventId}': evidence,
  'orgs/{orgId}/auditSeals/{seq}': evidence,
  'auditHeads/{orgId}': evidence,
  'auditCheckpoints/{n}': evidence,
  'auditSignedHeads/{shard}': evidence,
  'orgs/{orgId}/alarms/{alarmId}': evidence,
  'orgs/{orgId}/approvals/{approvalId}': evidence,
  'orgs/{orgId}/erasureCertificates/{jobId}': evidence,
  'erasureLedger/{jobId}': evidence,
  'jobs/{jobId}': evidence,
  // Somebody's own, not an organisation's: a changed password or a removed factor must not come back.
  'accounts/{accountId}': evidence,
  'accounts/{accountId}/factors/{factorId}': evidence,
  'accounts/{accountId}/signatures/{orderId}': evidence,

  // Rights that end: one that was withdrawn must not come back. Journalled, because the drill counts them.
  'orgs/{orgId}/invitations/{invitationId}': { isJournalled: true, restore: 'kept' },
  'orgs/{orgId}/supportGrants/{grantId}': { isJournalled: true, restore: 'kept' },
  // Its file is not in any export, and it lives for a day.
  'orgs/{orgId}/uploads/{uploadId}': shortLived,

  // Credentials and counters of minutes to hours: of no use in a backup, and the more harm the older they are.
  'sessions/{sessionId}': shortLived,
  'attempts/{attemptId}': shortLived,
  'standIns/{standInId}': shortLived,
  'enrolments/{enrolmentId}': shortLived,
  'passkeyChallenges/{challengeId}': shortLived,
  'oidcFlows/{state}': shortLived,
  'bankIdOrders/{orderId}': shortLived,
  'recoveries/{recoveryId}': shortLived,
  'rateLimits/{bucketId}': shortLived,
  'readBudgets/{orgId.accountId}': shortLived,
  'locks/{lockId}': shortLived,
  'restoreHolds/{orgId}': shortLived,
  'auditReconciliation/{id}': shortLived,

  // Journalled, because that it is journalled is what it is for.
  'journalProbes/{probeId}': { isJournalled: true, restore: 'kept' },

  // About the backups themselves; journalling them would journal the journal's own schedule each hour.
  'exports/{exportId}': operators,
  'drills/{drillId}': operators,
  'drillReports/{drillId}': operators,
  'schedules/{name}': shortLived,
  'backupCanaries/{exportId}': operators,
};

/** The pattern of a document's path; null for a collection without a row. */
export function patternOf(path: string): string | null {
  const parts = path.split('/');
  return Object.keys(collectionPlans).find((pattern) => fits(pattern.split('/'), parts)) ?? null;
}

/** Whether changes of a document are journalled. A collection without a row is: to keep too much is the lesser fault. */
export function isJournalled(path: string): boolean {
  const pattern = patternOf(path);
  return pattern === null || collectionPlans[pattern]?.isJournalled !== false;
}

/** The collection group that a pattern's documents are in. */
export function groupOf(pattern: string): string {
  return pattern.split('/').at(-2) ?? pattern;
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return pattern.length === parts.length && pattern.every((part, index) => part.startsWith('{') || part === parts[index]);
}
