/**
 * Functions that Cloud Scheduler starts.
 * Guarantees: a failure leaves as a failure, so that Scheduler retries and the alarm on its log sounds.
 */
import { onSchedule, type ScheduleFunction } from 'firebase-functions/scheduler';
import type { Resources } from './callable.ts';
import { locations } from './config.ts';
import { logFailure, logInfo, type LogFields } from './log.ts';

/** A deployable schedule. `cron` is in Swedish time; `run` answers what is worth a line in the log. */
export function scheduled(name: string, cron: string, resources: Resources, run: () => Promise<LogFields>): ScheduleFunction {
  const options = {
    schedule: cron,
    timeZone: 'Europe/Stockholm',
    region: locations.functions,
    retryCount: 3,
    memory: '256MiB',
    maxInstances: 1,
    ...resources,
  } as const;
  return onSchedule(options, async () => {
    try {
      logInfo(`${name} done`, await run());
    } catch (thrown) {
      logFailure(`${name} failed`, thrown);
      // The platform prints what is thrown, message, cause and all; logFailure has said what may be said.
      // oxlint-disable-next-line preserve-caught-error
      throw new Error(`${name} failed`);
    }
  });
}
