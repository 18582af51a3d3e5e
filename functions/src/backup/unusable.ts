/** What is made of backups that cannot be used. Guarantees: a service that does not answer is never taken for a backup that is damaged. */
import { isAppError, type AppError } from '../shared/errors.ts';

/** Told of what is damaged or not genuine, and therefore left out: its id, and why. */
export type LeftOut = (id: string, why: AppError) => void;

/** Whether something thrown says that an object cannot be used, and not that it could not be read just now. */
export const isUnusable = (thrown: unknown): thrown is AppError =>
  isAppError(thrown, 'backup/damaged') || isAppError(thrown, 'backup/not-genuine');

/** Reads each of these; one that cannot be used is left out if `leftOut` takes it, and unless it is told, that is an error. */
export async function readUsable<T>(ids: readonly string[], read: (id: string) => Promise<T>, leftOut?: LeftOut): Promise<readonly T[]> {
  const usable: T[] = [];
  for (const id of ids) {
    try {
      usable.push(await read(id));
    } catch (thrown) {
      if (leftOut === undefined || !isUnusable(thrown)) throw thrown;
      leftOut(id, thrown);
    }
  }
  return usable;
}
