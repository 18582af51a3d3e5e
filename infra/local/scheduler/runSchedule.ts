import type { FunctionsRunner } from '../functionsHost/functionsRunner.ts';
import { oidcShaped } from '../tasks/dispatch.ts';

/** Sends what Cloud Scheduler sends for a scheduled function. Throws unless it is answered with success. */
export async function runScheduleAt(functions: FunctionsRunner, projectId: string, name: string): Promise<void> {
  const endpoint = functions.endpoints().get(name);
  const base = functions.url();
  if (endpoint?.scheduleTrigger === undefined || base === null) throw new Error(`no scheduled function "${name}"`);
  const url = `${base}/__schedules/${name}`;
  const region = endpoint.region?.[0] ?? 'europe-north1';
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'user-agent': 'Google-Cloud-Scheduler',
      'content-type': 'application/octet-stream',
      authorization: `Bearer ${oidcShaped(`scheduler@${projectId}.iam.gserviceaccount.com`, url)}`,
      'x-cloudscheduler': 'true',
      'x-cloudscheduler-jobname': `firebase-schedule-${name}-${region}`,
      'x-cloudscheduler-scheduletime': new Date().toISOString(),
    },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`scheduled function "${name}" answered ${response.status}: ${text.slice(0, 300)}`);
}
