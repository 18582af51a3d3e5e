/**
 * Whether something thrown says only that a service did not answer. Guarantees: an answer about the data itself, such as a
 * checksum or a key that does not fit, is never taken for silence.
 */
import { isAppError } from '../shared/errors.ts';

/** gRPC's deadline exceeded, resource exhausted, internal and unavailable; HTTP's of the same meaning; Node's of a connection. */
const grpc = [4, 8, 13, 14] as const;
const http = [408, 429, 500, 502, 503, 504] as const;
const node = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'] as const;
const codes: ReadonlySet<unknown> = new Set<unknown>([...grpc, ...http, ...node]);

/** Whether a service did not answer, or could not do then what was asked. */
export function isOutage(thrown: unknown): boolean {
  if (isAppError(thrown)) return thrown.code === 'shared/unavailable' || thrown.code === 'backup/restore-failed';
  return thrown instanceof Error && 'code' in thrown && codes.has(thrown.code);
}
