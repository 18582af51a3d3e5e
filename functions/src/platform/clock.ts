/** The system clock: the one place, with random.ts, where the outside decides what a function computes. */
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../shared/time.ts';

/** The present instant by the machine's clock. */
export const systemClock: Clock = () => new Date();

/** Waits that many milliseconds by the machine's clock. */
export const systemSleep = async (milliseconds: number): Promise<void> => void (await setTimeout(milliseconds));
