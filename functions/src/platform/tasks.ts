/**
 * Hands jobs to Cloud Tasks, which calls the worker function of their kind until it succeeds.
 * Guarantees: a job is handed over at most once per `round` (task ids are unique), so repeating a call doubles nothing.
 * Does not guarantee that a crash between writing a job and this call hands it over: the schedule `sweepJobs` does.
 */
import { getFunctions } from 'firebase-admin/functions';
import { locations } from './config.ts';
import { adminApp } from './firestore.ts';
import type { JobKind } from './jobContract.ts';

/** The task-queue function that works on each kind of job. */
const workers = {
  import: 'runImport',
  extract: 'runExtract',
  erasure: 'runErasure',
  massErasure: 'runMassErasure',
  registerExport: 'runRegisterExport',
} as const satisfies Record<JobKind, string>;

/** Enqueues a job. `round` counts the times it was handed over anew. */
export async function enqueueJob(kind: JobKind, jobId: string, round: number): Promise<void> {
  const queue = getFunctions(adminApp()).taskQueue(`locations/${locations.functions}/functions/${workers[kind]}`);
  try {
    await queue.enqueue({ jobId }, { id: `${jobId}-${round}`, dispatchDeadlineSeconds: 1800 });
  } catch (thrown) {
    if (!isTaskKnown(thrown)) throw thrown;
  }
}

function isTaskKnown(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).endsWith('task-already-exists');
}
