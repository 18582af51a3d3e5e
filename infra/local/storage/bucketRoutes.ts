import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackRequest, type Reply, type Route } from '../http.ts';
import type { ObjectStore } from './objectStore.ts';
import { bucketResource } from './resources.ts';

const BUCKETS = '(?:/storage/v1)?/b';
const BUCKET = String.raw`${BUCKETS}/(?<bucket>[^/]+)`;

/** Buckets: create, read, list, change, lock retention, delete. */
export function bucketRoutes(store: ObjectStore): Route[] {
  const route = (name: string, method: string, path: string, run: Route['run']): Route => ({
    name,
    method,
    pattern: new RegExp(`^${path}$`),
    run,
  });
  return [
    route('listBuckets', 'GET', BUCKETS, ({ query }) => {
      const buckets = [...store.buckets.values()].filter(({ name }) => name.startsWith(query.get('prefix') ?? ''));
      return { json: { kind: 'storage#buckets', items: buckets.map(bucketResource) } };
    }),
    route('insertBucket', 'POST', BUCKETS, (r) => insert(store, r)),
    route('getBucket', 'GET', BUCKET, ({ params }) => ({ json: bucketResource(store.bucket(params['bucket'] ?? '')) })),
    route('patchBucket', 'PATCH', BUCKET, (r) => patch(store, r)),
    route('lockRetentionPolicy', 'POST', `${BUCKET}/lockRetentionPolicy`, (r) => lock(store, r)),
    route('deleteBucket', 'DELETE', BUCKET, (r) => remove(store, r)),
  ];
}

function insert(store: ObjectStore, request: LoopbackRequest): Reply {
  const { name, ...settings } = jsonBody(request);
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name)) {
    throw new GoogleError('INVALID_ARGUMENT', `Invalid bucket name: '${String(name)}'`, { reason: 'invalid' });
  }
  const { location } = settings;
  return {
    json: bucketResource(
      store.createBucket(name, { ...settings, ...(typeof location === 'string' ? { location: location.toUpperCase() } : {}) }),
    ),
  };
}

function patch(store: ObjectStore, request: LoopbackRequest): Reply {
  const bucket = store.bucket(request.params['bucket'] ?? '');
  const changes = jsonBody(request);
  const before = Object(bucket.settings['retentionPolicy'] ?? {}) as { isLocked?: boolean; retentionPeriod?: string };
  if (before.isLocked === true && 'retentionPolicy' in changes) {
    const next = Object(changes['retentionPolicy'] ?? {}) as { retentionPeriod?: string };
    if (Number(next.retentionPeriod ?? 0) < Number(before.retentionPeriod)) {
      throw new GoogleError(
        'PERMISSION_DENIED',
        `Cannot reduce retention duration of a locked Retention Policy for bucket '${bucket.name}'.`,
        { reason: 'forbidden' },
      );
    }
    changes['retentionPolicy'] = { ...next, isLocked: true };
  }
  bucket.settings = { ...bucket.settings, ...changes };
  bucket.metageneration += 1;
  store.saveBuckets();
  return { json: bucketResource(bucket) };
}

function lock(store: ObjectStore, request: LoopbackRequest): Reply {
  const bucket = store.bucket(request.params['bucket'] ?? '');
  if (request.query.get('ifMetagenerationMatch') !== String(bucket.metageneration)) {
    throw new GoogleError('FAILED_PRECONDITION', 'At least one of the pre-conditions you specified did not hold.', {
      httpStatus: 412,
      reason: 'conditionNotMet',
    });
  }
  bucket.settings = { ...bucket.settings, retentionPolicy: { ...Object(bucket.settings['retentionPolicy']), isLocked: true } };
  bucket.metageneration += 1;
  store.saveBuckets();
  return { json: bucketResource(bucket) };
}

function remove(store: ObjectStore, request: LoopbackRequest): Reply {
  const bucket = store.bucket(request.params['bucket'] ?? '');
  if (store.objects(bucket.name).size > 0) {
    throw new GoogleError('ALREADY_EXISTS', 'The bucket you tried to delete is not empty.', { reason: 'conflict' });
  }
  store.buckets.delete(bucket.name);
  store.saveBuckets();
  return { status: 204, body: '' };
}
