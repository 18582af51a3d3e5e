// Guarantees: headers, redirects and rewrites of firebase.json as Hosting applies them (superstatic is what Hosting's
// own emulator uses); only pages are adapted, see pageAdaptation.ts.
// Does not guarantee: HTTPS, HTTP/2, compression or Hosting's cache.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { Faults } from '../faults.ts';
import { type LoopbackService, send, stopServer } from '../http.ts';
import { interceptFaults } from '../nodeFaults.ts';
import { listen } from '../ports.ts';
import { type HostingConfig, type HostingRewrite, readHostingConfig } from './firebaseJson.ts';
import { proxyToFunction } from './functionProxy.ts';
import { adaptPages, type LocalHosts, webConfig } from './pageAdaptation.ts';

type Next = (error?: unknown) => void;
type Handler = (request: IncomingMessage, response: ServerResponse, next: Next) => void;
type Superstatic = (spec: {
  config: HostingConfig;
  cwd: string;
  fallthrough: boolean;
  rewriters: { function: (rewrite: HostingRewrite) => Promise<Handler> };
}) => Handler;

/** What Hosting serves and where it sends requests for functions. */
export type HostingOptions = {
  readonly faults: Faults;
  readonly projectId: string;
  readonly firebaseJson: string;
  readonly hostingDir: string | null;
  readonly hosts: LocalHosts;
  readonly functionsUrl: () => string | null;
  readonly hasFunction: (name: string) => boolean;
  readonly port?: number;
};

/** Starts the web server of the application. */
export async function startHosting(options: HostingOptions): Promise<LoopbackService> {
  const serve = staticHandler(options);
  const nothing =
    options.hostingDir === null ? { status: 503, body: 'the web application is not built\n' } : { status: 404, body: 'Not found\n' };
  const counters = new Map<string, number>();
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const path = new URL(request.url ?? '/', 'http://loopback').pathname;
    if (path === '/__/firebase/init.json') send(response, { json: webConfig(options.projectId) });
    else if (path === '/__/local.css')
      send(response, { headers: { 'content-type': 'text/css' }, body: '.firebase-emulator-warning{display:none!important}\n' });
    else {
      adaptPages(response, options.projectId, options.hosts);
      serve(request, response, () => send(response, { ...nothing, headers: { 'content-type': 'text/plain' } }));
    }
  };
  const server = createServer((request, response) => {
    interceptFaults({ service: 'hosting', faults: options.faults, counters, handler }, request, response);
  });
  const port = await listen(server, options.port);
  // By name: passkeys are bound to a domain, and an address is none. It still listens on loopback only.
  return { url: `http://localhost:${port}`, port, counters, stop: () => stopServer(server) };
}

/** Without a built application there are no files, but requests for functions go through all the same. */
const NO_FILES = '/nonexistent';

function staticHandler(options: HostingOptions): Handler {
  // Superstatic's types name packages that are not installed; this is the part of its interface used here.
  const superstatic = createRequire(import.meta.url)('superstatic/lib/superstatic') as Superstatic;
  const { public: _public, ...config } = readHostingConfig(options.firebaseJson);
  return superstatic({
    config: { ...config, public: '.' },
    cwd: options.hostingDir ?? NO_FILES,
    fallthrough: true,
    rewriters: { function: async ({ function: target }) => functionHandler(options, target?.functionId ?? '') },
  });
}

function functionHandler(options: HostingOptions, name: string): Handler {
  return (request, response) => {
    if (options.hasFunction(name)) return proxyToFunction(options.functionsUrl(), name, request, response);
    send(response, { status: 404, json: { error: { code: 404, message: `no function "${name}"`, status: 'NOT_FOUND' } } });
  };
}
