// Guarantees: an accepted task is on disk before the answer, is dispatched at least once, and again after a restart
// or a crash until it is answered with success or its attempts are spent; a task id is accepted once.
// Does not guarantee: order, rate limits, or exactly one dispatch; Cloud Tasks gives none of these either.
import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from '../jsonFile.ts';
import type { Endpoint } from '../functionsHost/endpoints.ts';
import type { Faults } from '../faults.ts';
import { dispatchUnderFaults } from './dispatch.ts';

/** A task that has not succeeded yet. */
export type PendingTask = {
  readonly name: string;
  readonly functionName: string;
  readonly url: string | null;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceAccountEmail: string;
  readonly createdAt: string;
  readonly scheduledAt: string;
  /** Milliseconds since the epoch of the next attempt. */
  dueAtMs: number;
  attempts: number;
  /** Attempts that got an answer. */
  responses: number;
  lastStatus: number | null;
};

/** What a queue needs of the functions host, which may move and restart. */
export type TaskTarget = { functionsUrl(): string | null; endpoint(functionName: string): Endpoint | undefined };

/** Backoff in seconds is multiplied by this, so that a local retry takes tenths of seconds. */
export const BACKOFF_SCALE = 0.02;
const SHORTEST_BACKOFF_MS = 200;
const REMEMBERED_NAMES = 10_000;

/** Accepts and dispatches tasks. */
export type TaskQueue = {
  /** @returns false when a task of this name was accepted before. */
  add(task: PendingTask): boolean;
  remove(name: string): boolean;
  pending(): readonly PendingTask[];
  /** Begins no attempt until `release`, as a queue that is paused; `add` goes on. */
  hold(): void;
  release(): void;
  /** Tasks given up after their last attempt, newest last. */
  readonly dead: PendingTask[];
  /** Resolves when no task is pending or running, or throws after `withinMs`. */
  drained(withinMs: number): Promise<void>;
  stop(): Promise<void>;
};

type State = {
  pending: Map<string, PendingTask>;
  names: Set<string>;
  running: Set<string>;
  timers: Map<string, NodeJS.Timeout>;
  /** What is due while the queue is held; null when it is not. */
  held: PendingTask[] | null;
  stopped: boolean;
};

/** Opens the queue; with a state folder, tasks are kept in its `tasks.json`. */
export function openTaskQueue(stateDir: string | null, target: TaskTarget, faults: Faults): TaskQueue {
  const file = stateDir === null ? null : join(stateDir, 'tasks.json');
  // The file is written only by save below.
  const saved = ((file !== null && readJsonFile(file)) || { pending: [], names: [] }) as { pending: PendingTask[]; names: string[] };
  const state: State = {
    pending: new Map(saved.pending.map((task) => [task.name, task])),
    names: new Set(saved.names),
    running: new Set(),
    timers: new Map(),
    held: null,
    stopped: false,
  };
  const dead: PendingTask[] = [];
  const save = (): void => {
    const names = [...state.names].slice(-REMEMBERED_NAMES);
    if (file !== null) writeJsonFile(file, { pending: [...state.pending.values()], names });
  };
  const finish = (task: PendingTask): void => {
    state.pending.delete(task.name);
    save();
  };
  const attempt = async (task: PendingTask): Promise<void> => {
    if (state.held !== null) return void state.held.push(task);
    state.running.add(task.name);
    const succeeded = await dispatchUnderFaults(task, target, faults);
    state.running.delete(task.name);
    if (!state.pending.has(task.name) || state.stopped) return;
    if (succeeded) return finish(task);
    const { retryConfig } = target.endpoint(task.functionName)?.taskQueueTrigger ?? {};
    if (task.attempts >= (retryConfig?.['maxAttempts'] ?? 100)) {
      dead.push(task);
      return finish(task);
    }
    task.dueAtMs = Date.now() + backoffMs(task.attempts, retryConfig ?? {});
    save();
    plan(task);
  };
  const plan = (task: PendingTask): void => {
    const timer = setTimeout(
      () => {
        state.timers.delete(task.name);
        void attempt(task);
      },
      Math.max(0, task.dueAtMs - Date.now()),
    );
    timer.unref();
    state.timers.set(task.name, timer);
  };
  for (const task of state.pending.values()) plan(task);
  return {
    add(task) {
      if (state.names.has(task.name)) return false;
      state.names.add(task.name);
      state.pending.set(task.name, task);
      save();
      plan(task);
      return true;
    },
    remove(name) {
      const known = state.pending.delete(name);
      clearTimeout(state.timers.get(name));
      if (known) save();
      return known;
    },
    pending: () => [...state.pending.values()],
    hold() {
      state.held ??= [];
    },
    release() {
      const due = state.held ?? [];
      state.held = null;
      for (const task of due) if (state.pending.has(task.name)) plan(task);
    },
    dead,
    drained: (withinMs) => untilDrained(state, withinMs),
    async stop() {
      state.stopped = true;
      for (const timer of state.timers.values()) clearTimeout(timer);
    },
  };
}

/** Doubling from `minBackoffSeconds`, at most `maxDoublings` times and at most `maxBackoffSeconds`; scaled. */
export function backoffMs(attempts: number, config: Readonly<Record<string, number | null>>): number {
  const doublings = Math.min(Math.max(0, attempts - 1), config['maxDoublings'] ?? 16);
  const seconds = Math.min((config['minBackoffSeconds'] ?? 0.1) * 2 ** doublings, config['maxBackoffSeconds'] ?? 3600);
  return Math.max(SHORTEST_BACKOFF_MS, seconds * 1000 * BACKOFF_SCALE);
}

async function untilDrained(state: State, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (state.pending.size > 0 || state.running.size > 0) {
    if (Date.now() > deadline) throw new Error(`${state.pending.size} tasks still pending after ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
