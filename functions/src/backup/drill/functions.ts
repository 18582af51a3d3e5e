/** Binds the restore drill to its schedule. */
import { systemClock, systemSleep } from '../../platform/clock.ts';
import { scheduled } from '../../platform/scheduled.ts';
import { restoreDrill as drill } from './restoreDrill.ts';

export const restoreDrill = /* @__PURE__ */ scheduled('restoreDrill', { memory: '512MiB' }, () => drill(systemClock, systemSleep));
