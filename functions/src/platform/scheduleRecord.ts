/**
 * What operators read about each schedule: `schedules/{name}`, kept by whatever runs it and by the heartbeat.
 *
 * Guarantees: plain words and instants, no personal data; a failure is named by its error code, never by its message.
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { isAppError } from '../shared/errors.ts';
import { adminFirestore } from './firestore.ts';
import { lateAt, schedules, type ScheduleName } from './schedules.ts';

/** A schedule as stored at `schedules/{name}`. A member is absent until it first happens. */
export type ScheduleDoc = {
  readonly v: 1;
  readonly cron: string;
  readonly state: 'ok' | 'running' | 'late' | 'failed';
  /** When the heartbeat first saw it, in the table or after a run: one that has never succeeded is late by this. */
  readonly knownSince?: Timestamp;
  readonly lastStartedAt?: Timestamp;
  readonly lastSucceededAt?: Timestamp;
  readonly lastFailedAt?: Timestamp;
  /** Error code of the last failure, or null after a success. */
  readonly lastError?: string | null;
  /** Without another success until then it is late. */
  readonly lateAfter?: Timestamp;
  /** When operators were told that it is late or has failed for good; null while neither is so. */
  readonly alarmedAt?: Timestamp | null;
  /** What they were told: {@link lateness}, or the code of the error. */
  readonly alarmedFor?: string | null;
  /** One sentence for operators. */
  readonly note: string;
};

const scheduleDoc = (name: ScheduleName): DocumentReference => adminFirestore().collection('schedules').doc(name);

/** Every record there is, by name. */
export async function scheduleRecords(): Promise<ReadonlyMap<string, ScheduleDoc>> {
  const { docs } = await adminFirestore().collection('schedules').get();
  return new Map(docs.map((doc) => [doc.id, doc.data() as ScheduleDoc])); // written by this file only
}

/** The record of one schedule, or null before it is known. */
export async function scheduleRecord(name: ScheduleName): Promise<ScheduleDoc | null> {
  return ((await scheduleDoc(name).get()).data() as ScheduleDoc | undefined) ?? null; // written by this file only
}

/** Notes that a run has begun. */
export async function noteStarted(name: ScheduleName, now: Date): Promise<void> {
  await note(name, { state: 'running', lastStartedAt: Timestamp.fromDate(now), note: `running: ${schedules[name].words}` });
}

/** Notes that a run has done its work. */
export async function noteSucceeded(name: ScheduleName, now: Date): Promise<void> {
  await note(name, {
    state: 'ok',
    lastSucceededAt: Timestamp.fromDate(now),
    lateAfter: Timestamp.fromDate(lateAt(name, now)),
    lastError: null,
    note: `done: ${schedules[name].words}`,
  });
}

/** Notes that a run has failed; only what kind of failure is kept. */
export async function noteFailed(name: ScheduleName, now: Date, thrown: unknown): Promise<void> {
  const lastError = isAppError(thrown) ? thrown.code : 'shared/internal';
  await note(name, {
    state: 'failed',
    lastFailedAt: Timestamp.fromDate(now),
    lastError,
    note: `failed (${lastError}): ${schedules[name].words}`,
  });
}

/** Notes since when the table has a schedule; one that has run by then keeps what its runs have said. */
export async function noteKnown(name: ScheduleName, now: Date, hasRun: boolean): Promise<void> {
  const dates = { knownSince: Timestamp.fromDate(now), lateAfter: Timestamp.fromDate(lateAt(name, now)), alarmedAt: null };
  const first = { state: 'ok', note: `waits for its first run: ${schedules[name].words}` } as const;
  await note(name, hasRun ? dates : { ...dates, ...first });
}

/** What `alarmedFor` says of a schedule that is late. */
export const lateness = 'late';

/** Notes that operators have been told of a failure with a code; its state and its words stay. */
export async function noteAlarmed(name: ScheduleName, now: Date, alarmedFor: string): Promise<void> {
  await note(name, { alarmedAt: Timestamp.fromDate(now), alarmedFor });
}

/** Notes that operators have been told that a schedule is late. */
export async function noteLate(name: ScheduleName, now: Date): Promise<void> {
  await note(name, {
    state: 'late',
    alarmedAt: Timestamp.fromDate(now),
    alarmedFor: lateness,
    note: `late, operators have been alarmed: ${schedules[name].words}`,
  });
}

/** Notes that operators have been told that a schedule is no longer late. */
export async function noteNoLongerLate(name: ScheduleName): Promise<void> {
  await scheduleDoc(name).update({ alarmedAt: null, alarmedFor: null });
}

async function note(name: ScheduleName, fields: Partial<ScheduleDoc>): Promise<void> {
  await scheduleDoc(name).set({ v: 1, cron: schedules[name].cron, ...fields }, { merge: true });
}
