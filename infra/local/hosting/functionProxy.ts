import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { send } from '../http.ts';

/** Sends a request on to a function, streaming both ways, as Hosting does for rewrites. */
export function proxyToFunction(
  functionsUrl: string | null,
  functionName: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  if (functionsUrl === null) {
    send(response, unavailable('no functions are running'));
    return;
  }
  const target = new URL(functionsUrl);
  const upstream = httpRequest({
    host: target.hostname,
    port: target.port,
    method: incoming.method,
    // A function rewritten to sees the whole original path below its own name.
    path: `/${functionName}${incoming.url ?? '/'}`,
    headers: {
      ...incoming.headers,
      'x-forwarded-for': incoming.socket.remoteAddress ?? '',
      'x-forwarded-host': incoming.headers.host ?? '',
      'x-forwarded-proto': 'https',
    },
  });
  upstream.on('response', (reply) => {
    response.writeHead(reply.statusCode ?? 502, { 'cache-control': 'private', ...reply.headers });
    reply.pipe(response);
    reply.on('error', () => response.destroy());
  });
  upstream.on('error', () => {
    if (response.headersSent) response.destroy();
    else send(response, unavailable('the function did not answer'));
  });
  response.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

const unavailable = (message: string): { status: number; json: unknown } => ({
  status: 503,
  json: { error: { code: 503, message, status: 'UNAVAILABLE' } },
});
