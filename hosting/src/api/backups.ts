/** Records of exports and restore drills, as the browser reads them from Firestore directly. Facts about the service, no personal data. */
import * as contract from '../../../functions/src/backup/contract.ts';
import { toApiError } from './apiError.ts';
import { firestore } from './firebase.ts';

/** One night's export. */
export type ExportRecord = contract.ExportRecord & { readonly exportId: string };
/** One restore drill. */
export type DrillRecord = contract.DrillRecord & { readonly drillId: string };

/** The newest daily exports, newest first. Throws an ApiError. */
export function readExports(): Promise<readonly ExportRecord[]> {
  return reading(async () => {
    const { collection, getDocsFromServer, limit, orderBy, query, where } = await import('firebase/firestore');
    const daily = query(collection(await firestore(), 'exports'), where('kind', '==', 'daily'), orderBy('startedAt', 'desc'), limit(7));
    const { docs } = await getDocsFromServer(daily);
    return docs.map((entry) => ({ ...contract.exportRecord.parse(entry.data()), exportId: entry.id }));
  });
}

/** The newest drills, newest first. Throws an ApiError. */
export function readDrills(): Promise<readonly DrillRecord[]> {
  return reading(async () => {
    const { collection, getDocsFromServer, limit, orderBy, query } = await import('firebase/firestore');
    const { docs } = await getDocsFromServer(query(collection(await firestore(), 'drills'), orderBy('startedAt', 'desc'), limit(6)));
    return docs.map((drill) => ({ ...contract.drillRecord.parse(drill.data()), drillId: drill.id }));
  });
}

async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    throw toApiError(thrown);
  }
}
