/**
 * Verifies an ID token (OpenID Connect Core 1.0, 3.1.3.7).
 *
 * Guarantees: signed by a key that the issuer publishes now, with an asymmetric algorithm of a short list, never `none`, never a
 * shared secret; for this client, this attempt (nonce) and this moment; by this issuer; with an e-mail address that the issuer
 * says it has verified. Keys are fetched again when a token names an unknown one.
 */
import { createRemoteJWKSet, customFetch, jwtVerify, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod/mini';
import { ms } from '../../shared/time.ts';
import { outboundFetch } from './outbound.ts';

const algorithms = ['RS256', 'PS256', 'ES256'];
const clockToleranceSeconds = 60;
const oldestSeconds = 600;
const largestCache = 100;
/** Address → its keys. Owned by this file. */
const keySets = new Map<string, JWTVerifyGetKey>();

const claimsSchema = z.object({
  nonce: z.string(),
  azp: z.optional(z.string()),
  aud: z.union([z.string(), z.array(z.string())]),
  email: z.string().check(z.minLength(3), z.maxLength(254)),
  email_verified: z.literal(true),
});

/** What a token must say. */
export type Expected = { readonly issuer: string; readonly jwksUri: string; readonly clientId: string; readonly nonce: string };

/** The e-mail address that the token vouches for. Throws an error of jose or zod that names the check, without values. */
export async function vouchedEmail(idToken: string, expected: Expected, now: Date): Promise<string> {
  const { issuer, clientId, nonce, jwksUri } = expected;
  const { payload } = await jwtVerify(idToken, keysAt(jwksUri), {
    issuer,
    audience: clientId,
    algorithms,
    currentDate: now,
    clockTolerance: clockToleranceSeconds,
    maxTokenAge: oldestSeconds,
    requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
  });
  const claims = z.parse(claimsSchema, payload);
  if (claims.nonce !== nonce) throw new TypeError('another "nonce"');
  const isForOthersToo = Array.isArray(claims.aud) && claims.aud.length > 1;
  if ((isForOthersToo && claims.azp === undefined) || (claims.azp !== undefined && claims.azp !== clientId))
    throw new TypeError('another "azp"');
  return claims.email;
}

function keysAt(jwksUri: string): JWTVerifyGetKey {
  const known = keySets.get(jwksUri);
  if (known !== undefined) return known;
  if (keySets.size >= largestCache) keySets.clear();
  // Tokens come from the provider itself, so nobody else can make it fetch keys: no pause between fetches is needed.
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    cooldownDuration: 0,
    cacheMaxAge: 10 * ms.minute,
    timeoutDuration: 5 * ms.second,
    [customFetch]: (address, init) => outboundFetch(address, init),
  });
  keySets.set(jwksUri, keys);
  return keys;
}
