/**
 * Functions that Cloud Scheduler starts.
 * Guarantees: nothing but Cloud Scheduler's own account starts them, which Cloud Run checks first and this file again; each
 * run is noted in `schedules/{name}`; a failure leaves as a failure, so that Scheduler tries again and the heartbeat notices.
 */
import { onRequest, type HttpsFunction } from 'firebase-functions/https';
import type { Resources } from './callable.ts';
import { systemClock } from './clock.ts';
import { locations, schedulerAccountId } from './config.ts';
import { logFailure, logInfo, type LogFields } from './log.ts';
import { noteFailed, noteStarted, noteSucceeded } from './scheduleRecord.ts';
import { provenScheduler } from './schedulerToken.ts';
import { schedules, type ScheduleName } from './schedules.ts';

/** A deployable schedule; times and limits are in the table. `run` answers what is worth a line in the log. */
export function scheduled(name: ScheduleName, resources: Omit<Resources, 'timeoutSeconds'>, run: () => Promise<LogFields>): HttpsFunction {
  const options = {
    region: locations.functions,
    memory: '256MiB',
    maxInstances: 1,
    concurrency: 1,
    cors: false,
    invoker: `${schedulerAccountId}@`,
    timeoutSeconds: schedules[name].deadlineSeconds,
    ...resources,
  } as const;
  return onRequest(options, async (request, response) => {
    response.set('Cache-Control', 'private, no-store');
    try {
      await provenScheduler(request.get('Authorization'), name, systemClock());
    } catch (thrown) {
      logFailure(`${name} refused`, thrown);
      response.status(401).json({ error: { status: 'UNAUTHENTICATED', message: 'only Cloud Scheduler starts this' } });
      return;
    }
    const isDone = await runNoted(name, run);
    response.status(isDone ? 204 : 500).end();
  });
}

async function runNoted(name: ScheduleName, run: () => Promise<LogFields>): Promise<boolean> {
  try {
    await noteStarted(name, systemClock());
    const fields = await run();
    await noteSucceeded(name, systemClock());
    logInfo(`${name} done`, fields);
    return true;
  } catch (thrown) {
    logFailure(`${name} failed`, thrown);
    // When even this cannot be written, the silence itself becomes the alarm.
    await noteFailed(name, systemClock(), thrown).catch((failure: unknown) => logFailure(`${name} failure not noted`, failure));
    return false;
  }
}
