// Guarantees: the Auth emulator of firebase-tools, in this process; its accounts (random uids, nothing else) survive
// a restart. Does not guarantee: signed tokens (it issues unsigned ones, so nothing may be proved with forged claims) or
// operations that Valv never uses: identity providers, tenants, its own passwords and second factors answer 404.
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import { interceptFaults } from '../nodeFaults.ts';
import { type LoopbackService, stopServer } from '../http.ts';
import { readJsonFile, writeJsonFile } from '../jsonFile.ts';
import { listen, LOOPBACK } from '../ports.ts';

/** What is used of firebase-tools' internals, which have no types; a test fails when they change. */
type ProjectState = {
  users: Map<string, Record<string, unknown>>;
  overwriteUserWithLocalId(localId: string, user: Record<string, unknown>): unknown;
};
type CreateApp = (projectId: string, mode: number, states: Map<string, ProjectState>) => Promise<RequestListener>;
type Modules = { createApp: CreateApp; newState: (projectId: string) => ProjectState };
type Saved = { users: Record<string, unknown>[] };

/**
 * Operations that are served. The emulator compiles a validator for every parameter of all its eighty when it starts, four
 * seconds of processor time; these are what the web SDK and the functions call, and what shows the accounts of a project.
 */
const SERVED = [
  /^\/v1\/accounts:(?:signInWithCustomToken|lookup)$/,
  /^\/v1\/projects\/\{targetProjectId\}\/accounts(?::(?:batchGet|delete|lookup|query))?$/,
  /^\/v1\/(?:projects|token)$/,
];

/** What is used of the emulator's description of its operations. */
type ApiSpec = { paths: Record<string, { parameters?: unknown }> };

/** Leaves out other operations, and what Google's APIs all can be asked for in the address, such as `alt` and `prettyPrint`. */
function keepServed({ paths }: ApiSpec): void {
  for (const [path, operations] of Object.entries(paths)) {
    if (SERVED.some((pattern) => pattern.test(path))) delete operations.parameters;
    else delete paths[path];
  }
}

/** Loads the slow modules (about a second); called early so that it runs beside the start of the jar. */
export function loadAuthModules(): Modules {
  const require = createRequire(import.meta.url);
  // See ProjectState: internals of a pinned version.
  keepServed((require('firebase-tools/lib/emulator/auth/apiSpec.js') as { default: ApiSpec }).default);
  const { createApp } = require('firebase-tools/lib/emulator/auth/server.js') as { createApp: CreateApp };
  const state = require('firebase-tools/lib/emulator/auth/state.js') as { AgentProjectState: new (id: string) => ProjectState };
  return { createApp, newState: (projectId) => new state.AgentProjectState(projectId) };
}

/** Starts the Auth emulator; accounts are kept in `auth.json` of the state folder. */
export async function startAuth(options: {
  projectId: string;
  stateDir: string | null;
  faults: Faults;
  port?: number;
}): Promise<LoopbackService> {
  const { createApp, newState } = loadAuthModules();
  const file = options.stateDir === null ? null : join(options.stateDir, 'auth.json');
  const state = newState(options.projectId);
  if (file !== null) restore(state, file);
  const app = await createApp(options.projectId, 0, new Map([[options.projectId, state]]));
  const counters = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    interceptFaults({ service: 'auth', faults: options.faults, counters, handler: app }, request, response);
  });
  const port = await listen(server, options.port);
  const saver = file === null ? undefined : saveWhenChanged(state, file);
  return {
    url: `http://${LOOPBACK}:${port}`,
    port,
    counters,
    async stop() {
      await stopServer(server);
      await saver?.stop();
    },
  };
}

function restore(state: ProjectState, file: string): void {
  const saved = readJsonFile(file) as Saved | undefined; // Written only by saveWhenChanged below.
  for (const user of saved?.users ?? []) state.overwriteUserWithLocalId(String(user['localId']), user);
}

function saveWhenChanged(state: ProjectState, file: string): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let last = '';
  const save = (): void => {
    const saved: Saved = { users: [...state.users.values()] };
    const text = JSON.stringify(saved);
    if (text !== last) writeJsonFile(file, saved);
    last = text;
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await wait(1000, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      save();
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
