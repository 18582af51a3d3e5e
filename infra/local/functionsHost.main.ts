// The functions host as a process of its own, so that it can be killed while the other services live.
// Environment: FUNCTIONS_ENTRY (module), PORT (0 or unset: a free one) and all that the functions need.
// Prints one line of JSON when ready: {"url": …, "endpoints": {…}}. Ends when its standard input closes.
import { createFaults } from './faults.ts';
import { startFunctionsHost } from './functionsHost/functionsHost.ts';

const entry = process.env['FUNCTIONS_ENTRY'];
if (entry === undefined || entry === '') throw new Error('missing required "FUNCTIONS_ENTRY"');
const host = await startFunctionsHost({ entry, port: Number(process.env['PORT'] ?? 0), faults: createFaults() });
process.stdout.write(`${JSON.stringify({ url: host.url, endpoints: Object.fromEntries(host.endpoints) })}\n`);

const stop = (): void => {
  void host.stop().then(() => process.exit(0));
};
process.stdin.on('end', stop).resume();
process.on('SIGTERM', stop);
process.on('SIGINT', () => undefined); // Ctrl-C ends the parent, which ends this one in order.
