import type { Faults } from '../faults.ts';
import { LOOPBACK } from '../ports.ts';
import type { PendingTask, TaskTarget } from './taskQueue.ts';

/** Cloud Tasks' default deadline for one attempt. */
const DISPATCH_DEADLINE_MS = 10 * 60 * 1000;

/** Makes one attempt under the fault planned for it, if any. @returns whether Cloud Tasks saw it succeed (2xx). */
export async function dispatchUnderFaults(task: PendingTask, target: TaskTarget, faults: Faults): Promise<boolean> {
  switch (faults.take('tasks', `dispatch POST ${task.functionName}`)) {
    case undefined:
      return dispatch(task, target);
    case 'duplicate':
      await dispatch({ ...task }, target);
      return dispatch(task, target);
    case 'late-success':
    case 'garbage':
      await dispatch(task, target);
      return false;
    default:
      task.attempts += 1;
      return false;
  }
}

/** Makes one attempt and writes its outcome into the task. @returns whether it was answered with success. */
async function dispatch(task: PendingTask, target: TaskTarget): Promise<boolean> {
  const url = task.url ?? urlOf(task, target);
  const headers = headersOf(task, url ?? '');
  task.attempts += 1;
  if (url === null) {
    task.attempts -= 1;
    return false;
  }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: Buffer.from(task.body, 'base64'),
      signal: AbortSignal.timeout(DISPATCH_DEADLINE_MS),
    });
    await response.arrayBuffer();
    task.responses += 1;
    task.lastStatus = response.status;
    return response.ok;
  } catch (error) {
    // No answer: the function may or may not have run, so the task is tried again. Where nobody listens (the functions
    // are being restarted, which Cloud Run never lets a caller see) it has not, and the attempt does not count.
    if (isRefused(error)) task.attempts -= 1;
    return false;
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNREFUSED';

function urlOf(task: PendingTask, target: TaskTarget): string | null {
  const base = target.functionsUrl();
  return base === null ? null : `${base}/tasks/${task.functionName}`;
}

function headersOf(task: PendingTask, audience: string): Record<string, string> {
  const [, , , location, , queue, , id] = task.name.split('/');
  return {
    ...task.headers,
    'user-agent': 'Google-Cloud-Tasks',
    authorization: `Bearer ${oidcShaped(task.serviceAccountEmail, audience)}`,
    'x-cloudtasks-queuename': queue ?? '',
    'x-cloudtasks-taskname': id ?? '',
    'x-cloudtasks-taskretrycount': String(task.attempts),
    'x-cloudtasks-taskexecutioncount': String(task.responses),
    'x-cloudtasks-tasketa': String(Date.parse(task.scheduledAt) / 1000),
    ...(task.lastStatus === null ? {} : { 'x-cloudtasks-taskpreviousresponse': String(task.lastStatus) }),
    'x-appengine-cloud-location': location ?? LOOPBACK,
  };
}

/** A token with the claims of Google's OIDC tokens and no signature; in production Cloud Run checks it before us. */
export function oidcShaped(email: string, audience: string): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://accounts.google.com',
    aud: audience,
    sub: '100000000000000000000',
    azp: '100000000000000000000',
    email,
    email_verified: true,
    iat: issuedAt,
    exp: issuedAt + 3600,
  };
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;
}
