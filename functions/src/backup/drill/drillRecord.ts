/**
 * Records of drills: `drills/{id}`, which whoever is signed in may read, and `drillReports/{id}` with figures, for operators alone.
 *
 * Guarantees: a drill that has ended green or red is never written over, neither by a later one of the same day nor by another
 * write of the same run; one that was killed or could not be tried is taken up by the next run. What is not known is null.
 */
import { Timestamp, type DocumentReference } from 'firebase-admin/firestore';
import { adminFirestore } from '../../platform/firestore.ts';
import { AppError } from '../../shared/errors.ts';
import { after, ms, swedishDate } from '../../shared/time.ts';
import type { DrillRecord } from '../contract.ts';
import type { Findings } from './findings.ts';

const keptFor = 365 * ms.day;

/** A drill that has begun. `tries` counts those that came to nothing before, and this one. */
export type Drill = { readonly record: DocumentReference; readonly startedAt: Date; readonly tries: number };

/** Id of the first drill of a day; later ones have a number behind it. */
export const drillIdOf = (now: Date): string => `drill-${swedishDate(now)}`;

/** Notes that a drill has begun. */
export async function beginDrill(startedAt: Date): Promise<Drill> {
  const drills = adminFirestore().collection('drills');
  for (let number = 1; ; number += 1) {
    const record = drills.doc(number === 1 ? drillIdOf(startedAt) : `${drillIdOf(startedAt)}-${number}`);
    const known = await record.get();
    if (known.get('state') === 'green' || known.get('state') === 'red') continue;
    const tries = known.get('state') === 'untried' ? Number(known.get('tries')) + 1 : 1;
    await record.set(begun(startedAt, tries));
    return { record, startedAt, tries };
  }
}

function begun(startedAt: Date, tries: number): DrillRecord {
  return {
    v: 1,
    state: 'running',
    exportId: null,
    startedAt: Timestamp.fromDate(startedAt),
    completedAt: null,
    expiresAt: Timestamp.fromDate(after(startedAt, keptFor)),
    recoverySeconds: null,
    recoveryPointSeconds: null,
    checks: [],
    tries,
    note: 'running',
  };
}

/** What a drill says in figures. Null for what is not known. */
export type Measured = { readonly recoverySeconds: number | null; readonly recoveryPointSeconds: number | null };

/** Notes what a drill has found: red if any check failed. */
export async function endDrill(drill: Drill, findings: Findings, now: Date): Promise<Measured> {
  const { exportId, checks } = findings;
  const failed = checks.filter(({ ok }) => !ok);
  const measured = measuredBy(drill, findings);
  const note =
    failed.length === 0
      ? `${String(exportId)} was restored in ${String(measured.recoverySeconds)} s; a loss at ${drill.startedAt.toISOString()} would have cost the last ${String(measured.recoveryPointSeconds)} s${isJournalTried(findings) ? '' : '; the journal was not tried, for there is no older export'}`
      : `cannot be restored as it should: ${failed.map(({ name }) => name).join(', ')}; drillReports has the figures`;
  await finish(drill, {
    state: failed.length === 0 ? 'green' : 'red',
    exportId,
    completedAt: Timestamp.fromDate(now),
    ...measured,
    checks: checks.map(({ name, ok }) => ({ name, ok })),
    note,
  });
  await adminFirestore()
    .doc(`drillReports/${drill.record.id}`)
    .set({ v: 1, checks, expiresAt: Timestamp.fromDate(after(drill.startedAt, keptFor)) });
  return measured;
}

const isJournalTried = ({ checks }: Findings): boolean => checks.some(({ name }) => name === 'journal');

/** Notes that a drill could not be tried, because a service did not answer. */
export async function leaveUntried(drill: Drill, findings: Findings, now: Date): Promise<void> {
  await finish(drill, {
    state: 'untried',
    exportId: findings.exportId,
    completedAt: Timestamp.fromDate(now),
    note: 'could not be tried: a service did not answer. It is tried again; says nothing about the backup',
  });
}

/** Writes the end of a drill, if it has none. */
async function finish({ record, startedAt }: Drill, end: Partial<DrillRecord>): Promise<void> {
  await record.firestore.runTransaction(async (transaction) => {
    const known = await transaction.get(record);
    const isOurs = known.get('state') === 'running' && (known.get('startedAt') as Timestamp).toMillis() === startedAt.getTime(); // written above
    if (!isOurs) throw new AppError('shared/conflict', 'another run has taken over this drill', { drillId: record.id });
    transaction.update(record, end);
  });
}

function measuredBy({ startedAt }: Drill, { restoredAt, recordedUntil, asideMs }: Findings): Measured {
  const seconds = (from: Date, to: Date): number => Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
  return {
    recoverySeconds: restoredAt === null ? null : seconds(startedAt, after(restoredAt, -asideMs)),
    recoveryPointSeconds: recordedUntil === null ? null : seconds(recordedUntil, startedAt),
  };
}
