/** Records of exports and restore drills, as the browser reads them from Firestore directly. Facts about the service, no personal data. */
import type { Timestamp } from 'firebase/firestore';
import { toApiError } from './apiError.ts';
import { firestore } from './firebase.ts';

/** One night's export; sizes in bytes. Written by functions/src/backup/exportRecords.ts. */
export type ExportRecord = {
  readonly exportId: string;
  readonly state: 'running' | 'complete' | 'failed' | 'expired' | 'pruned';
  readonly startedAt: Timestamp;
  readonly sizeBytes?: number;
  /** When it was in the second region, whole; null or absent until then. */
  readonly copiedAt?: Timestamp | null;
};

/** One restore drill. Written by functions/src/backup/drill. */
export type DrillRecord = {
  readonly drillId: string;
  readonly state: 'running' | 'green' | 'red' | 'untried';
  readonly exportId: string | null;
  readonly startedAt: Timestamp;
  /** How long the restoring took. */
  readonly recoverySeconds: number | null;
  /** How old the newest change in the backups was. */
  readonly recoveryPointSeconds: number | null;
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
};

/** The newest daily exports, newest first. Throws an ApiError. */
export function readExports(): Promise<readonly ExportRecord[]> {
  return reading(async () => {
    const { collection, getDocsFromServer, limit, orderBy, query, where } = await import('firebase/firestore');
    const daily = query(collection(await firestore(), 'exports'), where('kind', '==', 'daily'), orderBy('startedAt', 'desc'), limit(7));
    const { docs } = await getDocsFromServer(daily);
    // Written by the server only, in this form.
    return docs.map((entry) => ({ ...(entry.data() as Omit<ExportRecord, 'exportId'>), exportId: entry.id }));
  });
}

/** The newest drills, newest first. Throws an ApiError. */
export function readDrills(): Promise<readonly DrillRecord[]> {
  return reading(async () => {
    const { collection, getDocsFromServer, limit, orderBy, query } = await import('firebase/firestore');
    const { docs } = await getDocsFromServer(query(collection(await firestore(), 'drills'), orderBy('startedAt', 'desc'), limit(6)));
    // Written by the server only, in this form.
    return docs.map((drill) => ({ ...(drill.data() as Omit<DrillRecord, 'drillId'>), drillId: drill.id }));
  });
}

async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    throw toApiError(thrown);
  }
}
