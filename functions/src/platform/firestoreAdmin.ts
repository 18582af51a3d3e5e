/**
 * Exports of the database by the Firestore Admin API.
 * Guarantees: only the database of tenant data is exported, never the one of keys; the export shows one moment.
 */
import type { v1 } from '@google-cloud/firestore';
import { firestoreAdminEndpoint, projectId } from './config.ts';

type AdminClient = InstanceType<typeof v1.FirestoreAdminClient>;

let client: Promise<AdminClient> | undefined;

/** The official client, loaded at first use, over HTTP. */
export function admin(): Promise<AdminClient> {
  client ??= import('@google-cloud/firestore').then(
    ({ v1: api }) => new api.FirestoreAdminClient({ fallback: true, ...firestoreAdminEndpoint() }),
  );
  return client;
}

const databaseName = (): string => `projects/${projectId()}/databases/(default)`;

/** Starts an export of the database as it was at `snapshotAt` (a whole minute); answers the operation's name. */
export async function startExport(outputUri: string, snapshotAt: Date): Promise<string> {
  const snapshotTime = { seconds: Math.floor(snapshotAt.getTime() / 1000), nanos: 0 };
  const [operation] = await (await admin()).exportDocuments({ name: databaseName(), outputUriPrefix: outputUri, snapshotTime });
  if (operation.name === undefined) throw new TypeError('the export has no operation name');
  return operation.name;
}

/** How an export goes on: still running, done, or failed with Google's message. */
export type ExportProgress =
  | { readonly state: 'running' }
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly reason: string };

/** Asks how an export goes on. */
export async function exportProgress(operationName: string): Promise<ExportProgress> {
  const operation = await (await admin()).checkExportDocumentsProgress(operationName);
  if (operation.done !== true) return { state: 'running' };
  const error = operation.error ?? operation.latestResponse.error;
  return error ? { state: 'failed', reason: error.message ?? 'unknown' } : { state: 'done' };
}

/** Where the database is kept, e.g. `europe-north2`. */
export async function databaseLocation(): Promise<string> {
  const [database] = await (await admin()).getDatabase({ name: databaseName() });
  return database.locationId ?? '';
}
