/** What is loaded once, when it is first needed. */
import { ApiError } from './apiError.ts';

/**
 * Remembers the outcome of a load, but forgets a failure, so that a retry tries again. Without a network it does not even begin:
 * Chromium takes a module that could not be fetched for missing until the page is loaded anew.
 */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  const begin = async () => {
    if ('onLine' in navigator && !navigator.onLine) throw new ApiError('shared/unavailable');
    return load();
  };
  return () => {
    pending ??= begin().catch((error: unknown) => {
      pending = undefined;
      throw error;
    });
    return pending;
  };
}
