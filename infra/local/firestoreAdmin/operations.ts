import { randomBytes } from 'node:crypto';
import { GoogleError } from '../googleError.ts';

/** Progress of a long-running operation; `metadata` carries the type URL that the client decodes by. */
export type Operation = {
  readonly name: string;
  readonly metadata: Record<string, unknown>;
  done: boolean;
  response?: Record<string, unknown>;
  error?: { code: number; message: string };
  /** Times it was asked for; it is never done at the first. */
  polls: number;
};

/** Long-running operations of one service. */
export type Operations = {
  /** Begins work in the background and answers at once. */
  start(database: string, metadata: Record<string, unknown>, work: () => Promise<Record<string, unknown>>): Operation;
  /** Throws NOT_FOUND. Counts as a poll. */
  poll(name: string): Operation;
  list(database: string): Operation[];
  cancel(name: string): void;
  /** Resolves when no work is running. */
  settled(): Promise<void>;
};

/** google.rpc.Code of what can end an operation here. */
const RPC_CODES: Readonly<Record<string, number>> = { INVALID_ARGUMENT: 3, NOT_FOUND: 5, PERMISSION_DENIED: 7, INTERNAL: 13 };
const CANCELLED = 1;

/** Makes an empty list of operations. */
export function createOperations(): Operations {
  const operations = new Map<string, Operation>();
  const running = new Set<Promise<void>>();
  const find = (name: string): Operation => {
    const operation = operations.get(name);
    if (operation === undefined) throw new GoogleError('NOT_FOUND', `Operation ${name} not found.`);
    return operation;
  };
  return {
    start(database, metadata, work) {
      const name = `${database}/operations/${randomBytes(12).toString('base64url')}`;
      const operation: Operation = { name, done: false, polls: 0, metadata: { ...metadata, operationState: 'PROCESSING' } };
      operations.set(name, operation);
      const job = run(operation, work).finally(() => running.delete(job));
      running.add(job);
      return operation;
    },
    poll(name) {
      const operation = find(name);
      operation.polls += 1;
      return operation;
    },
    list: (database) => [...operations.values()].filter(({ name }) => name.startsWith(`${database}/operations/`)),
    cancel(name) {
      const operation = find(name);
      if (operation.done) return;
      operation.done = true;
      operation.error = { code: CANCELLED, message: 'Operation was cancelled.' };
      operation.metadata['operationState'] = 'CANCELLED';
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
}

/** The operation as it is sent: what has ended already is still shown as running at the first poll. */
export function operationResource(operation: Operation): Record<string, unknown> {
  const { name, metadata, response, error } = operation;
  if (!operation.done || operation.polls < 2) {
    const { endTime: _, ...unfinished } = metadata;
    return { name, metadata: { ...unfinished, operationState: 'PROCESSING' }, done: false };
  }
  return { name, metadata, done: true, ...(error === undefined ? { response } : { error }) };
}

async function run(operation: Operation, work: () => Promise<Record<string, unknown>>): Promise<void> {
  try {
    const response = await work();
    if (operation.done) return;
    operation.response = response;
    operation.metadata['operationState'] = 'SUCCESSFUL';
  } catch (error) {
    const status = error instanceof GoogleError ? error.status : 'INTERNAL';
    operation.error = { code: RPC_CODES[status] ?? 13, message: error instanceof Error ? error.message : String(error) };
    operation.metadata['operationState'] = 'FAILED';
  }
  operation.metadata['endTime'] = new Date().toISOString();
  operation.done = true;
}
