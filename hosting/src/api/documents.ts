/** What the browser reads from Firestore directly: the organisation, its log, jobs and exports. No personal data is in them. */
import type { DocumentData, QueryConstraint, QueryDocumentSnapshot, Timestamp } from 'firebase/firestore';
import type { AuditAction, AuditEventDoc } from '../../../functions/src/audit/contract.ts';
import type { OrganisationDoc } from '../../../functions/src/orgs/contract.ts';
import type { JobDoc } from '../../../functions/src/platform/jobContract.ts';
import { ApiError, toApiError } from './apiError.ts';
import { firestore } from './firebase.ts';

/** A job as it stands. */
export type Job = JobDoc<Timestamp>;
/** An event with its id. */
export type AuditEvent = AuditEventDoc<Timestamp> & { readonly eventId: string };
/** A page of the log; `last` is where the next one starts, null at the end. */
export type AuditPage = { readonly events: readonly AuditEvent[]; readonly last: QueryDocumentSnapshot<DocumentData> | null };
/** What the log may be narrowed to. Dates are instants. */
export type AuditFilter = {
  readonly dataSubjectId?: string;
  readonly actorId?: string;
  readonly action?: AuditAction;
  readonly from?: Date;
  readonly before?: Date;
};
/** One daily export. */
export type ExportDoc = {
  readonly exportId: string;
  readonly state: 'running' | 'complete' | 'failed' | 'pruned';
  readonly startedAt: Timestamp;
  readonly completedAt: Timestamp | null;
  readonly sizeBytes?: number;
};

/** Events on one page of the log. */
export const auditPageSize = 50;

/** The organisation's own document. Throws an ApiError. */
export async function readOrganisation(orgId: string): Promise<OrganisationDoc> {
  const { doc, getDocFromServer } = await import('firebase/firestore');
  const snapshot = await reading(getDocFromServer(doc(await firestore(), 'orgs', orgId)));
  if (!snapshot.exists()) throw new ApiError('shared/not-found');
  // Written by the server only, in the shape of its contract.
  return snapshot.data() as OrganisationDoc;
}

/** One page of the log, newest first. Throws an ApiError. */
export async function readAuditPage(orgId: string, filter: AuditFilter, after: AuditPage['last']): Promise<AuditPage> {
  const sdk = await import('firebase/firestore');
  const conditions: QueryConstraint[] = [];
  if (filter.dataSubjectId !== undefined) conditions.push(sdk.where('targetIds', 'array-contains', filter.dataSubjectId));
  if (filter.actorId !== undefined) conditions.push(sdk.where('actorId', '==', filter.actorId));
  if (filter.action !== undefined) conditions.push(sdk.where('action', '==', filter.action));
  if (filter.from !== undefined) conditions.push(sdk.where('at', '>=', filter.from));
  if (filter.before !== undefined) conditions.push(sdk.where('at', '<', filter.before));
  conditions.push(sdk.orderBy('at', 'desc'), sdk.limit(auditPageSize));
  if (after !== null) conditions.push(sdk.startAfter(after));
  const events = sdk.collection(await firestore(), 'orgs', orgId, 'auditEvents');
  const { docs } = await reading(sdk.getDocsFromServer(sdk.query(events, ...conditions)));
  return {
    // Events are written by the rules' leave only, in the shape of the contract.
    events: docs.map((event) => ({ ...(event.data() as AuditEventDoc<Timestamp>), eventId: event.id })),
    last: docs.length < auditPageSize ? null : (docs.at(-1) ?? null),
  };
}

/** The newest daily exports. Throws an ApiError. */
export async function readExports(): Promise<readonly ExportDoc[]> {
  const { collection, getDocsFromServer, limit, orderBy, query } = await import('firebase/firestore');
  const newest = query(collection(await firestore(), 'exports'), orderBy('startedAt', 'desc'), limit(5));
  const { docs } = await reading(getDocsFromServer(newest));
  // Written by the scheduled export only.
  return docs.map((entry) => ({ ...(entry.data() as Omit<ExportDoc, 'exportId'>), exportId: entry.id }));
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

async function reading<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    throw toApiError(thrown);
  }
}
