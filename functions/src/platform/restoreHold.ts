/**
 * The mark of a restore under way: no job of the organisation is taken up while it is there.
 *
 * Guarantees nothing by itself: platform/jobs.ts reads it in the transaction that takes a job up, backup/restore/fence.ts sets and
 * removes it. Jobs wait meanwhile; `sweepJobs` hands them over again.
 */

/** Stands for every organisation, when the whole database is restored. */
export const everyOrganisation = 'everyOrganisation';

/** The collection of the marks. */
export const restoreHolds = 'restoreHolds';

/** Path of the mark of one organisation, or of {@link everyOrganisation}. */
export const holdPath = (orgId: string): string => `${restoreHolds}/${orgId}`;
