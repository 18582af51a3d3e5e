import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Faults, FaultyService } from './faults.ts';
import { failureFor, GoogleError } from './googleError.ts';
import { send } from './http.ts';

/** A request handler that is not ours (an Express application), and where its faults come from. */
export type Intercepted = {
  readonly service: FaultyService;
  readonly faults: Faults;
  readonly counters: Map<string, number>;
  readonly handler: RequestListener;
};

/**
 * Hands a request to a foreign handler under the fault planned for it, if any.
 * `duplicate` is not offered here, because the body of a request can be read only once: it counts as no fault.
 */
export function interceptFaults(to: Intercepted, request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? '/', 'http://loopback').pathname;
  if (path === '/__local/counters') {
    send(response, { json: Object.fromEntries(to.counters) });
    return;
  }
  to.counters.set(path, (to.counters.get(path) ?? 0) + 1);
  const kind = to.faults.take(to.service, `${request.method} ${path}`);
  switch (kind) {
    case 'timeout':
      request.resume();
      return;
    case 'reset':
      request.socket.destroy();
      return;
    case '403':
    case '500':
    case '503':
    case '429':
      sendError(response, failureFor(kind));
      return;
    case 'late-success':
    case 'garbage':
      replaceAnswer(response, kind);
      break;
    default:
  }
  to.handler(request, response);
}

/** Lets the handler do its work, but sends another answer than it gives. */
function replaceAnswer(response: ServerResponse, kind: 'late-success' | 'garbage'): void {
  const late = new GoogleError('DEADLINE_EXCEEDED', 'Deadline exceeded.');
  const [status, body] = kind === 'garbage' ? [200, '\u0000<garbage/>{'] : [late.httpStatus, JSON.stringify(late.toBody())];
  const { writeHead, end } = response;
  response.writeHead = () => response;
  response.write = () => true;
  response.end = (() => {
    for (const header of response.getHeaderNames()) response.removeHeader(header);
    writeHead.call(response, status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    return end.call(response, body, 'utf8');
  }) as ServerResponse['end']; // One of the overloads is enough: the arguments are dropped.
}

const sendError = (response: ServerResponse, error: GoogleError): void =>
  send(response, { status: error.httpStatus, json: error.toBody() });
