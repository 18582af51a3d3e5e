/** The signer of extracts, certificates and backups: the key in KMS and its public half. */
import { publishedCheckpointKey } from '../audit/sealing/checkpointKey.ts';
import { documentPublicKeyPem, signDigest } from '../platform/signing.ts';
import { publicJwkFromPem, type Jwks, type Signer } from './signature.ts';

/** The signer that production uses. */
export async function documentSigner(): Promise<Signer> {
  return { jwk: await publicJwkFromPem(await documentPublicKeyPem()), sign: signDigest };
}

/** What `/.well-known/valv-keys.json` serves. */
export async function publishedKeys(): Promise<Jwks> {
  const [jwk, checkpoints] = await Promise.all([documentPublicKeyPem().then(publicJwkFromPem), publishedCheckpointKey()]);
  return { keys: [jwk], checkpoints };
}
