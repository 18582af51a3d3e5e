// The relying party's side: /rp/v6.0, JSON in and out, errors as {errorCode, details}.
import { GoogleError } from '../googleError.ts';
import type { LoopbackRequest, Reply, Route } from '../http.ts';
import type { Order, Orders } from './orders.ts';
import { invalidParameters, RpError, rpFailures } from './rpError.ts';
import { orderRefOf, orderRequest, phoneOrderRequest, type OrderRequest } from './validate.ts';

/** All operations. */
export function rpRoutes(orders: Orders): Route[] {
  const post = (name: string, run: (body: Record<string, unknown>) => object): Route => ({
    name: name.replace('/', ''),
    method: 'POST',
    pattern: new RegExp(`^/rp/v6\\.0/${name}$`),
    run: (request) => ({ json: run(bodyOf(request)) }),
  });
  const place = (kind: 'auth' | 'sign', request: OrderRequest): Order => orders.place(kind, request);
  return [
    ...(['auth', 'sign'] as const).flatMap((kind) => [
      post(kind, (body) => started(place(kind, orderRequest(kind, body)))),
      post(`phone/${kind}`, (body) => ({ orderRef: place(kind, phoneOrderRequest(kind, body)).orderRef })),
    ]),
    post('collect', (body) => collected(orders.collect(orderRefOf(body)))),
    post('cancel', (body) => (orders.cancel(orderRefOf(body)), {})),
  ];
}

const started = ({ orderRef, autoStartToken, qrStartToken, qrStartSecret }: Order): object => ({
  orderRef,
  autoStartToken,
  qrStartToken,
  qrStartSecret,
});

function collected({ orderRef, status, hintCode, completionData }: Order): object {
  return status === 'complete' ? { orderRef, status, completionData } : { orderRef, status, hintCode };
}

function bodyOf({ headers, body }: LoopbackRequest): Record<string, unknown> {
  if (headers['content-type'] !== 'application/json')
    throw new RpError(415, 'unsupportedMediaType', 'Adding a "charset" parameter is not allowed; use application/json.');
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    // Checked on this line to be a JSON object, whose keys are strings.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through to the one refusal below.
  }
  throw invalidParameters('Invalid JSON');
}

/** Any error in BankID's words; injected faults included. */
export function rpErrorReply(error: unknown): Reply {
  const known = error instanceof RpError ? error : fault(error);
  return { status: known.status, json: known.toBody() };
}

function fault(error: unknown): RpError {
  if (!(error instanceof GoogleError)) return rpFailures['500'];
  switch (error.status) {
    case 'NOT_FOUND':
      return new RpError(404, 'notFound', 'An erroneous URL path was used.');
    case 'UNAVAILABLE':
      return rpFailures['503'];
    case 'RESOURCE_EXHAUSTED':
      return rpFailures['429'];
    case 'DEADLINE_EXCEEDED':
      return rpFailures['504'];
    default:
      return rpFailures['500'];
  }
}
