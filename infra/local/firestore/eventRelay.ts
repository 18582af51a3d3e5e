// Guarantees: an event that the emulator posts is delivered to its function, again and again until the function answers with
// success, as Eventarc does for functions that ask for it; functions that are killed meanwhile get it when they are back.
// Does not guarantee: that events outlive this process, or their order.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { stopServer } from '../http.ts';
import { listen } from '../ports.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 3000;
const AT_ONCE = 10;
/** The emulator posts an event this soon after its commit. */
const QUIET_MS = 800;

/** A running relay; the emulator takes its port for that of the functions. */
export type EventRelay = {
  readonly port: number;
  /** Resolves when nothing waits for delivery and nothing has come for a while. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

type Event = { readonly path: string; readonly headers: Record<string, string>; readonly body: Buffer; waitMs: number };

/** Starts a relay to wherever the functions are; null while they are nowhere. */
export async function startEventRelay(functionsUrl: () => string | null): Promise<EventRelay> {
  const waiting: Event[] = [];
  const state = { running: 0, isStopped: false, lastAt: Date.now() };

  const deliver = async (event: Event): Promise<void> => {
    if (await isTaken(functionsUrl(), event)) return;
    await wait(event.waitMs, undefined, { ref: false });
    event.waitMs = Math.min(event.waitMs * 2, LONGEST_WAIT_MS);
    waiting.push(event);
  };
  const pump = (): void => {
    while (!state.isStopped && state.running < AT_ONCE && waiting.length > 0) {
      const event = waiting.shift();
      if (event === undefined) return;
      state.running += 1;
      void deliver(event).finally(() => {
        state.running -= 1;
        pump();
      });
    }
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // a request without an encoding gives Buffers
    waiting.push({ path: request.url ?? '/', headers: eventHeaders(request.headers), body: Buffer.concat(chunks), waitMs: FIRST_WAIT_MS });
    state.lastAt = Date.now();
    response.writeHead(200).end();
    pump();
  };
  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
  const port = await listen(server);
  return {
    port,
    async settled() {
      const from = Date.now();
      while (waiting.length > 0 || state.running > 0 || Date.now() - Math.max(state.lastAt, from) < QUIET_MS) await wait(20);
    },
    async stop() {
      state.isStopped = true;
      await stopServer(server);
    },
  };
}

async function isTaken(base: string | null, { path, headers, body }: Event): Promise<boolean> {
  if (base === null) return false;
  const answer = await fetch(`${base}${path}`, { method: 'POST', headers, body: new Uint8Array(body) }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
  // No such trigger: it was registered by functions that are gone, and will never be taken.
  return answer !== undefined && (answer.ok || answer.status === 404);
}

/** Firestore says to the microsecond when the commit was, the emulator to the second: the present, a moment later, is nearer. */
function eventHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith('ce-') || name === 'content-type');
  const texts = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
  return /\.\d+Z$/.test(texts['ce-time'] ?? '') ? texts : { ...texts, 'ce-time': new Date().toISOString() };
}
