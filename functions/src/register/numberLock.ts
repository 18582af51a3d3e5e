/**
 * Who may add identity numbers to an organisation's register: one import, or one call at a time.
 *
 * Guarantees: between the question whether a number is taken and the commit that takes it, nobody else in the organisation
 * adds one, so a number goes to one person. A holder whose job has ended, or whose call is long over, holds nothing. Does
 * not hold up reading, or changes without a new number.
 */
import { Timestamp, type DocumentReference, type Transaction } from 'firebase-admin/firestore';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminFirestore } from '../platform/firestore.ts';
import { logFailure } from '../platform/log.ts';
import { newId } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';
import type { OrgId } from '../shared/ids.ts';
import { after, ms, type Clock } from '../shared/time.ts';

/** Longer than a call runs; a hold that a killed call left behind counts no longer. */
const longestHold = 70 * ms.second;
const pause = 100;
const mostPauses = 100;

const lockOf = (orgId: OrgId): DocumentReference => adminFirestore().collection('locks').doc(`numbers-${orgId}`);

/** Throws `register/import-already-running` while an import is queued or runs. */
export async function needsNoRunningImport(orgId: OrgId): Promise<void> {
  const imports = adminFirestore().collection('jobs').where('orgId', '==', orgId).where('kind', '==', 'import');
  const running = await imports.where('state', 'in', ['queued', 'running']).limit(1).get();
  if (!running.empty) throw importRunning();
}

/** Takes the lock for a job that may hold it already. Throws `register/import-already-running`, or `shared/unavailable` during a call. */
export async function takeImportLock(orgId: OrgId, jobId: string, clock: Clock): Promise<void> {
  await adminFirestore().runTransaction(async (transaction) => {
    if (await isHeldByCall(transaction, orgId, jobId, clock()))
      throw new AppError('shared/unavailable', 'the register is being changed', { service: 'register' });
    transaction.set(lockOf(orgId), { orgId, jobId, holdId: null, until: null });
  });
}

/** Runs `work` while nobody else adds identity numbers; waits for another call up to ten seconds. Throws `register/import-already-running`. */
export async function holdingNumbers<T>(orgId: OrgId, clock: Clock, work: () => Promise<T>): Promise<T> {
  const holdId = newId<string>();
  for (let pauses = 0; !(await hold(orgId, holdId, clock())); pauses += 1) {
    if (pauses >= mostPauses) throw new AppError('shared/unavailable', 'the register is being changed', { service: 'register' });
    await sleep(pause);
  }
  try {
    return await work();
  } finally {
    // What was done is done: that the hold could not be given back only makes the next one wait.
    await release(orgId, holdId).catch((thrown: unknown) => logFailure('hold not released', thrown, { orgId }));
  }
}

async function hold(orgId: OrgId, holdId: string, now: Date): Promise<boolean> {
  return adminFirestore().runTransaction(async (transaction) => {
    if (await isHeldByCall(transaction, orgId, null, now)) return false;
    transaction.set(lockOf(orgId), { orgId, jobId: null, holdId, until: Timestamp.fromDate(after(now, longestHold)) });
    return true;
  });
}

async function release(orgId: OrgId, holdId: string): Promise<void> {
  await adminFirestore().runTransaction(async (transaction) => {
    if ((await transaction.get(lockOf(orgId))).get('holdId') === holdId) transaction.update(lockOf(orgId), { holdId: null, until: null });
  });
}

/** Whether a call holds the lock now. Throws `register/import-already-running` when a job other than `jobId` does. */
async function isHeldByCall(transaction: Transaction, orgId: OrgId, jobId: string | null, now: Date): Promise<boolean> {
  const lock = await transaction.get(lockOf(orgId));
  const holder: unknown = lock.get('jobId');
  if (typeof holder === 'string' && holder !== jobId) {
    const state: unknown = (await transaction.get(adminFirestore().collection('jobs').doc(holder))).get('state');
    if (state === 'queued' || state === 'running') throw importRunning();
  }
  const until: unknown = lock.get('until');
  return until instanceof Timestamp && until.toDate() > now;
}

function importRunning(): AppError {
  return new AppError('register/import-already-running', 'another import is running');
}
