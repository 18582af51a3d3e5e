/**
 * Exports of databases by the Firestore Admin API.
 * Guarantees: an export shows one moment, which is told; an export that was started and not noted can be found again.
 */
import type { v1 } from '@google-cloud/firestore';
import { firestoreAdminEndpoint, projectId } from './config.ts';

type AdminClient = InstanceType<typeof v1.FirestoreAdminClient>;

/** The databases that are exported: tenant data, and wrapped keys, each to a bucket of its own. */
export type ExportedDatabase = '(default)' | 'keys';

let client: Promise<AdminClient> | undefined;

/** The official client, loaded at first use, over HTTP. */
export function admin(): Promise<AdminClient> {
  client ??= import('@google-cloud/firestore').then((module) => {
    // Node, unbundled, finds only the default export of this CommonJS package.
    const { v1: api } = 'v1' in module ? module : (module as { default: typeof module }).default;
    return new api.FirestoreAdminClient({ fallback: true, ...firestoreAdminEndpoint() });
  });
  return client;
}

const databaseName = (database: ExportedDatabase): string => `projects/${projectId()}/databases/${database}`;

/** Starts an export of a database as it was at `snapshotAt` (a whole minute); answers the operation's name. */
export async function startExport(database: ExportedDatabase, outputUri: string, snapshotAt: Date): Promise<string> {
  const snapshotTime = { seconds: Math.floor(snapshotAt.getTime() / 1000), nanos: 0 };
  const [operation] = await (await admin()).exportDocuments({ name: databaseName(database), outputUriPrefix: outputUri, snapshotTime });
  if (operation.name === undefined) throw new TypeError('the export has no operation name');
  return operation.name;
}

/** How an export goes on: still running, done with the moment that it shows, or failed with Google's message. */
export type ExportProgress =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly snapshotAt: Date }
  | { readonly state: 'failed'; readonly reason: string };

/** Asks how an export goes on. */
export async function exportProgress(operationName: string): Promise<ExportProgress> {
  const operation = await (await admin()).checkExportDocumentsProgress(operationName);
  if (operation.done !== true) return { state: 'running' };
  const error = operation.error ?? operation.latestResponse.error;
  if (error) return { state: 'failed', reason: error.message ?? 'unknown' };
  const { seconds, nanos } = metadataOf(operation).snapshotTime ?? {};
  if (seconds === undefined || seconds === null) return { state: 'failed', reason: 'the export does not say which moment it shows' };
  return { state: 'done', snapshotAt: new Date(Number(seconds) * 1000 + Math.floor((nanos ?? 0) / 1_000_000)) };
}

/** The newest export of a database to this place that was started at `since` or later; null when there is none. */
export async function findExport(database: ExportedDatabase, outputUri: string, since: Date): Promise<string | null> {
  const api = await admin();
  const list = api.operationsClient.listOperationsAsync.bind(api.operationsClient);
  let newest: { readonly name: string; readonly startedAt: number } | null = null;
  // Without a filter only what runs or has failed is listed.
  for (const filter of ['', 'done: true']) {
    // The type asks for `toJSON` too, which plain requests to this client have none of.
    const request = { name: databaseName(database), filter, pageSize: 100, pageToken: '' } as Parameters<typeof list>[0];
    for await (const { name, metadata } of list(request, { autoPaginate: false })) {
      // Of other kinds, such as the making of an index, the metadata could not be decoded.
      if (typeof name !== 'string' || metadata?.type_url?.endsWith('.ExportDocumentsMetadata') === false) continue;
      const { outputUriPrefix, startTime } = metadataOf(await api.checkExportDocumentsProgress(name));
      const startedAt = Number(startTime?.seconds ?? 0) * 1000;
      if (outputUriPrefix !== outputUri || startedAt < since.getTime() - 1000) continue;
      if (newest === null || startedAt >= newest.startedAt) newest = { name, startedAt };
    }
  }
  return newest?.name ?? null;
}

/** What is read of an operation's metadata. Other kinds of operations have no such members. */
type Metadata = {
  readonly outputUriPrefix?: string | null;
  readonly startTime?: { readonly seconds?: unknown } | null;
  readonly snapshotTime?: { readonly seconds?: unknown; readonly nanos?: number | null } | null;
};

const metadataOf = ({ metadata }: { readonly metadata: unknown }): Metadata => metadata ?? {};

/** Where a database is kept, e.g. `europe-north2`. */
export async function databaseLocation(database: ExportedDatabase = '(default)'): Promise<string> {
  const [found] = await (await admin()).getDatabase({ name: databaseName(database) });
  return found.locationId ?? '';
}
