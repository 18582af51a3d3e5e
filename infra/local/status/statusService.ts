import { connect } from 'node:net';
import type { CloudUrls } from '../cloudTypes.ts';
import { FAULT_KINDS, FAULTY_SERVICES, type Fault, type Faults } from '../faults.ts';
import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackService, type Route, startService } from '../http.ts';
import { escapeHtml, page, PAGE_HEADERS } from '../html.ts';

/** What the status page shows and does. */
export type StatusOptions = {
  readonly faults: Faults;
  readonly projectId: string;
  readonly urls: () => CloudUrls;
  readonly counters: (service: keyof CloudUrls) => Record<string, number>;
  readonly runSchedule: (name: string) => Promise<void>;
  readonly port?: number;
};

type ServiceStatus = { name: string; url: string; up: boolean; counters: Record<string, number> };

/**
 * Starts the status page: `GET /` for people, `GET /status.json`, `POST /faults` (a fault as JSON),
 * `DELETE /faults`, `POST /schedules/NAME`.
 */
export function startStatus(options: StatusOptions): Promise<LoopbackService> {
  const routes: Route[] = [
    {
      name: 'page',
      method: 'GET',
      pattern: /^\/$/,
      run: async () => ({ headers: PAGE_HEADERS, body: statusPage(options.projectId, await readAll(options)) }),
    },
    {
      name: 'status',
      method: 'GET',
      pattern: /^\/status\.json$/,
      run: async () => ({ json: { projectId: options.projectId, services: await readAll(options), faults: options.faults.planned() } }),
    },
    {
      name: 'injectFault',
      method: 'POST',
      pattern: /^\/faults$/,
      run: (request) => {
        options.faults.inject(parseFault(jsonBody(request)));
        return { json: { faults: options.faults.planned() } };
      },
    },
    { name: 'clearFaults', method: 'DELETE', pattern: /^\/faults$/, run: () => (options.faults.clear(), { json: {} }) },
    {
      name: 'runSchedule',
      method: 'POST',
      pattern: /^\/schedules\/(?<name>[^/]+)$/,
      run: async ({ params }) => {
        await options.runSchedule(params['name'] ?? '');
        return { json: {} };
      },
    },
  ];
  return startService({
    service: 'status',
    routes,
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
}

function parseFault(body: Record<string, unknown>): Fault {
  const { match, times } = body;
  const service = FAULTY_SERVICES.find((known) => known === body['service']);
  const kind = FAULT_KINDS.find((known) => known === body['kind']);
  if (service === undefined || kind === undefined) throw new GoogleError('INVALID_ARGUMENT', 'unknown "service" or "kind"');
  return { service, kind, times: Number(times ?? 1), ...(typeof match === 'string' ? { match } : {}) };
}

const readAll = (options: StatusOptions): Promise<ServiceStatus[]> =>
  Promise.all(
    Object.entries(options.urls()).map(async ([name, url]) => ({
      // The keys of CloudUrls; Object.entries forgets their type.
      name,
      url,
      up: await answers(url),
      counters: options.counters(name as keyof CloudUrls),
    })),
  );

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (url === '') return resolve(false);
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), timeout: 1000 });
    const end = (up: boolean) => (): void => {
      socket.destroy();
      resolve(up);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

function statusPage(projectId: string, services: readonly ServiceStatus[]): string {
  const rows = services.map(
    ({ name, url, up, counters }) => `<tr><th scope="row">${escapeHtml(name)}</th>
<td>${up ? 'up' : '<strong>down</strong>'}</td><td>${url === '' ? 'not started' : `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`}</td>
<td>${Object.entries(counters)
      .map(([operation, count]) => `${escapeHtml(operation)} ${count}`)
      .join('<br>')}</td></tr>`,
  );
  return page(
    `Local cloud ${projectId}`,
    `<table><thead><tr><th scope="col">Service</th><th scope="col">State</th>
<th scope="col">Address</th><th scope="col">Requests</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
  );
}
