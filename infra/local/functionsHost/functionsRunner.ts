import { freePort } from '../ports.ts';
import { setEnvironment } from '../environment.ts';
import type { Faults } from '../faults.ts';
import type { Endpoint } from './endpoints.ts';

/** Functions wherever they run: in this process, in one of their own, or nowhere. */
export type FunctionsRunner = {
  url(): string | null;
  endpoints(): ReadonlyMap<string, Endpoint>;
  counters(): ReadonlyMap<string, number>;
  /** Process id of functions in a process of their own; null otherwise. */
  pid(): number | null;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

type Options = { entry: string; env: Readonly<Record<string, string>>; faults: Faults; port: number };

/** Starts the functions in this process, whose environment is changed until the end. */
export async function runInProcess(options: Options): Promise<FunctionsRunner> {
  const restore = setEnvironment(options.env);
  const { startFunctionsHost } = await import('./functionsHost.ts');
  const host = await startFunctionsHost({ entry: options.entry, faults: options.faults, port: options.port });
  const refuse = async (): Promise<never> => {
    throw new TypeError('only functions in a process of their own can be killed');
  };
  return {
    url: () => host.url,
    endpoints: () => host.endpoints,
    counters: () => host.counters,
    pid: () => null,
    kill: refuse,
    restart: refuse,
    async stop() {
      await host.stop();
      restore();
    },
  };
}

/** Starts the functions in a process of their own. */
export async function runInOwnProcess(options: Options): Promise<FunctionsRunner> {
  const { startFunctionsProcess } = await import('./functionsProcess.ts');
  const port = await freePort(options.port);
  let current = await startFunctionsProcess({ ...options, port });
  return {
    url: () => current.url,
    endpoints: () => current.endpoints,
    counters: () => new Map(),
    pid: () => current.pid,
    kill: () => current.kill(),
    async restart() {
      await current.kill();
      current = await startFunctionsProcess({ ...options, port });
    },
    stop: () => current.stop(),
  };
}

/** No functions: every request for one is refused. */
export const noFunctions = (): FunctionsRunner => ({
  url: () => null,
  endpoints: () => new Map(),
  counters: () => new Map(),
  pid: () => null,
  kill: async () => undefined,
  restart: async () => undefined,
  stop: async () => undefined,
});
