/** The function that Cloud Tasks calls for one kind of job. */
import { onTaskDispatched, type TaskQueueFunction } from 'firebase-functions/tasks';
import * as z from 'zod/mini';
import type { Resources } from './callable.ts';
import { locations } from './config.ts';
import type { JobKind } from './jobContract.ts';
import { LeaseLost, runJob, type JobHandler } from './jobs.ts';
import { logInfo } from './log.ts';

const taskSchema = z.object({ jobId: z.string() });

/** A deployable worker. Cloud Tasks repeats a call that fails, with growing pauses. */
export function jobWorker(kind: JobKind, resources: Resources, handler: JobHandler): TaskQueueFunction {
  const retryConfig = { maxAttempts: 20, minBackoffSeconds: 2, maxBackoffSeconds: 60, maxDoublings: 4 };
  const options = {
    region: locations.functions,
    memory: '512MiB',
    maxInstances: 5,
    concurrency: 1,
    cpu: 1,
    timeoutSeconds: 1800,
    retryConfig,
    rateLimits: { maxConcurrentDispatches: 5 },
    ...resources,
  } as const;
  return onTaskDispatched(options, async (request) => {
    const { jobId } = z.parse(taskSchema, request.data);
    await runJob(kind, jobId, handler).catch((thrown: unknown) => {
      if (thrown instanceof LeaseLost) logInfo('job held elsewhere', { jobId, kind });
      // runJob has logged what it may; the platform would print message and stack of the original.
      throw new Error('job interrupted');
    });
  });
}
