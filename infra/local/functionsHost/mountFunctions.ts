// Guarantees: each function gets its requests as in production, raw body and 32 MiB limit included, and verifies
// tokens itself, because nothing here switches that off.
// Does not guarantee: production's isolation; all functions share one process and its memory.
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { type DeployedFunction, functionsOf } from './endpoints.ts';

/** Cloud Run's limit for a request over HTTP/1.1. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** Builds the application that serves every exported function of a module. */
export function mountFunctions(module: object): { app: Express; functions: Map<string, DeployedFunction> } {
  const functions = functionsOf(module);
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', true);
  app.get('/__local/ready', (_request, response) => {
    response.json({ functions: [...functions.keys()] });
  });
  app.use(...bodyParsers());
  for (const [name, fn] of functions) mount(app, name, fn);
  app.use((request, response) => {
    response.status(404).json({ error: { code: 404, message: `no function at ${request.path}`, status: 'NOT_FOUND' } });
  });
  app.use(refuseBody);
  return { app, functions };
}

function mount(app: Express, name: string, fn: DeployedFunction): void {
  const handler: RequestHandler = (request, response) => fn(request, response);
  const { __endpoint: endpoint } = fn;
  if (endpoint.callableTrigger !== undefined || endpoint.httpsTrigger !== undefined) app.use(`/${name}`, handler);
  else if (endpoint.taskQueueTrigger !== undefined) app.post(`/tasks/${name}`, handler);
  else if (endpoint.eventTrigger !== undefined) app.post(`/functions/projects/:project/triggers/${name}`, deliverEvent(fn));
}

/** Decodes a binary-mode CloudEvent, as Eventarc delivers it, and runs the function with it. */
function deliverEvent(fn: DeployedFunction): RequestHandler {
  // An event function takes the event; firebase-functions decodes its protobuf body.
  const run = fn as unknown as (event: Record<string, unknown>) => Promise<unknown>;
  return async (request, response) => {
    const attributes = Object.entries(request.headers)
      .filter(([header]) => header.startsWith('ce-'))
      .map(([header, value]) => [header.slice(3), value]);
    await run({
      ...Object.fromEntries(attributes),
      datacontenttype: request.header('content-type') ?? 'application/protobuf',
      data: protobufOf((request as Request & { rawBody?: Buffer }).rawBody), // Set by the body parsers below.
    });
    response.status(204).end();
  };
}

/** Eventarc sends the message as it is; the emulator sends it in base64, which no protobuf message looks like. */
function protobufOf(body: Buffer = Buffer.alloc(0)): Buffer {
  const text = body.toString('latin1');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : body;
}

/** The parsers of Google's functions framework: JSON, text, form and bytes, each keeping the raw body. */
function bodyParsers(): RequestHandler[] {
  const verify = (request: object, _response: unknown, rawBody: Buffer): void => {
    Object.assign(request, { rawBody });
  };
  const limit = BODY_LIMIT_BYTES;
  return [
    express.json({ limit, verify }),
    express.json({ limit, verify, type: 'application/cloudevents+json' }),
    express.text({ limit, verify }),
    express.urlencoded({ limit, verify, extended: true }),
    express.raw({ limit, verify, type: '*/*' }),
  ];
}

const refuseBody: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const status: unknown = error instanceof Error && 'status' in error ? error.status : 500;
  if (response.headersSent) next(error);
  else response.status(typeof status === 'number' ? status : 500).json({ error: { code: status, message: String(error) } });
};
