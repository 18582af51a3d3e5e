import { GoogleError } from '../googleError.ts';
import { jsonBody, type LoopbackRequest, type Reply, type Route } from '../http.ts';
import type { KeyStore, KeyVersion, StoredKey } from './keyStore.ts';
import { versionName, versionResource } from './resources.ts';

const KEY = String.raw`(?<key>projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/:]+)`;
const VERSION = String.raw`${KEY}/cryptoKeyVersions/(?<version>\d+)`;

/** Rotation, destruction and restoration of key versions. */
export function versionRoutes(store: KeyStore): Route[] {
  const route = (name: string, method: string, path: string, run: Route['run']): Route => ({
    name,
    method,
    pattern: new RegExp(`^/v1/${path}$`),
    run,
  });
  const found = ({ params }: LoopbackRequest): [StoredKey, KeyVersion] => {
    const key = store.key(params['key'] ?? '');
    return [key, store.version(key, Number(params['version']))];
  };
  const change = (name: string, method: string, path: string, apply: Change): Route =>
    route(name, method, path, (request) => {
      const [key, version] = found(request);
      apply(key, version, request);
      store.save();
      return { json: versionResource(key, version) };
    });
  return [
    route('listCryptoKeyVersions', 'GET', `${KEY}/cryptoKeyVersions`, (request) => {
      const key = store.key(request.params['key'] ?? '');
      return { json: { cryptoKeyVersions: key.versions.map((version) => versionResource(key, version)) } };
    }),
    route('createCryptoKeyVersion', 'POST', `${KEY}/cryptoKeyVersions`, (request) => createVersion(store, request)),
    route('getCryptoKeyVersion', 'GET', VERSION, (request) => ({ json: versionResource(...found(request)) })),
    change('updateCryptoKeyVersion', 'PATCH', VERSION, setState),
    change('destroyCryptoKeyVersion', 'POST', `${VERSION}:destroy`, scheduleDestruction),
    change('restoreCryptoKeyVersion', 'POST', `${VERSION}:restore`, restore),
  ];
}

type Change = (key: StoredKey, version: KeyVersion, request: LoopbackRequest) => void;

function createVersion(store: KeyStore, request: LoopbackRequest): Reply {
  const key = store.key(request.params['key'] ?? '');
  const version = store.addVersion(key);
  store.save();
  return { json: versionResource(key, version) };
}

function setState(key: StoredKey, version: KeyVersion, request: LoopbackRequest): void {
  const wanted = jsonBody(request)['state'];
  // The client sends enumerations as numbers: 1 enabled, 2 disabled.
  const state = wanted === 1 || wanted === 'ENABLED' ? 'ENABLED' : wanted === 2 || wanted === 'DISABLED' ? 'DISABLED' : null;
  if (state === null) throw new GoogleError('INVALID_ARGUMENT', 'The state must be ENABLED or DISABLED.');
  needsState(key, version, ['ENABLED', 'DISABLED']);
  version.state = state;
}

function scheduleDestruction(key: StoredKey, version: KeyVersion): void {
  needsState(key, version, ['ENABLED', 'DISABLED']);
  version.state = 'DESTROY_SCHEDULED';
  version.destroyTime = new Date(Date.now() + key.destroyScheduledSeconds * 1000).toISOString();
}

function restore(key: StoredKey, version: KeyVersion): void {
  needsState(key, version, ['DESTROY_SCHEDULED']);
  version.state = 'DISABLED';
  version.destroyTime = null;
}

function needsState(key: StoredKey, version: KeyVersion, allowed: readonly KeyVersion['state'][]): void {
  if (allowed.includes(version.state)) return;
  const name = versionName(key, version);
  throw new GoogleError('FAILED_PRECONDITION', `${name} has state ${version.state}, which does not allow this.`);
}
