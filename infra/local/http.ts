import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from 'node:https';
import type { Faults, FaultKind, FaultyService } from './faults.ts';
import { failureFor, GoogleError } from './googleError.ts';
import { listen, LOOPBACK } from './ports.ts';

/** A request with its whole body, as routes see it. */
export type LoopbackRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Groups of the route's pattern, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
};

/** An answer: an object is sent as JSON, bytes and text as they are. */
export type Reply = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Buffer | string;
};

/** One operation of a service; `name` is what counters and faults call it. */
export type Route = {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly run: (request: LoopbackRequest) => Reply | Promise<Reply>;
};

/** A running loopback service. */
export type LoopbackService = {
  readonly url: string;
  readonly port: number;
  /** Requests answered or refused since the start, per operation. */
  readonly counters: Map<string, number>;
  stop(): Promise<void>;
};

/** What makes a service. */
export type ServiceDescription = {
  readonly service: FaultyService | 'status';
  readonly routes: readonly Route[];
  readonly faults: Faults;
  readonly port?: number;
  /** How this service damages an answer; without it, the body is replaced by bytes that are not JSON. */
  readonly garble?: (reply: Reply) => Reply;
  /** Serves by TLS with these. */
  readonly tls?: TlsOptions;
  /** How this service words an error; without it, as Google does. */
  readonly errorReply?: (error: unknown) => Reply;
};

/** Starts a service on loopback; it also answers `GET /__local/counters`. */
export async function startService(description: ServiceDescription): Promise<LoopbackService> {
  const counters = new Map<string, number>();
  const listener: RequestListener = (request, response) => {
    answer(description, counters, request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, errorReply(error));
      else response.destroy();
    });
  };
  const server = description.tls === undefined ? createServer(listener) : createTlsServer(description.tls, listener);
  const port = await listen(server, description.port);
  const scheme = description.tls === undefined ? 'http' : 'https';
  return { url: `${scheme}://${LOOPBACK}:${port}`, port, counters, stop: () => stopServer(server) };
}

/** Closes a server together with its open connections. */
export function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Parses a request's JSON body as an object. Throws INVALID_ARGUMENT when it is none. */
export function jsonBody(request: LoopbackRequest): Record<string, unknown> {
  if (request.body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    // Checked on this line to be a JSON object, whose keys are strings.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through to the one refusal below.
  }
  throw new GoogleError('INVALID_ARGUMENT', 'Invalid JSON payload received.');
}

/** Reads a whole request body. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // Node types the chunks of a request as any; without setEncoding they are Buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Sends a reply on Node's own response object. */
export function send(response: ServerResponse, reply: Reply): void {
  const isJson = reply.json !== undefined;
  const body = isJson ? JSON.stringify(reply.json) : (reply.body ?? '');
  response.writeHead(reply.status ?? 200, {
    ...(isJson ? { 'content-type': 'application/json; charset=UTF-8' } : {}),
    ...reply.headers,
    'content-length': reply.headers?.['content-length'] ?? Buffer.byteLength(body),
  });
  response.end(body);
}

async function answer(
  description: ServiceDescription,
  counters: Map<string, number>,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://loopback');
  const method = incoming.method ?? 'GET';
  if (url.pathname === '/__local/counters') {
    send(response, { json: Object.fromEntries(counters) });
    return;
  }
  const found = findRoute(description.routes, method, url.pathname);
  const operation = found?.route.name ?? 'unknown';
  counters.set(operation, (counters.get(operation) ?? 0) + 1);
  const request: LoopbackRequest = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: await readBody(incoming),
    params: found?.params ?? {},
  };
  const kind =
    description.service === 'status' ? undefined : description.faults.take(description.service, `${operation} ${method} ${url.pathname}`);
  if (kind === 'timeout') return;
  if (kind === 'lost-answer') return void (await runRoute(found?.route, request, description.errorReply ?? errorReply));
  if (kind === 'reset') {
    response.socket?.destroy();
    return;
  }
  const worded = description.errorReply ?? errorReply;
  send(response, await replyWith(kind, () => runRoute(found?.route, request, worded), description.garble, worded));
}

/** Carries out an operation under a fault and gives the answer that the caller gets. */
async function replyWith(
  kind: FaultKind | undefined,
  run: () => Promise<Reply>,
  garble: ((reply: Reply) => Reply) | undefined,
  worded: (error: unknown) => Reply,
): Promise<Reply> {
  switch (kind) {
    case '403':
    case '500':
    case '503':
    case '429':
      return worded(failureFor(kind));
    case 'late-success':
      await run();
      return worded(new GoogleError('DEADLINE_EXCEEDED', 'Deadline exceeded.'));
    case 'duplicate':
      await run();
      return run();
    case 'garbage': {
      const reply = await run();
      return garble ? garble(reply) : { status: 200, body: '\u0000<garbage/>\ufffd{' };
    }
    default:
      return run();
  }
}

async function runRoute(route: Route | undefined, request: LoopbackRequest, worded: (error: unknown) => Reply): Promise<Reply> {
  try {
    if (route === undefined) throw new GoogleError('NOT_FOUND', `no operation ${request.method} ${request.path}`);
    return await route.run(request);
  } catch (error) {
    return worded(error);
  }
}

function findRoute(routes: readonly Route[], method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match === null) continue;
    const groups = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined);
    return { route, params: Object.fromEntries(groups.map(([key, value]) => [key, decodeURIComponent(value)])) };
  }
  return undefined;
}

function errorReply(error: unknown): Reply {
  const known = error instanceof GoogleError ? error : new GoogleError('INTERNAL', String(error));
  return { status: known.httpStatus, json: known.toBody() };
}
