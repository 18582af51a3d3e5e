/** Files in and out: the upload of an import, and downloads that need the caller's token. */
import * as z from 'zod/mini';
import { idSchemas } from '../../../functions/src/shared/ids.ts';
import { ApiError, fromHttpBody } from './apiError.ts';
import { endIfSessionIsDead } from './call.ts';
import { idToken } from './firebase.ts';
import { sessionState, type SessionState } from './session.ts';

const uploadAnswer = z.object({ uploadId: idSchemas.upload, sizeBytes: z.int() });
/** What the server made of an upload. */
export type Uploaded = z.infer<typeof uploadAnswer>;

/**
 * Sends a file for import. `onProgress` gets 0 to 1. Throws an ApiError; an abort throws a DOMException `AbortError`.
 * XMLHttpRequest, because `fetch` does not tell how much has been sent.
 */
export async function uploadImport(orgId: string, file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
  const sentIn = sessionState();
  const token = await idToken();
  // Cancelled meanwhile: nothing listens yet.
  signal.throwIfAborted();
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/uploadImport?orgId=${encodeURIComponent(orgId)}`);
    request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.setRequestHeader('Content-Type', 'text/csv');
    request.upload.addEventListener('progress', (event) => onProgress(event.total > 0 ? event.loaded / event.total : 0));
    request.addEventListener('load', () => resolve({ status: request.status, body: request.responseText }));
    request.addEventListener('error', () => reject(new ApiError('shared/unavailable')));
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
  const answer = z.safeParse(uploadAnswer, jsonOrNull(body));
  if (status === 200 && answer.success) return answer.data;
  return refuse(status, jsonOrNull(body), sentIn);
}

/** Fetches a finished extract, a ZIP. Throws an ApiError. */
export function fetchExtract(orgId: string, jobId: string): Promise<Blob> {
  return fetchResult('downloadExtract', orgId, jobId);
}

/** Fetches a finished export of the whole register, a ZIP. Throws an ApiError. */
export function fetchRegisterExport(orgId: string, jobId: string): Promise<Blob> {
  return fetchResult('downloadRegisterExport', orgId, jobId);
}

async function fetchResult(name: 'downloadExtract' | 'downloadRegisterExport', orgId: string, jobId: string): Promise<Blob> {
  return (await fetchAsCaller(`/api/${name}?${new URLSearchParams({ orgId, jobId })}`)).blob();
}

/** Fetches from a function of this site with the caller's token. Throws an ApiError, an abort a DOMException `AbortError`. */
export async function fetchAsCaller(path: string, signal?: AbortSignal): Promise<Response> {
  const sentIn = sessionState();
  const headers = { Authorization: `Bearer ${await idToken()}` };
  const response = await fetch(path, { headers, ...(signal === undefined ? {} : { signal }) }).catch(() => {
    signal?.throwIfAborted();
    throw new ApiError('shared/unavailable');
  });
  if (!response.ok) return refuse(response.status, jsonOrNull(await response.text()), sentIn);
  return response;
}

/** Lets the browser save a file under a name. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken its copy when the next task runs; a short delay is for older ones.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function refuse(status: number, body: unknown, sentIn: SessionState): Promise<never> {
  const error = fromHttpBody(status, body);
  await endIfSessionIsDead(error, sentIn);
  throw error;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
