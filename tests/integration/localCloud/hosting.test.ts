import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { withLocalCloud } from '../../support/localCloud.ts';

const site = mkdtempSync(join(tmpdir(), 'valv-site-'));
const policy =
  "default-src 'self'; connect-src 'self' https://identitytoolkit.googleapis.com https://securetoken.googleapis.com https://firestore.googleapis.com";
writeFileSync(join(site, 'index.html'), '<!doctype html><html><head><title>Å</title></head><body>app</body></html>');
mkdirSync(join(site, 'assets'));
writeFileSync(join(site, 'assets/a.js'), 'export {};');
writeFileSync(
  join(site, 'firebase.json'),
  JSON.stringify({
    hosting: {
      public: 'hosting/dist',
      headers: [
        {
          source: '**',
          headers: [
            { key: 'Content-Security-Policy', value: policy },
            { key: 'X-Frame-Options', value: 'DENY' },
          ],
        },
        { source: '/assets/**', headers: [{ key: 'Cache-Control', value: 'public, max-age=31536000, immutable' }] },
      ],
      rewrites: [
        { source: '/api/echo', function: { functionId: 'echo', region: 'europe-north1' } },
        { source: '/api/whoAmI', function: { functionId: 'whoAmI', region: 'europe-north1' } },
        { source: '/api/gone', function: { functionId: 'gone', region: 'europe-north1' } },
        { regex: '^/(?!assets/|api/).*$', destination: '/index.html' },
      ],
    },
  }),
);

const local = withLocalCloud({
  functionsEntry: new URL('./functions.fixture.ts', import.meta.url).pathname,
  hostingDir: site,
  firebaseJson: join(site, 'firebase.json'),
});
const get = (path: string, init?: RequestInit): Promise<Response> => fetch(local.cloud.urls.app + path, init);
const host = (url: string): string => new URL(url).host;

afterAll(() => rmSync(site, { recursive: true }));
beforeEach(() => local.cloud.faults.clear());

describe('pages', () => {
  test.each(['/', '/register/some/page'])('%s is the application, with the headers of firebase.json', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('app</body>');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
  });

  test('a page carries the defaults cookie by which the Firebase SDK finds loopback', async () => {
    const cookie = /__FIREBASE_DEFAULTS__=([^;]+)/.exec((await get('/')).headers.get('set-cookie') ?? '')?.[1] ?? '';
    expect(JSON.parse(Buffer.from(cookie, 'base64url').toString())).toMatchObject({
      config: { projectId: local.cloud.projectId, apiKey: 'local' },
      emulatorHosts: { auth: host(local.cloud.urls.auth), firestore: host(local.cloud.urls.firestore) },
    });
  });

  test('only the Google hosts of connect-src become loopback ones', async () => {
    const [auth, firestore] = [host(local.cloud.urls.auth), host(local.cloud.urls.firestore)];
    expect((await get('/')).headers.get('content-security-policy')).toBe(
      `default-src 'self'; connect-src 'self' http://${auth} http://${firestore}`,
    );
  });

  test('assets pass unchanged, and a missing one is 404', async () => {
    const response = await get('/assets/a.js');
    expect(await response.text()).toBe('export {};');
    expect([response.headers.get('set-cookie'), response.headers.get('content-security-policy')]).toEqual([null, policy]);
    expect((await get('/assets/none.js')).status).toBe(404);
  });

  test('a page is always sent whole, because its policy and cookie change with the ports', async () => {
    const { headers } = await get('/');
    expect([headers.get('etag'), headers.get('last-modified')]).toEqual([null, null]);
  });

  test('the reserved address gives the web configuration', async () => {
    expect(await (await get('/__/firebase/init.json')).json()).toMatchObject({ projectId: local.cloud.projectId, apiKey: 'local' });
  });
});

describe('rewrites to functions', () => {
  test('keep method, body, path and Authorization, and tell the address of the caller', async () => {
    const response = await get('/api/echo?x=1', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
    });
    expect(await response.json()).toMatchObject({
      method: 'POST',
      body: { a: 1 },
      path: '/api/echo',
      authorization: 'Bearer t',
      forwardedFor: '127.0.0.1',
    });
  });

  test('reach callables with the caller\u2019s token', async () => {
    const token = await local.idTokenFor('u1');
    const response = await get('/api/whoAmI', {
      method: 'POST',
      body: '{"data":1}',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    });
    expect(await response.json()).toMatchObject({ result: { uid: 'u1' } });
  });

  test('to a function that is not there are 404 as JSON', async () => {
    const response = await get('/api/gone', { method: 'POST' });
    expect([response.status, await response.json()]).toMatchObject([404, { error: { status: 'NOT_FOUND' } }]);
  });
});

test.each([
  ['500', 500],
  ['503', 503],
  ['429', 429],
  ['late-success', 504],
] as const)('the fault %s is answered with %i', async (kind, status) => {
  local.cloud.faults.inject({ service: 'hosting', kind, times: 1 });
  expect((await get('/')).status).toBe(status);
  expect((await get('/')).status).toBe(200);
});

test('the status page shows every service and takes faults', async () => {
  const { services } = (await (await fetch(`${local.cloud.urls.status}/status.json`)).json()) as {
    services: { name: string; up: boolean }[];
  };
  expect(services.filter(({ up }) => !up)).toEqual([]);
  expect(services.map(({ name }) => name).toSorted()).toEqual([
    'app',
    'auth',
    'bankid',
    'bankidApi',
    'firestore',
    'firestoreAdmin',
    'functions',
    'kms',
    'mailbox',
    'oidc',
    'scheduler',
    'status',
    'storage',
    'tasks',
  ]);
  expect(await (await fetch(local.cloud.urls.status)).text()).toContain(local.cloud.urls.mailbox);
  const inject = (fault: unknown): Promise<Response> =>
    fetch(`${local.cloud.urls.status}/faults`, { method: 'POST', body: JSON.stringify(fault) });
  expect((await inject({ service: 'kms', kind: '500', times: 2 })).status).toBe(200);
  expect(local.cloud.faults.planned()).toEqual([{ service: 'kms', kind: '500', times: 2 }]);
  expect((await inject({ service: 'nothing', kind: '500' })).status).toBe(400);
});
