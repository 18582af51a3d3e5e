/** How much functions read of what an identity provider answers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { discover } from '../../../functions/src/identity/oidc/discovery.ts';
import { vouchedEmail } from '../../../functions/src/identity/oidc/idToken.ts';
import { isAppError } from '../../../functions/src/shared/errors.ts';
import { setEnvironment } from '../../../infra/local/environment.ts';

const limit = 256 * 1024;
let provider: Server;
let issuer: string;
let restore = (): void => undefined;
let keys: { readonly privateKey: CryptoKey; readonly jwk: JWK };
/** What follows the JSON of each answer. */
let padding = '';
let isOver = false;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  keys = { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' } };
  provider = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    // Without a length, so that only reading tells how long it is.
    response.write(JSON.stringify(request.url?.startsWith('/jwks') === true ? { keys: [keys.jwk] } : metadata()));
    response.write(padding, (error) => (isOver = !error));
    response.end();
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`; // it listens
  restore = setEnvironment({ OIDC_LOOPBACK_ORIGIN: issuer });
});
afterAll(async () => {
  restore();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});
beforeEach(() => {
  [padding, isOver] = ['', false];
});

const metadata = () => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
});
const token = () =>
  new SignJWT({ nonce: 'a-nonce', email: 'anna@example.org', email_verified: true })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience('a-client')
    .setSubject('anna')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(keys.privateKey);
const verify = async (jwksUri: string) =>
  vouchedEmail(await token(), { issuer, jwksUri, clientId: 'a-client', nonce: 'a-nonce' }, new Date());

test('keys that take up to 256 KiB are read', async () => {
  padding = ' '.repeat(limit - 1024);
  expect(await verify(`${issuer}/jwks`)).toBe('anna@example.org');
});

test('keys that take more are not, however long they would go on', async () => {
  padding = ' '.repeat(64 * limit);
  await expect(verify(`${issuer}/jwks?another`)).rejects.toThrow();
  expect(isOver).toBe(false);
});

test('a description that takes more is none', async () => {
  padding = ' '.repeat(64 * limit);
  const refused: unknown = await discover(issuer, new Date()).catch((thrown: unknown) => thrown);
  expect(isAppError(refused, 'shared/unavailable')).toBe(true);
  expect(isOver).toBe(false);
  padding = '';
  expect(await discover(issuer, new Date())).toMatchObject({ issuer });
});
