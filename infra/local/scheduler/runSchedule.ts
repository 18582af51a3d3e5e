import { attempt } from './attempt.ts';
import type { TokenSigner } from './oidcToken.ts';

/** What Cloud Scheduler's requests come from. */
export const schedulerAccountOf = (projectId: string): string => `schedules@${projectId}.iam.gserviceaccount.com`;

/**
 * Starts a schedule now, as Cloud Scheduler does at its time, and waits for it. Throws unless it is answered with success.
 */
export async function runScheduleAt(functionsUrl: string | null, signer: TokenSigner, projectId: string, name: string): Promise<void> {
  const uri = `${functionsUrl ?? 'http://127.0.0.1:1'}/${name}`;
  const job = {
    name: `projects/${projectId}/locations/europe-north1/jobs/valv-${name}`,
    schedule: '* * * * *',
    timeZone: 'Etc/UTC',
    httpTarget: { uri, oidcToken: { serviceAccountEmail: schedulerAccountOf(projectId), audience: uri } },
    retryConfig: { retryCount: 0, minBackoffDuration: '5s', maxBackoffDuration: '5s', maxDoublings: 0, maxRetryDuration: '0s' },
    attemptDeadline: '1800s',
    state: 'ENABLED',
    userUpdateTime: new Date().toISOString(),
  } as const;
  const { isSuccess, status, text } = await attempt(job, signer, new Date());
  if (status === 404) throw new Error(`no scheduled function "${name}"`);
  if (!isSuccess) throw new Error(`scheduled function "${name}" answered ${status}: ${text.slice(0, 300)}`);
}
