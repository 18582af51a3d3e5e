/**
 * The probe of the journal: a document of Valv's own, written with each increment, whose change the next one must find.
 *
 * Guarantees: a trigger that delivers nothing is known within two hours, also when nobody changes anything. Does not guarantee
 * that every other change was delivered: the drill compares whole databases for that (drill/restoreDrill.ts).
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import { ms } from '../../shared/time.ts';
import { changeIdOf } from './recordChange.ts';

/** An event that is younger may still be on its way. */
const patience = 10 * ms.minute;

const path = 'journalProbes/current';
/** The probe's document. */
export const probeDoc = (): DocumentReference => adminFirestore().doc(path);

/** What is stored at `journalProbes/current`. */
export type ProbeDoc = { readonly v: 1; readonly writtenAt: Timestamp };

/** The change that the journal must have had, and when it was made. */
export type ExpectedProbe = { readonly changeId: string; readonly writtenAt: Date };

/** What became of the probe: `first` before there was one, `waiting` for one that may still come. */
export type ProbeOutcome = 'first' | 'found' | 'waiting' | 'missing';

/** The change of the newest probe; null before there is one. */
export async function expectedProbe(): Promise<ExpectedProbe | null> {
  const stored = await probeDoc().get();
  const writtenAt: unknown = stored.get('writtenAt');
  if (stored.updateTime === undefined || !(writtenAt instanceof Timestamp)) return null;
  return { changeId: changeIdOf(path, 'set', stored.updateTime), writtenAt: writtenAt.toDate() };
}

/** Judges the probe by whether its change was in the journal when it was read at `readAt`. */
export function judgeProbe(expected: ExpectedProbe | null, isFound: boolean, readAt: Date): ProbeOutcome {
  if (expected === null) return 'first';
  if (isFound) return 'found';
  return readAt.getTime() - expected.writtenAt.getTime() < patience ? 'waiting' : 'missing';
}
