/**
 * Forged ID tokens against the functions' own verification, with real RS256 keys: the functions run in a process without the
 * Auth emulator, as in production, and fetch the signer's public keys from where Google publishes them, which is a loopback
 * server here. Nothing of ours is replaced.
 */
import { SignJWT, type JWTPayload } from 'jose';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority, makeServer, toCredential } from '../../../infra/local/bankid/certificates.ts';
import { withLocalCloud, type TestCloud } from '../../support/localCloud.ts';
import { builtFunctions, database, newOrganisation, signIn, type Organisation } from '../../support/valv.ts';

const local: TestCloud = withLocalCloud({ functionsEntry: builtFunctions });
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [google, stranger] = [rsa(), rsa()];
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const fetches: string[] = [];
let at: Organisation;
let certificates: Server;
let functions: ChildProcess;
let base: string;

beforeAll(async () => {
  at = await newOrganisation(local);
  const authority = makeAuthority({ CN: 'A CA of a test' }, new Date());
  const server = toCredential(makeServer(authority, new Date()));
  certificates = createServer(server, (request, response) => {
    fetches.push(`${request.method ?? ''} ${request.headers.host ?? ''} ${request.url ?? ''}`);
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'public, max-age=3600' });
    response.end(JSON.stringify({ googles: pem(google.publicKey) }));
  }).listen(0, '127.0.0.1');
  await once(certificates, 'listening');
  const { FIREBASE_AUTH_EMULATOR_HOST: _emulator, ...env } = { ...local.cloud.env };
  const here = (name: string): string => new URL(name, import.meta.url).pathname;
  functions = spawn(process.execPath, ['--import', here('realTokens.fixture.mjs'), here('realTokens.fixture.ts'), builtFunctions], {
    env: {
      PATH: process.env['PATH'],
      ...env,
      CERTIFICATES_PORT: String((certificates.address() as AddressInfo).port), // a server that listens has an address
      CERTIFICATES_CA: toCredential(authority).cert,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  base = `http://127.0.0.1:${await portOf(functions)}`;
});
afterAll(() => {
  functions.kill('SIGKILL');
  certificates.close();
});

async function portOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new TypeError('the process has no output');
  for await (const line of createInterface(stdout)) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port !== undefined) {
      stdout.resume();
      return port;
    }
  }
  throw new Error('the functions did not start');
}

const seconds = (): number => Math.floor(Date.now() / 1000);

/** The claims that Firebase Auth puts into an ID token of this session. */
const claims = (over: Record<string, unknown> = {}): JWTPayload => ({
  iss: `https://securetoken.google.com/${local.cloud.projectId}`,
  aud: local.cloud.projectId,
  sub: at.owner.accountId,
  user_id: at.owner.accountId,
  sid: at.owner.sessionId,
  auth_time: seconds() - 60,
  iat: seconds() - 60,
  exp: seconds() + 3000,
  firebase: { identities: {}, sign_in_provider: 'custom' },
  ...over,
});
const signed = (payload: JWTPayload, key: KeyObject = google.privateKey, header: object = {}): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'googles', typ: 'JWT', ...header }).sign(key);
const encode = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** HTTP status and code of one callable and one HTTPS function under a token. */
async function answers(token: string): Promise<{ callable: number; code: string | undefined; https: number }> {
  const post = (path: string, type: string, body: string): Promise<Response> =>
    fetch(`${base}/${path}`, { method: 'POST', headers: { 'content-type': type, authorization: `Bearer ${token}` }, body });
  const called = await post('getAccount', 'application/json', '{"data":{}}');
  const { error } = (await called.json()) as { error?: { details?: { code?: string } } }; // the callable protocol
  const sent = await post(`uploadImport?orgId=${at.orgId}`, 'application/octet-stream', 'Förnamn\nAda');
  await sent.arrayBuffer();
  return { callable: called.status, code: error?.details?.code, https: sent.status };
}

test('a token that Google signed for this project and a running session is accepted', async () => {
  const token = await signed(claims());
  const { callable, https } = await answers(token);
  expect(callable).toBe(200);
  expect(https).not.toBe(401);
  expect(fetches.length).toBeGreaterThan(0);
  expect(new Set(fetches)).toEqual(new Set(['GET www.googleapis.com /robot/v1/metadata/x509/securetoken@system.gserviceaccount.com']));
});

describe('refused is a token', () => {
  const other = 'another-project';
  const bare = (header: object, payload: JWTPayload, signature = ''): string => `${encode(header)}.${encode(payload)}.${signature}`;
  const forgeries: [string, () => Promise<string> | string][] = [
    ['without a signature (alg none)', () => bare({ alg: 'none', typ: 'JWT' }, claims())],
    ['without a signature, though it names a key', () => bare({ alg: 'RS256', kid: 'googles', typ: 'JWT' }, claims())],
    ['with alg None in other letters', () => bare({ alg: 'nOnE', kid: 'googles', typ: 'JWT' }, claims())],
    ['of another key under the name of Google’s', () => signed(claims(), stranger.privateKey)],
    ['of a key that Google does not publish', () => signed(claims(), stranger.privateKey, { kid: 'strangers' })],
    ['that names no key', () => signed(claims(), google.privateKey, { kid: undefined })],
    ['that brings its own key', () => signed(claims(), stranger.privateKey, { jwk: stranger.publicKey.export({ format: 'jwk' }) })],
    ['for another audience', () => signed(claims({ aud: other }))],
    ['for several audiences, this one among them', () => signed(claims({ aud: [other, local.cloud.projectId] }))],
    ['of another issuer', () => signed(claims({ iss: `https://securetoken.google.com/${other}` }))],
    ['of Google for other purposes', () => signed(claims({ iss: 'https://accounts.google.com' }))],
    ['of another project', () => signed(claims({ aud: other, iss: `https://securetoken.google.com/${other}` }))],
    ['that has expired', () => signed(claims({ iat: seconds() - 4000, exp: seconds() - 60 }))],
    ['that is not valid yet', () => signed(claims({ nbf: seconds() + 600 }))],
    ['issued in the future', () => signed(claims({ iat: seconds() + 900, auth_time: seconds() + 900, exp: seconds() + 4000 }))],
    ['without an expiry', () => signed(claims({ exp: undefined }))],
    ['without a subject', () => signed(claims({ sub: '' }))],
    ['whose subject is too long', () => signed(claims({ sub: 'x'.repeat(129) }))],
    [
      'signed with the public key as a secret (HS256)',
      () => {
        const text = `${encode({ alg: 'HS256', kid: 'googles', typ: 'JWT' })}.${encode(claims())}`;
        return `${text}.${createHmac('sha256', pem(google.publicKey)).update(text).digest('base64url')}`;
      },
    ],
    [
      'signed with Google’s key in another algorithm (RS512)',
      () => {
        const text = `${encode({ alg: 'RS512', kid: 'googles', typ: 'JWT' })}.${encode(claims())}`;
        return `${text}.${createSign('sha512').update(text).sign(google.privateKey).toString('base64url')}`;
      },
    ],
    [
      'that is a custom token',
      () =>
        signed({ iss: 'sa@example.org', sub: 'sa@example.org', aud: 'https://identitytoolkit.googleapis.com/', uid: at.owner.accountId }),
    ],
    ['that is garbage', () => 'garbage'],
    ['of three parts of garbage', () => 'a.b.c'],
    [
      'of header and payload of garbage',
      async () => `${encode('not json')}.${encode('[]')}.${(await signed(claims())).split('.')[2] ?? ''}`,
    ],
    ['that is very long', () => `${'A'.repeat(10_000)}.e30.e30`],
    ['whose payload was exchanged', async () => exchanged(await signed(claims({ sub: 'A'.repeat(20) })), claims())],
  ];
  test.each(forgeries)('%s', async (_name, forge) => {
    const { callable, https } = await answers(await forge());
    expect({ callable, https }).toEqual({ callable: 401, https: 401 });
  });

  function exchanged(token: string, payload: JWTPayload): string {
    const [header, , signature] = token.split('.');
    return `${header ?? ''}.${encode(payload)}.${signature ?? ''}`;
  }

  test('of which one bit of the signature is another', async () => {
    const [header, payload, signature = ''] = (await signed(claims())).split('.');
    for (const index of [0, 100, 255]) {
      const bytes = Buffer.from(signature, 'base64url');
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      expect((await answers([header, payload, bytes.toString('base64url')].join('.'))).callable).toBe(401);
    }
  });

  test('that Google signed, but without a session, with an ill-formed or with somebody else’s', async () => {
    for (const [over, code] of [
      [{ sid: undefined }, 'identity/not-signed-in'],
      [{ sid: '../accounts' }, 'identity/not-signed-in'],
      [{ sid: 'B'.repeat(20) }, 'identity/session-ended'],
      [{ sub: 'C'.repeat(20), user_id: 'C'.repeat(20) }, 'identity/session-ended'],
    ] as const) {
      const answer = await answers(await signed(claims(over)));
      expect(answer).toEqual({ callable: 401, code, https: 401 });
    }
  });

  test('that was revoked: its session has ended, though the token is valid', async () => {
    const again = await signIn(local, at.owner.email);
    const token = await signed(claims({ sid: again.sessionId }));
    expect((await answers(token)).callable).toBe(200);
    await local.callable('signOut', {}, again.idToken);
    expect(await answers(token)).toEqual({ callable: 401, code: 'identity/session-ended', https: 401 });
  });

  test('of an account that was disabled', async () => {
    const other = await newOrganisation(local);
    const token = await signed(claims({ sub: other.owner.accountId, user_id: other.owner.accountId, sid: other.owner.sessionId }));
    expect((await answers(token)).callable).toBe(200);
    await database(local).doc(`accounts/${other.owner.accountId}`).update({ state: 'disabled' });
    expect(await answers(token)).toEqual({ callable: 401, code: 'identity/session-ended', https: 401 });
  });
});
