import type { FunctionsRunner } from '../functionsHost/functionsRunner.ts';
import { isDue, wallClock } from './cron.ts';

const MINUTE_MS = 60_000;

/** Runs scheduled functions at their times, once a minute looking which are due; failures are printed. */
export function startScheduler(functions: FunctionsRunner, runSchedule: (name: string) => Promise<void>): { stop(): Promise<void> } {
  const running = new Set<Promise<void>>();
  const busy = new Set<string>();
  const tick = (now: Date): void => {
    for (const [name, { scheduleTrigger }] of functions.endpoints()) {
      if (scheduleTrigger === undefined || busy.has(name)) continue;
      if (!isDue(scheduleTrigger.schedule ?? '', wallClock(now, scheduleTrigger.timeZone ?? 'Etc/UTC'))) continue;
      busy.add(name);
      const job = runSchedule(name)
        .catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
        .then(() => {
          running.delete(job);
          busy.delete(name);
        });
      running.add(job);
    }
  };
  let timer: NodeJS.Timeout;
  const plan = (): void => {
    timer = setTimeout(
      () => {
        tick(new Date());
        plan();
      },
      MINUTE_MS - (Date.now() % MINUTE_MS),
    );
    timer.unref();
  };
  plan();
  return {
    async stop() {
      clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
