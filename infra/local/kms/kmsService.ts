// Guarantees: the REST surface of Cloud KMS that `@google-cloud/kms` uses with `fallback: true`, with real keys,
// checksums both ways and Google's refusals.
// Does not guarantee: IAM (every caller may do everything), EKM, HSM, import jobs, MAC keys.
import { join } from 'node:path';
import type { Faults } from '../faults.ts';
import { GoogleError } from '../googleError.ts';
import { type LoopbackService, type Reply, type Route, startService } from '../http.ts';
import { keyRoutes } from './keyRoutes.ts';
import { openKeyStore } from './keyStore.ts';
import { operationRoutes } from './operationRoutes.ts';

/** Starts the loopback Cloud KMS; with a state folder, keys are kept in its `kms.json`. */
export function startKms(options: { faults: Faults; stateDir: string | null; port?: number }): Promise<LoopbackService> {
  const store = openKeyStore(options.stateDir === null ? null : join(options.stateDir, 'kms.json'));
  const routes: Route[] = [...operationRoutes(store), ...keyRoutes(store)];
  return startService({
    service: 'kms',
    routes,
    faults: options.faults,
    garble: flipPayload,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
}

/** Damages the payload but not its checksum, as a fault in transit would. */
function flipPayload(reply: Reply): Reply {
  const json = reply.json;
  if (typeof json !== 'object' || json === null) throw new GoogleError('INTERNAL', 'nothing to damage');
  const damaged: Record<string, unknown> = { ...json };
  for (const field of ['ciphertext', 'plaintext', 'signature', 'pem']) {
    const value = damaged[field];
    if (typeof value !== 'string') continue;
    const at = Math.floor(value.length / 2);
    damaged[field] = `${value.slice(0, at)}${value[at] === 'A' ? 'B' : 'A'}${value.slice(at + 1)}`;
  }
  return { ...reply, json: damaged };
}
