/**
 * Hands work to Cloud Tasks, which calls the worker function until it succeeds: jobs, and mail that must not get lost.
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
  await enqueueTask(workers[kind], { jobId }, `${jobId}-${round}`);
}

/** Enqueues a call of a task-queue function, once for each `id`: letters, digits, `-` and `_`. */
export async function enqueueTask(functionName: string, data: Readonly<Record<string, string | null>>, id: string): Promise<void> {
  const queue = getFunctions(adminApp()).taskQueue(`locations/${locations.functions}/functions/${functionName}`);
  try {
    await queue.enqueue(data, { id, dispatchDeadlineSeconds: 1800 });
  } catch (thrown) {
    if (!isTaskKnown(thrown)) throw thrown;
  }
}

function isTaskKnown(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).endsWith('task-already-exists');
}
