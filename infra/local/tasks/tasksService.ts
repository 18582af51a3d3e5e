import { randomUUID } from 'node:crypto';
import type { Faults } from '../faults.ts';
import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackRequest, type LoopbackService, type Reply, type Route, startService } from '../http.ts';
import { openTaskQueue, type PendingTask, type TaskQueue, type TaskTarget } from './taskQueue.ts';

/** The running loopback Cloud Tasks. */
export type TasksService = LoopbackService & { readonly queue: TaskQueue };

const QUEUE = String.raw`(?:/v2)?/(?<queue>projects/[^/]+/locations/[^/]+/queues/(?<name>[^/]+))`;

/** Starts the loopback Cloud Tasks for firebase-admin's task queues with `CLOUD_TASKS_EMULATOR_HOST`. */
export async function startTasks(options: {
  faults: Faults;
  stateDir: string | null;
  target: TaskTarget;
  port?: number;
}): Promise<TasksService> {
  const queue = openTaskQueue(options.stateDir, options.target, options.faults);
  const routes: Route[] = [
    { name: 'createTask', method: 'POST', pattern: new RegExp(`^${QUEUE}/tasks$`), run: (r) => create(queue, r) },
    {
      name: 'listTasks',
      method: 'GET',
      pattern: new RegExp(`^${QUEUE}/tasks$`),
      run: ({ params }) => ({
        json: {
          tasks: queue
            .pending()
            .filter(({ name }) => name.startsWith(`${params['queue']}/`))
            .map(resource),
        },
      }),
    },
    {
      name: 'deleteTask',
      method: 'DELETE',
      pattern: new RegExp(`^${QUEUE}/tasks/(?<id>[^/]+)$`),
      run: ({ params }) => {
        if (queue.remove(`${params['queue']}/tasks/${params['id']}`)) return { json: {} };
        throw new GoogleError('NOT_FOUND', 'The task was not found.');
      },
    },
  ];
  const service = await startService({
    service: 'tasks',
    routes,
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const stop = async (): Promise<void> => {
    await service.stop();
    await queue.stop();
  };
  return { ...service, queue, stop };
}

type HttpRequest = { url?: string; body?: string; headers?: Record<string, string>; oidcToken?: { serviceAccountEmail?: string } };

function create(queue: TaskQueue, request: LoopbackRequest): Reply {
  const given = Object(jsonBody(request)['task']) as { name?: unknown; scheduleTime?: unknown; httpRequest?: HttpRequest };
  const { queue: queueName = '', name: functionName = '' } = request.params;
  const name = typeof given.name === 'string' ? given.name : `${queueName}/tasks/${randomUUID()}`;
  if (!name.startsWith(`${queueName}/tasks/`)) throw new GoogleError('INVALID_ARGUMENT', 'Task name must be in the queue.');
  const now = new Date().toISOString();
  const scheduledAt = typeof given.scheduleTime === 'string' ? given.scheduleTime : now;
  const { url, body = '', headers = {}, oidcToken } = given.httpRequest ?? {};
  const task: PendingTask = {
    name,
    functionName,
    url: url === undefined || url === '' ? null : url,
    body,
    headers,
    serviceAccountEmail: oidcToken?.serviceAccountEmail ?? '',
    createdAt: now,
    scheduledAt,
    dueAtMs: Date.parse(scheduledAt),
    attempts: 0,
    responses: 0,
    lastStatus: null,
  };
  if (!queue.add(task)) throw new GoogleError('ALREADY_EXISTS', 'Requested entity already exists', { reason: 'alreadyExists' });
  return { json: resource(task) };
}

const resource = (task: PendingTask): Record<string, unknown> => ({
  name: task.name,
  createTime: task.createdAt,
  scheduleTime: new Date(task.dueAtMs).toISOString(),
  dispatchCount: task.attempts,
  responseCount: task.responses,
});
