/** Binds the schedules of backup, and the question whether they are watched, to their use cases. */
import { systemClock, systemSleep } from '../platform/clock.ts';
import { operatorsMail } from '../platform/config.ts';
import { sendMail } from '../platform/email.ts';
import { publicHealth } from '../platform/http.ts';
import { scheduled } from '../platform/scheduled.ts';
import { sweepJobs as sweep } from '../platform/sweepJobs.ts';
import { copyExports as copy } from './copyExports.ts';
import { exportNight } from './exportNight.ts';
import { health as isWell, heartbeat as beat } from './heartbeat.ts';
import { pruneExports as prune } from './pruneExports.ts';

const large = { memory: '512MiB' } as const;

export const dailyExport = /* @__PURE__ */ scheduled('dailyExport', large, () => exportNight('daily', systemClock, systemSleep));

export const keysExport = /* @__PURE__ */ scheduled('keysExport', large, () => exportNight('keys', systemClock, systemSleep));

export const copyExports = /* @__PURE__ */ scheduled('copyExports', {}, () => copy(systemClock));

export const pruneExports = /* @__PURE__ */ scheduled('pruneExports', {}, () => prune(systemClock, systemSleep));

export const heartbeat = /* @__PURE__ */ scheduled('heartbeat', { secrets: ['SMTP_URL'] }, () =>
  beat({ clock: systemClock, sendMail, operators: operatorsMail() }),
);

/** Whether the heartbeat beats, for a watcher outside. */
export const health = /* @__PURE__ */ publicHealth(() => isWell(systemClock));

export const sweepJobs = /* @__PURE__ */ scheduled('sweepJobs', {}, () => sweep(systemClock));
