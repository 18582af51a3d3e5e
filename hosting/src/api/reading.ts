/** Direct reads of Firestore, with errors as the app knows them. */
import { toApiError } from './apiError.ts';

/** The answer of a read. Throws an ApiError. */
export async function reading<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    throw toApiError(thrown);
  }
}
