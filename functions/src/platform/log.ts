/**
 * Structured logs to Cloud Logging.
 * Guarantees: only what a caller of this file names is logged: event names, ids, codes, counts; never inputs.
 * Does not guarantee that a stack trace of a foreign library is free of data, so causes are logged by name and code only.
 */
import { error as writeError, info as writeInfo } from 'firebase-functions/logger';

/** Values that may be logged. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Logs something that happened. */
export const logInfo = (event: string, fields: LogFields = {}): void => writeInfo(event, fields);

/** Logs a failure: the kind of error and where it was thrown, not its message, which may hold data. */
export function logFailure(event: string, thrown: unknown, fields: LogFields = {}): void {
  writeError(event, { ...fields, ...describe(thrown) });
}

function describe(thrown: unknown): LogFields {
  if (!(thrown instanceof Error)) return { kind: typeof thrown };
  const code: unknown = 'code' in thrown ? thrown.code : undefined;
  const frames = thrown.stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .join('\n');
  return {
    kind: thrown.name,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    frames,
    cause: thrown.cause instanceof Error ? thrown.cause.name : undefined,
  };
}
