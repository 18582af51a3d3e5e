// Guarantees: what `FirestoreAdminClient` needs with `fallback: true` for databases, exports, imports and their
// operations, over the emulator's own export format, which is Google's.
// Does not guarantee: that an export shows the moment of its snapshotTime, which is checked as Google does: the emulator exports
// the present, and the operation's metadata says truthfully which moment that was; collectionIds on import, indexes, backups.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import { clearDatabase, DENY_ALL, setRules } from '../firestore/adminRest.ts';
import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackRequest, type LoopbackService, type Reply, type Route, startService } from '../http.ts';
import { readJsonFile, writeJsonFile } from '../jsonFile.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { exportToBucket, importFromBucket, parsePlace } from './exportImport.ts';
import { createOperations, operationResource, type Operations } from './operations.ts';

const METADATA_TYPE = 'type.googleapis.com/google.firestore.admin.v1';
const DATABASE = String.raw`(?<database>projects/(?<project>[^/]+)/databases/(?<id>[^/:]+))`;

type Databases = { all(): string[]; has(id: string): boolean; add(id: string): void; remove(id: string): void };
type Context = {
  readonly firestoreUrl: string;
  readonly store: ObjectStore;
  readonly operations: Operations;
  readonly databases: Databases;
  readonly location: string;
  readonly now: () => Date;
};

/** Starts the loopback Firestore Admin; `(default)`, `keys` and `journal` exist from the start. */
export async function startFirestoreAdmin(options: {
  faults: Faults;
  firestoreUrl: string;
  store: ObjectStore;
  stateDir: string | null;
  port?: number;
  /** What requests are judged by; default the system clock. Operations tell real moments. */
  now?: () => Date;
}): Promise<LoopbackService> {
  const { firestoreUrl, store, stateDir, now = () => new Date() } = options;
  const context: Context = {
    firestoreUrl,
    store,
    operations: createOperations(),
    databases: openDatabases(stateDir),
    location: 'europe-north2',
    now,
  };
  const service = await startService({
    service: 'firestoreAdmin',
    routes: routesOf(context),
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const stop = async (): Promise<void> => {
    await service.stop();
    await context.operations.settled();
  };
  return { ...service, stop };
}

function routesOf(context: Context): Route[] {
  const route = (name: string, method: string, path: string, run: Route['run']): Route => ({
    name,
    method,
    pattern: new RegExp(`^/v1/${path}$`),
    run,
  });
  const { operations, databases } = context;
  const operationPath = String.raw`${DATABASE}/operations/(?<operation>[^/:]+)`;
  const nameOf = ({ params }: LoopbackRequest): string => `${params['database']}/operations/${params['operation']}`;
  return [
    route('exportDocuments', 'POST', `${DATABASE}:exportDocuments`, (r) => startExport(context, r)),
    route('importDocuments', 'POST', `${DATABASE}:importDocuments`, (r) => startImport(context, r)),
    route('listDatabases', 'GET', 'projects/(?<project>[^/]+)/databases', ({ params }) => ({
      json: { databases: databases.all().map((id) => databaseResource(context, params['project'] ?? '', id)) },
    })),
    route('createDatabase', 'POST', 'projects/(?<project>[^/]+)/databases', (r) => createDatabase(context, r)),
    route('getDatabase', 'GET', DATABASE, (r) => ({ json: foundDatabase(context, r) })),
    route('deleteDatabase', 'DELETE', DATABASE, (r) => deleteDatabase(context, r)),
    route('listOperations', 'GET', `${DATABASE}/operations`, ({ params }) => ({
      json: { operations: operations.list(params['database'] ?? '').map(operationResource) },
    })),
    route('getOperation', 'GET', operationPath, (r) => ({ json: operationResource(operations.poll(nameOf(r))) })),
    route('cancelOperation', 'POST', `${operationPath}:cancel`, (r) => (operations.cancel(nameOf(r)), { json: {} })),
  ];
}

function startExport(context: Context, request: LoopbackRequest): Reply {
  foundDatabase(context, request);
  const { outputUriPrefix, collectionIds = [], snapshotTime } = jsonBody(request);
  checkSnapshotTime(snapshotTime, context.now());
  if (Array.isArray(collectionIds) && collectionIds.length > 0)
    throw new GoogleError('UNIMPLEMENTED', 'collection_ids are not offered by the local Firestore Admin.');
  const to = parsePlace(outputUriPrefix);
  context.store.bucket(to.bucket);
  const { database = '', project: projectId = '', id = '' } = request.params;
  const uri = `gs://${to.bucket}/${to.prefix}`;
  const metadata = {
    '@type': `${METADATA_TYPE}.ExportDocumentsMetadata`,
    startTime: new Date().toISOString(),
    collectionIds,
    outputUriPrefix: uri,
  };
  const operation = context.operations.start(database, metadata, async () => {
    await pause(2); // what was committed before this request is older than the moment, which has milliseconds only
    const shown = new Date();
    const { bytes } = await exportToBucket(context, { projectId, database: id, to });
    Object.assign(operation.metadata, {
      snapshotTime: shown.toISOString(),
      progressBytes: { completedWork: String(bytes), estimatedWork: String(bytes) },
    });
    return { '@type': `${METADATA_TYPE}.ExportDocumentsResponse`, outputUriPrefix: uri };
  });
  return { json: operationResource(operation) };
}

/** A whole minute, in the past, within point-in-time recovery's seven days. */
function checkSnapshotTime(snapshotTime: unknown, now: Date): void {
  if (snapshotTime === undefined) return;
  const at = typeof snapshotTime === 'string' ? Date.parse(snapshotTime) : Number.NaN;
  const age = now.getTime() - at;
  if (Number.isNaN(at) || at % 60_000 !== 0) throw new GoogleError('INVALID_ARGUMENT', 'snapshot_time must be a whole minute.');
  if (age < 0 || age > 7 * 86_400_000) throw new GoogleError('INVALID_ARGUMENT', 'snapshot_time must lie within the last seven days.');
}

function startImport(context: Context, request: LoopbackRequest): Reply {
  foundDatabase(context, request);
  const { inputUriPrefix } = jsonBody(request);
  const from = parsePlace(inputUriPrefix);
  const { database = '', project: projectId = '', id = '' } = request.params;
  const metadata = { '@type': `${METADATA_TYPE}.ImportDocumentsMetadata`, startTime: new Date().toISOString(), inputUriPrefix };
  const operation = context.operations.start(database, metadata, async () => {
    await importFromBucket(context, { projectId, database: id, from, otherSources: context.databases.all() });
    return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  });
  return { json: operationResource(operation) };
}

function createDatabase(context: Context, request: LoopbackRequest): Reply {
  const id = request.query.get('databaseId') ?? '';
  const { project = '' } = request.params;
  if (!/^[a-z][a-z0-9-]{2,61}[a-z0-9]$/.test(id)) throw new GoogleError('INVALID_ARGUMENT', `Invalid database id: ${id}`);
  if (context.databases.has(id)) throw new GoogleError('ALREADY_EXISTS', `Database already exists: ${id}`);
  const database = `projects/${project}/databases/${id}`;
  const operation = context.operations.start(database, { '@type': `${METADATA_TYPE}.CreateDatabaseMetadata` }, async () => {
    await setRules(context.firestoreUrl, database, DENY_ALL);
    context.databases.add(id);
    return { '@type': `${METADATA_TYPE}.Database`, ...databaseResource(context, project, id) };
  });
  return { json: operationResource(operation) };
}

function deleteDatabase(context: Context, request: LoopbackRequest): Reply {
  const resource = foundDatabase(context, request);
  const { database = '', project = '', id = '' } = request.params;
  const operation = context.operations.start(database, { '@type': `${METADATA_TYPE}.DeleteDatabaseMetadata` }, async () => {
    await clearDatabase(context.firestoreUrl, project, id);
    context.databases.remove(id);
    return { '@type': `${METADATA_TYPE}.Database`, ...resource };
  });
  return { json: operationResource(operation) };
}

function foundDatabase(context: Context, { params }: LoopbackRequest): Record<string, unknown> {
  const { project = '', id = '' } = params;
  if (context.databases.has(id)) return databaseResource(context, project, id);
  throw new GoogleError('NOT_FOUND', `Project '${project}' or database '${id}' does not exist.`);
}

const databaseResource = ({ location }: Context, project: string, id: string): Record<string, unknown> => ({
  name: `projects/${project}/databases/${id}`,
  locationId: location,
  type: 'FIRESTORE_NATIVE',
  concurrencyMode: 'PESSIMISTIC',
  pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
  deleteProtectionState: 'DELETE_PROTECTION_DISABLED',
  versionRetentionPeriod: '604800s',
  etag: id,
});

/** Ids of the databases there are; kept in `databases.json` of the state folder. */
function openDatabases(stateDir: string | null): Databases {
  const file = stateDir === null ? null : join(stateDir, 'databases.json');
  const saved = (file === null ? undefined : readJsonFile(file)) as string[] | undefined; // Written only below.
  const ids = new Set(saved ?? ['(default)', 'keys', 'journal']);
  const save = (): void => {
    if (file !== null) writeJsonFile(file, [...ids]);
  };
  return {
    all: () => [...ids],
    has: (id) => ids.has(id),
    add: (id) => (ids.add(id), save()),
    remove: (id) => (ids.delete(id), save()),
  };
}
