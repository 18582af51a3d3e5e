/**
 * Sessions of accounts that operators have disabled, ended by a schedule.
 *
 * Guarantees: a disabled account opens nothing at the next call anyway; after the schedule's next run, enabling it again opens
 * nothing either, until the person has signed in anew. Within the hour before that run the sessions live on if it is enabled.
 */
import { adminFirestore } from '../../platform/firestore.ts';
import type { Clock } from '../../shared/time.ts';
import { endSignInsOf } from '../endSignIns.ts';

/** Ends the active sessions and open attempts of disabled accounts; answers how many sessions. */
export async function endSessionsOfDisabled(clock: Clock): Promise<number> {
  const disabled = await adminFirestore().collection('accounts').where('state', '==', 'disabled').select().get();
  let ended = 0;
  for (const { id } of disabled.docs) ended += await endSignInsOf(id, 'disabled', clock());
  return ended;
}
