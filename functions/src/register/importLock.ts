/**
 * One import at a time in an organisation.
 *
 * Guarantees: while an import runs, no second one writes and no identity number is added by hand, because the import has
 * read which numbers are taken. A holder whose job has ended, or is gone, holds nothing.
 */
import { adminFirestore } from '../platform/firestore.ts';
import { AppError } from '../shared/errors.ts';
import type { OrgId } from '../shared/ids.ts';

/** Throws `register/import-already-running` while an import is queued or runs. */
export async function needsNoRunningImport(orgId: OrgId): Promise<void> {
  const imports = adminFirestore().collection('jobs').where('orgId', '==', orgId).where('kind', '==', 'import');
  const running = await imports.where('state', 'in', ['queued', 'running']).limit(1).get();
  if (!running.empty) throw importRunning();
}

/** Takes the lock for a job that may hold it already. Throws `register/import-already-running`. */
export async function takeImportLock(orgId: OrgId, jobId: string): Promise<void> {
  const db = adminFirestore();
  const lock = db.collection('locks').doc(`import-${orgId}`);
  await db.runTransaction(async (transaction) => {
    const holder: unknown = (await transaction.get(lock)).get('jobId');
    if (typeof holder === 'string' && holder !== jobId) {
      const state: unknown = (await transaction.get(db.collection('jobs').doc(holder))).get('state');
      if (state === 'queued' || state === 'running') throw importRunning();
    }
    transaction.set(lock, { jobId, orgId });
  });
}

function importRunning(): AppError {
  return new AppError('register/import-already-running', 'another import is running');
}
