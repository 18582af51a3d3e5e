/** Binds the restore drill to its schedule. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../platform/clock.ts';
import { scheduled } from '../../platform/scheduled.ts';
import { restoreDrill as drill } from './restoreDrill.ts';

const wait = async (milliseconds: number): Promise<void> => void (await sleep(milliseconds));

export const restoreDrill = /* @__PURE__ */ scheduled('restoreDrill', { memory: '512MiB' }, () => drill(systemClock, wait));
