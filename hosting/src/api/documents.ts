/** What the browser reads from Firestore directly: the organisation and jobs. No personal data is in them. */
import type { Timestamp } from 'firebase/firestore';
import type { OrganisationDoc } from '../../../functions/src/orgs/contract.ts';
import type { JobDoc } from '../../../functions/src/platform/jobContract.ts';
import { ApiError, toApiError } from './apiError.ts';
import { firestore } from './firebase.ts';
import { reading } from './reading.ts';

/** A job as it stands. */
export type Job = JobDoc<Timestamp>;

/** The organisation's own document. Throws an ApiError. */
export async function readOrganisation(orgId: string): Promise<OrganisationDoc> {
  const { doc, getDocFromServer } = await import('firebase/firestore');
  const snapshot = await reading(getDocFromServer(doc(await firestore(), 'orgs', orgId)));
  if (!snapshot.exists()) throw new ApiError('shared/not-found');
  // Written by the server only, in the shape of its contract.
  return snapshot.data() as OrganisationDoc;
}

/** Follows a job until told to stop. `onJob` gets each state of it, `onError` an ApiError once. */
export function watchJob(jobId: string, onJob: (job: Job) => void, onError: (error: ApiError) => void): () => void {
  let stop: (() => void) | null = null;
  let isStopped = false;
  const begin = async () => {
    const [{ doc, onSnapshot }, database] = await Promise.all([import('firebase/firestore'), firestore()]);
    if (isStopped) return;
    stop = onSnapshot(
      doc(database, 'jobs', jobId),
      // Jobs are written by the server only, in the shape of its contract.
      (snapshot) => (snapshot.exists() ? onJob(snapshot.data() as Job) : undefined),
      (thrown) => onError(toApiError(thrown)),
    );
  };
  begin().catch((thrown: unknown) => onError(toApiError(thrown)));
  return () => {
    isStopped = true;
    stop?.();
  };
}
