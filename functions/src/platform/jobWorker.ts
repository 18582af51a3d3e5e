/** The functions that Cloud Tasks calls: one for each kind of job, and others that must be repeated until they succeed. */
import { onTaskDispatched, type TaskQueueFunction } from 'firebase-functions/tasks';
import * as z from 'zod/mini';
import type { Resources } from './callable.ts';
import { locations } from './config.ts';
import type { JobKind } from './jobContract.ts';
import { LeaseLost, runJob, type JobHandler } from './jobs.ts';
import { logInfo } from './log.ts';

const taskSchema = z.object({ jobId: z.string() });

/** A deployable worker of jobs. Cloud Tasks repeats a call that fails, with growing pauses. */
export function jobWorker(kind: JobKind, resources: Resources, handler: JobHandler): TaskQueueFunction {
  return taskWorker(resources, async (data) => {
    const { jobId } = z.parse(taskSchema, data);
    await runJob(kind, jobId, handler).catch((thrown: unknown) => {
      if (thrown instanceof LeaseLost) logInfo('job held elsewhere', { jobId, kind });
      // runJob has logged what it may; the platform would print message and stack of the original.
      throw new Error('job interrupted');
    });
  });
}

/** A deployable worker of what {@link enqueueTask} hands over. What `run` throws is printed by the platform: it throws nothing that it may not. */
export function taskWorker(resources: Resources, run: (data: unknown) => Promise<void>): TaskQueueFunction {
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
  return onTaskDispatched(options, (request) => run(request.data));
}
