import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Faults } from '../faults.ts';
import { type LoopbackService, type Reply, startService } from '../http.ts';
import { bucketRoutes } from './bucketRoutes.ts';
import { objectRoutes } from './objectRoutes.ts';
import { type ObjectStore, openObjectStore } from './objectStore.ts';
import { uploadRoutes } from './uploadRoutes.ts';

/** The running loopback Cloud Storage, and its store for services beside it. */
export type StorageService = LoopbackService & { readonly store: ObjectStore };

/**
 * Starts the loopback Cloud Storage (JSON API) for `@google-cloud/storage` with `STORAGE_EMULATOR_HOST`.
 * @param options `dir`: where objects lie; with `temporary`, it is removed at the end. `buckets`: made when missing, with their
 * `settings` by name.
 */
export async function startStorage(options: {
  faults: Faults;
  dir: string;
  temporary: boolean;
  buckets: readonly string[];
  settings?: Readonly<Record<string, Record<string, unknown>>>;
  port?: number;
}): Promise<StorageService> {
  const dir = join(options.dir, 'storage');
  const store = openObjectStore(dir);
  for (const name of options.buckets) if (!store.buckets.has(name)) store.createBucket(name, { ...options.settings?.[name] });
  let url = '';
  const service = await startService({
    service: 'storage',
    faults: options.faults,
    garble: flipMedia,
    routes: [...uploadRoutes(store, () => url), ...objectRoutes(store), ...bucketRoutes(store)],
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  url = service.url;
  const stop = async (): Promise<void> => {
    await service.stop();
    if (options.temporary) rmSync(dir, { recursive: true, force: true });
  };
  return { ...service, store, stop };
}

/** Damages one byte of a download but not its checksum; any other answer becomes bytes that are not JSON. */
function flipMedia(reply: Reply): Reply {
  if (!Buffer.isBuffer(reply.body) || reply.body.length === 0) return { status: 200, body: '\u0000<garbage/>{' };
  const body = Buffer.from(reply.body);
  body.writeUInt8(body.readUInt8(0) ^ 0xff, 0);
  return { ...reply, body };
}
