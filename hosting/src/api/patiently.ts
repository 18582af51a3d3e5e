/** For what may be done twice without harm: what the network failed is tried again by itself. */
import { toApiError } from './apiError.ts';

const waitsMs = [800, 2_400];

/** Tries up to three times while the service cannot be reached. Throws what the last try threw. */
export async function patiently<T>(action: () => Promise<T>): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await action();
    } catch (error) {
      if (toApiError(error).code !== 'shared/unavailable') throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return action();
}
