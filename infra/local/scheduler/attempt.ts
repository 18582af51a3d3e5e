import type { TokenSigner } from './oidcToken.ts';
import { secondsOf, type SchedulerJob } from './schedulerJobs.ts';

/** What an attempt came to. `status` is 0 when there was no answer. */
export type Attempt = { readonly isSuccess: boolean; readonly status: number; readonly text: string };

/** Makes one attempt as Cloud Scheduler does: request, token, deadline. A 2xx is success. */
export async function attempt(job: SchedulerJob, signer: TokenSigner, now: Date): Promise<Attempt> {
  const { uri, httpMethod = 'POST', headers = {}, body, oidcToken } = job.httpTarget;
  const token = oidcToken === undefined ? null : await signer.sign(oidcToken.serviceAccountEmail, oidcToken.audience ?? uri);
  try {
    const response = await fetch(uri, {
      method: httpMethod,
      headers: {
        'user-agent': 'Google-Cloud-Scheduler',
        'content-type': 'application/octet-stream',
        'x-cloudscheduler': 'true',
        'x-cloudscheduler-jobname': job.name.split('/').at(-1) ?? '',
        'x-cloudscheduler-scheduletime': now.toISOString(),
        ...headers,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: Buffer.from(body, 'base64') }),
      signal: AbortSignal.timeout(secondsOf(job.attemptDeadline, 'attempt_deadline') * 1000),
    });
    return { isSuccess: response.ok, status: response.status, text: await response.text() };
  } catch (error) {
    return { isSuccess: false, status: 0, text: String(error) };
  }
}

/** Seconds before try number `attempts + 1`: doubled `maxDoublings` times, then added to, never above the largest. */
export function backoffSeconds(attempts: number, retry: SchedulerJob['retryConfig']): number {
  const least = secondsOf(retry.minBackoffDuration, 'min_backoff_duration');
  const most = secondsOf(retry.maxBackoffDuration, 'max_backoff_duration');
  const doublings = Math.min(attempts - 1, retry.maxDoublings);
  const beyond = Math.max(0, attempts - 1 - retry.maxDoublings);
  return Math.min(most, least * 2 ** doublings * (1 + beyond));
}
