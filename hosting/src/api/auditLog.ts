/** The sealed log as a file, and the key that its signatures are verified with. */
import * as z from 'zod/mini';
import { ApiError } from './apiError.ts';
import { fetchAsCaller } from './files.ts';

const path = (orgId: string): string => `/api/downloadAuditLog?${new URLSearchParams({ orgId })}`;

/** Begins to fetch the sealed log (`.valvlog`). Throws an ApiError; an abort throws a DOMException `AbortError`. */
export async function openAuditLog(orgId: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { body } = await fetchAsCaller(path(orgId), signal);
  if (body === null) throw new ApiError('shared/unavailable');
  return body;
}

/** Fetches the whole sealed log, to be saved. Throws an ApiError. */
export async function fetchAuditLog(orgId: string): Promise<Blob> {
  return (await fetchAsCaller(path(orgId))).blob();
}

/** Where Valv publishes its keys. */
export const publishedKeysPath = '/.well-known/valv-keys.json';
const publishedKeys = z.object({ checkpoints: z.optional(z.string()) });

/** The verifier key of checkpoints as it is published now; null if there is none. Throws an ApiError without an answer. */
export async function fetchCheckpointKey(): Promise<string | null> {
  const response = await fetch(publishedKeysPath, { credentials: 'omit', cache: 'no-store' }).catch(() => {
    throw new ApiError('shared/unavailable');
  });
  if (!response.ok) throw new ApiError('shared/unavailable');
  const parsed = z.safeParse(publishedKeys, await response.json().catch(() => null));
  return parsed.success ? (parsed.data.checkpoints ?? null) : null;
}
