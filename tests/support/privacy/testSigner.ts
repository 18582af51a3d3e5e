/** A signer with a real key, which answers DER over a digest as the key service does. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicJwkFromPem, type Signer } from '../../../functions/src/privacy/signature.ts';
import { signP256Digest } from '../../../infra/local/kms/ecdsa.ts';

/** A signer with a fresh key, or with the given private key (PEM, PKCS #8). */
export async function testSigner(pem?: string): Promise<Signer> {
  const key: KeyObject = pem === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(pem);
  const jwk = await publicJwkFromPem(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString());
  return { jwk, sign: async (digest) => signP256Digest(key, Buffer.from(digest)) };
}
