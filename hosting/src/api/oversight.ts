/** The organisation's alarms, as the browser reads them from Firestore directly. Ids only, no personal data. */
import type { Timestamp } from 'firebase/firestore';
import type { AlarmDoc } from '../../../functions/src/orgs/alarms/contract.ts';
import { toApiError } from './apiError.ts';
import { firestore } from './firebase.ts';

/** An alarm with its id. */
export type Alarm = AlarmDoc<Timestamp> & { readonly alarmId: string };

/** The newest alarms, newest first, at most 100. Throws an ApiError. */
export async function readAlarms(orgId: string): Promise<readonly Alarm[]> {
  try {
    const { collection, getDocsFromServer, limit, orderBy, query } = await import('firebase/firestore');
    const alarms = collection(await firestore(), 'orgs', orgId, 'alarms');
    const { docs } = await getDocsFromServer(query(alarms, orderBy('at', 'desc'), limit(100)));
    // Written by the server only, in the shape of its contract.
    return docs.map((alarm) => ({ ...(alarm.data() as AlarmDoc<Timestamp>), alarmId: alarm.id }));
  } catch (thrown) {
    throw toApiError(thrown);
  }
}
