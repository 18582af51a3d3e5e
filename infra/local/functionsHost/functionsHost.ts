import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import type { Faults } from '../faults.ts';
import { type LoopbackService, stopServer } from '../http.ts';
import { interceptFaults } from '../nodeFaults.ts';
import { listen, LOOPBACK } from '../ports.ts';
import type { Endpoint } from './endpoints.ts';
import { mountFunctions } from './mountFunctions.ts';
import { quietConsole } from './quietConsole.ts';

/** Running functions: where, and how each is triggered. */
export type FunctionsHost = LoopbackService & { readonly endpoints: ReadonlyMap<string, Endpoint> };

/**
 * Imports a module of Cloud Functions and serves them in this process.
 * The environment must be complete before this is called: modules read it while they load.
 */
export async function startFunctionsHost(options: { entry: string; faults: Faults; port?: number }): Promise<FunctionsHost> {
  refuseEmulatorMode();
  const restoreConsole = quietConsole();
  // A module namespace is an object, whatever it exports.
  const module = (await import(pathToFileURL(options.entry).href)) as object;
  const { app, functions } = mountFunctions(module);
  const counters = new Map<string, number>();
  const server = createServer((request, response) => {
    interceptFaults({ service: 'functions', faults: options.faults, counters, handler: app }, request, response);
  });
  const port = await listen(server, options.port);
  const endpoints = new Map([...functions].map(([name, { __endpoint }]) => [name, __endpoint]));
  return { url: `http://${LOOPBACK}:${port}`, port, counters, endpoints, stop: () => stopServer(server).finally(restoreConsole) };
}

/** firebase-functions skips token verification when this variable is set, so functions never start with it. */
function refuseEmulatorMode(): void {
  if (process.env['FUNCTIONS_EMULATOR'] === undefined) return;
  throw new Error('unset "FUNCTIONS_EMULATOR": with it, firebase-functions does not verify tokens');
}
