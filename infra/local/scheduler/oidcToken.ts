// Guarantees: tokens as Google signs them for Cloud Scheduler's targets, with a key of this run that is published as JWKS.
// The key is made at the first use, because it takes a tenth of a second and few tests need it.
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** Signs tokens and publishes the key. */
export type TokenSigner = {
  /** A token for an audience that says it comes from a service account. `claims` replaces some, for tests of refusals. */
  sign(email: string, audience: string, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** The key set, as `https://www.googleapis.com/oauth2/v3/certs` answers it. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
};

type Key = { readonly kid: string; readonly privateKey: CryptoKey; readonly jwk: JWK };

const lifetimeSeconds = 3600;

/** Makes a signer with a key of its own. */
export function tokenSigner(): TokenSigner {
  let made: Promise<Key> | undefined;
  const key = (): Promise<Key> => (made ??= makeKey());
  return {
    async sign(email, audience, claims = {}) {
      const { kid, privateKey } = await key();
      const now = Math.floor(Date.now() / 1000);
      const subject = { iss: 'https://accounts.google.com', sub: '100000000000000000000', azp: '100000000000000000000' };
      const whole = { ...subject, aud: audience, email, email_verified: true, iat: now, exp: now + lifetimeSeconds, ...claims };
      return new SignJWT(whole).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey);
    },
    jwks: async () => ({ keys: [(await key()).jwk] }),
  };
}

async function makeKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const kid = randomBytes(20).toString('hex');
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}
