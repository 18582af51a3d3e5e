/** Binds the hourly increment to its schedule. */
import { systemClock } from '../../platform/clock.ts';
import { scheduled } from '../../platform/scheduled.ts';
import { hourlyIncrement as increment } from './hourlyIncrement.ts';

export const hourlyIncrement = /* @__PURE__ */ scheduled('hourlyIncrement', { memory: '512MiB' }, () => increment(systemClock));
