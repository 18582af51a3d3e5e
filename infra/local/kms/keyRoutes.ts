import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackRequest, type Reply, type Route } from '../http.ts';
import type { KeyPurpose, KeyStore, SigningAlgorithm, StoredKey } from './keyStore.ts';
import { keyResource, versionName } from './resources.ts';
import { versionRoutes } from './versionRoutes.ts';

const LOCATION = String.raw`(?<location>projects/[^/]+/locations/[^/]+)`;
const RING = String.raw`(?<ring>projects/[^/]+/locations/[^/]+/keyRings/[^/]+)`;
const KEY = String.raw`(?<key>projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/:]+)`;
const THIRTY_DAYS_SECONDS = 30 * 24 * 60 * 60;

/** Management of key rings, keys and versions. */
export function keyRoutes(store: KeyStore): Route[] {
  const route = (name: string, method: string, path: string, run: Route['run']): Route => ({
    name,
    method,
    pattern: new RegExp(`^/v1/${path}$`),
    run,
  });
  return [
    ...versionRoutes(store),
    route('listKeyRings', 'GET', `${LOCATION}/keyRings`, (r) => listRings(store, r)),
    route('createKeyRing', 'POST', `${LOCATION}/keyRings`, (r) => createRing(store, r)),
    route('getKeyRing', 'GET', RING, ({ params }) => ({ json: ringResource(store, params['ring'] ?? '') })),
    route('listCryptoKeys', 'GET', `${RING}/cryptoKeys`, (r) => listKeys(store, r)),
    route('createCryptoKey', 'POST', `${RING}/cryptoKeys`, (r) => createKey(store, r)),
    route('getCryptoKey', 'GET', KEY, ({ params }) => ({ json: keyResource(store.key(params['key'] ?? '')) })),
    route('updateCryptoKey', 'PATCH', KEY, (r) => updateKey(store, r)),
    route('updateCryptoKeyPrimaryVersion', 'POST', `${KEY}:updatePrimaryVersion`, (r) => updatePrimary(store, r)),
  ];
}

function listRings(store: KeyStore, { params, query }: LoopbackRequest): Reply {
  const prefix = `${params['location']}/keyRings/`;
  const names = Object.keys(store.contents.keyRings).filter((name) => name.startsWith(prefix));
  return page(
    'keyRings',
    names.map((name) => ringResource(store, name)),
    query,
  );
}

function createRing(store: KeyStore, { params, query }: LoopbackRequest): Reply {
  const name = `${params['location']}/keyRings/${resourceId(query, 'keyRingId')}`;
  if (store.contents.keyRings[name] !== undefined) throw new GoogleError('ALREADY_EXISTS', `KeyRing ${name} already exists.`);
  store.contents.keyRings[name] = { createTime: new Date().toISOString() };
  store.save();
  return { json: ringResource(store, name) };
}

function ringResource(store: KeyStore, name: string): Record<string, string> {
  const ring = store.contents.keyRings[name];
  if (ring === undefined) throw new GoogleError('NOT_FOUND', `KeyRing ${name} not found.`);
  return { name, createTime: ring.createTime };
}

function listKeys(store: KeyStore, { params, query }: LoopbackRequest): Reply {
  const ring = params['ring'] ?? '';
  ringResource(store, ring);
  const keys = Object.values(store.contents.keys).filter(({ name }) => name.startsWith(`${ring}/cryptoKeys/`));
  return page('cryptoKeys', keys.map(keyResource), query);
}

function createKey(store: KeyStore, request: LoopbackRequest): Reply {
  const ring = request.params['ring'] ?? '';
  ringResource(store, ring);
  const name = `${ring}/cryptoKeys/${resourceId(request.query, 'cryptoKeyId')}`;
  if (store.contents.keys[name] !== undefined) throw new GoogleError('ALREADY_EXISTS', `CryptoKey ${name} already exists.`);
  const body = jsonBody(request);
  const kind = kindFrom(body);
  const key: StoredKey = {
    name,
    ...kind,
    createTime: new Date().toISOString(),
    labels: labelsFrom(body),
    primary: 0,
    versions: [],
    destroyScheduledSeconds: Number.parseInt(textOrNull(body['destroyScheduledDuration']) ?? `${THIRTY_DAYS_SECONDS}`, 10),
    rotationPeriod: textOrNull(body['rotationPeriod']),
    nextRotationTime: textOrNull(body['nextRotationTime']),
  };
  if (request.query.get('skipInitialVersionCreation') !== 'true') {
    const version = store.addVersion(key);
    if (kind.purpose === 'ENCRYPT_DECRYPT') key.primary = version.id;
  }
  store.contents.keys[name] = key;
  store.save();
  return { json: keyResource(key) };
}

function updateKey(store: KeyStore, request: LoopbackRequest): Reply {
  const key = store.key(request.params['key'] ?? '');
  const body = jsonBody(request);
  const mask = (request.query.get('updateMask') ?? '').split(',');
  if (mask.includes('labels')) key.labels = labelsFrom(body);
  if (mask.includes('rotationPeriod')) key.rotationPeriod = textOrNull(body['rotationPeriod']);
  if (mask.includes('nextRotationTime')) key.nextRotationTime = textOrNull(body['nextRotationTime']);
  store.save();
  return { json: keyResource(key) };
}

function updatePrimary(store: KeyStore, request: LoopbackRequest): Reply {
  const key = store.key(request.params['key'] ?? '');
  const version = store.version(key, Number(jsonBody(request)['cryptoKeyVersionId']));
  if (key.purpose !== 'ENCRYPT_DECRYPT' || version.state !== 'ENABLED') {
    throw new GoogleError('FAILED_PRECONDITION', `${versionName(key, version)} cannot be the primary version.`);
  }
  key.primary = version.id;
  store.save();
  return { json: keyResource(key) };
}

function resourceId(query: URLSearchParams, parameter: string): string {
  const id = query.get(parameter) ?? '';
  if (/^[a-zA-Z0-9_-]{1,63}$/.test(id)) return id;
  throw new GoogleError('INVALID_ARGUMENT', `${parameter} must match [a-zA-Z0-9_-]{1,63}.`);
}

function kindFrom(body: Record<string, unknown>): { purpose: KeyPurpose; algorithm?: SigningAlgorithm } {
  const template: unknown = body['versionTemplate'] ?? {};
  const { algorithm } = Object(template) as { algorithm?: unknown }; // Object() never throws; the field is unknown.
  // The client sends enumerations as numbers: purpose 1 and 5, algorithm 1, 12 and 40.
  if ([1, 'ENCRYPT_DECRYPT'].includes(body['purpose'] as never)) {
    if ([undefined, 1, 'GOOGLE_SYMMETRIC_ENCRYPTION'].includes(algorithm as never)) return { purpose: 'ENCRYPT_DECRYPT' };
  }
  if ([5, 'ASYMMETRIC_SIGN'].includes(body['purpose'] as never)) {
    if ([12, 'EC_SIGN_P256_SHA256'].includes(algorithm as never)) return { purpose: 'ASYMMETRIC_SIGN' };
    if ([40, 'EC_SIGN_ED25519'].includes(algorithm as never)) return { purpose: 'ASYMMETRIC_SIGN', algorithm: 'EC_SIGN_ED25519' };
  }
  throw new GoogleError('INVALID_ARGUMENT', 'Unsupported purpose or algorithm of the CryptoKey.');
}

const labelsFrom = (body: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(Object(body['labels'] ?? {})).map(([key, value]) => [key, String(value)]));

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function page(field: string, items: readonly unknown[], query: URLSearchParams): Reply {
  const size = Number(query.get('pageSize') ?? 0) || 100;
  const from = Number(query.get('pageToken') ?? 0) || 0;
  const next = from + size < items.length ? { nextPageToken: String(from + size) } : {};
  return { json: { [field]: items.slice(from, from + size), ...next, totalSize: items.length } };
}
