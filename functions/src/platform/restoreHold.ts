/**
 * The mark of a restore under way: no job of the organisation is taken up while it is there, and its log does not begin.
 *
 * Guarantees nothing by itself: platform/jobs.ts reads it in the transaction that takes a job up, audit/sealing before it makes a first seal;
 * backup/restore/fence.ts sets it before the restore leaves its first event, and removes it behind the last. Jobs wait meanwhile; `sweepJobs`
 * hands them over again.
 */
import { adminFirestore } from './firestore.ts';

/** Stands for every organisation, when the whole database is restored. */
export const everyOrganisation = 'everyOrganisation';

/** The collection of the marks. */
export const restoreHolds = 'restoreHolds';

/** Path of the mark of one organisation, or of {@link everyOrganisation}. */
export const holdPath = (orgId: string): string => `${restoreHolds}/${orgId}`;

/** Whether an organisation is being restored, alone or with all. */
export async function isHeld(orgId: string): Promise<boolean> {
  const holds = await adminFirestore().getAll(...[orgId, everyOrganisation].map((id) => adminFirestore().doc(holdPath(id))));
  return holds.some(({ exists }) => exists);
}
