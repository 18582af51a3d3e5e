/** Waits until the hour or the night cannot end within what follows: what is made once in each would be made twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ms, swedishDate } from '../../functions/src/shared/time.ts';

/** Waits for the next hour if this one ends within `room` milliseconds. */
export async function withinOneHour(room = 90_000): Promise<void> {
  const left = ms.hour - (Date.now() % ms.hour);
  if (left < room) await sleep(left);
}

/** Waits for midnight in Sweden if it comes within `room` milliseconds: exports are named by the date there. */
export async function withinOneDay(room = 200_000): Promise<void> {
  // Midnight there is at a full hour everywhere.
  const isLastHour = swedishDate(new Date()) !== swedishDate(new Date(Date.now() + ms.hour));
  if (isLastHour) await withinOneHour(room);
}
