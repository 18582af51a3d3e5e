import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackRequest, type Reply, type Route } from '../http.ts';
import type { ObjectStore, StoredObject } from './objectStore.ts';
import { checkPreconditions, etagOf, objectResource } from './resources.ts';

const OBJECTS = String.raw`(?:/storage/v1|/download/storage/v1)?/b/(?<bucket>[^/]+)/o`;
const OBJECT = String.raw`${OBJECTS}/(?<object>[^/]+)`;

/** Reading, listing, changing, copying, composing and deleting objects. */
export function objectRoutes(store: ObjectStore): Route[] {
  const route = (name: string, method: string, path: string, run: Route['run']): Route => ({
    name,
    method,
    pattern: new RegExp(`^${path}$`),
    run,
  });
  const destination = String.raw`/b/(?<toBucket>[^/]+)/o/(?<toObject>[^/]+)`;
  return [
    route('listObjects', 'GET', OBJECTS, (r) => list(store, r)),
    route('composeObjects', 'POST', `${OBJECT}/compose`, (r) => compose(store, r)),
    route('copyObject', 'POST', `${OBJECT}/copyTo${destination}`, (r) => ({ json: copy(store, r) })),
    route('rewriteObject', 'POST', `${OBJECT}/rewriteTo${destination}`, (r) => rewrite(store, r)),
    route('getObject', 'GET', OBJECT, (r) => get(store, r)),
    route('patchObject', 'PATCH', OBJECT, (r) => patch(store, r)),
    route('deleteObject', 'DELETE', OBJECT, (r) => {
      store.remove(checked(store, r));
      return { status: 204, body: '' };
    }),
  ];
}

function get(store: ObjectStore, request: LoopbackRequest): Reply {
  const object = checked(store, request);
  return request.query.get('alt') === 'media' ? media(store, object, request) : { json: objectResource(object) };
}

function media(store: ObjectStore, object: StoredObject, request: LoopbackRequest): Reply {
  const bytes = store.read(object);
  const { contentType } = object.settings;
  const headers = {
    'content-type': typeof contentType === 'string' ? contentType : 'application/octet-stream',
    'x-goog-hash': `crc32c=${object.crc32c},md5=${object.md5Hash}`,
    'x-goog-generation': object.generation,
    'x-goog-metageneration': String(object.metageneration),
    'x-goog-stored-content-encoding': 'identity',
    'x-goog-stored-content-length': String(object.size),
    'accept-ranges': 'bytes',
    etag: etagOf(object),
  };
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return { headers, body: bytes };
  const start = match[1] === '' ? Math.max(0, bytes.length - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? bytes.length - 1 : Math.min(Number(match[2]), bytes.length - 1);
  if (start >= bytes.length || start > end) {
    throw new GoogleError('OUT_OF_RANGE', 'The requested range cannot be satisfied.', {
      httpStatus: 416,
      reason: 'requestedRangeNotSatisfiable',
    });
  }
  const range = { 'content-range': `bytes ${start}-${end}/${bytes.length}` };
  return { status: 206, headers: { ...headers, ...range }, body: bytes.subarray(start, end + 1) };
}

function patch(store: ObjectStore, request: LoopbackRequest): Reply {
  const object = checked(store, request);
  const { metadata, ...rest } = jsonBody(request);
  const merged = metadata === undefined ? object.settings['metadata'] : mergeMetadata(object.settings['metadata'], metadata);
  object.settings = { ...object.settings, ...rest, ...(merged === undefined ? {} : { metadata: merged }) };
  object.metageneration += 1;
  object.updated = new Date().toISOString();
  store.saveMetadata(object);
  return { json: objectResource(object) };
}

/** Custom metadata is patched key by key, and a null takes a key away. */
const mergeMetadata = (before: unknown, patched: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ ...Object(before), ...Object(patched) }).filter(([, value]) => value !== null));

function copy(store: ObjectStore, request: LoopbackRequest): Record<string, unknown> {
  const { bucket = '', object = '', toBucket = '', toObject = '' } = request.params;
  const source = found(store, bucket, object);
  store.bucket(toBucket);
  checkPreconditions(request.query, store.objects(toBucket).get(toObject));
  const changed = jsonBody(request);
  const settings = Object.keys(changed).length === 0 ? source.settings : { ...source.settings, ...changed };
  return objectResource(store.put(toBucket, toObject, store.read(source), settings));
}

function rewrite(store: ObjectStore, request: LoopbackRequest): Reply {
  const resource = copy(store, request);
  const size = resource['size'];
  return { json: { kind: 'storage#rewriteResponse', totalBytesRewritten: size, objectSize: size, done: true, resource } };
}

function compose(store: ObjectStore, request: LoopbackRequest): Reply {
  const { bucket = '', object = '' } = request.params;
  const { sourceObjects = [], destination = {} } = jsonBody(request);
  checkPreconditions(request.query, store.objects(bucket).get(object));
  const names: string[] = Array.isArray(sourceObjects) ? sourceObjects.map((source) => String(Object(source).name)) : [];
  const bytes = Buffer.concat(names.map((name) => store.read(found(store, bucket, name))));
  return { json: objectResource(store.put(bucket, object, bytes, { ...Object(destination), componentCount: names.length })) };
}

function list(store: ObjectStore, { params, query }: LoopbackRequest): Reply {
  const bucket = params['bucket'] ?? '';
  store.bucket(bucket);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter');
  const after = Buffer.from(query.get('pageToken') ?? '', 'base64url').toString();
  const size = Number(query.get('maxResults') ?? 0) || 1000;
  const names = [...store.objects(bucket).keys()]
    .filter((name) => name.startsWith(prefix) && name > after && withinOffsets(name, query))
    .toSorted();
  const prefixes = new Set<string>();
  const items: Record<string, unknown>[] = [];
  let last = '';
  for (const name of names) {
    if (items.length + prefixes.size >= size) break;
    last = name;
    const cut = delimiter === null ? -1 : name.indexOf(delimiter, prefix.length);
    if (cut >= 0) prefixes.add(name.slice(0, cut + (delimiter ?? '').length));
    else items.push(objectResource(found(store, bucket, name)));
  }
  const more = names.length > 0 && last !== names.at(-1) ? { nextPageToken: Buffer.from(last).toString('base64url') } : {};
  return { json: { kind: 'storage#objects', items, ...(prefixes.size > 0 ? { prefixes: [...prefixes] } : {}), ...more } };
}

function withinOffsets(name: string, query: URLSearchParams): boolean {
  const start = query.get('startOffset');
  const end = query.get('endOffset');
  return (start === null || name >= start) && (end === null || name < end);
}

function checked(store: ObjectStore, request: LoopbackRequest): StoredObject {
  const object = found(store, request.params['bucket'] ?? '', request.params['object'] ?? '');
  const generation = request.query.get('generation');
  if (generation !== null && generation !== object.generation) throw missing(object.bucket, object.name);
  checkPreconditions(request.query, object);
  return object;
}

function found(store: ObjectStore, bucket: string, name: string): StoredObject {
  store.bucket(bucket);
  const object = store.objects(bucket).get(name);
  if (object === undefined) throw missing(bucket, name);
  return object;
}

const missing = (bucket: string, name: string): GoogleError =>
  new GoogleError('NOT_FOUND', `No such object: ${bucket}/${name}`, { reason: 'notFound' });
