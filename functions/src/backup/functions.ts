/** Binds the schedules of backup to its use cases. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../platform/clock.ts';
import { scheduled } from '../platform/scheduled.ts';
import { sweepJobs as sweep } from '../platform/sweepJobs.ts';
import { dailyExport as exportDaily } from './dailyExport.ts';

const large = { memory: '512MiB' } as const;
const wait = async (milliseconds: number): Promise<void> => void (await sleep(milliseconds));

export const dailyExport = /* @__PURE__ */ scheduled('dailyExport', large, () => exportDaily(systemClock, wait));

export const sweepJobs = /* @__PURE__ */ scheduled('sweepJobs', {}, () => sweep(systemClock));
